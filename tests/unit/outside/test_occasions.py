"""Which events are told to whom, when, and in which words."""

from datetime import UTC, datetime, time, timedelta
from string import Template

import pytest
from pydantic import ValidationError

from activities.wording import LANGUAGES, Wording, language_for
from domain.message_settings import MessageSettings
from domain.messages import EventDraft
from domain.occasions import FIELDS, Occasion, notices
from domain.people import Role
from domain.told import told_window

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BERLIN = "Europe/Berlin"


def told(kind: str, **data: str | int) -> list[tuple[Occasion, Role | None]]:
    return [(n.occasion, n.role) for n in notices(EventDraft(kind, NOW, data=data), "cmd-1", "C-1-V1")]


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("registered", {}, [(Occasion.REGISTERED, None)]),
        ("decided", {"decision": "on_site", "quote_cents": 12_000}, [(Occasion.QUOTE, None)]),
        ("decided", {"decision": "on_site", "quote_cents": 0}, []),
        ("decided", {"decision": "remote", "quote_cents": 0}, [(Occasion.PLEASE_CONFIRM, None)]),
        ("booked", {}, []),
        ("offered", {}, []),
        ("accepted", {}, [(Occasion.VISIT_BOOKED, None)]),
        ("booking_lost", {}, [(Occasion.VISIT_UNPLANNED, None)]),
        ("departed", {}, [(Occasion.ON_THE_WAY, None)]),
        ("visit_done", {"outcome": "fixed"}, [(Occasion.PLEASE_CONFIRM, None)]),
        ("visit_done", {"outcome": "part_missing"}, []),
        ("confirmed_by_silence", {}, [(Occasion.PLEASE_RATE, None)]),
        ("step_escalated", {"rung": "owner", "subject": "classify"}, []),
        ("step_escalated", {"rung": "team_lead", "subject": "classify"}, [(Occasion.ESCALATION, Role.TEAM_LEAD)]),
        ("clock_escalated", {"rung": "director", "subject": "resolve"}, [(Occasion.ESCALATION, Role.DIRECTOR)]),
        ("time_asked", {}, [(Occasion.TIME_ASKED, Role.DISPATCHER)]),
        ("note", {"text": "x"}, []),
    ],
)
def test_an_event_is_told_to_whom_it_concerns(
    kind: str, data: dict[str, str | int], expected: list[tuple[Occasion, Role | None]]
) -> None:
    assert told(kind, **data) == expected


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-11-24T20:59", "2026-11-24T20:59"),
        ("2026-11-24T21:00", "2026-11-25T08:00"),
        ("2026-11-25T03:00", "2026-11-25T08:00"),
        ("2026-11-25T08:00", "2026-11-25T08:00"),
        ("2026-10-24T23:30", "2026-10-25T08:00"),  # the night in which the clocks go back
    ],
)
def test_customers_hear_nothing_in_the_night(local: str, expected: str) -> None:
    words = Wording("en", BERLIN)
    moment = datetime.fromisoformat(local).replace(tzinfo=words._zone)
    found = MessageSettings().not_before(moment.astimezone(UTC), BERLIN)
    assert found.astimezone(words._zone).isoformat()[:16] == expected


def test_quiet_hours_may_lie_within_a_day_or_not_be() -> None:
    noon = MessageSettings(quiet_from=time(12), quiet_until=time(14))
    assert noon.not_before(NOW, "UTC") == NOW + timedelta(hours=2)
    assert MessageSettings(quiet_from=time(0), quiet_until=time(0)).not_before(NOW, "UTC") == NOW


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("occasion", list(Occasion))
def test_every_message_has_words_in_every_language_and_names_only_what_it_may(
    language: str, occasion: Occasion
) -> None:
    parts = Wording(language, "UTC").message(occasion)
    assert set(parts) == {"subject", "body", "sms"}
    for text in parts.values():
        assert set(Template(text).get_identifiers()) <= FIELDS[occasion]
        assert len(parts["sms"]) < 160


def test_both_languages_say_the_same_things() -> None:
    english, chinese = (Wording(language, "UTC")._texts for language in LANGUAGES)

    def paths(found: object, at: str = "") -> set[str]:
        if not isinstance(found, dict):
            return {at}
        return {path for key, value in found.items() for path in paths(value, f"{at}.{key}")}

    assert paths(english) == paths(chinese)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ({"en": {"registered": {"body": "Call ${phone}"}}}, "knows no ${phone}"),
        ({"en": {"registered": {"body": "costs $"}}}, "without a name"),
        ({"en": {"escalation": {"sms": "${link}"}}}, "knows no ${link}"),
        ({"en": {"birthday": {"sms": "hello"}}}, "birthday"),
        ({"en": {"registered": {"sms": "x" * 301}}}, "at most 300"),
    ],
)
def test_own_words_that_cannot_work_are_refused_by_name(words: object, named: str) -> None:
    with pytest.raises(ValidationError) as refused:
        MessageSettings.model_validate({"words": words})
    assert named in str(refused.value)


def test_times_and_names_are_told_as_people_say_them() -> None:
    english, chinese = Wording("de-AT", BERLIN), Wording("zh-Hans", "Asia/Shanghai")
    start = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert english.span(start, start + timedelta(hours=2)) == "Tue 24 Nov, 10:00–12:00"
    assert english.span(start, start + timedelta(hours=20)) == "Tue 24 Nov, 10:00 – Wed 25 Nov, 06:00"
    assert chinese.span(start, start + timedelta(hours=2)) == "11月24日（周二） 17:00–19:00"
    assert (english.engineer("Maria Gómez"), chinese.engineer("张伟")) == ("Maria", "张师傅")
    assert english.engineer("") == "our engineer"
    assert [language_for(tag) for tag in ("zh", "ZH-TW", "en-GB", "fr", "")] == ["zh-CN", "zh-CN", "en", "en", "en"]


def test_the_window_that_is_told_holds_the_planned_arrival() -> None:
    arrival = datetime(2026, 11, 24, 9, 47, tzinfo=UTC)
    start, end = told_window(arrival, None, None)
    assert (start.isoformat()[11:16], end.isoformat()[11:16]) == ("09:00", "11:00")
    agreed = (arrival - timedelta(hours=1), arrival + timedelta(hours=3))
    assert told_window(arrival, *agreed) == agreed
