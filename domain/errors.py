"""The tree of expected errors.

Each class has a stable ``code`` (clients switch on it), the HTTP status that the API maps it to, and whether
the same call may succeed later. Facts are attributes; the message says what is wrong, where, and what to do.
"""

from collections.abc import Sequence
from typing import ClassVar


def named(things: Sequence[str], most: int = 3) -> str:
    """The first few of some things, for a sentence."""
    return ", ".join(things[:most]) + (", …" if len(things) > most else "")


class CalloutError(Exception):
    """Base of every error that a user or another system can cause."""

    code: ClassVar[str] = "callout_error"
    http_status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts: dict[str, object] = facts


class InvalidInputError(CalloutError):
    """A field breaks a rule. ``field`` is a dotted path, ``rule`` a sentence."""

    code = "invalid_input"
    http_status = 422

    def __init__(self, field: str, rule: str, **facts: object) -> None:
        super().__init__(f"{field}: {rule}", field=field, rule=rule, **facts)
        self.field = field
        self.rule = rule


class NotFoundError(CalloutError):
    """Nothing with this id exists."""

    code = "not_found"
    http_status = 404

    def __init__(self, what: str, key: str) -> None:
        super().__init__(f"There is no {what} {key!r}. Check the id.", what=what, key=key)
        self.what = what
        self.key = key


class WrongStateError(CalloutError):
    """The command does not fit the state that the thing is in."""

    code = "wrong_state"
    http_status = 409

    def __init__(self, what: str, key: str, state: str, command: str, allowed: str) -> None:
        super().__init__(
            f"{what} {key} is {state}: '{command}' is possible when it is {allowed}.",
            what=what,
            key=key,
            state=state,
            command=command,
            allowed=allowed,
        )
        self.state = state


class AlreadySplitError(CalloutError):
    """The visit is one of two parts already."""

    code = "already_split"
    http_status = 409

    def __init__(self, visit_id: str) -> None:
        super().__init__(
            f"Visit {visit_id} is one of two parts of a job already, and a job has no more than two. "
            "Ask for another visit when a part has ended.",
            visit_id=visit_id,
        )


class PinnedError(CalloutError):
    """A person fixed the visit's place, and what is asked for would take it away."""

    code = "visit_pinned"
    http_status = 409

    def __init__(self, visit_id: str) -> None:
        super().__init__(
            f"Visit {visit_id} is pinned to its place. Set it free on the board first, then split it.",
            visit_id=visit_id,
        )


class OutOfOrderError(CalloutError):
    """The second part of a split job would begin before the first is over."""

    code = "out_of_order"
    http_status = 409

    def __init__(self, second: str, first: str) -> None:
        super().__init__(
            f"{second} would begin before {first}, the first part of the job, is over. Choose a time after it.",
            visit_id=second,
            first=first,
        )


class StaleBookingError(CalloutError):
    """The booking was changed meanwhile; the caller looked at an older one."""

    code = "stale_booking"
    http_status = 409

    def __init__(self, visit_id: str, given: str, current: str | None) -> None:
        super().__init__(
            f"Visit {visit_id} is no longer on booking {given}; "
            f"{f'the current one is {current}' if current else 'it is being planned again'}. Reload and decide again.",
            visit_id=visit_id,
            given=given,
            current=current,
        )


class DraftChangedError(CalloutError):
    """Another dispatcher changed the territory's draft meanwhile."""

    code = "draft_changed"
    http_status = 409

    def __init__(self, version: int, base_version: int, by: str, visits: tuple[str, ...]) -> None:
        what = f" ({', '.join(visits)})" if visits else ""
        super().__init__(
            f"{by} changed the draft meanwhile{what}. Look at version {version} and decide again.",
            version=version,
            base_version=base_version,
            by=by,
            visits=", ".join(visits),
        )


class KeyUsedError(CalloutError):
    """The idempotency key belongs to another request, or to another file."""

    code = "idempotency_key_used"
    http_status = 409

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was used for another request before. "
            "Repeat a command with its own body, or send a new one with a new key."
        )


class StockError(CalloutError):
    """There is not enough stock for what was asked."""

    code = "not_enough_stock"
    http_status = 409


class StockReservedError(CalloutError):
    """Units are there, but visits hold them.

    Args:
        held: Which visits, as a sentence says it.
        remedy: What to do about it, as a sentence.
    """

    code = "stock_reserved"
    http_status = 409

    def __init__(self, sku: str, location: str, free: int, held: str, remedy: str) -> None:
        super().__init__(
            f"{location} has {free} of {sku} free; the others are held for {held}. {remedy}",
            sku=sku,
            location=location,
            free=free,
            held=held,
        )


class ChecklistIncompleteError(CalloutError):
    """Required items of the visit's checklist have no answer. ``missing`` and ``labels`` name them."""

    code = "checklist_incomplete"
    http_status = 422

    def __init__(self, name: str, missing: list[str], labels: list[str]) -> None:
        super().__init__(
            f"The checklist {name!r} still lacks: {'; '.join(labels)}. Answer these items, then finish again.",
            field="report.checklist",
            missing=", ".join(missing),
            labels="; ".join(labels),
        )


class UnavailableError(CalloutError):
    """A part of the system does not answer at the moment."""

    code = "unavailable"
    http_status = 503
    retryable = True
