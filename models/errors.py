"""The database's refusals as errors that people and workflows can act on."""

from collections.abc import Sequence

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from domain.because import Because
from domain.errors import CalloutError, InvalidInputError, StockError, UnavailableError


class ConflictError(CalloutError):
    """A rule of the record refuses the change; ``constraint`` names it."""

    code = "conflict"
    http_status = 409

    def __init__(self, constraint: str) -> None:
        super().__init__(f"The record refuses the change (rule {constraint}). Reload and try again.", rule=constraint)
        self.constraint = constraint


class BookingConflictError(CalloutError):
    """The engineer, or the visit, has another booking at that time."""

    code = "booking_conflict"
    http_status = 409

    def __init__(self, constraint: str = "booking_engineer_excl") -> None:
        what = "The visit already has a booking" if "visit" in constraint else "The engineer is booked at that time"
        super().__init__(f"{what}. Choose another time or engineer.", rule=constraint)
        self.constraint = constraint


class StaleVersionError(CalloutError):
    """Somebody wrote a newer state meanwhile; the record never goes back."""

    code = "stale_version"
    http_status = 409

    def __init__(self, what: str, key: str, given: int, current: int) -> None:
        super().__init__(
            f"{what} {key} is at version {current}; version {given} is older and is not written.",
            what=what,
            key=key,
            given=given,
            current=current,
        )
        self.given = given
        self.current = current


class EngineerUnfitError(CalloutError):
    """The engineer cannot make this visit: a skill, a tool, an absence or the customer's window is in the way.

    ``because`` says what, as ``why`` does in English.
    """

    code = "engineer_unfit"
    http_status = 409

    def __init__(self, engineer: str, because: Sequence[Because]) -> None:
        why = "; ".join(one.sentence for one in because)
        super().__init__(f"Engineer {engineer} cannot make the visit then: {why}.", engineer=engineer, why=why)
        self.engineer = engineer
        self.why = why
        self.because = tuple(because)


_CONFLICTS: dict[str, type[BookingConflictError]] = {
    "booking_engineer_excl": BookingConflictError,
    "booking_visit_occupied_key": BookingConflictError,
}
_STOCK = {
    "stock_on_hand_check": "There is not enough stock at the location.",
    "stock_reserved_check": "More units are released than were reserved.",
    "stock_available_check": "There is not enough stock at the location that is not reserved already.",
    "reservation_serial_held_key": "The serial number is reserved already.",
}
_BUSY = {"40001", "40P01", "55P03", "57014"}  # serialisation, deadlock, lock time-out, cancelled statement
_BUSY_CLASSES = {"08", "53", "57", "58", "XX"}  # connection, resources, shut-down, I/O, server bug
_CUT_OFF = (OSError, asyncpg.InterfaceError, PoolTimeoutError, OperationalError, InterfaceError)


def typed(error: BaseException) -> CalloutError | None:
    """The domain's error for one of the driver's, or None when it is a fault of the program."""
    driver = error.orig.__cause__ if isinstance(error, DBAPIError) and error.orig else error
    state = getattr(driver, "sqlstate", None) or ""
    constraint = getattr(driver, "constraint_name", None) or ""
    if constraint in _CONFLICTS:
        return _CONFLICTS[constraint](constraint)
    if constraint in _STOCK:
        return StockError(_STOCK[constraint], rule=constraint)
    if state.startswith("22"):
        return InvalidInputError("value", "holds a character or a number that the record cannot keep")
    if state.startswith("23"):
        return ConflictError(constraint or state)
    cut = isinstance(error, DBAPIError) and error.connection_invalidated
    if cut or isinstance(error, _CUT_OFF) or state in _BUSY or state[:2] in _BUSY_CLASSES:
        return UnavailableError("The database does not answer at the moment. Try again shortly.")
    return None


DRIVER_ERRORS = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
"""What a session may raise."""
