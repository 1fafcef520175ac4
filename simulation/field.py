"""Engineers: they accept or decline, set out in the order of their bookings, arrive, work, and report."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from domain.ids import CaseId
from domain.messages import AcceptOffer, Arrive, Command, DeclineOffer, Depart, FinishVisit
from domain.parts import PartNeed, PartUsed
from domain.people import Actor, Role
from domain.registration import Registration
from domain.visit import VisitReport
from domain.vocabulary import DeclineReason, Outcome, VisitState
from domain.world import Point
from models.repositories.live import LiveVisit
from models.repositories.live_field import LiveEngineer
from simulation.acts import Act, Message, command
from simulation.behaviour import Behaviour
from simulation.checking import answers
from simulation.draws import Draws, world_key
from simulation.hours import next_reachable, shift_at
from simulation.truth import mishap_of, part_of_case, time_on_site

TravelTime = Callable[[Point, Point, datetime], timedelta]
Build = Callable[[Command], Message]
_STARTED = frozenset({VisitState.EN_ROUTE, VisitState.ON_SITE})
_DECLINES = (DeclineReason.OVERLOADED, DeclineReason.DISTANCE, DeclineReason.PERSONAL)


class Field:
    """Everybody who drives to customers."""

    def __init__(
        self,
        draws: Draws,
        behaviour: Behaviour,
        travel: TravelTime,
        given: Mapping[CaseId, Registration],
    ) -> None:
        """Sets the world.

        Args:
            draws: Chance.
            behaviour: Habits.
            travel: The usual time of a way that begins at a moment.
            given: The registration behind each case.
        """
        self._draws = draws
        self._behaviour = behaviour
        self._travel = travel
        self._given = given

    def acts(self, engineer: LiveEngineer, visits: Iterable[LiveVisit]) -> list[Act]:
        """What one engineer does next about the visits booked with her or him, and when."""
        mine = sorted(visits, key=lambda v: (v.arrival or v.since, v.id))
        found = [self._answer(engineer, v) for v in mine if v.state is VisitState.OFFERED]
        started = [v for v in mine if v.state in _STARTED]
        if started:
            found += [self._carry_on(engineer, v) for v in started]
        else:
            found.append(self._set_out(engineer, mine))
        return [act for act in found if act is not None]

    def _answer(self, engineer: LiveEngineer, visit: LiveVisit) -> Act | None:
        key = (world_key(visit.id), visit.offers)
        if self._draws.chance(self._behaviour.ignores, "ignores", *key):
            return None
        pause = self._draws.delay(self._behaviour.accept, self._behaviour.spread, "accepts", *key)
        habits = self._behaviour
        at = next_reachable(
            visit.since + pause, engineer.shifts, habits.answers_before_shift, habits.answers_after_shift
        )
        if at is None:
            return None
        if self._draws.chance(habits.declines, "declines", *key):
            reason = self._draws.of("why", *key).choice(_DECLINES)
            return self._act("decline", engineer, visit, at, lambda h: DeclineOffer(h, reason, booking=visit.booking))
        return self._act("accept", engineer, visit, at, lambda h: AcceptOffer(h, visit.booking))

    def _set_out(self, engineer: LiveEngineer, mine: list[LiveVisit]) -> Act | None:
        """The next booking in order, if it has been accepted: not before it is time, nor before the shift."""
        nearest = next((v for v in mine if v.arrival is not None), None)
        if nearest is None or nearest.arrival is None or nearest.state is not VisitState.CONFIRMED:
            return None
        planned = nearest.arrival - nearest.travel
        shift = shift_at(planned, engineer.shifts)
        earliest = [planned, nearest.since]
        if shift is not None:
            earliest.append(shift.start - self._behaviour.sets_out_before_shift)
        if engineer.last_finish is not None:
            earliest.append(engineer.last_finish)
        at = max(earliest)
        return self._act("depart", engineer, nearest, at, Depart)

    def _carry_on(self, engineer: LiveEngineer, visit: LiveVisit) -> Act | None:
        if visit.state is VisitState.EN_ROUTE:
            return self._act("arrive", engineer, visit, self._arrival(engineer, visit), Arrive)
        begun = visit.arrived_at or visit.since
        stay = time_on_site(self._draws, visit.id, visit.needs.duration, self._behaviour)
        report = self._report(engineer, visit, stay)
        return self._act("finish", engineer, visit, begun + stay, lambda head: FinishVisit(head, report))

    def _arrival(self, engineer: LiveEngineer, visit: LiveVisit) -> datetime:
        begun = visit.departed_at or visit.since
        usual = self._travel(self.place(engineer, begun), visit.site, begun)
        factor = math.exp(self._draws.of("way", world_key(visit.id)).gauss(0, self._behaviour.travel_spread))
        # A stop at the warehouse is part of the planned way; the drive itself cannot be shorter than it is.
        planned_stop = visit.travel - usual if visit.warehouse_stop else timedelta(0)
        at = begun + usual * factor + max(planned_stop, timedelta(0))
        opens = _opening(visit, at)
        return max(at, opens) if opens else at

    def place(self, engineer: LiveEngineer, moment: datetime) -> Point:
        """Where an engineer is when a way begins: at the last site of this shift, else at home."""
        shift = shift_at(moment, engineer.shifts)
        finished = engineer.last_finish
        same_shift = finished is not None and shift is not None and shift.start <= finished <= moment
        return engineer.last_place if same_shift and engineer.last_place else engineer.home

    def _report(self, engineer: LiveEngineer, visit: LiveVisit, stay: timedelta) -> VisitReport:
        mishap = mishap_of(self._draws, visit.id, self._behaviour)
        if mishap is Outcome.NO_ACCESS or mishap is Outcome.UNSAFE:
            return VisitReport(mishap, "See outcome.", labour=stay)
        done = answers(self._draws, visit.id, visit.checklist, self._behaviour)
        return replace(self._work(engineer, visit, stay, mishap), checklist=done)

    def _work(self, engineer: LiveEngineer, visit: LiveVisit, stay: timedelta, mishap: Outcome | None) -> VisitReport:
        if mishap is not None:
            return VisitReport(mishap, "See outcome.", labour=stay)
        given = self._given.get(visit.case_id)
        part = part_of_case(self._draws, visit.id, given, self._behaviour) if given else None
        if part is None:
            return VisitReport(Outcome.FIXED, "Repaired without parts.", labour=stay, signed_by_customer=True)
        if not visit.held.get(part) and not engineer.van.get(part):
            return VisitReport(Outcome.PART_MISSING, "A part is needed.", (), (PartNeed(part),), stay)
        serial = visit.serials.get(part) if visit.held.get(part) else engineer.serials.get(part)
        used = PartUsed(part, 1, serial)
        return VisitReport(Outcome.FIXED, "Part replaced.", (used,), (), stay, signed_by_customer=True)

    def _act(self, what: str, engineer: LiveEngineer, visit: LiveVisit, at: datetime, build: Build) -> Act:
        who = Actor(Role.ENGINEER, engineer.id)
        return Act(visit.id, at, build(command(what, visit.id, visit.number, who, at)))


def _opening(visit: LiveVisit, at: datetime) -> datetime | None:
    """When the customer's window that an early arrival waits for opens."""
    ahead = [w for w in visit.needs.windows if at <= w.end]
    return min((w.start for w in ahead), default=None)
