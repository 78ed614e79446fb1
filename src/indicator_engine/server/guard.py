"""What stands before every page: which hosts, methods and addresses are let in, who may read, what browsers may do.

Plain ASGI, so that it costs little and works wherever the app is mounted.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import JSONResponse, RedirectResponse, Response

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from indicator_engine.server.desk import Desk

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
LOCAL = ("localhost", "127.0.0.1", "[::1]")
COOKIE = "indicators_session"
OPEN_TO_ALL = ("/login", "/healthz", "/static/")
"""What is shown without a token: nothing of it tells anything."""


def session_of(token: str) -> str:
    """What a browser keeps in place of the token."""
    return hmac.new(token.encode(), b"indicators dashboard", hashlib.sha256).hexdigest()


class Guard:
    """Lets requests in, counts them, and puts the headers on what goes out."""

    def __init__(self, app: ASGIApp, desk: Desk, hosts: Collection[str]) -> None:
        self.app, self.desk, self.hosts = app, desk, frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status = time.monotonic(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name.lower() for name, _ in message.setdefault("headers", [])}
                message["headers"] = [*message["headers"], *(one for one in HEADERS if one[0] not in present)]
            await send(message)

        refused = self._refusal(scope)
        try:
            await (refused or self.app)(scope, receive, sending)
        finally:
            self.desk.requests.count(_route(scope, refused is not None), status, time.monotonic() - begun)

    def _refusal(self, scope: Scope) -> Response | None:
        """Why a request is not let in; None where it is."""
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        path = path_of(scope)
        if "*" not in self.hosts and _host(headers.get("host", "")) not in self.hosts:
            return _refused(path, 421, "this host name is not served: name it with --allow-host")
        if scope["method"] not in {"GET", "HEAD"} and not (scope["method"] == "POST" and path == "/login"):
            return _refused(path, 405, "the dashboard is read-only: ask with GET", {"Allow": "GET, HEAD"})
        if len(scope["path"]) + len(scope["query_string"]) > self.desk.limits.query:
            return _refused(path, 414, f"the address is longer than {self.desk.limits.query} characters")
        if self.desk.token and not path.startswith(OPEN_TO_ALL) and not self._is_let_in(headers):
            return self._unknown(scope, path)
        return None

    def _is_let_in(self, headers: dict[str, str]) -> bool:
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.casefold() == "bearer" and hmac.compare_digest(given.strip().encode(), self.desk.token.encode()):
            return True
        return hmac.compare_digest(_cookie(headers.get("cookie", "")).encode(), session_of(self.desk.token).encode())

    def _unknown(self, scope: Scope, path: str) -> Response:
        if _is_for_programs(path):
            return _refused(path, 401, "a token is needed: Authorization: Bearer TOKEN", {"WWW-Authenticate": "Bearer"})
        query = scope["query_string"].decode("latin-1")
        back = quote(path + (f"?{query}" if query else ""), safe="")
        return RedirectResponse(f"{scope.get('root_path', '')}/login?to={back}", 303)


def path_of(scope: Scope) -> str:
    """The path below where the app is mounted."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] if root and path.startswith(root) else path


def _host(header: str) -> str:
    """The name without the port."""
    return header.rpartition(":")[0] if header.rpartition(":")[2].isdecimal() else header


def _cookie(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _is_for_programs(path: str) -> bool:
    return path.startswith(("/api/", "/metrics", "/version"))


def _refused(path: str, status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    if _is_for_programs(path):
        return problem(status, detail, headers)
    return Response(f"{HTTPStatus(status).phrase}: {detail}\n", status, headers, "text/plain")


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """An error for a program, as RFC 9457 has it."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(body, status, headers, "application/problem+json")


def _route(scope: Scope, refused: bool) -> str:  # noqa: FBT001  # from one place
    """The kind of page, without what was asked for: few in number whatever is asked."""
    if refused:
        return "(refused)"
    route = scope.get("route")
    return str(getattr(route, "path", "(none)"))
