"""The history of the sample company as the record holds it: closed cases with clocks, events, visits and costs."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain import sla
from domain.calendars import ALWAYS
from domain.case import CaseProgress, Costs, Diagnosis, Ruling, VisitNeeds, drop_clocks, start_clocks, stop_clock
from domain.clock import Clock, ClockName
from domain.ids import CaseId, booking_id, visit_id
from domain.messages import EventDraft
from domain.parts import PartUsed
from domain.people import Actor, Role
from domain.policy import ServicePolicy, resolve_terms
from domain.registration import Registration
from domain.visit import VisitReport
from domain.vocabulary import BookingState, CaseState, Decision, Outcome, VisitState, Warranty
from models.documents import to_json
from samples.catalogue import MODEL_BY_CODE
from samples.company import Company, Customer, InstalledProduct, PastCase, PastVisit
from samples.rows import contact_id, site_id

HOUR = timedelta(hours=1)
AGENT = Actor(Role.AGENT, "agent-1")


class Archive:
    """Looks a closed case's surroundings up in its company."""

    def __init__(self, company: Company, policy: ServicePolicy) -> None:
        """Takes the company and the policy that its cases were promised under."""
        self._policy = policy
        self._products = {p.id: p for p in company.products}
        self._customers = {c.id: c for c in company.customers}
        self._prices = {p.sku: p.price_cents for p in company.parts}

    def surroundings(self, case: PastCase) -> tuple[InstalledProduct, Customer]:
        """The product that the case is about, and whose it is."""
        product = self._products[case.product]
        return product, self._customers[product.customer]

    def case_row(self, case: PastCase) -> dict[str, Any]:
        """The row of a closed case."""
        product, customer = self.surroundings(case)
        given = Registration(
            channel=case.channel,
            symptom=case.symptom.text,
            customer_id=customer.id,
            installed_product_id=product.id,
            product_model=product.model,
            serial=product.serial,
            purchased_on=product.purchased_on,
            error_code=case.symptom.error_code,
        )
        return {
            "id": case.id,
            "channel": case.channel,
            "source": case.channel.value,
            "symptom": case.symptom.text,
            "error_code": case.symptom.error_code,
            "customer_id": customer.id,
            "contact_id": contact_id(customer.id),
            "site_id": site_id(customer.id),
            "installed_product_id": product.id,
            "product_model_code": product.model,
            "territory_id": customer.territory,
            "windows": [],
            "registration": to_json(Registration, given),
            "problems": [],
            **self._conclusion(case),
        }

    def _conclusion(self, case: PastCase) -> dict[str, Any]:
        """How it ended."""
        costs, last = self._costs(case), case.visits[-1] if case.visits else None
        ruling = Ruling(Decision.ON_SITE, self.needs(case)) if last else None
        diagnosis = Diagnosis("Needs a visit" if last else "Solved on the phone", last is None)
        clocks = self._clocks(case)
        return {
            "kind": case.kind,
            "category": case.category,
            "severity": case.severity,
            "warranty": self._warranty(case),
            "state": CaseState.ARCHIVED,
            "state_since": case.archived_at,
            "responsible": Role.AGENT,
            "sla_state": sla.worst_state(clocks.values(), case.archived_at),
            "diagnosis": to_json(Diagnosis, diagnosis),
            "ruling": to_json(Ruling, ruling) if ruling else None,
            "decision": ruling.decision if ruling else None,
            "visits": len(case.visits),
            "outcome": last.outcome if last else None,
            "closing_note": "closed after the call back",
            "satisfaction": case.satisfaction,
            "labour_cents": costs.labour,
            "travel_cents": costs.travel,
            "parts_cents": costs.parts,
            "opened_at": case.opened_at,
            "closed_at": case.archived_at,
            "updated_at": case.archived_at,
            "version": 1,
        }

    def clock_rows(self, case: PastCase) -> list[dict[str, Any]]:
        """The promises of a case and how they were met."""
        return [
            {
                "case_id": case.id,
                "name": name,
                "target_seconds": round(clock.terms.target.total_seconds()),
                "calendar": clock.terms.calendar.name,
                "remedy": clock.terms.remedy,
                "started_at": clock.started_at,
                "stopped_at": clock.stopped_at,
                "warn_at": sla.warn_at(clock, case.archived_at),
                "due_at": sla.due_at(clock, case.archived_at),
                "state": sla.state(clock, case.archived_at),
                "used_seconds": sla.used(clock, case.archived_at).total_seconds(),
                "stops": [],
            }
            for name, clock in self._clocks(case).items()
        ]

    def event_rows(self, case: PastCase) -> list[dict[str, Any]]:
        """What happened, in order."""
        return [
            {
                "case_id": case.id,
                "visit_id": event.data.get("visit_id"),
                "workflow_id": f"history/{case.id}",
                "command_id": "history",
                "seq": seq,
                "kind": event.kind,
                "at": event.at,
                "recorded_at": event.at,
                "actor_role": event.actor.role,
                "actor_id": event.actor.id,
                "data": dict(event.data),
            }
            for seq, event in enumerate(_events(case))
        ]

    def needs(self, case: PastCase) -> VisitNeeds:
        """What the visits of a case asked for."""
        model = MODEL_BY_CODE[self._products[case.product].model]
        return VisitNeeds(timedelta(minutes=case.symptom.minutes), dict(model.skills))

    def visit_rows(self, case: PastCase) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The rows of a case's visits, and those of their bookings."""
        pairs = [self._visit(case, number, visit) for number, visit in enumerate(case.visits, 1)]
        return [visit for visit, _ in pairs], [booking for _, booking in pairs]

    def _visit(self, case: PastCase, number: int, visit: PastVisit) -> tuple[dict[str, Any], dict[str, Any]]:
        id_ = visit_id(case.id, number)
        booked = booking_id(id_, 1)
        needs = self.needs(case)
        customer = self.surroundings(case)[1]
        labour, travel = visit.finished_at - visit.arrived_at, visit.arrived_at - visit.departed_at
        used = tuple(PartUsed(sku) for sku in visit.parts_used)
        done = visit.outcome is Outcome.FIXED
        report = VisitReport(visit.outcome, "Done." if done else "", used, (), labour, signed_by_customer=done)
        row = {
            "id": id_,
            "case_id": case.id,
            "territory_id": customer.territory,
            "site_id": site_id(customer.id),
            "number": number,
            "state": VisitState.DONE,
            "state_since": visit.finished_at,
            "responsible": Role.ENGINEER,
            "severity": case.severity,
            "priority": case.severity.priority,
            "duration_seconds": round(needs.duration.total_seconds()),
            "skills": needs.skills,
            "tools": [],
            "parts": [],
            "windows": [],
            "excluded_engineers": [],
            "booking_id": booked,
            "offers": 1,
            "requested_at": visit.booked_at,
            "offered_at": visit.booked_at,
            "accepted_at": visit.accepted_at,
            "departed_at": visit.departed_at,
            "arrived_at": visit.arrived_at,
            "finished_at": visit.finished_at,
            "outcome": visit.outcome,
            "report": to_json(VisitReport, report),
            "labour_cents": self._labour(labour),
            "travel_cents": self._travel(travel),
            "parts_cents": self._parts(visit),
            "updated_at": visit.finished_at,
            "version": 1,
            "progress_version": 1,
        }
        booking = {
            "id": booked,
            "visit_id": id_,
            "number": 1,
            "engineer_id": visit.engineer,
            "arrival": visit.arrived_at,
            "finish": visit.finished_at,
            "travel_seconds": round(travel.total_seconds()),
            "state": BookingState.DONE,
            "made_by_role": Role.DISPATCHER,
            "made_by": "dispatcher-1",
            "reason": "planned",
            "made_at": visit.booked_at,
            "ended_at": visit.finished_at,
        }
        return row, booking

    def _clocks(self, case: PastCase) -> dict[ClockName, Clock]:
        progress = CaseProgress(case.id, case.opened_at)
        start_clocks(progress, resolve_terms(self._policy, case.kind, case.severity, self._warranty(case), ALWAYS))
        stop_clock(progress, ClockName.RESPOND, case.classified_at)
        if case.visits:
            stop_clock(progress, ClockName.DISPATCH, case.visits[0].accepted_at)
            stop_clock(progress, ClockName.ON_SITE, case.visits[0].arrived_at)
        else:
            drop_clocks(progress, ClockName.DISPATCH, ClockName.ON_SITE)
        stop_clock(progress, ClockName.RESOLVE, case.resolved_at)
        return progress.clocks

    def _warranty(self, case: PastCase) -> Warranty:
        product = self._products[case.product]
        return Warranty.COVERED if case.opened_at.date() <= product.warranty_until else Warranty.EXPIRED

    def _costs(self, case: PastCase) -> Costs:
        total = Costs()
        for visit in case.visits:
            total = replace(
                total,
                labour=total.labour + self._labour(visit.finished_at - visit.arrived_at),
                travel=total.travel + self._travel(visit.arrived_at - visit.departed_at),
                parts=total.parts + self._parts(visit),
            )
        return total

    def _labour(self, span: timedelta) -> int:
        return round(span / HOUR * self._policy.labour_cents_per_hour)

    def _travel(self, span: timedelta) -> int:
        return round(span / HOUR * self._policy.travel_cents_per_hour)

    def _parts(self, visit: PastVisit) -> int:
        return sum(self._prices[sku] for sku in visit.parts_used)


def _events(case: PastCase) -> list[EventDraft]:
    """What happened, in order."""
    made = [
        EventDraft("registered", case.opened_at, AGENT, {"channel": case.channel.value}),
        EventDraft("classified", case.classified_at, AGENT, {"severity": case.severity.value}),
        EventDraft("diagnosed", case.diagnosed_at, AGENT, {"solved": not case.visits}),
    ]
    for number, visit in enumerate(case.visits, 1):
        made += _visit_events(case.id, number, visit)
    customer = Actor(Role.CUSTOMER, f"customer-of-{case.id}")
    made.append(EventDraft("confirmed", case.confirmed_at, customer))
    made.append(EventDraft("called_back", case.archived_at, AGENT, {"satisfaction": case.satisfaction}))
    made.append(EventDraft("archived", case.archived_at, data={"visits": len(case.visits)}))
    return made


def _visit_events(case_id: CaseId, number: int, visit: PastVisit) -> list[EventDraft]:
    engineer = Actor(Role.ENGINEER, visit.engineer)
    data = {"visit_id": visit_id(case_id, number), "engineer": visit.engineer}

    def said(kind: str, at: datetime, actor: Actor = engineer, **more: str) -> EventDraft:
        return EventDraft(kind, at, actor, {**data, **more})

    return [
        said("booked", visit.booked_at, Actor(Role.DISPATCHER, "dispatcher-1")),
        said("accepted", visit.accepted_at),
        said("departed", visit.departed_at),
        said("arrived", visit.arrived_at),
        said("finished", visit.finished_at, outcome=visit.outcome.value),
    ]
