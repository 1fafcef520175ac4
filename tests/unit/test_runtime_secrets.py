"""Secrets of a checkout: made once, kept private, never half-written."""

import base64
import stat
from pathlib import Path

import pytest

from runtime import secrets
from runtime.errors import StackError


def test_the_first_start_makes_every_secret_for_its_owner_only(tmp_path: Path) -> None:
    made = secrets.load_or_create(tmp_path / "home")
    assert sorted(made) == [
        "CALLOUT_API_TOKEN", "CALLOUT_LINK_KEY", "CALLOUT_PAYLOAD_KEYS", "CALLOUT_POSTGRES_PASSWORD",
        "CALLOUT_SIGNING_KEY",
    ]  # fmt: skip
    assert stat.S_IMODE((tmp_path / "home" / "secrets.env").stat().st_mode) == 0o600


def test_later_starts_find_the_same_secrets(tmp_path: Path) -> None:
    assert secrets.load_or_create(tmp_path) == secrets.load_or_create(tmp_path)


def test_two_checkouts_share_no_secret(tmp_path: Path) -> None:
    one, other = secrets.load_or_create(tmp_path / "one"), secrets.load_or_create(tmp_path / "other")
    assert set(one.values()).isdisjoint(other.values())


def test_a_payload_key_has_an_id_and_256_bits() -> None:
    key_id, _, encoded = secrets.new_payload_key("k7").partition(":")
    assert key_id == "k7"
    assert len(base64.urlsafe_b64decode(encoded)) == 32


def test_a_missing_secret_is_added_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text("# by hand\nCALLOUT_API_TOKEN=mine\n")
    made = secrets.load_or_create(tmp_path)
    assert made["CALLOUT_API_TOKEN"] == "mine"
    assert secrets.load_or_create(tmp_path) == made


def test_people_of_the_sample_company_get_passwords_that_stay(tmp_path: Path) -> None:
    made = secrets.sign_in_passwords(tmp_path, ["a@example.com", "b@example.com"])
    assert len(set(made.values())) == 2
    assert min(map(len, made.values())) >= 20
    assert secrets.sign_in_passwords(tmp_path, ["a@example.com"]) == made
    assert stat.S_IMODE((tmp_path / "sign-in.env").stat().st_mode) == 0o600


def test_a_line_that_is_no_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text("CALLOUT_API_TOKEN=mine\nnonsense\n")
    with pytest.raises(StackError, match=r"secrets\.env, line 2: expected NAME=value"):
        secrets.load_or_create(tmp_path)
