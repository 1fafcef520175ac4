"""The console at /, and what browsers are told about every answer."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2 as httpx
import pytest

from api.app import Serving, create_app
from api.pages import policy
from tests.integration.doors.conftest import ORIGIN, TOKEN, Doors

TILES = "https://{s}.tiles.example/{z}/{x}/{y}.png"


@pytest.fixture
async def browser(doors: Doors, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A browser before an application that has a built console."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>Callout</title>")
    (tmp_path / "link.html").write_text("<title>Your repair</title>")
    (tmp_path / "icon.svg").write_text("<svg/>")
    (tmp_path / "assets" / "index-3f2a.js").write_text("export {}")
    app = create_app(doors.app.state.parts, Serving(token=TOKEN, console=tmp_path, tile_url=TILES, docs=False))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as http:
        yield http


@pytest.mark.parametrize("path", ["/", "/index.html", "/board", "/cases/C-1", "/operations", "/field?day=1"])
async def test_every_page_is_the_consoles(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)

    assert (answer.status_code, answer.text) == (200, "<title>Callout</title>")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"


async def test_the_customers_page_is_its_own_and_tells_nobody_where_it_was(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/link")

    assert (answer.status_code, answer.text) == (200, "<title>Your repair</title>")
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_files_named_after_what_they_hold_are_kept_for_ever_and_others_are_not(
    browser: httpx.AsyncClient,
) -> None:
    script, icon = await browser.get("/assets/index-3f2a.js"), await browser.get("/icon.svg")

    assert "javascript" in script.headers["content-type"]
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert icon.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/assets/index-old.js", "/api/nothing", "/health/nothing", "/api/docs"])
async def test_what_is_no_page_is_not_found(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)

    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_path")
    assert answer.headers["cache-control"] == "no-store"


async def test_nothing_outside_of_the_folder_is_served(browser: httpx.AsyncClient, tmp_path: Path) -> None:
    (tmp_path.parent / "secret.txt").write_text("secret")
    for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"):
        assert "secret" not in (await browser.get(path)).text


async def test_answers_say_how_little_a_browser_may_do(browser: httpx.AsyncClient) -> None:
    for path in ("/", "/api/cases", "/api/session", "/health/live", "/assets/index-3f2a.js"):
        headers = (await browser.get(path)).headers
        assert headers["content-security-policy"] == (
            "default-src 'self'; img-src 'self' data: blob: https://*.tiles.example; object-src 'none'; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert (await browser.get("/api/cases")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("tiles", "images"),
    [
        ("", "'self' data: blob:;"),
        ("/tiles/{z}/{x}/{y}.png", "'self' data: blob:;"),
        ("http://127.0.0.1:8001/{z}/{x}/{y}.png", "'self' data: blob: http://127.0.0.1:8001;"),
    ],
)
def test_the_policy_names_the_server_of_the_map_alone(tiles: str, images: str) -> None:
    assert f"img-src {images}" in policy(tiles)


async def test_without_a_built_console_the_api_is_served_alone(doors: Doors) -> None:
    assert (await doors.http.get("/")).status_code == 404
    assert (await doors.http.get("/api/cases")).status_code == 200
    shown = await doors.http.get("/api/docs")
    assert "swagger" in shown.text
    assert "frame-ancestors 'none'" in shown.headers["content-security-policy"]
