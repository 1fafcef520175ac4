"""The words of the service process: kinds, severities, states, outcomes. One term for one thing everywhere."""

from enum import StrEnum


class Channel(StrEnum):
    """How a contact reached the company."""

    PHONE = "phone"
    WEB = "web"
    EMAIL = "email"
    CHAT = "chat"
    SOCIAL = "social"
    SHOP = "shop"
    API = "api"


class CaseKind(StrEnum):
    """What the contact is about."""

    FAULT = "fault"
    COMPLAINT = "complaint"
    INQUIRY = "inquiry"
    SUGGESTION = "suggestion"
    RETURN = "return"
    EXCHANGE = "exchange"
    MAINTENANCE = "maintenance"
    INSTALLATION = "installation"
    TRAINING = "training"


class Category(StrEnum):
    """Where the cause lies."""

    PRODUCT_DEFECT = "product_defect"
    SERVICE_FAILURE = "service_failure"
    USAGE_QUESTION = "usage_question"
    LOGISTICS = "logistics"


class Severity(StrEnum):
    """How much it hurts; ``SAFETY`` calls people out at once."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    SAFETY = "safety"

    @property
    def priority(self) -> int:
        """The scheduler's priority, 1 (can wait) to 5 (most urgent)."""
        return {Severity.LOW: 1, Severity.MEDIUM: 2, Severity.HIGH: 4, Severity.SAFETY: 5}[self]


class Warranty(StrEnum):
    """Who pays."""

    COVERED = "covered"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class CaseState(StrEnum):
    """What an open case waits for. Exactly one at any moment."""

    REGISTERING = "registering"
    CLASSIFYING = "classifying"
    DIAGNOSING = "diagnosing"
    DECIDING = "deciding"
    QUOTING = "quoting"
    VISITING = "visiting"
    HANDED_OVER = "handed_over"
    CONFIRMING = "confirming"
    CALLING_BACK = "calling_back"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing happens to the case any more."""
        return self in {CaseState.ARCHIVED, CaseState.CANCELLED}


class Decision(StrEnum):
    """How a diagnosed case goes on."""

    REMOTE = "remote"
    ON_SITE = "on_site"
    DEPOT = "depot"
    EXCHANGE = "exchange"
    REFUSAL = "refusal"


class VisitState(StrEnum):
    """What a visit waits for."""

    REQUESTED = "requested"
    BOOKED = "booked"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    EN_ROUTE = "en_route"
    ON_SITE = "on_site"
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether the visit is over."""
        return self in {VisitState.DONE, VisitState.CANCELLED}

    @property
    def has_started(self) -> bool:
        """Whether the engineer is on the way or further: from here on nothing moves the visit."""
        return self in {VisitState.EN_ROUTE, VisitState.ON_SITE, VisitState.DONE}


class Outcome(StrEnum):
    """How a visit ended."""

    FIXED = "fixed"
    PARTIALLY_FIXED = "partially_fixed"
    PART_MISSING = "part_missing"
    NO_ACCESS = "no_access"
    UNSAFE = "unsafe"
    BEYOND_REPAIR = "beyond_repair"

    @property
    def needs_another_visit(self) -> bool:
        """Whether the case needs a second visit (neither fixed nor beyond repair)."""
        return self not in {Outcome.FIXED, Outcome.BEYOND_REPAIR}

    @property
    def is_work_done(self) -> bool:
        """Whether work was completed, so that the checklist's required items must have an answer."""
        return self in {Outcome.FIXED, Outcome.PARTIALLY_FIXED}


class DeclineReason(StrEnum):
    """Why an engineer declines an offer."""

    OVERLOADED = "overloaded"
    SKILL = "skill"
    PART = "part"
    DISTANCE = "distance"
    PERSONAL = "personal"
    OTHER = "other"


class BookingState(StrEnum):
    """The life of a booking. The first four occupy the engineer's time."""

    PLANNED = "planned"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    STARTED = "started"
    DONE = "done"
    RELEASED = "released"

    @property
    def occupies(self) -> bool:
        """Whether the engineer's time is taken."""
        return self not in {BookingState.DONE, BookingState.RELEASED}


class AttachmentKind(StrEnum):
    """What a file shows."""

    PHOTO = "photo"
    SIGNATURE = "signature"
    DOCUMENT = "document"


class MessageState(StrEnum):
    """The life of a message to a customer or to staff."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNDELIVERABLE = "undeliverable"


class PartSource(StrEnum):
    """Where a part for a visit comes from."""

    VAN = "van"
    WAREHOUSE = "warehouse"
    SHIPMENT = "shipment"


class ReservationState(StrEnum):
    """The life of a reservation. ``HELD``, ``SHIPPED`` and ``READY`` hold stock."""

    HELD = "held"
    SHIPPED = "shipped"
    READY = "ready"
    CONSUMED = "consumed"
    RELEASED = "released"

    @property
    def is_active(self) -> bool:
        """Whether stock is still held."""
        return self not in {ReservationState.CONSUMED, ReservationState.RELEASED}


class MovementKind(StrEnum):
    """How the stock of a part at a location changed. ``OPENING`` is what lay there when the list began."""

    OPENING = "opening"
    RECEIVED = "received"
    RESERVED = "reserved"
    RELEASED = "released"
    USED = "used"
    TRANSFERRED = "transferred"
    COUNTED = "counted"
    WRITTEN_OFF = "written_off"


class WriteOffReason(StrEnum):
    """Why units leave the stock without being used."""

    BROKEN = "broken"
    LOST = "lost"
    EXPIRED = "expired"


class PinKind(StrEnum):
    """What planning may not change about a booking."""

    RESOURCE = "resource"
    TIME = "time"
    BOTH = "both"
