"""What the engineer's phone asks for. What the engineer does goes through the commands of visits and attachments."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import date, datetime

from fastapi import APIRouter, Request, Response
from fastapi.encoders import jsonable_encoder

from api.access import Action, Resource, allow
from api.asking import Everything, Who
from domain.errors import CalloutError
from models.reach import Reach
from models.screens.field import FieldDay

router = APIRouter(tags=["field"])


class NoEngineerError(CalloutError):
    """The caller does no visits."""

    code = "no_engineer"
    http_status = 409

    def __init__(self) -> None:
        super().__init__("This account belongs to no field engineer. Ask an administrator to name the engineer.")


@dataclass(frozen=True)
class CompanyClock:
    """By what the phone tells the time of an act, however wrong its own clock is.

    Attributes:
        now: The company's time when this was answered.
        speed: How many of its seconds pass in one.
    """

    now: datetime
    speed: float


@dataclass(frozen=True)
class FieldAnswer(FieldDay):
    """An engineer's day, and what time it is."""

    clock: CompanyClock


@router.get("/field/day", response_model=FieldAnswer, dependencies=allow(Resource.VISIT, Action.VIEW))
async def show_my_day(
    app: Everything, who: Who, request: Request, response: Response, day: date | None = None
) -> FieldAnswer | Response:
    """The engineer's own day with everything that it needs without a network; ``day`` is local, today without.

    Contacts are in clear for accepted visits of today and tomorrow; each is recorded once per visit and day. The
    ETag stands for everything but the clock.
    """
    caller = who.caller
    if not caller.engineer:
        raise NoEngineerError
    queries = app.queries.within(Reach(caller.territory, caller.engineer, own_work=True))
    found = await queries.field_day(day, caller.id)
    tag = _tag(found)
    response.headers["ETag"] = tag
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    base = await queries.timebase()
    clock = CompanyClock(await queries.now(), base.speed)
    return FieldAnswer(**{name: getattr(found, name) for name in FieldDay.__dataclass_fields__}, clock=clock)


def _tag(found: FieldDay) -> str:
    text = repr(sorted(jsonable_encoder(asdict(found)).items()))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
