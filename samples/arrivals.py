"""New cases that keep arriving: how many, when and what, decided by the seed and the hour alone.

Each hour of each day has its own draw, so that whoever asks again (after a restart, or for another stretch)
gets the same cases with the same ids.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from domain.ids import CaseId, TerritoryId
from domain.registration import ArrivalWindow, Classification, ContactDraft, Registration, SiteDraft
from domain.vocabulary import CaseKind, Category, Channel
from samples.catalogue import MODEL_BY_CODE
from samples.company import Company, Customer, Symptom

HOUR = timedelta(hours=1)

# Cases an hour by local hour of a weekday: a steep morning, a second wave after lunch, a quiet night.
_RATE = (0.2, 0.1, 0.1, 0.1, 0.2, 0.6, 2.5, 6.0, 9.0, 8.5, 7.0, 5.5, 4.5, 5.5, 5.5, 4.5, 3.5, 2.5, 1.8, 1.2, 0.9, 0.6,
         0.4, 0.3)  # fmt: skip
_WEEKEND = 0.35
_CHANNELS = (Channel.PHONE, Channel.WEB, Channel.EMAIL, Channel.CHAT, Channel.SHOP, Channel.SOCIAL)
_CHANNEL_WEIGHTS = (50, 22, 12, 9, 4, 3)


@dataclass(frozen=True)
class Arrival:
    """A contact that reaches the company at a moment."""

    case_id: CaseId
    at: datetime
    registration: Registration
    territory: TerritoryId


def arrivals(company: Company, start: datetime, end: datetime, busy: float = 1.0) -> Iterator[Arrival]:
    """Every arrival with ``start <= at < end``, in order of time.

    Args:
        company: Whose customers call; its seed decides.
        start: Aware.
        end: Aware.
        busy: Multiplies the usual number of cases an hour.
    """
    hour = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while hour < end:
        for arrival in _hour(company, hour, busy):
            if start <= arrival.at < end:
                yield arrival
        hour += HOUR


def _hour(company: Company, hour: datetime, busy: float) -> list[Arrival]:
    draw = Random(f"{company.seed}:arrivals:{hour:%Y%m%d%H}:{busy}")
    local = hour.astimezone(ZoneInfo(company.time_zone))
    rate = _RATE[local.hour] * busy * (_WEEKEND if local.weekday() >= 5 else 1.0)
    moments = sorted(hour + HOUR * draw.random() for _ in range(_poisson(rate, draw)))
    customers = {c.id: c for c in company.customers}
    return [_arrival(company, customers, f"{hour:%y%m%d%H}{n:02d}", at, draw) for n, at in enumerate(moments, 1)]


def _poisson(mean: float, draw: Random) -> int:
    """How many events fall into an hour, by counting exponential gaps."""
    count, passed = 0, draw.expovariate(1.0)
    while passed < mean:
        count += 1
        passed += draw.expovariate(1.0)
    return count


def _arrival(company: Company, customers: dict[str, Customer], key: str, at: datetime, draw: Random) -> Arrival:
    product = draw.choice(company.products)
    customer = customers[product.customer]
    symptom = draw.choice(MODEL_BY_CODE[product.model].symptoms)
    channel = draw.choices(_CHANNELS, _CHANNEL_WEIGHTS)[0]
    at = at.replace(microsecond=0)
    registration = Registration(
        channel=channel,
        symptom=symptom.text,
        contact=ContactDraft(customer.contact, customer.phone, customer.email, customer.language),
        site=SiteDraft(customer.site.address, customer.site.latitude, customer.site.longitude, customer.access_notes),
        customer_id=customer.id,
        installed_product_id=product.id,
        product_model=product.model,
        serial=product.serial,
        purchased_on=product.purchased_on,
        error_code=symptom.error_code,
        external_ref=f"sample:{key}",
        windows=_windows(at, company.time_zone, draw),
        classification=classification_of(symptom) if channel is Channel.WEB else None,
    )
    return Arrival(CaseId(f"C-{key}"), at, registration, customer.territory)


def classification_of(symptom: Symptom) -> Classification:
    """What an agent makes of a symptom of the catalogue."""
    if symptom.part is None:
        return Classification(CaseKind.INQUIRY, Category.USAGE_QUESTION, symptom.severity)
    return Classification(CaseKind.FAULT, Category.PRODUCT_DEFECT, symptom.severity)


def _windows(at: datetime, zone: str, draw: Random) -> tuple[ArrivalWindow, ...]:
    """One caller in four is at home only at certain times: mornings or afternoons of the next days."""
    if draw.random() > 0.25:
        return ()
    morning = draw.random() < 0.5
    local = at.astimezone(ZoneInfo(zone))
    made = []
    for day in range(1, 4):
        noon = (local + timedelta(days=day)).replace(hour=12, minute=0, second=0)
        start, end = (noon - 4 * HOUR, noon) if morning else (noon + HOUR, noon + 6 * HOUR)
        made.append(ArrivalWindow(start.astimezone(UTC), end.astimezone(UTC)))
    return tuple(made)
