from __future__ import annotations

import pytest
from starlette.requests import Request
from starlette.responses import Response

from bots.webchat.identity import Identities
from core.messages import Address


def request(cookie: str = "") -> Request:
    return Request({"type": "http", "headers": [(b"cookie", cookie.encode())]})


def issued(identities: Identities, address: Address) -> str:
    response = Response()
    identities.remember(response, address)
    return response.headers["set-cookie"]


def test_the_cookie_brings_the_same_person_back() -> None:
    identities = Identities(b"key", secure=False)
    address = identities.of(request())
    assert identities.of(request(issued(identities, address).split(";")[0])) == address


def test_no_two_visitors_are_alike_and_none_can_be_guessed() -> None:
    identities = Identities(b"key", secure=False)
    peers = {identities.of(request()).peer for _ in range(1000)}
    assert len(peers) == 1000
    assert all(len(peer) == 32 for peer in peers)  # 32 signs of 6 bits are 192 bits.


@pytest.mark.parametrize("cookie", ["", "peer", "peer.", ".", "peer.AAAA", "p\u00e9er.x", "a" * 5000, "peer.%00"])
def test_a_forged_cookie_is_a_new_identity(cookie: str) -> None:
    address = Identities(b"key", secure=False).of(request(f"tousu_chat={cookie}"))
    assert len(address.peer) == 32


def test_a_cookie_signed_with_another_key_is_a_new_identity() -> None:
    foreign = Identities(b"another key", secure=False)
    cookie = issued(foreign, Address("web", "peer")).split(";")[0]
    assert Identities(b"key", secure=False).of(request(cookie)).peer != "peer"


def test_scripts_cannot_read_the_cookie_and_other_sites_cannot_send_it() -> None:
    cookie = issued(Identities(b"key", secure=False), Address("web", "peer")).lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie


def test_over_https_the_cookie_is_bound_to_this_host() -> None:
    cookie = issued(Identities(b"key", secure=True), Address("web", "peer"))
    assert cookie.startswith("__Host-")
    assert "Secure" in cookie
    assert "Path=/" in cookie
