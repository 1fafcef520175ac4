"""Every number of the service process, as validated settings of a company.

``ServicePolicy`` is what a company edits. ``CaseTerms`` is what one case was promised: resolved once at
registration and carried in the workflow, so that a later edit never changes a running case's promises.
The defaults are those of the after-sales handbooks that the process follows (docs/process.md).
"""

from dataclasses import dataclass, field
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.calendars import ALWAYS, Calendar
from domain.clock import ClockName, ClockTerms
from domain.escalation import EscalationStep, Ladder, Rung
from domain.vocabulary import CaseKind, Severity, Warranty

H = timedelta(hours=1)
M = timedelta(minutes=1)
D = timedelta(days=1)


class PromiseRule(BaseModel):
    """Targets for the cases that match; the first matching rule of the list counts.

    An empty condition matches everything. A target of None means that this clock does not run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    kinds: frozenset[CaseKind] = frozenset()
    severities: frozenset[Severity] = frozenset()
    warranty: Warranty | None = None
    respond: timedelta | None = Field(default=None, gt=timedelta(0))
    dispatch: timedelta | None = Field(default=None, gt=timedelta(0))
    on_site: timedelta | None = Field(default=None, gt=timedelta(0))
    resolve: timedelta | None = Field(default=None, gt=timedelta(0))
    business_hours: bool = False
    remedy: str = ""

    def matches(self, kind: CaseKind, severity: Severity, warranty: Warranty) -> bool:
        """Whether a case falls under this rule."""
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.severities or severity in self.severities)
            and (self.warranty is None or self.warranty == warranty)
        )


DEFAULT_PROMISES = (
    PromiseRule(severities=frozenset({Severity.SAFETY}), respond=15 * M, dispatch=1 * H, on_site=4 * H, resolve=24 * H,
                remedy="A service manager calls within the hour."),
    PromiseRule(kinds=frozenset({CaseKind.RETURN, CaseKind.EXCHANGE}), respond=4 * H, resolve=7 * D,
                business_hours=True),
    PromiseRule(kinds=frozenset({CaseKind.FAULT}), severities=frozenset({Severity.HIGH}),
                respond=1 * H, dispatch=4 * H, on_site=8 * H, resolve=24 * H, remedy="The visit is free of charge."),
    PromiseRule(kinds=frozenset({CaseKind.FAULT}), warranty=Warranty.COVERED,
                respond=2 * H, dispatch=8 * H, on_site=24 * H, resolve=48 * H, remedy="A voucher for one inspection."),
    PromiseRule(severities=frozenset({Severity.HIGH}), respond=1 * H, dispatch=8 * H, on_site=24 * H, resolve=48 * H),
    PromiseRule(severities=frozenset({Severity.LOW}), respond=24 * H, dispatch=48 * H, on_site=96 * H, resolve=168 * H),
    PromiseRule(respond=4 * H, dispatch=24 * H, on_site=48 * H, resolve=96 * H),
)  # fmt: skip


class EscalationSetting(BaseModel):
    """One rung of the escalation ladder with the delay after the rung before it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rung: Rung
    delay: timedelta = Field(ge=timedelta(0))


class StepLimits(BaseModel):
    """How long each step may take before it escalates."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    register_within: timedelta = Field(default=5 * M, gt=timedelta(0))
    classify_within: timedelta = Field(default=10 * M, gt=timedelta(0))
    diagnose_within: timedelta = Field(default=30 * M, gt=timedelta(0))
    decide_within: timedelta = Field(default=30 * M, gt=timedelta(0))
    quote_within: timedelta = Field(default=3 * D, gt=timedelta(0))
    hand_over_within: timedelta = Field(default=14 * D, gt=timedelta(0))
    plan_within: timedelta = Field(default=1 * H, gt=timedelta(0))
    accept_within: timedelta = Field(default=30 * M, gt=timedelta(0))
    depart_grace: timedelta = Field(default=20 * M, gt=timedelta(0))
    arrive_grace: timedelta = Field(default=30 * M, gt=timedelta(0))
    overrun_factor: float = Field(default=1.5, ge=1, le=10)
    confirm_within: timedelta = Field(default=2 * D, gt=timedelta(0))
    call_back_after: timedelta = Field(default=3 * D, gt=timedelta(0))
    call_back_within: timedelta = Field(default=2 * D, gt=timedelta(0))
    receive_grace: timedelta = Field(default=4 * H, gt=timedelta(0))


class PlanningSettings(BaseModel):
    """How a territory plans.

    Attributes:
        horizon_days: How many days, today included, a plan covers.
        gather: How long the territory waits for further changes before it plans.
        budget_seconds: Real seconds that the solver may search.
        offer_lead: A visit is offered to its engineer this long before it starts, at the latest.
        offer_margin: And this long before its dispatch promise ends, at the latest.
        promise_margin: Visits are planned to keep their promises with this much time to spare.
        max_moves: In-day changes that move more published bookings than this wait for a dispatcher.
        retry_after: A territory with unplanned visits plans again after this long at the latest.
        prediction_tolerance: Smaller changes of a predicted time are not told to the case.
        shipping: How long a part takes from a warehouse to the engineer.
        arrival_window: How wide the windows are from which a customer may choose.
        slot_hold: How long a window is kept for a customer who is deciding.
        engine: ``callout``, ``routing`` for OR-Tools' routing library, or ``first_come`` for the baseline dispatcher.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    horizon_days: int = Field(default=3, ge=1, le=31)
    gather: timedelta = Field(default=timedelta(seconds=2), ge=timedelta(0))
    budget_seconds: float = Field(default=4.0, gt=0, le=600)
    offer_lead: timedelta = Field(default=2 * H, gt=timedelta(0))
    offer_margin: timedelta = Field(default=2 * H, ge=timedelta(0))
    promise_margin: timedelta = Field(default=1 * H, ge=timedelta(0))
    max_moves: int = Field(default=10, ge=0)
    retry_after: timedelta = Field(default=1 * H, gt=timedelta(0))
    prediction_tolerance: timedelta = Field(default=5 * M, ge=timedelta(0))
    shipping: timedelta = Field(default=24 * H, gt=timedelta(0))
    arrival_window: timedelta = Field(default=2 * H, ge=30 * M, le=24 * H)
    slot_hold: timedelta = Field(default=10 * M, gt=timedelta(0), le=24 * H)
    engine: str = Field(default="callout", pattern="^(callout|routing|first_come)$")


class ServicePolicy(BaseModel):
    """A company's whole policy; stored as JSON and edited as one document."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    promises: tuple[PromiseRule, ...] = DEFAULT_PROMISES
    warn_fraction: float = Field(default=0.75, gt=0, lt=1)
    ladder: tuple[EscalationSetting, ...] = (
        EscalationSetting(rung=Rung.OWNER, delay=timedelta(0)),
        EscalationSetting(rung=Rung.TEAM_LEAD, delay=30 * M),
        EscalationSetting(rung=Rung.MANAGER, delay=2 * H),
        EscalationSetting(rung=Rung.DIRECTOR, delay=8 * H),
    )
    steps: StepLimits = StepLimits()
    planning: PlanningSettings = PlanningSettings()
    repeat_within: timedelta = Field(default=30 * D, gt=timedelta(0))
    waiting_for_part_pauses: bool = False
    waiting_for_customer_pauses: bool = True
    labour_cents_per_hour: int = Field(default=9_000, ge=0)
    travel_cents_per_hour: int = Field(default=6_000, ge=0)

    @model_validator(mode="after")
    def _has_a_promise_for_everybody(self) -> "ServicePolicy":
        if not self.promises or not self.promises[-1].matches(CaseKind.INQUIRY, Severity.LOW, Warranty.UNKNOWN):
            raise ValueError("the last promise rule must match every case, so that no case is without a promise")
        if not self.ladder:
            raise ValueError("the escalation ladder needs at least one rung")
        order = [list(Rung).index(step.rung) for step in self.ladder]
        if order != sorted(set(order)):
            raise ValueError("the escalation ladder must climb: each rung once, from owner to director")
        return self

    def to_ladder(self) -> Ladder:
        """The escalation ladder as pure functions want it."""
        return Ladder(tuple(EscalationStep(s.rung, s.delay) for s in self.ladder))

    def promise_for(self, kind: CaseKind, severity: Severity, warranty: Warranty) -> PromiseRule:
        """The first rule that matches; the last one always does."""
        return next(rule for rule in self.promises if rule.matches(kind, severity, warranty))


@dataclass(frozen=True)
class CaseTerms:
    """What one case was promised, and how long each of its steps may take.

    Attributes:
        clocks: The clocks that run, with targets and calendars.
        ladder: Whom an overdue step or a breached clock reaches, and when.
    """

    clocks: tuple[ClockTerms, ...] = ()
    ladder: Ladder = field(default_factory=lambda: ServicePolicy().to_ladder())
    register_within: timedelta = 5 * M
    classify_within: timedelta = 10 * M
    diagnose_within: timedelta = 30 * M
    decide_within: timedelta = 30 * M
    quote_within: timedelta = 3 * D
    hand_over_within: timedelta = 14 * D
    plan_within: timedelta = 1 * H
    accept_within: timedelta = 30 * M
    depart_grace: timedelta = 20 * M
    arrive_grace: timedelta = 30 * M
    overrun_factor: float = 1.5
    confirm_within: timedelta = 2 * D
    call_back_after: timedelta = 3 * D
    call_back_within: timedelta = 2 * D
    receive_grace: timedelta = 4 * H
    offer_lead: timedelta = 2 * H
    offer_margin: timedelta = 1 * H
    waiting_for_part_pauses: bool = False
    waiting_for_customer_pauses: bool = True
    labour_cents_per_hour: int = 9_000
    travel_cents_per_hour: int = 6_000


def resolve_terms(
    policy: ServicePolicy, kind: CaseKind, severity: Severity, warranty: Warranty, business: Calendar
) -> CaseTerms:
    """What a case with these properties is promised under a policy.

    Args:
        business: The calendar that counts where the promise runs in business hours.
    """
    rule = policy.promise_for(kind, severity, warranty)
    calendar = business if rule.business_hours else ALWAYS
    targets = {
        ClockName.RESPOND: rule.respond,
        ClockName.DISPATCH: rule.dispatch,
        ClockName.ON_SITE: rule.on_site,
        ClockName.RESOLVE: rule.resolve,
    }
    clocks = tuple(
        ClockTerms(name, target, calendar, policy.warn_fraction, rule.remedy)
        for name, target in targets.items()
        if target is not None
    )
    return CaseTerms(
        clocks=clocks,
        ladder=policy.to_ladder(),
        offer_lead=policy.planning.offer_lead,
        offer_margin=policy.planning.offer_margin,
        waiting_for_part_pauses=policy.waiting_for_part_pauses,
        waiting_for_customer_pauses=policy.waiting_for_customer_pauses,
        labour_cents_per_hour=policy.labour_cents_per_hour,
        travel_cents_per_hour=policy.travel_cents_per_hour,
        **policy.steps.model_dump(),
    )
