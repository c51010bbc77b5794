from __future__ import annotations

import pytest

from core.languages import chosen, preferred


def test_the_first_wish_that_names_a_language_counts() -> None:
    assert chosen(None, "", "fr", "en", "zh") == "en"
    assert chosen("zh", "en") == "zh"
    assert chosen("fr", None) is None


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "zh"), ("en-GB,en;q=0.9", "en"), ("fr, EN;q=0.5, zh;q=0.4", "en"), ("zh-CN,en", "zh"), ("fr,de", "zh")],
)
def test_a_browser_is_answered_in_the_first_of_its_languages_that_we_speak(header: str, language: str) -> None:
    assert preferred(header) == language
