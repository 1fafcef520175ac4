"""How errors of the domain and of activities reach the caller of an update."""

from collections.abc import Iterator
from contextlib import contextmanager

from temporalio.exceptions import ActivityError, ApplicationError, FailureError

from domain.errors import CalloutError, StaleBookingError


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


def is_stale_booking(error: FailureError) -> bool:
    """Whether the record refused a change because a newer booking is in it.

    A local activity fails with the application error itself, any other activity wraps it.
    """
    cause = error.cause if isinstance(error, ActivityError) else error
    return isinstance(cause, ApplicationError) and cause.type == StaleBookingError.code


def _plain(facts: dict[str, object]) -> dict[str, str | None]:
    return {key: None if value is None else str(value) for key, value in facts.items()}
