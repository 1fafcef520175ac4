"""What a contact tells us: the registration of a case, and which of its fields are missing or ill-formed."""

import math
import re
from dataclasses import dataclass, field, fields
from datetime import date, datetime

from domain.errors import InvalidInputError
from domain.ids import CaseId
from domain.vocabulary import CaseKind, Category, Channel, Severity


@dataclass(frozen=True)
class ArrivalWindow:
    """A span in which the customer lets the engineer arrive; both ends included."""

    start: datetime
    end: datetime

    def covers(self, other: "ArrivalWindow") -> bool:
        """Whether another window lies in this one."""
        return self.start <= other.start and other.end <= self.end

    def require_ahead(self, now: datetime) -> None:
        """Refuse a window in which nobody can come any more.

        Raises:
            InvalidInputError: It has passed, or ends before it begins.
        """
        if self.end < self.start:
            raise InvalidInputError("window.end", "must not be before window.start")
        if self.end <= now:
            raise InvalidInputError("window.end", "has passed: agree a later window")

    def told(self) -> dict[str, str | int | float | bool | None]:
        """As an event says it."""
        return {"start": self.start.isoformat(), "end": self.end.isoformat()}


@dataclass(frozen=True)
class ContactDraft:
    """A person as given by the caller. Personal data: encrypted in workflow history, masked on screens."""

    name: str = ""
    phone: str = ""
    email: str = ""
    language: str = "en"


@dataclass(frozen=True)
class SiteDraft:
    """Where the product stands. The address is personal data."""

    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    access_notes: str = ""


@dataclass(frozen=True)
class Classification:
    """What a case is about. ``skills`` maps a skill to the least level that it needs."""

    kind: CaseKind = CaseKind.FAULT
    category: Category = Category.PRODUCT_DEFECT
    severity: Severity = Severity.MEDIUM


@dataclass(frozen=True)
class Registration:
    """A case as the caller describes it.

    Attributes:
        customer_id: An existing customer; empty to create one from the contact.
        installed_product_id: An existing installed product; empty when unknown.
        product_model: Model code, needed when no installed product is named.
        external_ref: The caller's own key, unique within its source.
        classification: Given by channels that know it (imports, web forms); None leaves it to an agent.
        suggested_skills: What a visit would need as far as the channel knows: skill to least level, 1 to 5.
        suggested_minutes: How long a visit would take as far as the channel knows. Whoever decides may differ.
    """

    channel: Channel
    symptom: str
    contact: ContactDraft = ContactDraft()
    site: SiteDraft = SiteDraft()
    customer_id: str = ""
    installed_product_id: str = ""
    product_model: str = ""
    serial: str = ""
    purchased_on: date | None = None
    error_code: str = ""
    external_ref: str = ""
    windows: tuple[ArrivalWindow, ...] = ()
    classification: Classification | None = None
    suggested_skills: dict[str, int] = field(default_factory=dict)
    suggested_minutes: int | None = None


@dataclass(frozen=True)
class FieldProblem:
    """A field that is missing or ill-formed, and the rule that it breaks."""

    field: str
    rule: str


_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{4,24}")
_CASE_ID = re.compile(r"[A-Z][A-Z0-9]*-[A-Za-z0-9._]{1,40}")
MAX_TEXT = 4_000


def problems(given: Registration) -> list[FieldProblem]:
    """Every missing or ill-formed field, all at once; empty when the case can be registered."""
    found: list[FieldProblem] = []

    def need(ok: bool, field: str, rule: str) -> None:
        if not ok:
            found.append(FieldProblem(field, rule))

    contact, site = given.contact, given.site
    for name, text in _texts(given):
        need("\x00" not in text, name, "contains a character that no text has (NUL)")
    need(bool(given.symptom.strip()), "symptom", "is missing: say in a few words what is wrong")
    need(len(given.symptom) <= MAX_TEXT, "symptom", f"is longer than {MAX_TEXT} characters")
    need(len(site.access_notes) <= MAX_TEXT, "site.access_notes", f"is longer than {MAX_TEXT} characters")
    if not given.customer_id:
        need(bool(contact.name.strip()), "contact.name", "is missing and no customer_id is given")
    need(
        not contact.phone or _PHONE.fullmatch(contact.phone) is not None,
        "contact.phone",
        "is not a phone number",
    )
    need(
        not contact.email or _EMAIL.fullmatch(contact.email) is not None,
        "contact.email",
        "is not an e-mail address",
    )
    if not given.installed_product_id:
        need(site.latitude is not None and site.longitude is not None, "site", "needs latitude and longitude")
        need(bool(given.product_model), "product_model", "is missing and no installed_product_id is given")
    if site.latitude is not None and site.longitude is not None:
        need(
            math.isfinite(site.latitude) and -90 <= site.latitude <= 90,
            "site.latitude",
            "must lie in -90..90",
        )
        need(
            math.isfinite(site.longitude) and -180 <= site.longitude <= 180,
            "site.longitude",
            "must lie in -180..180",
        )
        need(
            not (site.latitude == 0 and site.longitude == 0),
            "site",
            "0/0 is not a place: coordinates are unknown",
        )
    for number, window in enumerate(given.windows):
        need(
            window.start.tzinfo is not None and window.end.tzinfo is not None,
            f"windows[{number}]",
            "times must carry a time zone",
        )
        if window.start.tzinfo and window.end.tzinfo:
            need(window.start <= window.end, f"windows[{number}]", "ends before it starts")
    return found


def _texts(given: Registration) -> list[tuple[str, str]]:
    """Every text of a registration, with its field's name."""
    parts = (("", given), ("contact.", given.contact), ("site.", given.site))
    return [
        (f"{at}{f.name}", v) for at, part in parts for f in fields(part) if isinstance(v := getattr(part, f.name), str)
    ]


def check_case_id(case_id: str) -> CaseId:
    """A well-formed case id: ``C-100042`` or ``SOURCE-KEY``.

    Raises:
        InvalidInputError: The id has another form.
    """
    if not _CASE_ID.fullmatch(case_id):
        raise InvalidInputError("case_id", "must look like C-100042: capitals, a hyphen, letters or digits")
    return CaseId(case_id)
