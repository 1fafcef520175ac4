"""Another system cannot make us call into a private network."""

import socket
from ipaddress import ip_address

import pytest

from activities.notify.http import post, signature
from domain.addresses import check_url, is_public
from domain.errors import InvalidInputError


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450:4001:830::200e", "64:ff9b::808:808"])
def test_the_public_internet_may_be_called(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "2002:7f00:1::", "64:ff9b::a00:1", "64:ff9b::7f00:1",
    ],
)  # fmt: skip
def test_everything_else_may_not(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/x", "ftp://example.org", "https://", "https://user:secret@example.org/", "https://127.0.0.1/",
        "https://[::1]/", "https://169.254.169.254/latest", "https://example.org/#x", "https://example.org:99999/",
        "https://example.org/a b", "javascript:alert(1)", "https://[::ffff:10.0.0.1]/",
    ],
)  # fmt: skip
def test_a_url_that_may_not_be_called_is_refused_when_it_is_set(url: str) -> None:
    with pytest.raises(InvalidInputError):
        check_url(url, allow_private=False)


def test_a_name_that_leads_inside_is_refused_when_it_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *given: connected.append(given))
    for answers in (["10.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::1"]):
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda *_, answers=answers, **__: [(0, 0, 0, "", (a, 443)) for a in answers]
        )
        with pytest.raises(InvalidInputError, match="private network"):
            post("https://inside.example.org/", b"{}", {}, allow_private=False)
    assert connected == []


def test_the_signature_is_that_of_the_documentation() -> None:
    # printf '1700000000.{}' | openssl dgst -sha256 -hmac secret
    assert signature("secret", "1700000000", b"{}") == (
        "sha256=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163"
    )
