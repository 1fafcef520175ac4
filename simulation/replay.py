"""Requests from a file as calls of a run: each at its real time, once for each dispatcher."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.errors import InvalidInputError
from intake.mapping import Mapping
from intake.requests import Reject, read_requests
from samples.arrivals import Arrival
from simulation.population import DISPATCHERS, Dispatcher


@dataclass(frozen=True)
class Requests:
    """The requests of a stretch of days, in order of time, and how many rows of it were bad."""

    calls: tuple[Arrival, ...]
    rejected: int


def read(path: Path, mapping: Mapping, first: date, last: date) -> Requests:
    """The good requests of these local days, both included.

    Raises:
        InvalidInputError: There is none, or the days are in the wrong order.
    """
    if last < first:
        raise InvalidInputError("--to", f"{last} lies before --from {first}")
    zone = ZoneInfo(mapping.time.zone)
    start = datetime.combine(first, time(0), tzinfo=zone)
    end = datetime.combine(last + timedelta(days=1), time(0), tzinfo=zone)
    calls: list[Arrival] = []
    rejected = 0
    for row in read_requests(path, mapping):
        if isinstance(row, Reject):
            rejected += 1
        elif start <= row.created_at < end:
            calls.append(
                Arrival(row.case_id, row.created_at.astimezone(UTC), row.registration, DISPATCHERS[0].territory)
            )
    if not calls:
        raise InvalidInputError("--from", f"the file has no good request from {first} to {last}")
    return Requests(tuple(sorted(calls, key=lambda call: (call.at, call.case_id))), rejected)


class TwinCalls:
    """Gives every request to every dispatcher at the same moment."""

    def __init__(self, requests: Sequence[Arrival], dispatchers: Sequence[Dispatcher] = DISPATCHERS) -> None:
        """Doubles the requests."""
        self.calls = tuple(twin(request, dispatcher) for request in requests for dispatcher in dispatchers)

    def between(self, start: datetime, end: datetime) -> Iterable[Arrival]:
        """Every call with ``start <= at < end``."""
        return [call for call in self.calls if start <= call.at < end]


def twin(request: Arrival, dispatcher: Dispatcher) -> Arrival:
    """A dispatcher's copy of a request, with ids of its own."""
    key = request.case_id.partition("-")[2]
    given = replace(request.registration, external_ref=f"{dispatcher.key}.{key}", customer_id="")
    return Arrival(dispatcher.case(key), request.at, given, dispatcher.territory)
