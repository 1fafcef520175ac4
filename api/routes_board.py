"""The dispatcher's board over HTTP."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import AwareDatetime, TypeAdapter

from api.asking import App
from domain.errors import InvalidInputError
from models.screens.board_lines import Board

router = APIRouter(tags=["board"])

_BOARD = TypeAdapter(Board)
FRESH_SECONDS = 60
"""States of promises change with time alone; an answer older than this is not confirmed any more."""


@router.get("/territories/{territory_id}/board", response_model=Board, responses={304: {"description": "As it was."}})
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
