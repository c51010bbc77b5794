"""The registration slip says how to ask, and its QR code leads there without giving the query code away."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zipfile import ZipFile

import pytest
import zxingcpp

from core.files.legible import legible
from core.files.slip import Slip, qr_code, registration_slip, slip_of
from core.policies.load import load, packs
from tests.core.files.samples import HOSTILE, stored
from tests.core.files.test_documents import lines, opened, table

CODE = "4827 1093"
ADDRESS = "https://tousu.example/status"


def slip() -> Slip:
    case = stored(status="registered", closed_at=None, promised_on=date(2026, 12, 14), promise_provisional=False)
    return slip_of(case, CODE, load("law-firm"), ADDRESS)


def slip_with(**values: Any) -> Slip:
    return replace(slip(), **values)


def pixels(png: bytes) -> memoryview:
    """The picture as rows of grey, as a camera sees it."""
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert (depth, colour) == (1, 0), "one bit for each point, in grey"
    grey = b"".join(
        bytes(255 if row[column // 8] >> (7 - column % 8) & 1 else 0 for column in range(width))
        for row in bit_rows(png, (width + 7) // 8, height)
    )
    return memoryview(grey).cast("B", (height, width))


def bit_rows(png: bytes, stride: int, height: int) -> Iterator[bytes]:
    """The packed rows, each as it is or as its difference to the one above."""
    at = png.index(b"IDAT")
    [length] = struct.unpack(">I", png[at - 4 : at])
    packed = zlib.decompress(png[at + 4 : at + 4 + length])
    above = bytes(stride)
    for start in range(0, height * (stride + 1), stride + 1):
        way, row = packed[start], packed[start + 1 : start + 1 + stride]
        assert way in (0, 2)
        above = bytes((new + old) % 256 for new, old in zip(row, above, strict=True)) if way == 2 else row
        yield above


def read(png: bytes) -> str:
    """What a phone that scans this picture reads."""
    [found] = zxingcpp.read_barcodes(pixels(png))
    return str(found.text)


def picture(content: bytes) -> bytes:
    with ZipFile(BytesIO(content)) as packed:
        [name] = [name for name in packed.namelist() if name.startswith("word/media/")]
        return packed.read(name)


def test_it_says_everything_that_is_needed_to_ask_later(now: datetime) -> None:
    document = opened(registration_slip(slip(), now))
    said = dict(table(document))
    assert lines(document)[0] == "青禾律师事务所\n投诉登记回执"
    assert (said["投诉编号"], said["查询码"]) == ("LS2026-00018", CODE)
    assert (said["登记日期"], said["类别"]) == ("2026年11月23日", "收费")
    assert said["答复日期"] == "最晚2026年12月14日前告诉您处理意见"
    assert said["接下来"].splitlines()[0].startswith("1. ")
    assert len(said["接下来"].splitlines()) == len(load("law-firm").receipt.steps)
    assert ADDRESS in said["怎样查询"]
    assert load("law-firm").institution.phone in said["怎样查询"]


def test_its_code_leads_to_the_case_and_does_not_open_it(now: datetime) -> None:
    assert read(picture(registration_slip(slip(), now))) == f"{ADDRESS}?number=LS2026-00018"


@pytest.mark.parametrize("number", ["投诉/1&code=1", "A 1#x", "=1+1", "LS2026-00018"])
def test_any_number_arrives_as_it_is(number: str) -> None:
    address = read(qr_code(slip_with(number=number)))
    assert parse_qs(urlsplit(address).query) == {"number": [number]}


def test_without_a_page_there_is_no_code_to_scan_and_the_other_ways_stay(now: datetime) -> None:
    content = registration_slip(slip_with(status_address=""), now)
    with ZipFile(BytesIO(content)) as packed:
        assert [name for name in packed.namelist() if "media" in name] == []
    ways = dict(table(opened(content)))["怎样查询"]
    assert "二维码" not in ways
    assert len(ways.splitlines()) == 3


def test_a_day_that_may_still_move_says_so(now: datetime) -> None:
    said = dict(table(opened(registration_slip(slip_with(provisional=True), now))))
    assert "2026年12月14日（暂定）" in said["答复日期"]


@pytest.mark.parametrize("pack_id", packs())
def test_every_pack_has_a_slip(pack_id: str, now: datetime) -> None:
    pack = load(pack_id)
    case = stored(category=pack.categories[0].key, policy_id=pack_id)
    said = dict(table(opened(registration_slip(slip_of(case, CODE, pack), now))))
    assert said["类别"] == pack.categories[0].label.zh


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
def test_nothing_that_an_institution_types_breaks_it(hostile: str, now: datetime) -> None:
    content = registration_slip(slip_with(institution=hostile, visit=hostile, steps=(hostile,)), now)
    assert legible(hostile) in dict(table(opened(content)))["接下来"]
