"""A roster from a table: each bad row is named with its number, and of a file that has one nothing is taken."""

from __future__ import annotations

from datetime import datetime

import pytest

from core.errors import Refused
from core.people import roster_files
from core.people.roster_files import Import
from core.store import roster
from core.store.unit_of_work import Store
from tests.core.cases.desk import in_words
from tests.core.cases.leaders import Leaders

GOOD = """账号,哪天,时间,从,到
tou,工作日,20:00-08:00,,
ling,休息日,20:00-08:00,2026-12-01,2026-12-31

tou,2026-12-24..2026-12-26,全天,,
ke,每4天,8:00-次日8:00,2026-12-01,
"""


@pytest.fixture
def office(store: Store, now: datetime) -> Leaders:
    return Leaders(store, now)


def take_in(office: Leaders, text: str | bytes) -> Import:
    content = text if isinstance(text, bytes) else text.encode()
    return office.store.write(lambda uow: roster_files.take_in(uow, content, "operator", office.now))


def kept(office: Leaders) -> int:
    return len(office.store.read(lambda uow: roster.since(uow, office.now.date())).shifts)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_good_table_is_taken_whole_as_spreadsheets_write_it(office: Leaders, encoding: str) -> None:
    found = take_in(office, GOOD.replace("\n", "\r\n").encode(encoding))
    assert (len(found.new), found.known, found.faults) == (4, 0, ())
    assert kept(office) == 4
    assert [line[2] for line in office.office_lines(2)] == [
        "#4 ke every /4 2026-12-01.. 08:00-08:00",
        "#3 tou every 2026-12-24..2026-12-26 00:00-00:00",
    ]


def test_a_table_that_is_taken_twice_adds_nothing(office: Leaders) -> None:
    take_in(office, GOOD)
    found = take_in(office, GOOD + "tou,工作日,20:00-08:00,,\n")
    assert (len(found.new), found.known) == (0, 5)
    assert kept(office) == 4


BAD = [
    ("nobody,每天,20:00-08:00,,", "act.nobody"),
    ("tou,星期八,20:00-08:00,,", "roster.no_such_day"),
    ("tou,每天,evening,,", "roster.no_such_hours"),
    ("tou,每天,20:00-25:00,,", "roster.no_such_hours"),
    ("tou,每天,,,", "roster.row_short"),
    (",每天,20:00-08:00,,", "roster.row_short"),
    ("tou", "roster.row_short"),
    ("tou,每天,20:00-08:00,2026-12-32,", "roster.no_such_day"),
    ("tou,每天,20:00-08:00,工作日,", "roster.no_such_day"),
    ("tou,每天,20:00-08:00,2026-12-02,2026-12-01", "roster.ends_before"),
    ("tou,每天,20:00-08:00,1999-01-01,", "roster.too_far"),
    ("tou,每3天,20:00-08:00,,", "roster.needs_first"),
]


def test_each_bad_row_is_named_and_nothing_of_the_file_is_taken(office: Leaders) -> None:
    rows = "\n".join(row for row, _ in BAD)
    found = take_in(office, f"{GOOD}{rows}\n")
    # The good rows are 2 to 6, one of them empty.
    assert [(fault.row, str(fault.refused)) for fault in found.faults] == [
        (number, why) for number, (_, why) in enumerate(BAD, start=7)
    ]
    for fault in found.faults:
        in_words(office.office, fault.refused, "")
    assert kept(office) == 0


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "file_columns"),
        ("账号,时间\ntou,8-9".encode(), "file_columns"),
        (b"\xff\xfe\x00\x01", "file_not_text"),
        (b"PK\x03\x04\x00\x00", "file_not_text"),
        ('账号,哪天,时间\n"tou,每天'.encode(), "file_not_text"),
        (b"x" * (roster_files.LARGEST_BYTES + 1), "file_too_large"),
        ("账号,哪天,时间\n".encode() + b"a,b,c\n" * roster_files.MOST_ROWS, "file_too_large"),
    ],
)
def test_what_is_no_such_table_is_refused_in_words(office: Leaders, content: bytes, why: str) -> None:
    with pytest.raises(Refused) as raised:
        take_in(office, content)
    in_words(office.office, raised.value, "")
    assert str(raised.value) == f"roster.{why}"
