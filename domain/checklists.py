"""Checklists: what an engineer works through at a visit, which visit carries which list, and what an answer may be."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from domain.errors import ChecklistIncompleteError, InvalidInputError
from domain.visit import CheckAnswer
from domain.vocabulary import CaseKind, Outcome

Language = Literal["en", "zh-CN"]
LANGUAGES: tuple[Language, ...] = ("en", "zh-CN")
DONE = "done"
"""The answer to an item that is ticked."""
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?")

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
"""What answers refer to; it stays the same when the words change."""
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


def _in_every_language(words: dict[Language, str]) -> dict[Language, str]:
    missing = [language for language in LANGUAGES if language not in words]
    if missing:
        raise ValueError(f"is missing in {missing[0]}")
    return {language: words[language] for language in LANGUAGES}


Words = Annotated[dict[Language, Text], AfterValidator(_in_every_language)]
"""A text in every language of the screens."""


class ItemKind(StrEnum):
    """How an item is answered."""

    TICK = "tick"
    VALUE = "value"
    CHOICE = "choice"


class Option(BaseModel):
    """One of the answers to a choice."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: Key
    label: Words


class Item(BaseModel):
    """One thing to do, to measure or to decide.

    Attributes:
        required: Without it a visit at which the work was done cannot be finished.
        unit: Of a value, such as ``bar``.
        lowest, highest: Values outside are taken and marked; None: no limit on this side.
        options: Of a choice.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: Key
    kind: ItemKind
    label: Words
    required: bool = True
    unit: str = Field(default="", max_length=20)
    lowest: float | None = Field(default=None, allow_inf_nan=False)
    highest: float | None = Field(default=None, allow_inf_nan=False)
    options: tuple[Option, ...] = Field(default=(), max_length=12)

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "Item":
        if self.kind is not ItemKind.VALUE and (self.unit or self.lowest is not None or self.highest is not None):
            raise ValueError("only a value has a unit and a range")
        if self.lowest is not None and self.highest is not None and self.lowest > self.highest:
            raise ValueError("the lowest value lies above the highest one")
        if (self.kind is ItemKind.CHOICE) != bool(self.options):
            raise ValueError("a choice needs options, and nothing else has them")
        if self.options and len(self.options) < 2:
            raise ValueError("a choice needs at least two options")
        _require_unlike(self.options, "options")
        return self

    def wrong_with(self, answer: str) -> str:
        """Which rule an answer breaks; empty when none. A value out of range breaks none."""
        match self.kind:
            case ItemKind.TICK:
                return "" if answer == DONE else f"must be {DONE!r}"
            case ItemKind.VALUE:
                return "" if _NUMBER.fullmatch(answer) else "must be a number such as 2.1"
            case ItemKind.CHOICE:
                known = [option.id for option in self.options]
                return "" if answer in known else f"must be one of {', '.join(known)}"

    def is_out_of_range(self, answer: str) -> bool:
        """Whether a valid answer is a value outside the item's range."""
        if self.kind is not ItemKind.VALUE:
            return False
        value = float(answer)
        below = self.lowest is not None and value < self.lowest
        return below or (self.highest is not None and value > self.highest)


class Checklist(BaseModel):
    """A list of items for the visits that match. An empty condition matches every visit.

    Attributes:
        kinds: Of the visit's case.
        product_models: Codes; the product that the visit is about is one of them.
        skills: The visit needs one of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: Key
    name: Words
    kinds: tuple[CaseKind, ...] = ()
    product_models: tuple[Annotated[str, StringConstraints(min_length=1, max_length=60)], ...] = ()
    skills: tuple[Annotated[str, StringConstraints(min_length=1, max_length=60)], ...] = ()
    items: tuple[Item, ...] = Field(max_length=60)

    @model_validator(mode="after")
    def _has_items_that_are_told_apart(self) -> "Checklist":
        if not self.items:
            raise ValueError("a checklist needs at least one item")
        _require_unlike(self.items, "items")
        return self

    def matches(self, kind: CaseKind | None, product_model: str | None, skills: Iterable[str]) -> bool:
        """Whether a visit falls under this list."""
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.product_models or product_model in self.product_models)
            and (not self.skills or not set(skills).isdisjoint(self.skills))
        )


class Checklists(BaseModel):
    """A company's checklists, edited as one document. The first one that matches a visit is the visit's."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    lists: tuple[Checklist, ...] = Field(default=(), max_length=100)

    @model_validator(mode="after")
    def _tells_lists_apart(self) -> "Checklists":
        _require_unlike(self.lists, "lists")
        return self

    def for_visit(self, kind: CaseKind | None, product_model: str | None, skills: Iterable[str]) -> Checklist | None:
        """The list that a visit carries; None when none matches."""
        needed = frozenset(skills)
        return next((each for each in self.lists if each.matches(kind, product_model, needed)), None)

    def called(self, id_: str) -> Checklist | None:
        """The list with this id."""
        return next((each for each in self.lists if each.id == id_), None)


def check(checklist: Checklist | None, answers: Sequence[CheckAnswer], outcome: Outcome) -> None:
    """Whether a report's answers suffice.

    Raises:
        InvalidInputError: An answer belongs to no item, is given twice, or does not fit its item.
        ChecklistIncompleteError: The work was done, and required items have no answer.
    """
    items = {item.id: item for item in checklist.items} if checklist else {}
    answered: set[str] = set()
    for line, given in enumerate(answers):
        field = f"report.checklist[{line}]"
        item = items.get(given.item)
        if item is None:
            raise InvalidInputError(f"{field}.item", f"the visit's checklist has no item {given.item!r}")
        if given.item in answered:
            raise InvalidInputError(f"{field}.item", f"{given.item!r} is answered twice")
        if rule := item.wrong_with(given.answer):
            raise InvalidInputError(f"{field}.answer", rule)
        answered.add(given.item)
    missing = [item for item in items.values() if item.required and item.id not in answered]
    if checklist and missing and outcome.is_work_done:
        raise ChecklistIncompleteError(
            checklist.name["en"], [item.id for item in missing], [item.label["en"] for item in missing]
        )


def _require_unlike(things: Sequence[Option] | Sequence[Item] | Sequence[Checklist], what: str) -> None:
    ids = [each.id for each in things]
    twice = next((id_ for id_ in ids if ids.count(id_) > 1), None)
    if twice is not None:
        raise ValueError(f"two {what} have the id {twice!r}")
