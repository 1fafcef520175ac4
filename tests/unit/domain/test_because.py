"""A reason is kept as a code with facts: each is said in English, and the console says each in every language."""

import re
from pathlib import Path

import pytest

from domain.because import SENTENCES, Because, BecauseCode, WhyNot, told, words
from models.documents import from_json, to_json

MESSAGES = Path(__file__).parents[3] / "web" / "src" / "explain" / "because-words.ts"


def said_by_the_console() -> tuple[dict[str, str], dict[str, str]]:
    """The console's texts by code, in English and in Chinese: the file has one table after the other."""
    tables: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for code, text in re.findall(r'^ +because_(\w+): "(.*)",$', MESSAGES.read_text(encoding="utf-8"), re.MULTILINE):
        tables[code in tables[0]][code] = text
    return tables


def test_every_code_has_a_sentence_in_every_language_of_the_console() -> None:
    english, chinese = said_by_the_console()
    assert english == {code.value: sentence for code, sentence in SENTENCES.items()}
    assert chinese.keys() == {code.value for code in BecauseCode}


@pytest.mark.parametrize("code", BecauseCode)
def test_a_sentence_names_the_same_facts_in_every_language(code: BecauseCode) -> None:
    _, chinese = said_by_the_console()
    assert sorted(re.findall(r"{(\w+)}", chinese[code])) == sorted(re.findall(r"{(\w+)}", SENTENCES[code]))


def test_several_reasons_are_told_with_whom_each_is_about() -> None:
    requested = Because(BecauseCode.VISIT_REQUESTED).about("C-1-V1")
    assert told([requested, Because(BecauseCode.STOCK_CAME_IN, {"sku": "FAN"})]) == (
        "C-1-V1: visit requested, FAN came in"
    )
    assert requested.about("C-2-V1") == requested


def test_words_stay_as_they_were_typed() -> None:
    assert words("as {asked}, at once").sentence == "as {asked}, at once"


def test_what_a_plan_found_against_a_visit_is_told_in_its_own_sentence_and_kept_whole() -> None:
    found = WhyNot("skill", "Nobody knows gas.", count=2, nearest="E1", lacking={"gas": 3})
    because = (Because(BecauseCode.NO_PLACE, why_not=found), Because(BecauseCode.VISITS_MOVED, {"count": 2}))
    assert told(because[:1]) == "Nobody knows gas."
    assert from_json(tuple[Because, ...], to_json(tuple[Because, ...], because)) == because
