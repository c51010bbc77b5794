"""Whatever a person typed, a document made of it can be opened."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from core.files.legible import file_name, indented, legible, on_one_line
from tests.core.files.samples import HOSTILE

ANYTHING = st.text(st.characters(), max_size=80) | st.sampled_from(HOSTILE)


@given(ANYTHING)
def test_any_text_becomes_text_that_xml_and_utf_8_take(text: str) -> None:
    document = f"<t>{escape(legible(text))}</t>"
    assert fromstring(document.encode()).text == (legible(text) or None)


@given(st.text("投诉 abc123，。😀\n\t", max_size=80))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert legible(text) == text


def test_line_ends_are_of_one_kind_and_what_is_unfit_leaves_a_mark() -> None:
    assert legible("a\r\nb\rc\x00d\u202ee\ud800") == "a\nb\nc\ufffdd\ufffde\ufffd"
    assert on_one_line(" a\r\n b\t c ") == "a b c"


@given(ANYTHING)
def test_below_a_line_of_ours_nothing_looks_like_another_one(text: str) -> None:
    assert all(line.startswith("    ") for line in indented(f"[2026-11-23 09:30:05] 本机构：\n{text}").splitlines())


@given(ANYTHING)
def test_a_file_name_leads_nowhere(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]+", file_name(text))


@pytest.mark.parametrize(
    ("text", "name"), [("DT2611-00018", "DT2611-00018"), ("../..", "_"), ("投诉/1", "_1"), ("", "_")]
)
def test_a_number_names_a_folder(text: str, name: str) -> None:
    assert file_name(text) == name
