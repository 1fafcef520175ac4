"""Arrival windows that are kept for customers who are still deciding. Pure functions of time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.calendars import Calendar, open_intervals
from domain.case import VisitNeeds
from domain.errors import CalloutError
from domain.ids import BookingId, CaseId, EngineerId, VisitId
from domain.registration import ArrivalWindow
from domain.vocabulary import BookingState, Severity, VisitState
from domain.world import BookingFact, OpenVisit, Point


@dataclass(frozen=True)
class HeldSlot:
    """A window that is kept for a case until ``expires``, with the engineer's time that makes it possible."""

    id: str
    case_id: CaseId
    window: ArrivalWindow
    engineer: EngineerId
    arrival: datetime
    finish: datetime
    point: Point
    needs: VisitNeeds
    held_at: datetime
    expires: datetime


class SlotGoneError(CalloutError):
    """The window is not free, or not free any more; ``free`` says what is."""

    code = "slot_gone"
    http_status = 409

    def __init__(self, why: str, free: list[dict[str, object]]) -> None:
        super().__init__(f"{why} Choose one of the windows that are free now.", free=free)


def with_holds(visits: Iterable[OpenVisit], holds: Iterable[HeldSlot]) -> tuple[OpenVisit, ...]:
    """Open visits as planning must see them while windows are held.

    A visit that waits for a place is planned within the window that its customer is being offered. Where there is no
    such visit (yet), the held time of the engineer is taken, as by a visit of another territory.
    """
    every = list(visits)
    for hold in holds:
        waiting = next((n for n, visit in enumerate(every) if _waits(visit, hold)), None)
        if waiting is None:
            every.append(_taken(hold))
        else:
            every[waiting] = replace(every[waiting], needs=replace(every[waiting].needs, windows=(hold.window,)))
    return tuple(every)


def arrival_windows(calendar: Calendar, start: datetime, end: datetime, length: timedelta) -> Iterator[ArrivalWindow]:
    """The windows from which a customer chooses: opening hours cut into equal spans.

    What is left at the end of a day is a window of its own when it is at least half as long.

    Args:
        calendar: When engineers come.
        start: The first midnight; windows are counted from each opening.
        end: Windows begin before this moment.
        length: How wide a window is.
    """
    for opens, closes in open_intervals(calendar, start, end):
        begin = opens
        while closes - begin >= length / 2:
            yield ArrivalWindow(begin, min(begin + length, closes))
            begin += length


def _waits(visit: OpenVisit, hold: HeldSlot) -> bool:
    return visit.case_id == hold.case_id and visit.state is VisitState.REQUESTED and visit.booking is None


def _taken(hold: HeldSlot) -> OpenVisit:
    id_ = VisitId(f"{hold.case_id}-hold")
    booking = BookingFact(
        BookingId(f"{id_}-B1"), BookingState.CONFIRMED, hold.engineer, hold.arrival, hold.finish, window=hold.window
    )
    return OpenVisit(
        id=id_,
        case_id=hold.case_id,
        version=0,
        state=VisitState.CONFIRMED,
        severity=Severity.LOW,
        point=hold.point,
        requested=hold.held_at,
        needs=replace(hold.needs, parts=()),
        booking=booking,
        is_foreign=True,
    )
