"""What a customer, or whoever was there, adds to a case beside its main story: files, a rating, another time."""

from datetime import datetime

from domain.case import CaseProgress, require
from domain.errors import InvalidInputError, WrongStateError
from domain.messages import AskForTime, AttachFile, EventData, EventDraft, RateCase
from domain.registration import MAX_TEXT

MAX_WINDOWS = 10


def attach(progress: CaseProgress, command: AttachFile, at: datetime) -> list[EventDraft]:
    """A file belongs to the case from now on; the event is what makes it visible."""
    require(progress, "attach")
    data: EventData = {
        "attachment_id": command.attachment_id,
        "attachment_kind": command.kind.value,
        "media_type": command.media_type,
        "size": command.size,
        "visit_id": command.visit_id,
    }
    return [EventDraft("attached", at, command.command.actor, data)]


def rate(progress: CaseProgress, command: RateCase, at: datetime) -> list[EventDraft]:
    """The customer says how satisfied they are; the newest rating counts."""
    require(progress, "rate")
    if not 1 <= command.satisfaction <= 5:
        raise InvalidInputError("satisfaction", "must lie between 1 (bad) and 5 (good)")
    _limit("comment", command.comment)
    progress.satisfaction = command.satisfaction
    data: EventData = {"satisfaction": command.satisfaction, "comment": command.comment}
    return [EventDraft("rated", at, command.command.actor, data)]


def ask_for_time(progress: CaseProgress, command: AskForTime, at: datetime, now: datetime) -> list[EventDraft]:
    """The customer would rather be visited at another time.

    A visit that is not asked for yet gets these windows by itself. A booked one stays where it is until a dispatcher
    moves it: what one customer asks for may break the promise to another.
    """
    require(progress, "ask_for_time")
    if progress.visit_state is not None and progress.open_visit and progress.visit_state.has_started:
        raise WrongStateError("visit", progress.open_visit, progress.visit_state, "ask_for_time", "not started")
    _limit("note", command.note)
    if not 1 <= len(command.windows) <= MAX_WINDOWS:
        raise InvalidInputError("windows", f"name 1 to {MAX_WINDOWS} spans of time")
    for number, window in enumerate(command.windows):
        if window.start.tzinfo is None or window.end.tzinfo is None:
            raise InvalidInputError(f"windows[{number}]", "times must carry a time zone")
        if window.start >= window.end:
            raise InvalidInputError(f"windows[{number}]", "ends before it starts")
        if window.end <= now:
            raise InvalidInputError(f"windows[{number}]", "has passed already")
    progress.windows = command.windows
    spans = "; ".join(f"{w.start.isoformat()}/{w.end.isoformat()}" for w in command.windows)
    return [EventDraft("time_asked", at, command.command.actor, {"windows": spans, "note": command.note})]


def _limit(field: str, text: str) -> None:
    if len(text) > MAX_TEXT:
        raise InvalidInputError(field, f"is longer than {MAX_TEXT} characters")
