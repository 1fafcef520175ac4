"""The customer's page: where things stand, what comes next, the one thing to do now, in plain words."""

from dataclasses import dataclass
from datetime import datetime

from activities.wording import Wording, money
from api.slots import SlotOffer
from domain.people import Role
from domain.told import told_window
from domain.vocabulary import CaseState, VisitState
from models.repositories.events import TimelineEntry
from models.screens.customer import CustomerFacts, VisitFacts

COMING = {VisitState.CONFIRMED, VisitState.EN_ROUTE}
NOT_STARTED = {VisitState.REQUESTED, VisitState.BOOKED, VisitState.OFFERED, VisitState.CONFIRMED}

CHOOSING = {VisitState.REQUESTED, VisitState.BOOKED}


@dataclass(frozen=True)
class ActionView:
    """The one thing that the customer can do now. ``name`` is the command's: ``quote``, ``confirm``, ..."""

    name: str
    sentence: str


@dataclass(frozen=True)
class VisitView:
    """The visit. ``arrival`` is expected, and only told on the day; ``live`` while the engineer is on the way."""

    state: str
    engineer: str
    window_start: datetime | None
    window_end: datetime | None
    window: str
    arrival: datetime | None
    live: bool


@dataclass(frozen=True)
class QuoteView:
    """A price that waits for an answer."""

    amount_cents: int
    currency: str
    amount: str
    answer_by: datetime | None


@dataclass(frozen=True)
class StoryLine:
    """One thing that happened, in the customer's words."""

    at: datetime
    when: str
    sentence: str


@dataclass(frozen=True)
class CustomerView:
    """Everything that the page shows."""

    number: str
    state: str
    product: str
    language: str
    time_zone: str
    company: str
    now: datetime
    standing: str
    next: str
    action: ActionView | None
    visit: VisitView | None
    quote: QuoteView | None
    slots: list[SlotOffer]
    rating: int | None
    may_write: bool
    story: list[StoryLine]


class CustomerPage:
    """Puts a case into words.

    Args:
        now: Virtual.
    """

    def __init__(
        self, facts: CustomerFacts, words: Wording, now: datetime, company: str, currency: str, slots: list[SlotOffer]
    ) -> None:
        self._facts = facts
        self._words = words
        self._now = now
        self._company = company
        self._currency = currency
        self._slots = slots

    def view(self) -> CustomerView:
        """The page."""
        facts = self._facts
        return CustomerView(
            number=facts.case_id,
            state=facts.state,
            product=facts.product,
            language=self._words.language,
            time_zone=facts.time_zone,
            company=self._company,
            now=self._now,
            standing=self.standing(),
            next=self._next(),
            action=self._action(),
            visit=self._visit() if facts.state is CaseState.VISITING else None,
            quote=self._quote(),
            slots=self._slots,
            rating=facts.satisfaction,
            may_write=not facts.state.is_final,
            story=self._story(),
        )

    def standing(self) -> str:
        """Where things stand, in one sentence."""
        facts = self._facts
        if facts.state is CaseState.VISITING:
            visit = facts.visit
            names = {"engineer": self._engineer(visit), "window": self._window(visit)} if visit else {}
            return self._words.text(f"link.standing.{self._stage()}", **names)
        return self._words.text(f"link.standing.{facts.state}", amount=money(facts.quote_cents, self._currency))

    def refusal(self, command: str) -> str:
        """Why a command is not possible now, and where things stand instead."""
        return f"{self._words.text(f'link.refused.{command}')} {self.standing()}"

    def _stage(self) -> str:
        visit = self._facts.visit
        if visit is None or (visit.arrival is None and visit.state != VisitState.DONE):
            return VisitState.REQUESTED
        stages = {VisitState.OFFERED: VisitState.BOOKED, VisitState.CANCELLED: VisitState.REQUESTED}
        return stages.get(VisitState(visit.state), VisitState(visit.state))

    def _next(self) -> str:
        facts, words = self._facts, self._words
        match facts.state:
            case CaseState.VISITING:
                return self._next_of_visit()
            case CaseState.QUOTING | CaseState.CONFIRMING if facts.answer_due:
                return words.text(f"link.next.{facts.state}", due=words.moment(facts.answer_due))
            case CaseState.CALLING_BACK if facts.call_back_from:
                return words.text("link.next.calling_back", **{"from": words.moment(facts.call_back_from)})
            case CaseState.ARCHIVED | CaseState.CANCELLED:
                return words.text(f"link.next.{facts.state}")
            case CaseState.HANDED_OVER if facts.promised_by and facts.promised_by > self._now:
                return words.text("link.next.handed_over", due=words.moment(facts.promised_by))
        # Within the company the next step is due in minutes; the customer is told what was promised.
        if facts.promised_by and facts.promised_by > self._now:
            return words.text("link.next.working", due=words.moment(facts.promised_by))
        return words.text("link.next.working_soon")

    def _next_of_visit(self) -> str:
        visit, words, stage = self._facts.visit, self._words, self._stage()
        arrival = self._expected(visit)
        if visit and arrival:
            return words.text("link.next.today", engineer=self._engineer(visit), arrival=words.time(arrival))
        if visit and stage in {VisitState.CONFIRMED, VisitState.EN_ROUTE}:
            return words.text("link.next.confirmed", engineer=self._engineer(visit))
        return words.text(f"link.next.{stage}")

    def _action(self) -> ActionView | None:
        facts = self._facts
        name = {
            CaseState.QUOTING: "quote",
            CaseState.CONFIRMING: "confirm",
            CaseState.CALLING_BACK: "rating" if facts.satisfaction is None else "",
            CaseState.VISITING: self._action_of_visit(),
        }.get(facts.state, "")
        return ActionView(name, self._words.text(f"link.action.{name}")) if name else None

    def _action_of_visit(self) -> str:
        visit = self._facts.visit
        if visit is not None and VisitState(visit.state) not in NOT_STARTED:
            return ""
        return "slot" if self._slots else "windows"

    def _visit(self) -> VisitView | None:
        visit = self._facts.visit
        if visit is None or visit.arrival is None:
            return None
        start, end = told_window(visit.arrival, visit.window_start, visit.window_end)
        is_sure = VisitState(visit.state) not in {VisitState.BOOKED, VisitState.OFFERED}
        return VisitView(
            state=visit.state,
            engineer=self._engineer(visit) if is_sure else "",
            window_start=start,
            window_end=end,
            window=self._words.span(start, end),
            arrival=self._expected(visit),
            live=visit.state == VisitState.EN_ROUTE,
        )

    def _expected(self, visit: VisitFacts | None) -> datetime | None:
        """The predicted arrival, on the day and while somebody is to arrive."""
        if visit is None or VisitState(visit.state) not in COMING:
            return None
        predicted = visit.predicted_arrival or visit.arrival
        return predicted if predicted and self._words.is_today(predicted, self._now) else None

    def _quote(self) -> QuoteView | None:
        facts = self._facts
        if facts.state is not CaseState.QUOTING:
            return None
        amount = money(facts.quote_cents, self._currency)
        return QuoteView(facts.quote_cents, self._currency, amount, facts.answer_due)

    def _story(self) -> list[StoryLine]:
        lines, promised = [], False
        for entry in self._facts.story:
            key = story_key(entry)
            if key == "booking_lost" and not promised:
                continue  # nobody was told of that booking
            promised = key == "accepted" or (promised and key != "booking_lost")
            if key and self._words.has(f"link.story.{key}"):
                values = {name: str(entry.data.get(name, "")) for name in ("text", "satisfaction")}
                sentence = self._words.text(f"link.story.{key}", **values)
                lines.append(StoryLine(entry.at, self._words.moment(entry.at), sentence))
        return lines

    def _engineer(self, visit: VisitFacts) -> str:
        return self._words.engineer(visit.engineer)

    def _window(self, visit: VisitFacts) -> str:
        if visit.arrival is None:
            return ""
        return self._words.span(*told_window(visit.arrival, visit.window_start, visit.window_end))


def is_to_choose(facts: CustomerFacts) -> bool:
    """Whether the customer may choose a time now: a visit is to come, and nobody was told a time for it."""
    visit = facts.visit
    return facts.state is CaseState.VISITING and (visit is None or VisitState(visit.state) in CHOOSING)


def story_key(entry: TimelineEntry) -> str:
    """The sentence that tells a customer of an event; empty for what is none of their business."""
    match entry.kind:
        case "note" | "attached" | "rated" if entry.actor_role != Role.CUSTOMER:
            return ""
        case "decided":
            return f"decided_{entry.data.get('decision')}"
        case "visit_done" | "settled":
            return f"{entry.kind}_{entry.data.get('outcome')}"
        case "declined":
            return "booking_lost"
        case kind:
            return kind
