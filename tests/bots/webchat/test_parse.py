from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.webchat import parse
from core.errors import BadEnvelope
from core.messages import Address, Attachment

HERE = Address("web", "peer")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ID = "0123456789abcdef"


def test_control_characters_and_half_surrogates_are_left_out_and_line_breaks_stay() -> None:
    message = parse.message(HERE, {"id": ID, "text": " 第一行\n第二行\t\0\x1b[31m\ud800 "}, NOW, None)
    assert message.text == "第一行\n第二行\t[31m"


@given(st.binary())
def test_any_body_is_fields_or_malformed(body: bytes) -> None:
    try:
        assert all(isinstance(value, str) for value in parse.fields(body).values())
    except BadEnvelope:
        return


@given(st.text())
def test_any_text_can_be_stored_afterwards(text: str) -> None:
    cleaned = parse.clean(f"{text}\ud800\0")
    assert cleaned.encode().decode() == cleaned
    assert "\0" not in cleaned


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        ("虫子.jpg", "虫子.jpg"),
        ("C:\\Users\\wang\\虫子.jpg", "虫子.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a\nb\r.jpg", "a b.jpg"),
        ("<img src=x onerror=alert(1)>.jpg", "<img src=x onerror=alert(1)>.jpg"),
        ("", ""),
    ],
)
def test_a_file_name_is_its_last_part_in_one_line(claimed: str, kept: str) -> None:
    assert parse.file_name(claimed) == kept


def test_a_long_file_name_keeps_its_ending() -> None:
    name = parse.file_name("长" * 300 + ".jpg")
    assert len(name) == parse.MAX_NAME_CHARACTERS
    assert name.endswith(".jpg")


@pytest.mark.parametrize(
    ("mime", "kind"),
    [("image/png", "photo"), ("audio/amr", "voice"), ("video/mp4", "video"), ("application/pdf", "file"), ("", "file")],
)
def test_the_kind_of_an_attachment_follows_its_claimed_type(mime: str, kind: str) -> None:
    assert parse.attachment("reference", "name", mime, 1) == Attachment(kind, "reference", "name", mime, 1)  # type: ignore[arg-type]


@pytest.mark.parametrize("client_id", ["", "short", "x" * 65, "a b c d e f", "标识标识标识标识", "../../../../etc"])
def test_an_id_that_is_none_is_refused(client_id: str) -> None:
    with pytest.raises(BadEnvelope):
        parse.dedupe_key(HERE, client_id)


def test_the_dedupe_key_is_the_same_for_a_retry_and_differs_between_people() -> None:
    assert parse.dedupe_key(HERE, ID) == parse.dedupe_key(HERE, ID)
    assert parse.dedupe_key(HERE, ID) != parse.dedupe_key(Address("web", "other"), ID)
