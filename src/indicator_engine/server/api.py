"""The JSON API: all that the pages show, for programs, with numbers as every JSON of the engine writes them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, cast

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from indicator_engine.engine.asked import day_of, instant_of
from indicator_engine.evaluation.results import Point, exact, provenance_dict
from indicator_engine.rendering.data import json_text
from indicator_engine.rendering.phrases import phrases_of
from indicator_engine.rendering.versions import told
from indicator_engine.rendering.view import headline
from indicator_engine.server import models
from indicator_engine.server.answers import Place, days_of
from indicator_engine.server.asking import chosen, evidence_of
from indicator_engine.server.desk import Desk, State  # noqa: TC001  # FastAPI reads annotations

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicator_engine.definitions.model import Indicator, Statement
    from indicator_engine.evaluation.results import Result, Results

router = APIRouter(prefix="/api/v1", tags=["indicators"])

EVIDENCE_KEYS = ("who", "why_not", "events", "undecided", "none_arose", "listed")
REFUSALS: dict[int | str, dict[str, Any]] = {
    404: {"model": models.Refusal, "description": "There is no such pack, indicator or edition."},
    422: {"model": models.Refusal, "description": "What was asked cannot be read; the detail says what to write."},
    503: {"model": models.Refusal, "description": "Too much is asked at a time; ask again after Retry-After."},
}

AsOf = Annotated[str | None, Query(description="The day to evaluate for; the standing day, if left out.",
                                   examples=["2010-03-31"])]  # fmt: skip
KnownAt = Annotated[str | None, Query(description="Only what was recorded by then counts.", examples=["2010-01-31"])]
Texts = Annotated[list[str] | None, Query(max_length=20)]


def _route(path: str, model: type[models.Model], **more: Any) -> Callable[[Any], Any]:
    """A route whose answer is bytes made by hand, and of this model."""
    return router.get(path, responses={200: {"model": model}, **REFUSALS}, response_class=Response, **more)


def desk_of(request: Request) -> Desk:
    """What the app shares."""
    return cast("Desk", request.app.state.desk)


def place_of(desk: Desk, state: State, pack: str, as_of: str | None, known_at: str | None) -> Place:
    """A pack on a day. Raises NotFoundError, or IndicatorEngineError for what is no day."""
    statement = state.statement(pack)
    day = day_of(as_of) if as_of else desk.day(statement)
    return Place(statement, state.snapshot, day, instant_of(known_at or None))


def _standing(
    request: Request, pack: str, as_of: str | None, known_at: str | None, indicator: str = ""
) -> tuple[Desk, State, Place]:
    """What a request is answered from. Raises as `place_of`, and NotFoundError for an indicator that there is not."""
    desk = desk_of(request)
    state = desk.now()
    at = place_of(desk, state, pack, as_of, known_at)
    if indicator:
        desk.answers.require(at.statement, indicator)
    return desk, state, at


def _asked(desk: Desk, at: Place) -> dict[str, Any]:
    registered = desk.shelf.registered
    from indicator_engine import plugins

    return {
        "statement": at.statement.id,
        "as_of": at.as_of.isoformat(),
        "known_at": at.known_at.isoformat() if at.known_at else None,
        "audience": desk.answers.audience,
        "pack": at.statement.digest,
        "store_import": at.snapshot.number,
        "ledger": at.snapshot.position,
        "engine": plugins.own_version(),
        "plugins": {one.name: one.version for one in registered.names if one.name not in plugins.SHIPPED},
    }


async def _told(request: Request, state: State, make: Callable[[], dict[str, Any]], **asked: Any) -> Response:
    """An answer as JSON."""
    headers = asked.pop("headers", None)
    return await desk_of(request).respond(
        request, state, asked, lambda: json_text(make()).encode(), media="application/json", headers=headers
    )


# ── packs and indicators ─────────────────────────────────────────────────────────────────────────────────────────────


@_route("/packs", models.Packs, summary="The packs that are served")
async def packs(request: Request) -> Response:
    """The statements that are served, and where the store stands."""
    desk = desk_of(request)
    state = desk.now()
    public = desk.answers.is_public
    return await _told(
        request,
        state,
        lambda: {
            "packs": [_pack(desk, one) for one in state.standing.statements.values()],
            "store": _position(state),
            "problems": [] if public else [str(problem) for problem in state.standing.problems],
        },
        day=desk.today(),
    )


@_route("/packs/{pack}", models.Pack, summary="One pack")
async def one_pack(request: Request, pack: str) -> Response:
    """One statement: its period, priorities, and the columns that figures can be grouped by."""
    desk = desk_of(request)
    state = desk.now()
    statement = state.statement(pack)
    return await _told(request, state, lambda: _pack(desk, statement), day=desk.day(statement))


def _position(state: State) -> dict[str, Any]:
    found = state.snapshot
    return {"store_import": found.number, "ledger": found.position, "recorded_at": found.recorded_at}


def _pack(desk: Desk, statement: Statement) -> dict[str, Any]:
    period = statement.period
    return {
        "id": statement.id,
        "title": statement.title,
        "status": statement.status,
        "convention": statement.convention.name,
        "period": {"label": period.label, "start": period.start.isoformat(), "end": period.end.isoformat()},
        "digest": statement.digest,
        "standing_day": desk.day(statement).isoformat(),
        "priorities": [{"id": one.id, "number": one.number, "title": one.title} for one in statement.priorities],
        "columns": desk.answers.columns(statement),
    }


@_route("/packs/{pack}/indicators", models.Definitions, summary="The indicators of a pack")
async def indicators(request: Request, pack: str) -> Response:
    """What the pack says of each indicator, in the order of the document."""
    state = desk_of(request).now()
    statement = state.statement(pack)
    return await _told(request, state, lambda: {"indicators": list(map(_definition, _sorted(statement)))})


def _sorted(statement: Statement) -> list[tuple[str, Indicator, Statement]]:
    return [(priority.id, indicator, statement) for priority, indicator in statement.indicators()]


def _definition(found: tuple[str, Indicator, Statement]) -> dict[str, Any]:
    from indicator_engine.language.says import says

    priority, one, statement = found
    return {
        "id": one.id,
        "priority": priority,
        "statement": one.statement,
        "label": one.label,
        "kind": one.kind,
        "better": one.better,
        "expression": one.measure.text if one.measure else "",
        "says": says(one.measure.node, statement.schema) if one.measure else "",
        "due": one.due.day.isoformat() if one.due else None,
        "aims": list(one.aims),
        "parts": [part.id for part in one.parts],
    }


# ── results ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@_route("/packs/{pack}/results", models.Results, summary="Results as of a day")
async def results(  # noqa: PLR0917  # FastAPI hands them over by name
    request: Request,
    pack: str,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    priority: Texts = None,
    verdict: Texts = None,
    aim: Texts = None,
) -> Response:
    """The results of every indicator, or of those of some priorities, verdicts or aims."""
    desk, state, at = _standing(request, pack, as_of, known_at)
    wanted = {"priority": tuple(priority or ()), "verdict": tuple(verdict or ()), "aim": tuple(aim or ())}

    def make() -> dict[str, Any]:
        found = chosen(desk.answers.results(at), **wanted)
        told_of = [result_dict(one) for one in found]
        return {
            "asked": _asked(desk, at),
            "headline": headline(found, phrases_of(found.convention)),
            "results": told_of,
        }

    return await _told(request, state, make, at=at.key, **wanted)


def result_dict(result: Result) -> dict[str, Any]:
    """A result as every JSON of the engine has it, without who counted."""
    found = {key: value for key, value in _without_evidence(result).to_dict().items() if key not in EVIDENCE_KEYS}
    return {**found, "parts": [result_dict(part) for part in result.parts]}


def _without_evidence(result: Result) -> Result:
    """The result alone: a long list is looked up in the store when it is looked at, also to leave it out."""
    return replace(result, who=(), why_not={}, events=(), undecided=(), none_arose=(), listed=(), parts=())


@_route("/packs/{pack}/indicators/{indicator}", models.OneResult, summary="One indicator as of a day")
async def one_indicator(
    request: Request, pack: str, indicator: str, as_of: AsOf = None, known_at: KnownAt = None
) -> Response:
    """The result of one indicator."""
    desk, state, at = _standing(request, pack, as_of, known_at, indicator)

    def make() -> dict[str, Any]:
        return {"asked": _asked(desk, at), "result": result_dict(desk.answers.results(at)[indicator])}

    return await _told(request, state, make, at=at.key)


@_route("/packs/{pack}/indicators/{indicator}/series", models.Series, summary="How a figure came about")
async def series(request: Request, pack: str, indicator: str, as_of: AsOf = None, known_at: KnownAt = None) -> Response:
    """The figure at the ends of the period's months up to the day, and on that day: the numbers of the chart."""
    desk, state, at = _standing(request, pack, as_of, known_at, indicator)

    def make() -> dict[str, Any]:
        found = desk.answers.results(at)
        names = [name for name in found.series if name == indicator or name.startswith(f"{indicator}/")]
        return {"asked": _asked(desk, at), "series": [_course(name, found) for name in names]}

    return await _told(request, state, make, at=at.key)


def _course(name: str, found: Results) -> dict[str, Any]:
    return {"indicator": name, "unit": found[name].unit, "points": list(map(_point, found.series[name]))}


def _point(point: Point) -> dict[str, Any]:
    day, value = point
    return {"day": day.isoformat(), "value": exact(value)}


@_route("/packs/{pack}/indicators/{indicator}/breakdown", models.Breakdown, summary="Figures by groups")
async def breakdown(  # noqa: PLR0917  # as above
    request: Request,
    pack: str,
    indicator: str,
    by: Texts = None,
    every: Annotated[str | None, Query(pattern="^(month|quarter|year)$")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response:
    """The figures of an indicator by groups of the register, on a day or over the period."""
    desk, state, at = _standing(request, pack, as_of, known_at, indicator)
    days = days_of(at.statement, cast("Any", every), at.as_of)
    columns = tuple(by or ())

    def make() -> dict[str, Any]:
        found = desk.answers.figures(at, indicator, columns, days).to_dict()
        return {"asked": _asked(desk, at), **{key: found[key] for key in ("days", "by", "figures", "remarks")}}

    return await _told(request, state, make, at=at.key, by=columns, every=every)


# ── what stands behind a figure ──────────────────────────────────────────────────────────────────────────────────────


@_route("/packs/{pack}/indicators/{indicator}/evidence", models.Evidence, summary="Who counted and who did not")
async def evidence(  # noqa: PLR0917  # as above
    request: Request,
    pack: str,
    indicator: str,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    outcome: models.Outcome | None = None,
    offset: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """Who counted and who did not and why, a page at a time; `Link` names the next page and the one before."""
    desk, state, at = _standing(request, pack, as_of, known_at, indicator)

    def make() -> dict[str, Any]:
        result, found = desk.answers.evidence(at, indicator)
        everything = evidence_of(result, found.names)
        kept = [one for one in everything if outcome in (None, one["outcome"])]
        names = ("counted", "not_counted", "undecided", "none_arose")
        return {
            "asked": _asked(desk, at),
            "total": len(kept),
            "offset": offset,
            "counts": {name: sum(one["outcome"] == name for one in everything) for name in names},
            "subjects": kept[offset : offset + limit],
        }

    answer = await _told(request, state, make, at=at.key, outcome=outcome, offset=offset, limit=limit)
    if answer.status_code == 200:
        import json

        answer.headers["Link"] = _links(request, json.loads(bytes(answer.body))["total"], offset, limit)
    return answer


def _links(request: Request, total: int, offset: int, limit: int) -> str:
    places = {"first": 0, "prev": max(offset - limit, 0) if offset else None,
              "next": offset + limit if offset + limit < total else None}  # fmt: skip
    return ", ".join(
        f'<{request.url.include_query_params(offset=place, limit=limit)}>; rel="{name}"'
        for name, place in places.items()
        if place is not None
    )


@_route("/packs/{pack}/indicators/{indicator}/target", models.TargetHistory, summary="The history of a target")
async def target(request: Request, pack: str, indicator: str, as_of: AsOf = None, known_at: KnownAt = None) -> Response:
    """Every version of the target with who set it and where it is written, and which one is in force."""
    desk, state, at = _standing(request, pack, as_of, known_at)
    _, found = desk.answers.require(at.statement, indicator)

    def make() -> dict[str, Any]:
        result = desk.answers.results(at)[indicator]
        pairs = [(indicator, found, result)]
        named = {part.id: part for part in result.parts}
        pairs += [(f"{indicator}/{part.id}", part, named[part.id]) for part in found.parts if part.id in named]
        return {"asked": _asked(desk, at), "targets": {name: versions(one, of) for name, one, of in pairs}}

    return await _told(request, state, make, at=at.key)


def versions(indicator: Indicator, result: Result) -> list[dict[str, Any]]:
    """The versions of a target, stage by stage."""
    return [
        {
            "stage": stage,
            "version": number,
            "told": "; ".join(told(one, indicator)),
            "in_force": one == result.target and number == result.target_version,
            "tbc": one.tbc,
            "known_from": one.known_from.isoformat() if one.known_from else None,
            "effective_from": one.effective_from.isoformat() if one.effective_from else None,
            **provenance_dict(one.provenance),
        }
        for stage, those in enumerate(indicator.stages, 1)
        for number, one in enumerate(those, 1)
    ]


@_route("/packs/{pack}/indicators/{indicator}/explanation", models.Explanation, summary="How a figure came about")
async def explanation(
    request: Request,
    pack: str,
    indicator: str,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    subject: Annotated[str | None, Query(max_length=300)] = None,
) -> Response:
    """Each step of the calculation with its value; with a subject, its story: what counted, what failed."""
    desk, state, at = _standing(request, pack, as_of, known_at, indicator)

    def make() -> dict[str, Any]:
        found = desk.answers.explanation(at, indicator, subject or None).to_dict()
        return {"asked": _asked(desk, at), **{key: found[key] for key in ("calculations", "stories")}}

    return await _told(request, state, make, at=at.key, subject=subject)


# ── comparing, and what was published ────────────────────────────────────────────────────────────────────────────────


@_route("/packs/{pack}/compare", models.Comparison, summary="What changed between two days")
async def compare(
    request: Request,
    pack: str,
    before: Annotated[str, Query(examples=["2009-12-31"])],
    after: Annotated[str, Query(examples=["2010-03-31"])],
    before_known_at: KnownAt = None,
    after_known_at: KnownAt = None,
) -> Response:
    """Every figure that changed, and where the store is not too large, what each cause contributed."""
    desk = desk_of(request)
    state = desk.now()
    sides = (
        place_of(desk, state, pack, before, before_known_at),
        place_of(desk, state, pack, after, after_known_at),
    )

    def make() -> dict[str, Any]:
        found, causes = desk.answers.compared(*sides)
        moved = [one for one in found if one.steps or one.has_moved]
        return {
            "before": found.before.to_dict(),
            "after": found.after.to_dict(),
            "causes": causes,
            "events": {cause: list(events) for cause, events in found.events.items()},
            "differences": [one.to_dict() for one in moved],
            "unchanged": [one.id for one in found if one not in moved],
        }

    return await _told(request, state, make, before=sides[0].key, after=sides[1].key)


@_route("/packs/{pack}/editions", models.Editions, summary="What was published")
async def editions(request: Request, pack: str) -> Response:
    """The editions of the statement, oldest first."""
    desk = desk_of(request)
    state = desk.now()
    statement = state.statement(pack)
    public = desk.answers.is_public

    def make() -> dict[str, Any]:
        found = desk.answers.editions(statement, state.snapshot)
        return {
            "editions": [
                {
                    "name": one.name, "published_at": one.published_at, "as_of": one.asked.as_of,
                    "known_at": one.asked.known_at, "at_import": one.asked.at_import, "pack": one.pack_digest,
                    "engine": one.engine, "by": "" if public else one.by, "reason": "" if public else one.reason,
                    "sha256": one.sha256,
                }
                for one in found
            ]
        }  # fmt: skip

    return await _told(request, state, make)


@router.get(
    "/packs/{pack}/editions/{edition}",
    responses={200: {"description": "The JSON as it was published."}, **REFUSALS},
    response_class=Response,
    summary="One edition",
)
async def edition(request: Request, pack: str, edition: str) -> Response:
    """The results of an edition, byte for byte as they were published."""
    desk = desk_of(request)
    state = desk.now()
    statement = state.statement(pack)

    def make() -> bytes:
        return desk.answers.edition(statement, state.snapshot, edition).results.encode()

    return await desk.respond(request, state, {}, make)
