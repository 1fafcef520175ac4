"""The customer's page over HTTP. Who calls is the link, and only its own case can be reached.

The token comes in the header ``Authorization: Link …`` and never in a URL, so that no log and no history keeps it.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import Field

from api.access import Anyone
from api.asking import EveryOuter, Key, command_id_of
from api.customer_view import CustomerView
from api.identity import doorkeeper_of
from api.linking import OpenLink
from api.routes_attachments import BODY, Attached, thumbnail
from api.schemas import GivenText, Strict, Text, WindowIn
from api.uploads import read_limited
from domain.customer_link import LinkRefusedError
from domain.errors import NotFoundError
from domain.ids import CommandId
from domain.messages import AddNote, AnswerQuote, AskForTime, Command, ConfirmCase, RateCase, Receipt
from domain.people import Role
from domain.registration import ArrivalWindow

router = APIRouter(prefix="/link", tags=["customer"], dependencies=[Depends(Anyone())])
UPLOAD_COST = 10.0


async def opened(request: Request, outer: EveryOuter) -> OpenLink:
    """The link that calls.

    Raises:
        LinkRefusedError: There is none, or it opens nothing.
        TooManyError: It calls too often.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    given = token.strip() if scheme.lower() == "link" else ""
    try:
        return await outer.links.open(given, UPLOAD_COST if request.url.path.endswith("/photo") else 1.0)
    except LinkRefusedError:
        doorkeeper_of(request).slow_down(request)
        raise


def wished_language(
    asked: Annotated[str | None, Query(alias="language", max_length=35)] = None,
    by_header: Annotated[str | None, Header(alias="Callout-Language", max_length=35)] = None,
) -> str | None:
    """The language that the page is shown in; None leaves it to the contact's."""
    return asked or by_header


By = Annotated[OpenLink, Depends(opened)]


async def command_id(request: Request, by: By, key: Key = None) -> CommandId:
    """The id of a command: each link's keys are its own."""
    return await command_id_of(request, by.id, key)


Id = Annotated[CommandId, Depends(command_id)]
Language = Annotated[str | None, Depends(wished_language)]


class AnswerIn(Strict):
    """Whether it is solved."""

    solved: bool
    note: Text = ""


class QuoteIn(Strict):
    """Whether the price is accepted."""

    accepted: bool


class RatingIn(Strict):
    """Satisfaction, 1 (bad) to 5 (good)."""

    csat: Annotated[int, Field(ge=1, le=5)]
    comment: Text = ""


class LinkNoteIn(Strict):
    """What the customer wants to say."""

    text: GivenText


class WindowsIn(Strict):
    """When the customer would let the engineer in."""

    windows: Annotated[tuple[WindowIn, ...], Field(min_length=1, max_length=10)]
    note: Text = ""


class SlotIn(Strict):
    """One of the offered times."""

    slot: Annotated[str, Field(min_length=1, max_length=200)]


@router.get("")
async def show(outer: EveryOuter, by: By, language: Language, response: Response) -> CustomerView:
    """Where things stand, what comes next, and the one thing to do now."""
    response.headers["Cache-Control"] = "no-store"
    return await outer.customers.view(by, language)


@router.post("/confirm")
async def confirm(outer: EveryOuter, by: By, id_: Id, language: Language, body: AnswerIn) -> Receipt:
    """The customer says whether it is solved; if not, the case opens again."""
    message = ConfirmCase(_head(by, id_), body.solved, body.note)
    return await outer.customers.tell(by, "confirm", "confirm", message, language)


@router.post("/quote")
async def quote(outer: EveryOuter, by: By, id_: Id, language: Language, body: QuoteIn) -> Receipt:
    """The customer accepts or refuses the price."""
    message = AnswerQuote(_head(by, id_), body.accepted)
    return await outer.customers.tell(by, "quote", "answer_quote", message, language)


@router.post("/rating")
async def rating(outer: EveryOuter, by: By, id_: Id, language: Language, body: RatingIn) -> Receipt:
    """The customer rates the work; the newest rating counts."""
    message = RateCase(_head(by, id_), body.csat, body.comment)
    return await outer.customers.tell(by, "rating", "rate", message, language)


@router.post("/note")
async def note(outer: EveryOuter, by: By, id_: Id, language: Language, body: LinkNoteIn) -> Receipt:
    """The customer adds a remark."""
    return await outer.customers.tell(by, "note", "note", AddNote(_head(by, id_), body.text), language)


@router.post("/windows")
async def windows(outer: EveryOuter, by: By, id_: Id, language: Language, body: WindowsIn) -> Receipt:
    """The customer asks for another time; a dispatcher decides."""
    spans = tuple(ArrivalWindow(w.start, w.end) for w in body.windows)
    message = AskForTime(_head(by, id_), spans, body.note)
    return await outer.customers.tell(by, "windows", "ask_for_time", message, language)


@router.post("/slot")
async def slot(outer: EveryOuter, by: By, id_: Id, language: Language, body: SlotIn) -> Receipt:
    """The customer takes one of the offered times."""
    return await outer.customers.choose(by, body.slot, _head(by, id_), language)


@router.post("/photo", status_code=201, openapi_extra=BODY)
async def photo(outer: EveryOuter, by: By, id_: Id, language: Language, request: Request) -> Attached:
    """The customer adds a photo or a document; the body is the file itself."""
    body = await read_limited(request.stream(), request.headers.get("content-length"))
    attachment, receipt = await outer.customers.attach(by, body, _head(by, id_), language)
    return Attached(attachment, receipt)


@router.get("/photos/{attachment_id}", response_class=Response)
async def show_photo(outer: EveryOuter, by: By, attachment_id: str) -> Response:
    """A small picture of what the customer added; nothing else of the case is shown."""
    line, kept = await outer.attachments.read(attachment_id)
    if line.case_id != by.case_id or line.uploaded_by_role != Role.CUSTOMER:
        raise NotFoundError("attachment", attachment_id)
    return thumbnail(line, kept.thumbnail)


def _head(by: OpenLink, id_: Id) -> Command:
    return Command(id_, by.actor)
