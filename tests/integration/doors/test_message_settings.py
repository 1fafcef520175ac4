"""The company's own words: tried out, refused at the field, changed once, and never over somebody else's change."""

from typing import Any

import httpx2 as httpx

from domain.people import Role
from tests.integration.doors.conftest import Doors

PATH = "/api/settings/messages"
OWN = {"zh-CN": {"registered": {"sms": "${company}：已收到 ${number}"}}}


async def put(http: httpx.AsyncClient, settings: dict[str, Any], seen: str, key: str = "") -> httpx.Response:
    return await http.put(PATH, json=settings, headers={"if-match": seen} | ({"idempotency-key": key} if key else {}))


async def test_the_screen_shows_the_texts_that_count_and_the_names_they_may_use(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        answer = await http.get(PATH)
    assert (answer.status_code, answer.headers["etag"], answer.json()["version"]) == (200, '"0"', 0)
    texts = {(each["language"], each["occasion"]): each for each in answer.json()["templates"]}
    assert texts["en", "quote"]["names"] == ["amount", "company", "link", "number", "product"]
    assert "${amount}" in texts["zh-CN", "quote"]["sms"]


async def test_a_preview_is_written_as_it_would_be_sent_and_its_link_opens_nothing(doors: Doors) -> None:
    asked = {"settings": {"company": "Heat Ltd", "words": OWN}, "language": "zh-CN", "occasion": "registered"}
    async with doors.signed_in(Role.ADMIN) as http:
        answer = await http.post(f"{PATH}/preview", json=asked)
        assert answer.status_code == 200, answer.text
        assert answer.json()["sms"] == "Heat Ltd：已收到 C-100042"
        assert "/link#SAMPLE" in answer.json()["body"]
        for occasion in {each["occasion"] for each in (await http.get(PATH)).json()["templates"]}:
            shown = await http.post(f"{PATH}/preview", json=asked | {"occasion": occasion, "language": "en"})
            assert shown.status_code == 200
            assert "${" not in shown.text
        assert (await http.get(PATH)).json()["version"] == 0


async def test_every_text_with_a_wrong_name_is_named(doors: Doors) -> None:
    wrong = {"words": {"en": {"registered": {"sms": "${phone}", "body": "5 $"}, "quote": {"subject": "${amount}"}}}}
    async with doors.signed_in(Role.ADMIN) as http:
        for answer in (
            await put(http, wrong, '"0"'),
            await http.post(f"{PATH}/preview", json={"settings": wrong, "language": "en", "occasion": "quote"}),
        ):
            assert answer.status_code == 422
            found = {each["field"]: each["rule"] for each in answer.json()["errors"]}
            assert set(found) == {"words.en.registered.sms", "words.en.registered.body"}
            assert found["words.en.registered.sms"].startswith("knows no ${phone}; it may use ${company}")
        both = await put(http, {"link_page": "ftp://x", "currency": "euro"}, '"0"')
        assert {each["field"] for each in both.json()["errors"]} == {"link_page", "currency"}


async def test_a_change_needs_the_version_counts_once_and_is_written_down(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        assert (await http.put(PATH, json={})).status_code == 428
        for _ in range(2):
            assert (await put(http, {"company": "Heat Ltd", "words": OWN}, '"0"', "once")).json()["version"] == 1
        late = await put(http, {"company": "Cold Ltd"}, '"0"')
        assert (late.status_code, late.json()["changed_by"]) == (412, "admin-1")
        (change,) = (await http.get(f"{PATH}/changes")).json()
        assert change["before"] == {"company": "Callout", "words": {}}
        assert change["after"] == {
            "company": "Heat Ltd",
            "words.zh-CN.registered.sms": OWN["zh-CN"]["registered"]["sms"],
        }
        assert (await http.get(PATH)).json()["settings"]["company"] == "Heat Ltd"


async def test_an_administrator_of_one_territory_changes_nothing_for_all(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN, territory_id="T1") as http:
        assert (await put(http, {"company": "Heat Ltd"}, '"0"')).status_code == 403
