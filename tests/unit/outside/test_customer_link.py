"""A token opens what it was signed for; everything else is refused with one and the same answer."""

import os
from datetime import UTC, datetime

import pytest

from api.accounts import TooManyError
from api.rates import Buckets, Rate
from domain.customer_link import LinkKeys, LinkRefusedError
from domain.ids import LinkId

KEY, OTHER = os.urandom(32), os.urandom(32)
KEYS = LinkKeys({"k1": KEY})
UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
TOKEN = KEYS.token(LinkId("L-a"), UNTIL)


def test_a_token_says_what_it_was_made_for() -> None:
    said = KEYS.read(TOKEN)
    assert (said.link_id, said.expires_at) == ("L-a", UNTIL)


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "..",
        "L-a",
        TOKEN[:-1] + ("A" if TOKEN[-1] != "A" else "B"),
        TOKEN.replace("L-a", "L-b"),
        TOKEN.replace(str(round(UNTIL.timestamp())), "9999999999"),
        TOKEN + "x",
        "é" + TOKEN,
        "x" * 10_000,
        LinkKeys({"k1": OTHER}).token(LinkId("L-a"), UNTIL),
    ],
)
def test_a_forged_token_is_refused_with_the_same_words(forged: str) -> None:
    with pytest.raises(LinkRefusedError) as refused:
        KEYS.read(forged)
    assert refused.value.message == LinkRefusedError().message


def test_an_old_key_still_opens_and_a_removed_one_does_not() -> None:
    rotated = LinkKeys({"k2": OTHER, "k1": KEY})
    assert rotated.read(TOKEN).link_id == "L-a"
    with pytest.raises(LinkRefusedError):
        LinkKeys({"k2": OTHER}).read(rotated.token(LinkId("L-a"), UNTIL).replace("L-a", "L-b"))
    with pytest.raises(LinkRefusedError):
        LinkKeys({"k2": OTHER}).read(TOKEN)


def test_each_link_may_knock_so_often_and_no_more() -> None:
    seconds = [0.0]
    buckets, rate = Buckets(lambda: seconds[0]), Rate(per_second=1.0, at_once=3)
    for _ in range(3):
        buckets.take("a", rate)
    with pytest.raises(TooManyError):
        buckets.take("a", rate)
    buckets.take("b", rate)
    seconds[0] = 2.0
    buckets.take("a", rate, cost=2.0)
    with pytest.raises(TooManyError):
        buckets.take("a", rate)
