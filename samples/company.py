"""The sample company as plain data: what the generator makes and the loader writes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.ids import CaseId, EngineerId, LocationId, Sku, TerritoryId
from domain.people import Role
from domain.vocabulary import CaseKind, Category, Channel, Outcome, Severity


@dataclass(frozen=True)
class Place:
    """A point on the map, in degrees (WGS 84), with the address that belongs to it."""

    latitude: float
    longitude: float
    address: str = ""


@dataclass(frozen=True)
class Territory:
    """An area that is planned as a whole; ``outline`` is its corners as latitude and longitude."""

    id: TerritoryId
    name: str
    centre: Place
    outline: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Skill:
    """What an engineer can do: level 1 to 5, and until when the certificate is valid (None: needs none)."""

    name: str
    level: int
    expires: date | None = None


@dataclass(frozen=True)
class StockLine:
    """Parts in one stock location."""

    location: LocationId
    sku: Sku
    quantity: int
    serials: tuple[str, ...] = ()


@dataclass(frozen=True)
class Engineer:
    """A person who visits, with home, skills and working pattern (``early``, ``day`` or ``late``)."""

    id: EngineerId
    name: str
    phone: str
    territory: TerritoryId
    home: Place
    skills: tuple[Skill, ...]
    pattern: str
    tools: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shift:
    """One working time of one engineer. ``break_from``..``break_to`` is where the break must lie."""

    engineer: EngineerId
    start: datetime
    end: datetime
    kind: str
    break_from: datetime | None = None
    break_to: datetime | None = None
    break_length: timedelta = timedelta(0)
    overtime: timedelta = timedelta(0)


@dataclass(frozen=True)
class Absence:
    """A time in which an engineer is away."""

    engineer: EngineerId
    start: datetime
    end: datetime
    kind: str


@dataclass(frozen=True)
class Warehouse:
    """A place where parts are kept."""

    id: LocationId
    name: str
    place: Place


@dataclass(frozen=True)
class Part:
    """A spare part; serialised parts have one serial number each."""

    sku: Sku
    name: str
    price_cents: int
    serialised: bool = False


@dataclass(frozen=True)
class Symptom:
    """What customers report about a model, and what is usually behind it.

    Attributes:
        minutes: Usual time on site.
        part: What is usually worn, with the chance that it must be replaced.
        remote: The chance that it is solved on the phone.
    """

    text: str
    severity: Severity
    minutes: int
    error_code: str = ""
    part: Sku | None = None
    part_chance: float = 0.0
    remote: float = 0.1


@dataclass(frozen=True)
class ProductModel:
    """A product that the company looks after; ``skills`` maps a skill to the least level a visit needs."""

    code: str
    name: str
    skills: tuple[tuple[str, int], ...]
    warranty_months: int
    symptoms: tuple[Symptom, ...]


@dataclass(frozen=True)
class Customer:
    """Who owns products; one contact and one site each is enough for a sample."""

    id: str
    name: str
    contact: str
    phone: str
    email: str
    language: str
    territory: TerritoryId
    site: Place
    access_notes: str = ""


@dataclass(frozen=True)
class InstalledProduct:
    """A product at a customer's site."""

    id: str
    customer: str
    model: str
    serial: str
    purchased_on: date
    warranty_until: date


@dataclass(frozen=True)
class User:
    """Somebody who may use Callout."""

    id: str
    name: str
    role: Role

    @property
    def email(self) -> str:
        """What the user signs in with."""
        return f"{self.id}@example.com"


@dataclass(frozen=True)
class PastVisit:
    """A visit of a closed case, with its actual times."""

    engineer: EngineerId
    booked_at: datetime
    accepted_at: datetime
    departed_at: datetime
    arrived_at: datetime
    finished_at: datetime
    outcome: Outcome
    parts_used: tuple[Sku, ...] = ()


@dataclass(frozen=True)
class PastCase:
    """A closed case: every moment that its clocks, events and costs follow from."""

    id: CaseId
    product: str
    channel: Channel
    kind: CaseKind
    category: Category
    severity: Severity
    symptom: Symptom
    opened_at: datetime
    classified_at: datetime
    diagnosed_at: datetime
    visits: tuple[PastVisit, ...]
    resolved_at: datetime
    confirmed_at: datetime
    archived_at: datetime
    satisfaction: int | None


@dataclass(frozen=True)
class Company:
    """Everything that is loaded. ``seed`` and ``founded_on`` make it again."""

    name: str
    seed: int
    founded_on: date
    time_zone: str
    currency: str
    territories: tuple[Territory, ...]
    engineers: tuple[Engineer, ...]
    shifts: tuple[Shift, ...]
    absences: tuple[Absence, ...]
    warehouses: tuple[Warehouse, ...]
    parts: tuple[Part, ...]
    stock: tuple[StockLine, ...]
    models: tuple[ProductModel, ...]
    customers: tuple[Customer, ...]
    products: tuple[InstalledProduct, ...]
    users: tuple[User, ...]
    history: tuple[PastCase, ...]
