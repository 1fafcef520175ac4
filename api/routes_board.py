"""The dispatcher's board over HTTP."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import AwareDatetime, TypeAdapter

from activities.planning.moves import Consequence
from activities.planning.placing import Place
from activities.planning.splitting import SplitConsequence
from api.access import Action, Resource, allow
from api.asking import App, Id, Parts, Who, command, known_territory
from api.forms import check_visit_id
from api.schemas_board import DraftIn, DraftVersion, PinIn, PreviewIn, PublishMovesIn, SplitIn
from domain.errors import InvalidInputError
from domain.ids import CommandId
from domain.messages import (
    ChangeDraft,
    DiscardDraft,
    MovesReceipt,
    PinVisit,
    Receipt,
    UndoDraft,
)
from domain.people import Role
from models.screens.board_lines import Board

router = APIRouter(tags=["board"])

UNSPLIT: dict[int | str, dict[str, Any]] = {
    409: {"description": "`wrong_state`, `visit_pinned` or `already_split`: why it cannot be split is said."}
}

_BOARD = TypeAdapter(Board)
FRESH_SECONDS = 60
"""States of promises change with time alone; an answer older than this is not confirmed any more."""

CHANGED: dict[int | str, dict[str, Any]] = {
    409: {"description": "`draft_changed`: another dispatcher changed the draft; what and who is said."}
}


@router.get(
    "/territories/{territory_id}/board",
    response_model=Board,
    responses={304: {"description": "As it was."}},
    dependencies=allow(Resource.BOARD, Action.VIEW),
)
async def show_board(
    app: App,
    request: Request,
    territory_id: str,
    start: Annotated[AwareDatetime | None, Query(alias="from", examples=["2026-11-23T00:00:00+01:00"])] = None,
    end: Annotated[AwareDatetime | None, Query(alias="to", examples=["2026-11-25T00:00:00+01:00"])] = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Engineers, stops, what waits for a place, and the draft. With the ``ETag`` of an earlier answer: 304."""
    if start and end and start >= end:
        raise InvalidInputError("to", "must be later than from")
    span = request.url.query
    minute = int((await app.queries.now()).timestamp()) // FRESH_SECONDS
    if if_none_match and if_none_match == _tag(await app.queries.board_version(territory_id), minute, span):
        return Response(status_code=304, headers={"ETag": if_none_match})
    board, version = await app.queries.board(territory_id, start, end)
    tag = _tag(version, int(board.now.timestamp()) // FRESH_SECONDS, span)
    content = _BOARD.dump_json(board, by_alias=True)
    return Response(content, media_type="application/json", headers={"ETag": tag, "Cache-Control": "no-cache"})


def _tag(version: str, minute: int, span: str) -> str:
    return f'"{hashlib.blake2b(f"{version}|{minute}|{span}".encode(), digest_size=12).hexdigest()}"'


@router.post("/territories/{territory_id}/preview", dependencies=allow(Resource.DRAFT, Action.PREVIEW))
async def preview_moves(app: App, territory_id: str, body: PreviewIn) -> Consequence:
    """What moves would do, on top of what is published and drafted. Nothing is stored."""
    return await app.previews.consequence(await known_territory(app, territory_id), [m.to_domain() for m in body.moves])


@router.post("/territories/{territory_id}/draft", responses=CHANGED, dependencies=allow(Resource.DRAFT, Action.CHANGE))
async def change_draft(app: App, id_: Id, who: Who, territory_id: str, body: DraftIn) -> Receipt:
    """Move visits in the draft that the territory's dispatchers share. The receipt's version is the draft's."""
    moves = tuple(move.to_domain() for move in body.moves)
    message = ChangeDraft(command(id_, who, Role.DISPATCHER), moves, body.base_version)
    return await _tell(app, territory_id, "change_draft", message)


@router.post("/territories/{territory_id}/draft/undo", dependencies=allow(Resource.DRAFT, Action.CHANGE))
async def undo_draft(app: App, id_: Id, who: Who, territory_id: str) -> Receipt:
    """Take the caller's own last change of the draft back."""
    return await _tell(app, territory_id, "undo_draft", UndoDraft(command(id_, who, Role.DISPATCHER)))


@router.post(
    "/territories/{territory_id}/draft/publish",
    responses=CHANGED,
    dependencies=allow(Resource.DRAFT, Action.PUBLISH),
)
async def publish_moves(app: App, id_: Id, who: Who, territory_id: str, body: PublishMovesIn) -> MovesReceipt:
    """Make the draft's moves bookings, all or some; what changed meanwhile is left alone and named."""
    message = body.message(command(id_, who, Role.DISPATCHER))
    return await app.commands.publish_moves(await known_territory(app, territory_id), message)


@router.delete(
    "/territories/{territory_id}/draft", responses=CHANGED, dependencies=allow(Resource.DRAFT, Action.CHANGE)
)
async def discard_draft(
    app: App, id_: Id, who: Who, territory_id: str, base_version: Annotated[DraftVersion, Query(examples=[3])]
) -> Receipt:
    """Forget every move of the draft; ``base_version`` is the draft that was looked at."""
    message = DiscardDraft(command(id_, who, Role.DISPATCHER), base_version)
    return await _tell(app, territory_id, "discard_draft", message)


@router.post("/visits/{visit_id}/pin", dependencies=allow(Resource.VISIT, Action.PIN))
async def pin_visit(app: App, id_: Id, who: Who, visit_id: str, body: PinIn) -> Receipt:
    """Fix the engineer, the time or both of a visit's booking, so that planning leaves it, or set it free."""
    visit = check_visit_id(visit_id)
    message = PinVisit(command(id_, who, Role.DISPATCHER), visit, body.kind)
    return await app.commands.territory(await app.queries.territory_of_visit(visit), "pin_visit", message)


@router.post("/visits/{visit_id}/split/preview", dependencies=allow(Resource.VISIT, Action.SPLIT))
async def preview_split(app: App, who: Who, visit_id: str, body: SplitIn) -> SplitConsequence:
    """Which place a visit would give up, and where its two parts would go. Nothing is stored."""
    visit = check_visit_id(visit_id)
    asked = body.message(command(CommandId("preview"), who, Role.DISPATCHER))
    return await app.previews.split(await app.queries.territory_of_visit(visit), visit, asked)


@router.post("/visits/{visit_id}/split", responses=UNSPLIT, dependencies=allow(Resource.VISIT, Action.SPLIT))
async def split_visit(app: App, id_: Id, who: Who, visit_id: str, body: SplitIn) -> Receipt:
    """A long job becomes two visits of its case, the second after the first; both are planned anew."""
    visit = check_visit_id(visit_id)
    return await app.commands.visit(visit, "split", body.message(command(id_, who, Role.DISPATCHER)))


@router.get("/visits/{visit_id}/places", dependencies=allow(Resource.DRAFT, Action.PREVIEW))
async def show_places(app: App, visit_id: str) -> tuple[Place, ...]:
    """Where a visit would go on the published plan, the cheapest place first, each with its true extra cost."""
    visit = check_visit_id(visit_id)
    return await app.previews.places(await app.queries.territory_of_visit(visit), visit)


async def _tell(app: Parts, territory_id: str, update: str, message: Any) -> Receipt:
    return await app.commands.territory(await known_territory(app, territory_id), update, message)
