"""The pages of the dashboard: every control is a link or a form, so that nothing needs a script."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002  # FastAPI reads the annotations
from starlette.responses import JSONResponse, RedirectResponse, Response

from indicator_engine import periods
from indicator_engine.conventions import NEUTRAL
from indicator_engine.problems import IndicatorEngineError
from indicator_engine.rendering.explained import story
from indicator_engine.rendering.view import publisher, view_of
from indicator_engine.server import boards, frames
from indicator_engine.server.answers import NotFoundError, days_of
from indicator_engine.server.api import desk_of, place_of, versions
from indicator_engine.server.asking import chosen, evidence_of
from indicator_engine.server.guard import COOKIE, session_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicator_engine.server.answers import Place
    from indicator_engine.server.desk import Desk, State
    from indicator_engine.server.frames import Frame

router = APIRouter(include_in_schema=False)

HTML = "text/html"
ROWS = 50
"""Rows of evidence on a page."""
MEDIA = {
    "json": "application/json", "csv": "text/csv", "html": "text/html", "markdown": "text/markdown",
    "openmetrics": "application/openmetrics-text; version=1.0.0; charset=utf-8",
}  # fmt: skip
DOWNLOADS = (
    ("html", "Page"), ("excel", "Workbook"), ("word", "Document"), ("pdf", "PDF"), ("csv", "CSV"), ("json", "JSON"),
)  # fmt: skip


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", ""))


def _frame(request: Request, desk: Desk, state: State, at: Place | None = None) -> Frame:
    kept = {name: request.query_params[name] for name in ("as_of", "known_at") if request.query_params.get(name)}
    return frames.frame_of(
        _root(request), state, desk.mark(state), at, public=desk.answers.is_public, signed_in=bool(desk.token),
        kept=kept, fault="" if desk.answers.is_public else desk.snapshots.fault,
    )  # fmt: skip


def _place(request: Request, pack: str) -> tuple[Desk, State, Place]:
    desk = desk_of(request)
    state = desk.now()
    query = request.query_params
    return desk, state, place_of(desk, state, pack, query.get("as_of"), query.get("known_at"))


async def _shown(request: Request, desk: Desk, state: State, make: Callable[[], bytes], **asked: Any) -> Response:
    query = sorted(request.query_params.multi_items())
    told = {**asked, "query": query, "fault": desk.snapshots.fault}
    return await desk.respond(request, state, told, make, media=HTML)


def _dated(request: Request, at: Place) -> Response | None:
    """An address without a day is led to the one that says it, so that no page hides for which day it is."""
    if request.query_params.get("as_of"):
        return None
    query = "&".join(filter(None, [f"as_of={at.as_of.isoformat()}", _without_blank(request)]))
    path = request.url.path
    return RedirectResponse(f"{path}?{query}", 307, {"Cache-Control": "no-store"})


def _without_blank(request: Request) -> str:
    from urllib.parse import urlencode

    return urlencode([(name, value) for name, value in request.query_params.multi_items() if value])


# ── the packs, and how one stands ────────────────────────────────────────────────────────────────────────────────────


@router.get("/")
async def first(request: Request) -> Response:
    """The packs; where there is one, that one."""
    desk = desk_of(request)
    state = desk.now()
    found = list(state.standing.statements.values())
    if len(found) == 1:
        return RedirectResponse(f"{_root(request)}/packs/{found[0].id}", 307, {"Cache-Control": "no-store"})
    frame = _frame(request, desk, state)

    def make() -> bytes:
        told = [(one, desk.day(one)) for one in found]
        return frames.written(frame, "packs.html", packs=told, publisher=publisher)

    return await _shown(request, desk, state, make, day=desk.today())


@router.get("/packs/{pack}")
async def overview(request: Request, pack: str) -> Response:
    """How every indicator stands, with filters by priority, verdict and aim."""
    desk, state, at = _place(request, pack)
    if led := _dated(request, at):
        return led
    frame, query = _frame(request, desk, state, at), request.query_params
    wanted = {name: tuple(filter(None, query.getlist(name))) for name in ("priority", "verdict", "aim")}

    def make() -> bytes:
        everything = desk.answers.results(at)
        boards.refuse_unknown(wanted, everything)
        shown = chosen(everything, **wanted)
        return frames.written(
            frame, "overview.html", view=view_of(shown), board=boards.board_of(everything, shown, wanted),
            downloads=[(form, word) for form, word in DOWNLOADS if form in desk.shelf.registered.outputs],
        )  # fmt: skip

    return await _shown(request, desk, state, make, at=at.key)


@router.get("/packs/{pack}/download/{form}")
async def download(request: Request, pack: str, form: str) -> Response:
    """The file that `indicators run --format` writes."""
    desk, state, at = _place(request, pack)
    if form not in desk.shelf.registered.outputs:
        raise NotFoundError(f"there is no format `{form}`; there are {', '.join(desk.shelf.registered.outputs)}")
    output = desk.shelf.registered.outputs[form]
    name = f"{at.statement.id}-{at.as_of.isoformat()}{(output.suffixes or ('.txt',))[0]}"
    return await desk.respond(
        request, state, {"at": at.key}, lambda: desk.answers.whole(at, form),
        media=MEDIA.get(form, "application/octet-stream"),
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


# ── one indicator ────────────────────────────────────────────────────────────────────────────────────────────────────


@router.get("/packs/{pack}/indicators/{indicator}")
async def one(request: Request, pack: str, indicator: str) -> Response:
    """One indicator: figure, chart, reasons, groups, history of its target, who counted."""
    desk, state, at = _place(request, pack)
    priority, definition = desk.answers.require(at.statement, indicator)
    if led := _dated(request, at):
        return led
    frame, query = _frame(request, desk, state, at), request.query_params
    by, every = query.get("by") or "", query.get("every") or ""
    if every not in {"", "month", "quarter", "year"}:
        raise IndicatorEngineError(f'"{every}" is no stretch of time: month, quarter or year')

    def make() -> bytes:
        everything = desk.answers.results(at)
        result = everything[indicator]
        view = view_of(chosen_one(everything, indicator))
        (line,) = view.sections[0].lines
        groups = None
        if by:
            days = days_of(at.statement, every, at.as_of) if every else (at.as_of,)  # type: ignore[arg-type]  # checked
            groups = boards.groups_of(desk.answers.figures(at, indicator, (by,), days), everything)
        parts = [(indicator, definition, result)]
        named = {part.id: part for part in result.parts}
        parts += [(f"{indicator}/{part.id}", part, named[part.id]) for part in definition.parts if part.id in named]
        return frames.written(
            frame, "indicator.html", view=view, line=boards.without_names(line), result=result,
            figures=boards.counts_in(line), priority=priority,
            near=boards.neighbours(at.statement, indicator),
            columns=desk.answers.columns(at.statement), by=by, every=every, groups=groups,
            targets=[(name, versions(one, of)) for name, one, of in parts],
            evidence=not desk.answers.is_public and state.snapshot.events <= desk.limits.evidence_events,
        )  # fmt: skip

    return await _shown(request, desk, state, make, at=at.key)


def chosen_one(results: Any, indicator: str) -> Any:
    """Results of one indicator only."""
    from dataclasses import replace

    return replace(results, results=tuple(one for one in results if one.id == indicator))


@router.get("/packs/{pack}/indicators/{indicator}/evidence")
async def evidence(request: Request, pack: str, indicator: str) -> Response:
    """Who counted, who did not and why, a page at a time."""
    desk, state, at = _place(request, pack)
    desk.answers.require(at.statement, indicator)
    if led := _dated(request, at):
        return led
    frame, query = _frame(request, desk, state, at), request.query_params
    outcome = query.get("outcome") or ""
    if outcome not in {"", *boards.OUTCOMES}:
        raise IndicatorEngineError(f'"{outcome}" is no outcome: write {", ".join(boards.OUTCOMES)}')
    offset = _whole(query.get("offset") or "0")

    def make() -> bytes:
        result, found = desk.answers.evidence(at, indicator)
        outcomes = boards.OUTCOMES.items()
        rows = evidence_of(result, found.names)
        kept = [row for row in rows if outcome in {"", row["outcome"]}]
        (line,) = view_of(found).sections[0].lines
        return frames.written(
            frame, "evidence.html", line=line, result=result, outcome=outcome, offset=offset, total=len(kept),
            rows=kept[offset : offset + ROWS], step=ROWS,
            counts=[(name, word, sum(row["outcome"] == name for row in rows)) for name, word in outcomes],
            subjects=at.statement.schema.subject.plural, everybody=len(rows), watched=line.listed,
        )  # fmt: skip

    return await _shown(request, desk, state, make, at=at.key)


def _whole(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise IndicatorEngineError(f'"{text[:40]}" is no place in a list: write a number like 50')
    return int(text)


@router.get("/packs/{pack}/indicators/{indicator}/explain")
async def explained(request: Request, pack: str, indicator: str) -> Response:
    """Each step of the calculation with its value; the story of one organisation where it is named."""
    desk, state, at = _place(request, pack)
    desk.answers.require(at.statement, indicator)
    if led := _dated(request, at):
        return led
    frame = _frame(request, desk, state, at)
    subject = (request.query_params.get("subject") or "").strip()

    def make() -> bytes:
        found = desk.answers.explanation(at, indicator, subject or None)
        view = view_of(found.results)
        (line,) = view.sections[0].lines
        word = at.statement.schema.subject.singular
        return frames.written(
            frame, "explain.html", line=line, calculations=boards.trees_of(found), subject=subject, word=word,
            stories=[story(one, word) for one in found.stories],
        )  # fmt: skip

    return await _shown(request, desk, state, make, at=at.key)


# ── comparing, editions, the API ─────────────────────────────────────────────────────────────────────────────────────


@router.get("/packs/{pack}/compare")
async def compare(request: Request, pack: str) -> Response:
    """What changed between two days, and why."""
    desk, state, at = _place(request, pack)
    if led := _dated(request, at):
        return led
    frame, query = _frame(request, desk, state, at), request.query_params
    earlier = query.get("before") or periods.shift(at.as_of, months=-3).isoformat()
    before = place_of(desk, state, pack, earlier, query.get("before_known_at") or query.get("known_at"))

    def make() -> bytes:
        found, causes = desk.answers.compared(before, at)
        rows = boards.changes_of(found, desk.answers.results(before), desk.answers.results(at))
        return frames.written(
            frame, "compare.html", before=before, at=at, rows=rows, causes=causes, total=len(found.differences),
            events=[(boards.cause(one), len(events)) for one, events in found.events.items()],
        )  # fmt: skip

    return await _shown(request, desk, state, make, at=at.key, before=before.key)


@router.get("/packs/{pack}/editions")
async def editions(request: Request, pack: str) -> Response:
    """What was published."""
    desk, state, at = _place(request, pack)
    frame = _frame(request, desk, state, at)

    def make() -> bytes:
        return frames.written(frame, "editions.html", editions=desk.answers.editions(at.statement, state.snapshot))

    return await _shown(request, desk, state, make, at=at.key)


@router.get("/api")
async def documentation(request: Request) -> Response:
    """The addresses of the API, from its own description."""
    desk = desk_of(request)
    state = desk.now()
    frame = _frame(request, desk, state)
    paths = request.app.openapi()["paths"]

    def make() -> bytes:
        told = [(path, one["get"]) for path, one in paths.items() if "get" in one]
        return frames.written(frame, "api.html", paths=told)

    return await _shown(request, desk, state, make)


# ── what stands beside the pages ─────────────────────────────────────────────────────────────────────────────────────


@router.get("/static/{version}/{name}")
async def static(request: Request, version: str, name: str) -> Response:  # noqa: ARG001  # in the address so that it changes
    """The sheet of styles of a pack, and the script; their addresses change when they do."""
    statements = desk_of(request).shelf.standing.statements
    keep = {"Cache-Control": "public, max-age=31536000, immutable"}
    if name == "live.js":
        return Response(frames.script(), headers=keep, media_type="text/javascript")
    if name == "-.css":
        return Response(frames.sheet(NEUTRAL), headers=keep, media_type="text/css")
    if name.endswith(".css") and name.removesuffix(".css") in statements:
        found = statements[name.removesuffix(".css")]
        return Response(frames.sheet(found.convention), headers=keep, media_type="text/css")
    raise NotFoundError("there is no such file")


@router.get("/version")
async def version(request: Request) -> Response:
    """Whether anything has moved: what an open page looks at."""
    desk = desk_of(request)
    found = desk.mark(desk.now())
    tag = f'"{found[:32]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return JSONResponse({"version": found}, headers={"ETag": tag, "Cache-Control": "no-cache"})


@router.get("/healthz")
async def healthz(request: Request) -> Response:
    """Whether it works."""
    desk = desk_of(request)
    state = desk.now()
    well = {"ok": True, "packs": len(state.standing.statements), "store_import": state.snapshot.number}
    return JSONResponse({"ok": True} if desk.token else well, headers={"Cache-Control": "no-store"})


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Results of each pack on its standing day, and requests, as OpenMetrics."""
    desk = desk_of(request)
    state = desk.now()
    places = [place_of(desk, state, pack, None, None) for pack in state.standing.statements]
    found = await desk.respond(
        request, state, {"places": [at.key for at in places]}, lambda: boards.gauges(map(desk.answers.results, places)),
        media=MEDIA["openmetrics"], headers={"Cache-Control": "no-store"},
    )  # fmt: skip
    body = bytes(found.body) + "\n".join([*desk.requests.lines(), "# EOF", ""]).encode()
    return Response(body, media_type=MEDIA["openmetrics"], headers={"Cache-Control": "no-store"})


# ── letting browsers in ──────────────────────────────────────────────────────────────────────────────────────────────


@router.get("/login")
async def login(request: Request) -> Response:
    """The form that asks for the token."""
    frame = frames.Frame(_root(request))
    page = frames.written(frame, "login.html", to=_local(request.query_params.get("to", "")), wrong=False)
    return Response(page, media_type=HTML, headers={"Cache-Control": "no-store"})


@router.post("/login")
async def let_in(request: Request) -> Response:
    """Give a browser its cookie where the token is right."""
    desk = desk_of(request)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > 4096:
            raise IndicatorEngineError("that is no token: it is too long")
    sent = parse_qs(body.decode("latin-1"))
    to = _local(sent.get("to", [""])[0])
    given = sent.get("token", [""])[0].strip()
    if not desk.token or not hmac.compare_digest(given.encode("utf-8", "replace"), desk.token.encode()):
        page = frames.written(frames.Frame(_root(request)), "login.html", to=to, wrong=True)
        return Response(page, 401, {"Cache-Control": "no-store"}, HTML)
    answer = RedirectResponse(f"{_root(request)}{to}", 303, {"Cache-Control": "no-store"})
    answer.set_cookie(
        COOKIE, session_of(desk.token), max_age=12 * 3600, path=_root(request) or "/", httponly=True,
        samesite="strict", secure=request.url.scheme == "https",
    )  # fmt: skip
    return answer


@router.get("/logout")
async def let_go(request: Request) -> Response:
    """Take the cookie away."""
    answer = RedirectResponse(f"{_root(request)}/login", 303, {"Cache-Control": "no-store"})
    answer.delete_cookie(COOKIE, path=_root(request) or "/")
    return answer


def _local(to: str) -> str:
    """An address of this app; anything else is its first page."""
    fine = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable()
    return to if fine else "/"
