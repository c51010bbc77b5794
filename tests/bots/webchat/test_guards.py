from __future__ import annotations

import pytest

from bots.webchat.guards import is_cross_site


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({"host": "a.example"}, False),
        ({"host": "a.example", "origin": "https://a.example"}, False),
        ({"host": "inner:8000", "origin": "https://public.example"}, False),
        ({"host": "a.example", "origin": "https://b.example"}, True),
        ({"host": "a.example", "origin": "https://a.example.evil"}, True),
        ({"host": "a.example", "origin": "null"}, True),
        ({"host": "a.example", "origin": "https://a.example", "sec-fetch-site": "same-site"}, True),
    ],
)
def test_only_our_own_pages_may_post(headers: dict[str, str], foreign: bool) -> None:
    assert is_cross_site(headers, "https://public.example") is foreign
