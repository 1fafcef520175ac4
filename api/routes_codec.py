"""The Temporal UI's remote codec over HTTP. Its page is another origin: only that one is answered."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import JSONResponse

from api.access import Action, Anyone, Resource, allow
from api.asking import Everything, Id, Who
from api.codec import origin_of
from api.identity import trust_reading_from
from api.uploads import read_limited
from domain.errors import InvalidInputError
from domain.people import Role
from models.repositories.administration import By

router = APIRouter(prefix="/codec", tags=["administration"])
LONGEST_NAMESPACE = 200
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "Payloads in protobuf's JSON form.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


def ui_origin(request: Request) -> str:
    """Where the company's Temporal UI is; empty without one."""
    return origin_of(request.app.state.serving.workflows)


async def trust_the_ui(request: Request) -> None:
    """Let the UI's page read with the administrator's cookie: it has no CSRF token, and reading changes nothing."""
    trust_reading_from(request, ui_origin(request))


@router.options("/decode", include_in_schema=False, dependencies=[Depends(Anyone())])
async def may_decode(request: Request) -> Response:
    """What a browser asks before it lets the UI's page send payloads."""
    return Response(status_code=204, headers=_cors(request))


@router.post(
    "/decode",
    openapi_extra=BODY,
    dependencies=[Depends(trust_the_ui), *allow(Resource.HISTORY, Action.VIEW)],
)
async def decode_payloads(
    app: Everything,
    id_: Id,
    who: Who,
    request: Request,
    namespace: Annotated[str, Header(alias="X-Namespace", max_length=LONGEST_NAMESPACE)] = "",
) -> Response:
    """Payloads of workflow histories in the clear, for administrators; that they were read is in the audit."""
    body = await read_limited(request.stream(), request.headers.get("content-length"))
    try:
        given = json.loads(body)
    except ValueError as error:
        raise InvalidInputError("body", "must be JSON") from error
    reader = app.administration.histories
    by = By(who.actor(Role.ADMIN), id_, await reader.now())
    return JSONResponse(await reader.decode(given, namespace, by), headers=_cors(request))


def _cors(request: Request) -> dict[str, str]:
    origin = request.headers.get("origin", "")
    headers = {"Vary": "Origin"}
    if origin and origin == ui_origin(request):
        headers |= {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Namespace",
        }
    return headers
