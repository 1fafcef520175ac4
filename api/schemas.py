"""What callers send, checked at the edge; each model knows the message that it stands for."""

from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from domain.case import Diagnosis, Ruling, VisitNeeds
from domain.clock import PauseReason
from domain.ids import BookingId, Sku
from domain.messages import (
    AcceptOffer,
    AddNote,
    AnswerQuote,
    Arrive,
    CancelCase,
    ClassifyCase,
    Command,
    CompleteRegistration,
    ConfirmCase,
    DecideCase,
    DeclineOffer,
    Depart,
    FinishVisit,
    PauseCase,
    RecordCallBack,
    RecordDiagnosis,
    SettleHandOver,
)
from domain.parts import PartNeed, PartUsed
from domain.registration import (
    MAX_TEXT,
    ArrivalWindow,
    Classification,
    ContactDraft,
    Registration,
    SiteDraft,
)
from domain.visit import CheckAnswer, Reading, VisitReport
from domain.vocabulary import CaseKind, Category, Channel, Decision, DeclineReason, Outcome, Severity

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TEXT)]
GivenText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT)]
GivenReason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Level = Annotated[int, Field(ge=1, le=5)]
Skills = dict[Annotated[str, StringConstraints(min_length=1, max_length=60)], Level]
Minutes = Annotated[int, Field(ge=5, le=720, description="Minutes, 5 to 720.")]
Quantity = Annotated[int, Field(ge=1, le=100_000)]


def example(**values: Any) -> ConfigDict:
    """Forbid unknown fields, and show one example in the documentation."""
    return ConfigDict(extra="forbid", json_schema_extra={"example": values})


class Strict(BaseModel):
    """A body without unknown fields."""

    model_config = ConfigDict(extra="forbid")


class CommandIn(Strict):
    """The head of every command."""

    at: AwareDatetime | None = Field(default=None, description="When the person acted, if earlier than now.")

    def message(self, command: Command) -> Any:
        """The message for the workflow."""
        raise NotImplementedError


# --- cases ---------------------------------------------------------------------------------------------------


class ContactIn(Strict):
    """The person to speak with."""

    name: Short = ""
    phone: Short = ""
    email: Short = ""
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"


class SiteIn(Strict):
    """Where the product stands; degrees."""

    address: Short = ""
    latitude: float | None = None
    longitude: float | None = None
    access_notes: Text = ""


class WindowIn(Strict):
    """A span in which the customer lets the engineer arrive."""

    start: AwareDatetime
    end: AwareDatetime


class ClassificationIn(Strict):
    """What a case is about."""

    kind: CaseKind
    category: Category = Category.PRODUCT_DEFECT
    severity: Severity

    def to_domain(self) -> Classification:
        """The domain's form."""
        return Classification(self.kind, self.category, self.severity)


class RegistrationIn(Strict):
    """A case as the caller describes it."""

    channel: Channel
    symptom: Text = ""
    contact: ContactIn = ContactIn()
    site: SiteIn = SiteIn()
    customer_id: Short = ""
    installed_product_id: Short = ""
    product_model: Short = ""
    serial: Short = ""
    purchased_on: date | None = None
    error_code: Short = ""
    external_ref: Short = ""
    windows: Annotated[tuple[WindowIn, ...], Field(max_length=50)] = ()
    classification: ClassificationIn | None = None
    suggested_skills: Skills = {}
    suggested_minutes: Minutes | None = None

    def to_domain(self) -> Registration:
        """The domain's form."""
        given = self.model_dump(include=set(Registration.__dataclass_fields__))
        return Registration(
            **(
                given
                | {
                    "contact": ContactDraft(**given["contact"]),
                    "site": SiteDraft(**given["site"]),
                    "windows": tuple(ArrivalWindow(w.start, w.end) for w in self.windows),
                    "classification": self.classification.to_domain() if self.classification else None,
                }
            )
        )


class NewCase(RegistrationIn):
    """A new case."""

    model_config = example(
        channel="phone",
        symptom="No heat, outdoor unit does not start",
        error_code="E31",
        contact={"name": "Erika Mustermann", "phone": "+49 40 123456"},
        site={"address": "Ringstraße 7, Hamburg", "latitude": 53.58, "longitude": 9.95},
        product_model="WP-08",
    )
    allow_incomplete: bool = Field(
        default=False, description="Open the case although fields are missing; an agent completes it later."
    )


class CompleteRegistrationIn(CommandIn):
    """The registration again, complete."""

    registration: RegistrationIn

    def message(self, command: Command) -> CompleteRegistration:
        """The message for the workflow."""
        return CompleteRegistration(command, self.registration.to_domain())


class ClassifyIn(CommandIn):
    """Kind, category, severity."""

    model_config = example(kind="fault", category="product_defect", severity="high")
    kind: CaseKind
    category: Category = Category.PRODUCT_DEFECT
    severity: Severity

    def message(self, command: Command) -> ClassifyCase:
        """The message for the workflow."""
        return ClassifyCase(command, Classification(self.kind, self.category, self.severity))


class DiagnoseIn(CommandIn):
    """Findings of the remote diagnosis; ``solved`` means that no visit is needed."""

    model_config = example(findings="Inverter shows E31 after reset", solved=False)
    findings: GivenText
    solved: bool = False

    def message(self, command: Command) -> RecordDiagnosis:
        """The message for the workflow."""
        return RecordDiagnosis(command, Diagnosis(self.findings, self.solved))


class PartNeedIn(Strict):
    """A part that a visit needs."""

    sku: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    quantity: Quantity = 1

    def to_domain(self) -> PartNeed:
        """The domain's form."""
        return PartNeed(Sku(self.sku), self.quantity)


class NeedsIn(Strict):
    """What a visit asks of the engineer."""

    minutes: Minutes = 60
    skills: Skills = {}
    tools: Annotated[tuple[Short, ...], Field(max_length=20)] = ()
    parts: Annotated[tuple[PartNeedIn, ...], Field(max_length=50)] = ()
    windows: Annotated[tuple[WindowIn, ...], Field(max_length=50)] = ()

    def to_domain(self) -> VisitNeeds:
        """The domain's form."""
        return VisitNeeds(
            timedelta(minutes=self.minutes),
            dict(self.skills),
            self.tools,
            tuple(part.to_domain() for part in self.parts),
            tuple(ArrivalWindow(w.start, w.end) for w in self.windows),
        )


class DecideIn(CommandIn):
    """How the case goes on."""

    model_config = example(decision="on_site", needs={"minutes": 90, "skills": {"refrigerant": 2}})
    decision: Decision
    needs: NeedsIn = NeedsIn()
    quote_cents: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    reason: Text = ""

    def message(self, command: Command) -> DecideCase:
        """The message for the workflow."""
        return DecideCase(command, Ruling(self.decision, self.needs.to_domain(), self.quote_cents, self.reason))


class AnswerQuoteIn(CommandIn):
    """The customer accepts or refuses the price."""

    model_config = example(accepted=True)
    accepted: bool

    def message(self, command: Command) -> AnswerQuote:
        """The message for the workflow."""
        return AnswerQuote(command, self.accepted)


class SettleIn(CommandIn):
    """A depot repair or exchange has come to its end."""

    model_config = example(outcome="fixed", note="Exchanged unit sent")
    outcome: Outcome
    note: Text = ""

    def message(self, command: Command) -> SettleHandOver:
        """The message for the workflow."""
        return SettleHandOver(command, self.outcome, self.note)


class ConfirmIn(CommandIn):
    """The customer confirms that the case is solved, or reopens it."""

    model_config = example(solved=True)
    solved: bool
    note: Text = ""

    def message(self, command: Command) -> ConfirmCase:
        """The message for the workflow."""
        return ConfirmCase(command, self.solved, self.note)


class CallBackIn(CommandIn):
    """The call after some days; no satisfaction when nobody was reached."""

    model_config = example(fault_is_back=False, satisfaction=5)
    fault_is_back: bool = False
    satisfaction: Annotated[int, Field(ge=1, le=5)] | None = None

    def message(self, command: Command) -> RecordCallBack:
        """The message for the workflow."""
        return RecordCallBack(command, self.fault_is_back, self.satisfaction)


class PauseIn(CommandIn):
    """Pause or resume the clocks."""

    model_config = example(reason="waiting_for_customer")
    reason: PauseReason

    def message(self, command: Command) -> PauseCase:
        """The message for the workflow."""
        return PauseCase(command, self.reason)


class CancelIn(CommandIn):
    """The case is no longer wanted."""

    model_config = example(reason="Customer bought a new one")
    reason: GivenText

    def message(self, command: Command) -> CancelCase:
        """The message for the workflow."""
        return CancelCase(command, self.reason)


class NoteIn(CommandIn):
    """A remark in the timeline."""

    model_config = example(text="Customer asks for a call before the visit")
    text: GivenText

    def message(self, command: Command) -> AddNote:
        """The message for the workflow."""
        return AddNote(command, self.text)


CASE_COMMANDS: dict[str, type[CommandIn]] = {
    "complete_registration": CompleteRegistrationIn,
    "classify": ClassifyIn,
    "diagnose": DiagnoseIn,
    "decide": DecideIn,
    "answer_quote": AnswerQuoteIn,
    "settle": SettleIn,
    "confirm": ConfirmIn,
    "call_back": CallBackIn,
    "pause": PauseIn,
    "resume": PauseIn,
    "cancel": CancelIn,
    "note": NoteIn,
}
"""Every update of a case, by its name."""


# --- visits --------------------------------------------------------------------------------------------------


class AcceptIn(CommandIn):
    """The engineer takes the visit; with ``booking``, only if it is still that one."""

    booking: Short | None = None

    def message(self, command: Command) -> AcceptOffer:
        """The message for the workflow."""
        return AcceptOffer(command, BookingId(self.booking) if self.booking else None)


class DeclineIn(CommandIn):
    """The engineer does not take the visit."""

    model_config = example(reason="overloaded", note="Still at the previous site")
    reason: DeclineReason
    note: Text = ""
    booking: Short | None = None

    def message(self, command: Command) -> DeclineOffer:
        """The message for the workflow."""
        return DeclineOffer(command, self.reason, self.note, BookingId(self.booking) if self.booking else None)


class DepartIn(CommandIn):
    """The engineer is on the way."""

    def message(self, command: Command) -> Depart:
        """The message for the workflow."""
        return Depart(command)


class ArriveIn(CommandIn):
    """The engineer is at the site. The visit keeps the checklist that counts now, whatever changes later."""

    model_config = example(checklists=3)
    checklists: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = Field(
        default=None,
        description="The edition of the checklists that the engineer has at hand; the newest if none is named.",
    )

    def message(self, command: Command) -> Arrive:
        """The message for the workflow."""
        return Arrive(command, self.checklists)


class PartUsedIn(PartNeedIn):
    """A part that was used, with its serial number where it has one."""

    serial: Short | None = None

    def used(self) -> PartUsed:
        """The domain's form."""
        return PartUsed(Sku(self.sku), self.quantity, self.serial)


class ReadingIn(Strict):
    """Something that was measured."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
    value: Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]

    def to_domain(self) -> Reading:
        """The domain's form."""
        return Reading(self.name, self.value)


class CheckAnswerIn(Strict):
    """The answer to an item of the visit's checklist: ``done``, a number such as ``2.1``, or an option's id."""

    item: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    answer: Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]

    def to_domain(self) -> CheckAnswer:
        """The domain's form."""
        return CheckAnswer(self.item, self.answer)


class FinishIn(CommandIn):
    """The service report."""

    model_config = example(
        outcome="fixed", work_done="Inverter replaced", parts_used=[{"sku": "WP08-INVERTER", "serial": "A1"}],
        labour_minutes=80, signed_by_customer=True, readings=[{"name": "Supply", "value": "45 °C"}],
        checklist=[{"item": "leak-test", "answer": "done"}, {"item": "pressure", "answer": "1.8"}],
    )  # fmt: skip
    outcome: Outcome
    work_done: Text = ""
    parts_used: Annotated[tuple[PartUsedIn, ...], Field(max_length=50)] = ()
    needed_parts: Annotated[tuple[PartNeedIn, ...], Field(max_length=50)] = ()
    labour_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    signed_by_customer: bool = False
    readings: Annotated[tuple[ReadingIn, ...], Field(max_length=20)] = ()
    checklist: Annotated[tuple[CheckAnswerIn, ...], Field(max_length=60)] = ()

    def message(self, command: Command) -> FinishVisit:
        """The message for the workflow."""
        report = VisitReport(
            self.outcome,
            self.work_done,
            tuple(part.used() for part in self.parts_used),
            tuple(part.to_domain() for part in self.needed_parts),
            timedelta(minutes=self.labour_minutes),
            self.signed_by_customer,
            tuple(reading.to_domain() for reading in self.readings),
            tuple(answer.to_domain() for answer in self.checklist),
        )
        return FinishVisit(command, report)


VISIT_COMMANDS: dict[str, type[CommandIn]] = {
    "accept": AcceptIn,
    "decline": DeclineIn,
    "depart": DepartIn,
    "arrive": ArriveIn,
    "finish": FinishIn,
}
"""Every update of a visit, by its name."""


# --- territories ---------------------------------------------------------------------------------------------


class AbsenceIn(Strict):
    """An engineer is away; bookings in that time are planned anew."""

    model_config = example(start="2026-03-02T08:00:00+01:00", end="2026-03-02T18:00:00+01:00", kind="sick")
    start: AwareDatetime
    end: AwareDatetime
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,32}$")] = "sick"


class MoveIn(Strict):
    """A person moves a booking."""

    model_config = example(engineer="E-07", arrival="2026-03-02T10:30:00+01:00", reason="Customer asked for it")
    engineer: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    arrival: AwareDatetime
    reason: GivenText


class StockIn(Strict):
    """Parts came into a stock location."""

    model_config = example(location="WH-NORTH", sku="WP08-FAN", quantity=4, territory="HH-NORTH")
    territory: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    location: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    sku: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    quantity: Quantity
    serials: Annotated[tuple[Short, ...], Field(max_length=1000)] = ()
