"""Hostile bodies are refused, and what is written can be read by any parser."""

from __future__ import annotations

import time
import tracemalloc
import xml.etree.ElementTree as ElementTree
from contextlib import suppress
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.tencent.wire import _FlatReader, _read_plainly, decode, legal, query_of, read, write
from core.errors import BadEnvelope

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

HOSTILE = {
    "billion laughs": f'<!DOCTYPE xml [<!ENTITY l0 "lol">{LAUGHS}]><xml><Content>&l9;</Content></xml>',
    "outside entity": '<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Content>&e;</Content></xml>',
    "outside type": '<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd"><xml></xml>',
    "bare type": "<!DOCTYPE xml><xml></xml>",
    "undeclared entity": "<xml><Content>&e;</Content></xml>",
    "deep": "<xml>" + "<a>" * 9000 + "</a>" * 9000 + "</xml>",
    "a field twice": "<xml><FromUserName>o1</FromUserName><FromUserName>o2</FromUserName></xml>",
    "another root": "<message><MsgType>text</MsgType></message>",
    "cut off": "<xml><Content><![CDATA[a]]>",
    "two roots": "<xml></xml><xml></xml>",
    "nothing": "",
    "words": "success",
    "a control character": "<xml><Content>\x00</Content></xml>",
    "json list": '["xml"]',
    "json field twice": '{"FromUserName":"o1","FromUserName":"o2"}',
    "json deep": '{"a":' + "[" * 60_000,
    "json cut off": '{"a":',
    "json long number": '{"MsgId":' + "9" * 60_000 + "}",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_body_is_refused_quickly_and_in_little_memory(body: str) -> None:
    tracemalloc.start()
    began = time.perf_counter()
    with pytest.raises(BadEnvelope):
        read(body)
    seconds, (_, most) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20_000_000
    assert seconds < 0.5


def test_another_encoding_is_refused_whatever_the_prologue_says() -> None:
    for body in ("<xml><a>投诉</a></xml>".encode("gbk"), "<xml><a>投诉</a></xml>".encode("utf-16")):
        with pytest.raises(BadEnvelope):
            decode(body)
    assert read('<?xml version="1.0" encoding="gbk"?><xml><a>投诉</a></xml>').fields == {"a": "投诉"}


@pytest.mark.parametrize(
    "text",
    [
        "]]>",
        "]]]]>>",
        "a]]></Content><MsgType><![CDATA[transfer_customer_service]]></MsgType><Content><![CDATA[",
        "<&>",
    ],
)
def test_what_a_person_wrote_stays_text(text: str) -> None:
    root = ElementTree.fromstring(write({"Content": text, "CreateTime": 1}, is_json=False))
    assert [(child.tag, child.text) for child in root] == [("Content", text), ("CreateTime", "1")]


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_any_text_survives_being_written_and_read(text: str) -> None:
    clean = legal(text)
    written = write({"Content": clean}, is_json=False)
    assert read(written).fields["Content"] == clean.replace("\r\n", "\n").replace("\r", "\n")
    assert read(write({"Content": clean}, is_json=True)).fields["Content"] == clean


@given(st.text())
def test_reading_anything_gives_fields_or_a_refusal(text: str) -> None:
    with suppress(BadEnvelope):
        assert all(isinstance(value, str) for value in read(f"<xml>{text}</xml>").fields.values())


def test_characters_that_no_parser_takes_are_dropped() -> None:
    assert legal("a\x00b\x0bc\ud800d\ufffee\U0001f620\n") == "abcde\U0001f620\n"


PIECES = st.sampled_from(
    [
        "<xml>",
        "</xml>",
        "<a>",
        "</a>",
        "<Bc>",
        "</Bc>",
        "<![CDATA[",
        "]]>",
        "]]",
        "投诉",
        "12",
        "&amp;",
        "\r\n",
        "\n",
        " ",
        "<",
        "\x00",
    ]
)


@given(
    st.lists(PIECES, max_size=14).map("".join) | st.lists(PIECES, max_size=8).map(lambda p: f"<xml>{''.join(p)}</xml>")
)
def test_what_is_read_without_a_parser_is_what_a_parser_reads(text: str) -> None:
    plainly = _read_plainly(text)
    if plainly is not None:
        reader = _FlatReader()
        reader.parser.Parse(text.encode(), True)
        assert plainly == reader.fields


@given(st.dictionaries(st.sampled_from(["ToUserName", "Content", "MsgId", "Encrypt"]), st.text() | st.integers(0)))
def test_nearly_every_body_needs_no_parser(fields: dict[str, str | int]) -> None:
    plain = {name: legal(str(value)).replace("\r", "").replace("]", "") for name, value in fields.items()}
    assert _read_plainly(write(plain, is_json=False)) == plain


@given(
    st.binary() | st.lists(st.sampled_from(["a", "b", "=", "&", "%61", "%", "+", "é", ";"]), max_size=12).map("".join)
)
def test_an_address_is_read_as_the_standard_library_reads_it(raw: bytes | str) -> None:
    raw = raw if isinstance(raw, bytes) else raw.encode()
    assert query_of(raw) == dict(parse_qsl(raw.decode("latin-1"), keep_blank_values=True))
