"""Why something was planned, moved, left alone or failed: a code of a closed list with its facts.

The record and every answer carry code and facts beside the English text, so that a screen can tell them in its reader's
language (``because_…`` in ``web/src/explain/because-words.ts``). The English is said here and nowhere else.

Codes and facts are kept for ever in the audit: a code may be added, none is renamed or removed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from domain.ids import EngineerId, VisitId


class BecauseCode(StrEnum):
    """Every reason that there is. ``WORDS`` are a person's own, or those of a row from before there were codes."""

    WORDS = "words"
    PHONE_DAY = "phone_day"
    # what makes a territory plan anew, and what a visit loses its place for
    VISIT_REQUESTED = "visit_requested"
    WINDOW_AGREED = "window_agreed"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    SPLIT = "split"
    MOVED = "moved"
    PINNED = "pinned"
    FOR_EVERYBODY = "for_everybody"
    BOOKING_PASSED = "booking_passed"
    CUSTOMER_CHOSE = "customer_chose"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    ENGINEER_ABSENT = "engineer_absent"
    STOCK_CAME_IN = "stock_came_in"
    STOCK_TRANSFERRED = "stock_transferred"
    STOCK_WRITTEN_OFF = "stock_written_off"
    STOCK_COUNTED = "stock_counted"
    PARTS_GONE = "parts_gone"
    PLAN_PUBLISHED = "plan_published"
    VISITS_MOVED = "visits_moved"
    VISITS_WITHOUT_PLACE = "visits_without_place"
    VISITS_CHANGED = "visits_changed"
    ROUND_FAILED = "round_failed"
    AROUND_PLAN = "around_plan"
    NO_PLACE = "no_place"
    FROM_BOARD = "from_board"
    FOLLOWS = "follows"
    # what leaves a drafted move alone
    STATE_NOW = "state_now"
    CHANGED_SINCE = "changed_since"
    TIME_PASSED = "time_passed"
    ENGINEER_BOOKED = "engineer_booked"
    VISIT_BOOKED = "visit_booked"
    OUT_OF_ORDER = "out_of_order"
    STOCK_SHORT = "stock_short"
    STOCK_REFUSED = "stock_refused"
    RECORD_REFUSED = "record_refused"
    NOT_EMPLOYED = "not_employed"
    SKILL_LOW = "skill_low"
    CERTIFICATE_ENDS = "certificate_ends"
    TOOL_LACKING = "tool_lacking"
    ENGINEER_AWAY = "engineer_away"
    CUSTOMER_OUT = "customer_out"
    # what a what-if question fails for
    NO_PLANNER = "no_planner"
    RECORD_AWAY = "record_away"
    NOT_THERE = "not_there"
    PLANNER_FAILED = "planner_failed"


SENTENCES: Mapping[BecauseCode, str] = {
    BecauseCode.WORDS: "{text}",
    BecauseCode.PHONE_DAY: "day on the phone",
    BecauseCode.VISIT_REQUESTED: "visit requested",
    BecauseCode.WINDOW_AGREED: "a window was agreed",
    BecauseCode.DEPARTED: "the engineer departed",
    BecauseCode.ARRIVED: "the engineer arrived",
    BecauseCode.FINISHED: "the visit is finished",
    BecauseCode.CANCELLED: "the visit was cancelled",
    BecauseCode.SPLIT: "the visit was split",
    BecauseCode.MOVED: "the visit was moved",
    BecauseCode.PINNED: "the visit was pinned or set free",
    BecauseCode.FOR_EVERYBODY: "it may be offered to everybody again",
    BecauseCode.BOOKING_PASSED: "the booking's time passed before it could be offered",
    BecauseCode.CUSTOMER_CHOSE: "the customer chose another time",
    BecauseCode.NO_ANSWER: "no answer to the offer",
    BecauseCode.DECLINED: "declined: {decline}",
    BecauseCode.ENGINEER_ABSENT: "{engineer} is absent",
    BecauseCode.STOCK_CAME_IN: "{sku} came in",
    BecauseCode.STOCK_TRANSFERRED: "{sku} was moved to {to}",
    BecauseCode.STOCK_WRITTEN_OFF: "{sku} was written off",
    BecauseCode.STOCK_COUNTED: "{sku} was counted",
    BecauseCode.PARTS_GONE: "the parts are not there",
    BecauseCode.PLAN_PUBLISHED: "{plan} was published",
    BecauseCode.VISITS_MOVED: "{count} visits were moved",
    BecauseCode.VISITS_WITHOUT_PLACE: "{count} visits are without a place",
    BecauseCode.VISITS_CHANGED: "{count} visits changed while the plan was made",
    BecauseCode.ROUND_FAILED: "a round of planning failed",
    BecauseCode.AROUND_PLAN: "placed around the published plan",
    BecauseCode.NO_PLACE: "the plan has no place for it",
    BecauseCode.FROM_BOARD: "published from the board",
    BecauseCode.FOLLOWS: "it follows a visit that was moved",
    BecauseCode.STATE_NOW: "it is {state} by now",
    BecauseCode.CHANGED_SINCE: "it was changed since it was moved in the draft",
    BecauseCode.TIME_PASSED: "the time has passed",
    BecauseCode.ENGINEER_BOOKED: "the engineer is booked at that time",
    BecauseCode.VISIT_BOOKED: "the visit already has a booking",
    BecauseCode.OUT_OF_ORDER: "{second} would begin before {first}, the first part of the job, is over",
    BecauseCode.STOCK_SHORT: "there is not enough stock of {sku}: {free} free",
    BecauseCode.STOCK_REFUSED: "there is not enough stock that is not reserved already",
    BecauseCode.RECORD_REFUSED: "the record refuses the change (rule {rule})",
    BecauseCode.NOT_EMPLOYED: "the engineer no longer works here",
    BecauseCode.SKILL_LOW: "{skill} needs level {needed}, has {level}",
    BecauseCode.CERTIFICATE_ENDS: "the certificate for {skill} ends on {day}",
    BecauseCode.TOOL_LACKING: "tool {tool} is not on board",
    BecauseCode.ENGINEER_AWAY: "the engineer is away ({absence})",
    BecauseCode.CUSTOMER_OUT: "the customer is not there at that time",
    BecauseCode.NO_PLANNER: "no planner answered in time",
    BecauseCode.RECORD_AWAY: "the database does not answer at the moment",
    BecauseCode.NOT_THERE: "{key} is not there any more",
    BecauseCode.PLANNER_FAILED: "the planner failed",
}


@dataclass(frozen=True)
class WhyNot:
    """Why some shifts cannot take a visit, as tested against the plan.

    Attributes:
        code: Stable, for programs.
        sentence: In words, for the dispatcher.
        count: How many shifts fail for it.
        nearest: The engineer who came nearest.
        shortfall: By how much the nearest failed: levels, units of a part, or seconds.
        visits: The visits that hold the place.
        until: When shipped parts would be there.
        cause: Which case of the code it is, where one code has several; empty for the usual one.
        lacking: What is missing: skills with the level that is needed, parts with the units, tools (with 1).
        only: The engineers whom the visit is for, where it is for nobody else.
    """

    code: str
    sentence: str
    count: int = 1
    nearest: EngineerId | None = None
    shortfall: int | None = None
    visits: tuple[VisitId, ...] = ()
    until: datetime | None = None
    cause: str = ""
    lacking: Mapping[str, int] = field(default_factory=dict)
    only: tuple[EngineerId, ...] = ()


@dataclass(frozen=True)
class Because:
    """A reason.

    Attributes:
        facts: What its sentence names. ``engineer`` is an id; ``decline``, ``state`` and ``absence`` are words of the
            vocabulary.
        visit: The visit that it is about, where that is not plain from where it is told.
        why_not: For ``NO_PLACE``, what the plan found against the visit.
    """

    code: BecauseCode
    facts: Mapping[str, str | int] = field(default_factory=dict)
    visit: VisitId | None = None
    why_not: WhyNot | None = None

    @property
    def sentence(self) -> str:
        """In English."""
        said = self.why_not.sentence if self.why_not else SENTENCES[self.code].format(**self.facts)
        return f"{self.visit}: {said}" if self.visit else said

    def about(self, visit: VisitId) -> "Because":
        """The same reason, told where it is not plain whom it is about."""
        return self if self.visit else replace(self, visit=visit)


def words(text: str) -> Because:
    """A reason that has no code."""
    return Because(BecauseCode.WORDS, {"text": text})


def told(because: Iterable[Because]) -> str:
    """Several reasons in English."""
    return ", ".join(one.sentence for one in because)
