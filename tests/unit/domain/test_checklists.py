"""Checklists: which visit carries which list, which answers fit, and when a report is not complete."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.checklists import Checklist, Checklists, Item, check
from domain.errors import ChecklistIncompleteError, InvalidInputError
from domain.visit import CheckAnswer
from domain.vocabulary import CaseKind, Outcome


def words(text: str) -> dict[str, str]:
    return {"en": text, "zh-CN": f"{text}（中文）"}


def an_item(id_: str = "shut", kind: str = "tick", **changes: Any) -> dict[str, Any]:
    return {"id": id_, "kind": kind, "label": words(f"Label of {id_}"), **changes}


def a_value(**changes: Any) -> dict[str, Any]:
    return an_item("pressure", "value", **{"unit": "bar", "lowest": 1.5, "highest": 2.5} | changes)


def a_choice(**changes: Any) -> dict[str, Any]:
    options = [{"id": each, "label": words(each)} for each in ("tight", "leaks")]
    return an_item("leak", "choice", **{"options": options} | changes)


def a_list(id_: str = "gas", *items: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"id": id_, "name": words(f"List {id_}"), "items": items or (an_item(),), **changes}


def lists(*given: dict[str, Any]) -> Checklists:
    return Checklists.model_validate({"lists": given})


THREE = Checklist.model_validate(a_list("gas", an_item(), a_value(), a_choice(required=False)))


def answers(**given: str) -> list[CheckAnswer]:
    return [CheckAnswer(item, answer) for item, answer in given.items()]


def chosen(given: Checklists, kind: CaseKind | None, model: str | None, *skills: str) -> str | None:
    found = given.for_visit(kind, model, skills)
    return found.id if found else None


def test_the_first_list_that_matches_is_the_visits() -> None:
    given = lists(
        a_list("yearly", kinds=["maintenance"], product_models=["GB-24"]),
        a_list("gas", skills=["gas", "oil"]),
        a_list("everything"),
    )
    assert chosen(given, CaseKind.MAINTENANCE, "GB-24", "gas") == "yearly"
    assert chosen(given, CaseKind.FAULT, "GB-24", "electrics", "gas") == "gas"
    assert chosen(given, CaseKind.MAINTENANCE, "WP-08", "oil") == "gas"
    assert chosen(given, None, None) == "everything"


def test_a_visit_that_no_list_is_for_carries_none() -> None:
    given = lists(a_list("yearly", kinds=["maintenance"]), a_list("boiler", product_models=["GB-24"]))
    assert chosen(given, None, None, "gas") is None
    assert chosen(lists(), CaseKind.FAULT, "GB-24") is None


@pytest.mark.parametrize(
    ("document", "field", "rule"),
    [
        (a_list("gas", an_item(label={"en": "Shut"})), "lists.0.items.0.label", "is missing in zh-CN"),
        (a_list("gas", an_item(label=words(" "))), "lists.0.items.0.label.en", "at least 1 character"),
        (a_list("gas", an_item(), an_item()), "lists.0", "two items have the id 'shut'"),
        (a_list("gas", a_value(lowest=3)), "lists.0.items.0", "lowest value lies above"),
        (a_list("gas", an_item(unit="bar")), "lists.0.items.0", "only a value has a unit"),
        (a_list("gas", an_item(kind="choice")), "lists.0.items.0", "a choice needs options"),
        (a_list("gas", a_choice(options=[{"id": "a", "label": words("a")}])), "lists.0.items.0", "at least two"),
        (a_list("gas", a_choice(options=[{"id": "a", "label": words("a")}] * 2)), "lists.0.items.0", "two options"),
        (a_list("Gas!"), "lists.0.id", "match pattern"),
        (a_list("gas", items=[]), "lists.0", "needs at least one item"),
    ],
)
def test_a_list_that_nobody_could_work_through_is_refused(document: dict[str, Any], field: str, rule: str) -> None:
    with pytest.raises(ValidationError) as error:
        lists(document)
    [found] = error.value.errors()
    assert ".".join(map(str, found["loc"])) == field
    assert rule in found["msg"]


def test_two_lists_with_one_id_are_refused() -> None:
    with pytest.raises(ValidationError, match="two lists have the id 'gas'"):
        lists(a_list("gas"), a_list("gas"))


def test_work_that_is_done_needs_every_required_answer_and_names_the_missing_ones() -> None:
    check(THREE, answers(shut="done", pressure="2"), Outcome.FIXED)
    with pytest.raises(ChecklistIncompleteError) as error:
        check(THREE, answers(leak="tight"), Outcome.PARTIALLY_FIXED)
    assert error.value.facts["missing"] == "shut, pressure"
    assert error.value.message.startswith("The checklist 'List gas' still lacks: Label of shut; Label of pressure.")


@pytest.mark.parametrize("outcome", [each for each in Outcome if not each.is_work_done])
def test_a_visit_at_which_the_work_was_not_done_may_leave_items_out(outcome: Outcome) -> None:
    check(THREE, [], outcome)


@pytest.mark.parametrize(
    ("given", "field", "rule"),
    [
        (answers(shut="yes"), "report.checklist[0].answer", "must be 'done'"),
        (answers(shut="done", pressure="2,1"), "report.checklist[1].answer", "must be a number such as 2.1"),
        (answers(pressure="nan"), "report.checklist[0].answer", "must be a number such as 2.1"),
        (answers(leak="perhaps"), "report.checklist[0].answer", "must be one of tight, leaks"),
        (answers(other="done"), "report.checklist[0].item", "has no item 'other'"),
        ([*answers(shut="done"), *answers(shut="done")], "report.checklist[1].item", "'shut' is answered twice"),
    ],
)
def test_an_answer_that_fits_no_item_is_refused_at_its_field(given: list[CheckAnswer], field: str, rule: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        check(THREE, given, Outcome.NO_ACCESS)
    assert error.value.field == field
    assert rule in error.value.rule


def test_without_a_list_nothing_is_missing_and_nothing_can_be_answered() -> None:
    check(None, [], Outcome.FIXED)
    with pytest.raises(InvalidInputError, match="has no item 'shut'"):
        check(None, answers(shut="done"), Outcome.FIXED)


@pytest.mark.parametrize(
    ("lowest", "highest", "answer", "outside"),
    [
        (1.5, 2.5, "1.5", False), (1.5, 2.5, "2.5", False), (1.5, 2.5, "1.49", True), (1.5, 2.5, "2.51", True),
        (None, -18, "-18.5", False), (None, -18, "-17", True), (4, None, "900", False), (None, None, "-5", False),
    ],
)  # fmt: skip
def test_a_value_outside_of_its_range_is_taken_and_marked(
    lowest: float | None, highest: float | None, answer: str, *, outside: bool
) -> None:
    item = Item.model_validate(a_value(lowest=lowest, highest=highest))
    assert item.wrong_with(answer) == ""
    assert item.is_out_of_range(answer) is outside


def test_what_is_no_value_is_never_out_of_range() -> None:
    assert not Item.model_validate(an_item()).is_out_of_range("done")
    assert not Item.model_validate(a_choice()).is_out_of_range("leaks")
