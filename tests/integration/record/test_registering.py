"""Registration: what a complete one creates, what keeps one open, and that a repetition changes nothing."""

import asyncio
from datetime import date, time, timedelta

import pytest

from activities.cases import CaseActivities
from domain.calendars import OpeningHours
from domain.clock import ClockName
from domain.ids import TerritoryId
from domain.messages import ResolveTerms
from domain.policy import ServicePolicy, StepLimits
from domain.registration import Classification, ContactDraft, Registration, SiteDraft
from domain.vocabulary import CaseKind, CaseState, Category, Channel, Severity, Warranty
from models import tables as t
from models.documents import from_json
from models.repositories import policies
from models.session import Database
from tests.builders import NOW, a_case_row, a_register_case, a_site, a_territory, at, save
from tests.integration.record.reading import count, get


@pytest.fixture
def cases(company: Database) -> CaseActivities:
    return CaseActivities(company)


async def test_a_complete_registration_creates_customer_contact_site_product_and_case(
    company: Database, cases: CaseActivities
) -> None:
    answer = await cases.register_case(a_register_case())
    row = await get(company, t.Case, "C-7")
    product = await get(company, t.InstalledProduct, row.installed_product_id)
    contact = await get(company, t.Contact, row.contact_id)
    site = await get(company, t.Site, row.site_id)
    assert (answer.territory, answer.warranty, answer.problems) == ("T1", Warranty.COVERED, ())
    assert (row.state, row.territory_id, row.source, row.problems) == (CaseState.REGISTERING, "T1", "phone", [])
    assert (product.model_code, product.serial, product.warranty_until) == ("M1", "SN-77", date(2027, 12, 1))
    assert (contact.name, contact.phone, contact.customer_id) == ("Max Muster", "+49 40 1234567", row.customer_id)
    assert (site.address, site.latitude, site.access_notes) == ("Elbchaussee 5", 53.546, "ring twice")


async def test_what_was_registered_is_kept_without_contact_and_address(
    company: Database, cases: CaseActivities
) -> None:
    await cases.register_case(a_register_case(suggested_minutes=90, suggested_skills={"heat": 2}))
    kept = from_json(Registration, (await get(company, t.Case, "C-7")).registration)
    assert kept.contact == ContactDraft(language="de")
    assert kept.site == SiteDraft("", 53.546, 9.93, "")
    assert (kept.suggested_minutes, kept.suggested_skills) == (90, {"heat": 2})


async def test_registering_twice_and_at_once_creates_everything_once(company: Database, cases: CaseActivities) -> None:
    answers = await asyncio.gather(*(cases.register_case(a_register_case()) for _ in range(4)))
    answers.append(await cases.register_case(a_register_case()))
    assert all(answer == answers[0] for answer in answers)
    assert [await count(company, kind) for kind in (t.Customer, t.Site, t.InstalledProduct, t.Case)] == [2, 2, 2, 1]
    assert await count(company, t.Contact) == 1


async def test_a_product_bought_today_where_the_day_began_earlier_is_not_from_the_future(
    cases: CaseActivities,
) -> None:
    evening = NOW.replace(hour=23)  # the next morning in Shanghai
    answer = await cases.register_case(a_register_case(opened_at=evening, purchased_on=NOW.date() + timedelta(days=1)))
    assert answer.problems == ()


async def test_every_unknown_reference_is_named_at_once_and_nothing_is_lost(
    company: Database, cases: CaseActivities
) -> None:
    answer = await cases.register_case(
        a_register_case(
            customer_id="CU-9", product_model="M9", purchased_on=date(2027, 1, 1), site=SiteDraft("", 48.1, 11.6)
        )
    )
    assert [(p.field, p.rule) for p in answer.problems] == [
        ("customer_id", "there is no customer 'CU-9'"),
        ("product_model", "there is no product model 'M9'"),
        ("purchased_on", "lies in the future"),
        ("site", "no territory serves this place"),
    ]
    row = await get(company, t.Case, "C-7")
    assert (row.state, len(row.problems), row.customer_id) == (CaseState.REGISTERING, 4, None)
    assert from_json(Registration, row.registration).contact.name == "Max Muster"
    assert await count(company, t.Customer) == 1


async def test_an_incomplete_registration_is_completed_later(company: Database, cases: CaseActivities) -> None:
    first = await cases.register_case(a_register_case(product_model=""))
    assert [p.field for p in first.problems] == ["product_model"]
    second = await cases.register_case(a_register_case(command="again"))
    assert second.problems == ()
    row = await get(company, t.Case, "C-7")
    assert (row.product_model_code, row.problems) == ("M1", [])
    assert from_json(Registration, row.registration).contact.name == ""


async def test_a_known_product_brings_its_customer_site_and_warranty(company: Database, cases: CaseActivities) -> None:
    answer = await cases.register_case(
        a_register_case(
            installed_product_id="IP-1",
            customer_id="CU-1",
            product_model="",
            serial="",
            purchased_on=None,
            contact=ContactDraft(),
            site=SiteDraft(),
        )
    )
    row = await get(company, t.Case, "C-7")
    assert (answer.problems, answer.warranty) == ((), Warranty.COVERED)
    assert (row.customer_id, row.site_id, row.installed_product_id) == ("CU-1", "SI-1", "IP-1")
    assert await count(company, t.InstalledProduct) == 1


async def test_a_known_serial_number_is_the_known_product(company: Database, cases: CaseActivities) -> None:
    await cases.register_case(a_register_case(serial="SN-IP-1"))
    assert (await get(company, t.Case, "C-7")).installed_product_id == "IP-1"


async def test_a_product_of_somebody_else_is_a_problem(company: Database, cases: CaseActivities) -> None:
    await save(company, t.Customer(id="CU-2", name="B", created_at=NOW))
    answer = await cases.register_case(a_register_case(installed_product_id="IP-1", customer_id="CU-2"))
    assert ("installed_product_id", "belongs to another customer") in [(p.field, p.rule) for p in answer.problems]


@pytest.mark.parametrize(
    ("purchased_on", "warranty"),
    [
        (date(2024, 11, 23), Warranty.COVERED),
        (date(2024, 11, 22), Warranty.EXPIRED),
        (None, Warranty.UNKNOWN),
    ],
)
async def test_the_last_day_of_the_warranty_counts(
    cases: CaseActivities, purchased_on: date | None, warranty: Warranty
) -> None:
    answer = await cases.register_case(a_register_case(purchased_on=purchased_on))
    assert answer.warranty is warranty


async def test_the_same_product_within_thirty_days_is_a_repeat(company: Database, cases: CaseActivities) -> None:
    archived = {"state": CaseState.ARCHIVED, "opened_at": at(-2400)}
    await save(
        company,
        a_case_row("C-2", closed_at=NOW - timedelta(days=31), **archived),
        a_case_row("C-3", closed_at=NOW - timedelta(days=29), **archived),
        a_case_row("C-4", closed_at=NOW - timedelta(days=3), **(archived | {"state": CaseState.CANCELLED})),
    )
    answer = await cases.register_case(a_register_case(serial="SN-IP-1"))
    assert answer.repeat_of == "C-3"


async def test_a_case_without_a_recent_one_repeats_nothing(company: Database, cases: CaseActivities) -> None:
    await save(company, a_case_row("C-2", state=CaseState.ARCHIVED, closed_at=NOW - timedelta(days=31)))
    assert (await cases.register_case(a_register_case(serial="SN-IP-1"))).repeat_of is None


async def test_the_nearest_of_the_territories_that_contain_the_place_serves_it(
    company: Database, cases: CaseActivities
) -> None:
    await save(
        company,
        a_territory("T2", latitude=53.546, longitude=9.94, radius_km=5.0),
        a_territory("T3", latitude=53.546, longitude=9.93, radius_km=50.0, active=False),
    )
    assert (await cases.register_case(a_register_case())).territory == "T2"
    assert (await cases.register_case(a_register_case("C-8", territory=TerritoryId("T1")))).territory == "T1"


async def test_an_external_reference_names_one_case(company: Database, cases: CaseActivities) -> None:
    same = {"external_ref": "X-1", "channel": Channel.SHOP, "serial": ""}
    assert (await cases.register_case(a_register_case("C-7", **same))).problems == ()
    again = await cases.register_case(a_register_case("C-8", **same))
    other = await cases.register_case(a_register_case("C-9", **(same | {"channel": Channel.API})))
    assert [(p.field, p.rule) for p in again.problems] == [("external_ref", "'X-1' is case C-7 already")]
    assert other.problems == ()
    assert [(await get(company, t.Case, id_)).external_ref for id_ in ("C-7", "C-8", "C-9")] == ["X-1", None, "X-1"]


async def test_a_case_beyond_registration_is_left_as_it_is(company: Database, cases: CaseActivities) -> None:
    await save(company, a_case_row("C-7"))
    answer = await cases.register_case(a_register_case())
    assert (answer.territory, answer.warranty, answer.problems) == ("T1", Warranty.COVERED, ())
    assert (await get(company, t.Case, "C-7")).customer_id == "CU-1"
    assert await count(company, t.Customer) == 1


async def test_terms_follow_the_territory_and_its_holidays(company: Database, cases: CaseActivities) -> None:
    hours = [{"weekday": day, "opens": "08:00", "closes": "12:00"} for day in range(5)]
    policy = {"steps": {"accept_within": "PT10M"}, "planning": {"offer_lead": "PT3H"}}
    await save(company, a_territory("T2", business_hours=hours, policy=policy))
    await save(company, a_site("SI-2"), a_case_row("C-2", territory_id="T2", site_id="SI-2"))
    async with company.transaction() as session:
        limits = StepLimits(accept_within=timedelta(minutes=45), diagnose_within=timedelta(minutes=20))
        await policies.store_policy(session, ServicePolicy(steps=limits), NOW, "test")
    exchange = Classification(CaseKind.EXCHANGE, Category.PRODUCT_DEFECT, Severity.MEDIUM)
    terms = await cases.resolve_terms(ResolveTerms(a_register_case("C-2").case_id, exchange, Warranty.UNKNOWN, NOW))
    assert (terms.accept_within, terms.diagnose_within) == (timedelta(minutes=10), timedelta(minutes=20))
    assert terms.offer_lead == timedelta(hours=3)
    calendar = terms.clocks[0].calendar
    assert [clock.name for clock in terms.clocks] == [ClockName.RESPOND, ClockName.RESOLVE]
    assert calendar.time_zone == "Europe/Berlin"
    assert calendar.hours == tuple(OpeningHours(day, time(8), time(12)) for day in range(5))
    assert date(2026, 12, 25) in calendar.closed


async def test_fault_terms_count_around_the_clock(company: Database, cases: CaseActivities) -> None:
    await save(company, a_case_row("C-2"))
    fault = Classification(CaseKind.FAULT, Category.PRODUCT_DEFECT, Severity.MEDIUM)
    terms = await cases.resolve_terms(ResolveTerms(a_register_case("C-2").case_id, fault, Warranty.COVERED, NOW))
    targets = {clock.name.value: clock.target / timedelta(hours=1) for clock in terms.clocks}
    assert targets == {"respond": 2, "dispatch": 8, "on_site": 24, "resolve": 48}
    assert all(clock.calendar.always for clock in terms.clocks)
