"""How errors of the domain and of activities reach the caller of an update."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from temporalio.exceptions import ActivityError, ApplicationError, FailureError

from domain.errors import CalloutError, StaleBookingError, WrongStateError


@contextmanager
def answered() -> Iterator[None]:
    """Turn a domain error, or the business error of an activity, into a failed update with a stable type.

    Anything else would retry the workflow task for ever while the caller hangs.
    """
    try:
        yield
    except CalloutError as error:
        raise ApplicationError(error.message, _plain(error.facts), type=error.code, non_retryable=True) from error
    except ActivityError as error:
        if isinstance(error.cause, ApplicationError):
            cause = error.cause
            raise ApplicationError(cause.message, *cause.details, type=cause.type, non_retryable=True) from error
        raise ApplicationError("The record did not answer; try again.", type="unavailable") from error


REST_AFTER_REFUSAL = timedelta(minutes=1)
"""Before something is tried again that the record refused and that nobody else repeats."""


class RecordRefusedError(Exception):
    """The record refused, for good, what a workflow did of its own accord: a fault of the program.

    No ``FailureError`` on purpose. That would end the workflow, and with it the case; this fails the workflow's task,
    which the server tries again until the fault is mended.
    """


@contextmanager
def unrefused() -> Iterator[None]:
    """Let a workflow stand still, instead of ending, where the record refuses what it may not refuse."""
    try:
        yield
    except (ActivityError, ApplicationError) as error:
        if (refusal := _refusal(error)) is None:
            raise
        raise RecordRefusedError(refusal.type or "unknown") from error


def is_stale_booking(error: FailureError) -> bool:
    """Whether the record refused a change because a newer booking is in it."""
    refusal = _refusal(error)
    return refusal is not None and refusal.type == StaleBookingError.code


def is_wrong_state(error: FailureError) -> bool:
    """Whether the record refused a change because the thing is not in a state for it any more."""
    refusal = _refusal(error)
    return refusal is not None and refusal.type == WrongStateError.code


def recorded_version(error: FailureError) -> int | None:
    """The record's version, if it refused a change because that rests on an older one; None otherwise.

    A worker may die after it recorded steps that the server never heard of. They come again, but what came in
    meanwhile may come before them, on top of a state that the record is ahead of.
    """
    refusal = _refusal(error)
    if refusal is None or refusal.type != "stale_version":
        return None
    return int(refusal.details[0]["current"])


def _refusal(error: FailureError) -> ApplicationError | None:
    # A local activity fails with the application error itself, any other activity wraps it.
    cause = error.cause if isinstance(error, ActivityError) else error
    return cause if isinstance(cause, ApplicationError) else None


def _plain(facts: dict[str, object]) -> dict[str, str | None]:
    return {key: None if value is None else str(value) for key, value in facts.items()}
