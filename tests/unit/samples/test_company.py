"""The sample company holds together: everybody refers to somebody who exists, nobody is at two places."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from domain.ids import van_of
from samples.catalogue import MODEL_BY_CODE, MODELS, OUT_OF_STOCK, PARTS, SCARCE
from samples.city import QUARTERS
from samples.generate import generate
from samples.staff import roster

TODAY = date(2026, 11, 23)
COMPANY = generate(7, TODAY)


def test_it_has_the_promised_size() -> None:
    assert len(COMPANY.engineers) == 40
    assert len(COMPANY.territories) == 3
    assert len(COMPANY.products) == 400
    assert len(COMPANY.parts) == 60
    assert len(COMPANY.warehouses) == 2
    assert len(COMPANY.models) == 8
    assert len(COMPANY.history) == 300


def test_the_same_seed_and_day_make_the_same_company() -> None:
    assert generate(7, TODAY) == COMPANY
    assert generate(8, TODAY) != COMPANY


def test_every_reference_leads_somewhere() -> None:
    territories = {t.id for t in COMPANY.territories}
    customers = {c.id for c in COMPANY.customers}
    parts = {p.sku for p in COMPANY.parts}
    locations = {w.id for w in COMPANY.warehouses} | {van_of(e.id) for e in COMPANY.engineers}
    assert {e.territory for e in COMPANY.engineers} == territories
    assert {p.customer for p in COMPANY.products} <= customers
    assert {line.location for line in COMPANY.stock} <= locations
    assert {line.sku for line in COMPANY.stock} <= parts
    assert {s.part for m in MODELS for s in m.symptoms if s.part} <= parts
    assert {c.product for c in COMPANY.history} <= {p.id for p in COMPANY.products}


def test_ids_are_unique() -> None:
    for ids in (
        [e.id for e in COMPANY.engineers],
        [c.id for c in COMPANY.customers],
        [p.serial for p in COMPANY.products],
        [p.sku for p in PARTS],
        [c.id for c in COMPANY.history],
        [u.id for u in COMPANY.users],
        [serial for line in COMPANY.stock for serial in line.serials],
    ):
        assert len(ids) == len(set(ids))


def test_every_territory_has_somebody_for_every_model() -> None:
    for territory in QUARTERS:
        staff = [{s.name: s.level for s in e.skills} for e in COMPANY.engineers if e.territory == territory]
        for model in MODELS:
            able = [s for s in staff if all(s.get(name, 0) >= level for name, level in model.skills)]
            assert len(able) >= 2, (territory, model.code)


def test_three_certificates_end_within_four_weeks() -> None:
    soon = TODAY + timedelta(days=28)
    ending = {e.id for e in COMPANY.engineers for s in e.skills if s.expires and TODAY < s.expires <= soon}
    assert ending == {"E006", "E020", "E033"}


def test_one_part_is_nowhere_and_scarce_ones_lie_in_one_warehouse() -> None:
    held = {line.sku: line for line in COMPANY.stock}
    assert OUT_OF_STOCK not in held
    for sku in SCARCE:
        assert [line.quantity for line in COMPANY.stock if line.sku == sku] == [1]


def test_serialised_stock_has_one_serial_for_each_piece() -> None:
    serialised = {p.sku for p in PARTS if p.serialised}
    for line in COMPANY.stock:
        assert len(line.serials) == (line.quantity if line.sku in serialised else 0)


def test_shifts_of_an_engineer_do_not_overlap() -> None:
    for engineer in COMPANY.engineers:
        mine = sorted((s for s in COMPANY.shifts if s.engineer == engineer.id), key=lambda s: s.start)
        assert all(a.end <= b.start for a, b in pairwise(mine))


def test_shifts_keep_their_local_time_over_a_clock_change() -> None:
    engineer = next(e for e in COMPANY.engineers if e.pattern == "day" and e.id == "E001")
    before, after = (roster((engineer,), (), day, day)[0] for day in (date(2026, 10, 23), date(2026, 10, 26)))
    assert before.start == datetime(2026, 10, 23, 6, tzinfo=UTC)
    assert after.start == datetime(2026, 10, 26, 7, tzinfo=UTC)


def test_nobody_has_a_shift_while_away() -> None:
    for absence in COMPANY.absences:
        mine = [s for s in COMPANY.shifts if s.engineer == absence.engineer]
        assert not [s for s in mine if s.start < absence.end and absence.start < s.end]


def test_history_keeps_its_order_and_ends_before_today() -> None:
    midnight = datetime(2026, 11, 22, 23, tzinfo=UTC)
    for case in COMPANY.history:
        moments = [case.opened_at, case.classified_at, case.diagnosed_at]
        for visit in case.visits:
            moments += [visit.booked_at, visit.accepted_at, visit.departed_at, visit.arrived_at, visit.finished_at]
        moments += [case.resolved_at, case.confirmed_at, case.archived_at]
        assert moments == sorted(moments), case.id
        assert case.archived_at < midnight


def test_no_engineer_of_the_history_is_at_two_places() -> None:
    for engineer in COMPANY.engineers:
        mine = [v for c in COMPANY.history for v in c.visits if v.engineer == engineer.id]
        ordered = sorted(mine, key=lambda v: v.departed_at)
        assert all(a.finished_at <= b.departed_at for a, b in pairwise(ordered))


def test_engineers_of_the_history_had_the_skills() -> None:
    skills = {e.id: {s.name: s.level for s in e.skills} for e in COMPANY.engineers}
    model_of = {p.id: p.model for p in COMPANY.products}
    for case in COMPANY.history:
        for visit in case.visits:
            for name, level in MODEL_BY_CODE[model_of[case.product]].skills:
                assert skills[visit.engineer].get(name, 0) >= level


def test_every_visited_case_of_the_history_ends_fixed() -> None:
    assert {c.visits[-1].outcome.value for c in COMPANY.history if c.visits} == {"fixed"}
