"""What a plan must respect and what it should aim for.

Objectives, in the default order of importance (each weight is far above the next one's usual total):

1. mandatory and high-priority visits served,
2. promises kept: lateness against ``latest_sla_end``,
3. little disruption of what was published,
4. travel time, distance, overtime and, if it is paid for, working time,
5. the preferred engineer,
6. the least over-qualified engineer,
7. a fair load, if it is asked for: the same share of each shift filled.

Fairness is a cost of each used shift, ``busy**2 / length``: ``busy`` are the seconds of travel (as the matrix has them)
and work, ``length`` those of the shift. For the same work in all this is least when every shift has the same share
``busy / length``, and a further minute always costs less where the share is lower. Of the usual measures (Matl, Hartl
and Vidal 2018, "Workload equity in vehicle routing problems") a sum of squares is the one that is a cost per route,
judges all shifts and not only the fullest, and never rewards a detour.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from scheduler.units import Cost


class HardRule(StrEnum):
    """Hard rules that a company may switch off. Travel, shifts, pins and one place at a time always hold."""

    SKILLS = "skills"
    CERTIFICATES = "certificates"
    TOOLS = "tools"
    PARTS = "parts"
    WINDOWS = "windows"
    BREAKS = "breaks"
    ENGINEERS = "engineers"
    """Required and excluded engineers of a visit."""
    MAX_VISITS = "max_visits"
    LONGEST_TOUR = "longest_tour"


ALL_RULES = frozenset(HardRule)


def _unserved() -> dict[int, Cost]:
    return {1: 100_000, 2: 200_000, 3: 400_000, 4: 800_000, 5: 1_600_000}


@dataclass(frozen=True)
class SchedulingPolicy:
    """Hard rules that are on, and the weights of the objectives.

    Attributes:
        rules: the hard rules that are on.
        unserved: cost of leaving out a visit, by priority 1..5. The scheduler scales all of these up by one
            whole factor per problem, so that the least of them is above the lateness and disruption of all
            visits together: a late promise is never a reason to drop a visit.
        unserved_mandatory: added for a mandatory visit, scaled likewise.
        unserved_pinned: added for a pinned visit, scaled likewise.
        lateness_percent: scales each visit's own ``late_cost_per_minute``.
        moved_engineer: a published booking goes to another engineer. ADR 0008 has the measurement behind it.
        moved_minute: per minute by which a published start moves, in either direction; what keeps a booking on its
            day.
        travel_percent: scales the engineers' ``cost_per_hour`` for time on the road.
        distance_percent: scales the engineers' ``cost_per_km``.
        overtime_percent: scales ``cost_per_hour`` for time after the shift's end.
        working_percent: scales ``cost_per_hour`` for the time from leaving to coming home: travel, work, waiting
            and breaks. 0 where engineers are paid for their shift; above 0 routes leave as late as they can.
        not_preferred: the visit has preferred engineers and another one gets it.
        overqualified_level: per skill level above what the visit requires.
        fairness_percent: scales the cost of the load; at 100 a full shift costs one unit for each of its seconds.
    """

    rules: frozenset[HardRule] = ALL_RULES
    unserved: Mapping[int, Cost] = field(default_factory=_unserved)
    unserved_mandatory: Cost = 10_000_000
    unserved_pinned: Cost = 100_000_000
    lateness_percent: int = 100
    moved_engineer: Cost = 1_000
    moved_minute: Cost = 5
    travel_percent: int = 100
    distance_percent: int = 100
    overtime_percent: int = 150
    working_percent: int = 0
    not_preferred: Cost = 1_000
    overqualified_level: Cost = 100
    fairness_percent: int = 0

    def on(self, rule: HardRule) -> bool:
        """Whether a hard rule is on."""
        return rule in self.rules
