"""Photos, signatures and documents over HTTP: the body is the file itself."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from api.access import Action, Resource, allow
from api.asking import Id, Outer, Who, command
from api.forms import check_visit_id
from api.uploads import MAX_BYTES, read_limited
from domain.errors import InvalidInputError, NotFoundError
from domain.ids import CaseId, VisitId, case_of
from domain.messages import Command, Receipt
from domain.people import Role
from domain.registration import check_case_id
from domain.vocabulary import AttachmentKind
from models.repositories.attachments import AttachmentLine

router = APIRouter(tags=["attachments"])

BODY = {
    "requestBody": {
        "required": True,
        "description": f"The file: JPEG, PNG, WebP or PDF, at most {MAX_BYTES // 1_000_000} MB.",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("image/jpeg", "image/png", "image/webp", "application/pdf")
        },
    }
}
Kind = Annotated[AttachmentKind, Query()]
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    # The same id is always the same bytes, but not everybody may see them.
    "Cache-Control": "private, max-age=86400, immutable",
}
"""A browser takes the file for what it says it is, keeps it to us, and runs nothing of it."""

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}


@dataclass(frozen=True)
class Attached:
    """A file that belongs to the case now."""

    attachment_id: str
    receipt: Receipt


@router.post(
    "/cases/{case_id}/attachments",
    status_code=201,
    openapi_extra=BODY,
    dependencies=allow(Resource.CASE, Action.ATTACH),
)
async def attach_to_case(
    outer: Outer, id_: Id, who: Who, case_id: str, request: Request, kind: Kind = AttachmentKind.PHOTO
) -> Attached:
    """Add a file to a case. Pictures lose place and camera; the type is what the content says."""
    return await attach(outer, request, check_case_id(case_id), None, kind, command(id_, who, Role.AGENT))


@router.post(
    "/visits/{visit_id}/attachments",
    status_code=201,
    openapi_extra=BODY,
    dependencies=allow(Resource.CASE, Action.ATTACH),
)
async def attach_to_visit(
    outer: Outer,
    id_: Id,
    who: Who,
    visit_id: str,
    request: Request,
    kind: Kind = AttachmentKind.PHOTO,
    at: Annotated[AwareDatetime | None, Query(description="When it was taken, if earlier than now.")] = None,
) -> Attached:
    """Add a file to a visit, and so to its case. A phone that was offline sends it later, with its time."""
    visit = check_visit_id(visit_id)
    return await attach(outer, request, case_of(visit), visit, kind, command(id_, who, Role.ENGINEER, at))


@router.get("/cases/{case_id}/attachments", dependencies=allow(Resource.ATTACHMENT, Action.VIEW))
async def list_of_case(outer: Outer, case_id: str) -> list[AttachmentLine]:
    """A case's files, the oldest first."""
    return await outer.attachments.of_case(check_case_id(case_id))


@router.get("/visits/{visit_id}/attachments", dependencies=allow(Resource.ATTACHMENT, Action.VIEW))
async def list_of_visit(outer: Outer, visit_id: str) -> list[AttachmentLine]:
    """A visit's files, the oldest first."""
    visit = check_visit_id(visit_id)
    return await outer.attachments.of_case(case_of(visit), visit)


@router.get(
    "/attachments/{attachment_id}", response_class=Response, dependencies=allow(Resource.ATTACHMENT, Action.VIEW)
)
async def download(outer: Outer, attachment_id: str, request: Request) -> Response:
    """The file itself, as a download."""
    line, kept = await outer.attachments.read(attachment_id)
    name = f"{line.case_id}-{line.kind}-{line.id[2:10]}.{EXTENSIONS[kept.media_type]}"
    headers = {**SAFE, "ETag": f'"{kept.sha256}"', "Content-Disposition": f'attachment; filename="{name}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(kept.content, media_type=kept.media_type, headers=headers)


@router.get(
    "/attachments/{attachment_id}/thumbnail",
    response_class=Response,
    dependencies=allow(Resource.ATTACHMENT, Action.VIEW),
)
async def show_thumbnail(outer: Outer, attachment_id: str) -> Response:
    """A small picture of the file, a JPEG; documents have none."""
    line, kept = await outer.attachments.read(attachment_id)
    return thumbnail(line, kept.thumbnail)


def thumbnail(line: AttachmentLine, content: bytes | None) -> Response:
    """A thumbnail as an answer.

    Raises:
        NotFoundError: The file has none.
    """
    if content is None:
        raise NotFoundError("thumbnail of attachment", line.id)
    headers = {**SAFE, "Content-Disposition": f'inline; filename="{line.id[2:10]}.jpg"'}
    return Response(content, media_type="image/jpeg", headers=headers)


async def attach(
    outer: Outer, request: Request, case_id: CaseId, visit: VisitId | None, kind: AttachmentKind, head: Command
) -> Attached:
    """Read the body and add it to the case."""
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise InvalidInputError("Content-Type", "send the file itself as the body, not a form")
    body = await read_limited(request.stream(), request.headers.get("content-length"))
    id_, receipt = await outer.attachments.add(case_id, visit, kind, body, head)
    return Attached(id_, receipt)
