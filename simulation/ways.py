"""How long ways take in a simulated town: as the planner expects, before chance makes them longer or shorter."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.world import Point
from travel.great_circle import GreatCircleTravel
from travel.points import Point as TravelPoint
from travel.times import TravelTimes


class TownWays:
    """Travel times by the local hour."""

    def __init__(self, time_zone: str, travel: TravelTimes | None = None) -> None:
        """Takes the town's zone and where travel times come from; the great circle when left out."""
        self._zone = ZoneInfo(time_zone)
        self._travel = travel or GreatCircleTravel()

    def __call__(self, start: Point, end: Point, at: datetime) -> timedelta:
        """The usual time of a way that begins at a moment."""
        if start == end:
            return timedelta(0)
        origin = TravelPoint(start.latitude, start.longitude)
        target = TravelPoint(end.latitude, end.longitude)
        return timedelta(seconds=self._travel.leg(origin, target, at.astimezone(self._zone).hour).seconds)
