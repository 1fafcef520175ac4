"""The arrival window that a customer is told."""

from datetime import datetime, timedelta

HALF = timedelta(minutes=30)


def told_window(arrival: datetime, start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
    """The agreed window, or two hours on full half hours with the planned arrival in the first of them.

    Args:
        arrival: Planned; it lies within the window.
        start, end: The window that was agreed; None when there is none.
    """
    if start is not None and end is not None:
        return start, end
    hour = arrival.replace(minute=0, second=0, microsecond=0)
    rounded = hour + HALF * ((arrival - hour) // HALF)
    return rounded - HALF, rounded + 3 * HALF
