"""Files of clocking devices: every bad row named, none lost, none half imported; the same file once more changes nothing."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
from openpyxl import Workbook

from core.errors import Refused
from core.people import staffing
from core.people.attendance import arranging
from core.store import attendance
from core.store.attendance import StoredPunch
from core.store.unit_of_work import Store
from tests.core.cases.desk import at
from tests.core.people.attendance.clockwork import HEADS, Clockwork, csv_file, xlsx_file

GOOD = [
    ("投诉中心", "王敏", "1001", "2026-05-06 08:26:17", "上班签到", "1"),
    ("投诉中心", "王敏", "1001", "2026/5/6 17:31", "下班签退", "1"),
    ("投诉中心", "李强", "1002", "2026年5月6日 8:29", "", "1"),
    ("投诉中心", "李强", "1002", "2026-05-06 05:32:40 PM", "", "1"),
    ("投诉中心", "赵 云", "zhao", "20260506 082500", "C/In", "1"),
    ("投诉中心", "", "１００１", "2026.5.7 8:20", "自动", "1"),
    ("投诉中心", "李强", "1002.0", "2026-05-07T08:21:00.000", "I", "1"),
]

# 五十种不对的行：打卡机、表格软件、人手都会写成这样。
BAD: list[tuple[str, str]] = [
    ("投诉中心,,,2026-05-06 08:30,,1", "no_person"),
    ("合计,,,12,,", "no_person"),
    ("投诉中心,王敏,-1001,2026-05-06 08:30,,1", "negative"),
    ("投诉中心,王敏,1.001E+03,2026-05-06 08:30,,1", "exponent"),
    ("投诉中心,王敏,1001.5,2026-05-06 08:30,,1", "not_a_code"),
    ("投诉中心,王敏,10 01,2026-05-06 08:30,,1", "not_a_code"),
    ("投诉中心,王敏,1001;DROP,2026-05-06 08:30,,1", "not_a_code"),
    ("投诉中心,王敏," + "1" * 41 + ",2026-05-06 08:30,,1", "not_a_code"),
    ("投诉中心,王敏,#N/A,2026-05-06 08:30,,1", "fault_value"),
    ("投诉中心,王敏,1001,########,,1", "fault_value"),
    ("投诉中心,王敏,=A2,2026-05-06 08:30,,1", "formula"),
    ("投诉中心,@SUM(A1),1001,2026-05-06 08:30,,1", "formula"),
    ("投诉中心,王敏,9999,2026-05-06 08:30,,1", "unknown_code"),
    ("投诉中心,无此人,,2026-05-06 08:30,,1", "unknown_name"),
    ("投诉中心,张伟,,2026-05-06 08:30,,1", "two_of_name"),
    ("投诉中心,李强,1001,2026-05-06 08:30,,1", "other_name"),
    ("投诉中心,孙走,1004,2026-05-20 08:30,,1", "left"),
    ("投诉中心,王敏,1001,,,1", "no_time"),
    ("投诉中心,王敏,1001,   ,,1", "no_time"),
    ("投诉中心,王敏,1001,2026-05-06,,1", "only_date"),
    ("投诉中心,王敏,1001,08:30,,1", "only_time"),
    ("投诉中心,王敏,1001,昨天早上,,1", "not_a_time"),
    ("投诉中心,王敏,1001,二〇二六年五月六日,,1", "not_a_time"),
    ("投诉中心,王敏,1001,2026-05-06 八点半,,1", "not_a_time"),
    ("投诉中心,王敏,1001,2026-05-06 0830,,1", "not_a_time"),
    ("投诉中心,王敏,1001,2026-13-06 08:30,,1", "no_such_day"),
    ("投诉中心,王敏,1001,2026-02-30 08:30,,1", "no_such_day"),
    ("投诉中心,王敏,1001,2026-05-00 08:30,,1", "no_such_day"),
    ("投诉中心,王敏,1001,2026-05-06 25:00,,1", "no_such_time"),
    ("投诉中心,王敏,1001,2026-05-06 24:00,,1", "no_such_time"),
    ("投诉中心,王敏,1001,2026-05-06 08:61,,1", "no_such_time"),
    ("投诉中心,王敏,1001,2026-05-06 08:30:75,,1", "no_such_time"),
    ("投诉中心,王敏,1001,2026-05-06 13:00 AM,,1", "no_such_time"),
    ("投诉中心,王敏,1001,26-05-06 08:30,,1", "short_year"),
    ("投诉中心,王敏,1001,06/05/2026 08:30,,1", "day_or_month"),
    ("投诉中心,王敏,1001,2026-05-06 08:30 17:31,,1", "several"),
    ("投诉中心,王敏,1001,2026-05-06T08:30:00+08:00,,1", "zone"),
    ("投诉中心,王敏,1001,2026-05-06T08:30:00Z,,1", "zone"),
    ("投诉中心,王敏,1001,46148.3541667,,1", "serial"),
    ("投诉中心,王敏,1001,1999-05-06 08:30,,1", "long_ago"),
    ("投诉中心,王敏,1001,2026-04-30 08:30,,1", "before_start"),
    ("投诉中心,王敏,1001,2027-05-06 08:30,,1", "future"),
    ("投诉中心,王敏,1001,9999-12-31 23:59,,1", "future"),
    ("投诉中心,王敏,1001,2026-05-06 08:30,门禁,1", "no_such_way"),
    ("投诉中心,王敏,1001", "too_few"),
    ("投诉中心", "too_few"),
    ("投诉中心,王敏,1001,2026-05-06 08:30,,1,多了,一列", "too_many"),
    ("投诉中心,王敏,1001,2026-05-06 08:30,,\"1", "quotes"),
    ("投诉中心,\"王\"敏,1001,2026-05-06 08:30,,1", "quotes"),
    ("投诉中心,王敏,1001,2026-05-06 08:30\x00,,1", "control"),
    ("部门,姓名,考勤号码,日期时间,考勤状态,机器号", "head_again"),
    ("投" * 101 + ",王敏,1001,2026-05-06 08:30,,1", "too_long"),
    ("投诉中心,王\ufffd,1001,2026-05-06 08:30,,1", "garbled"),
]  # fmt: skip


@pytest.fixture
def office(store: Store) -> Clockwork:
    office = Clockwork(store, at("2026-05-01 09:00"), "attendance-fingerprint")
    for account, name, code in (
        ("wang", "王敏", "1001"), ("li", "李强", "1002"), ("zhao", "赵云", ""), ("sun", "孙走", "1004"),
        ("zhang", "张伟", ""), ("zhang2", "张伟", ""),
    ):  # fmt: skip
        office.hire(account, "officer", name=name)
        office.store.write(lambda uow, a=account, c=code: arranging.know_by(uow, office.office, a, c, "hr", office.now))  # type: ignore[misc]
    office.it_is("2026-05-15 09:00")
    office.store.write(lambda uow: staffing.leave(uow, office.office, "sun", "operator", office.now))
    office.it_is("2026-06-01 09:00")
    return office


def kept(office: Clockwork) -> list[StoredPunch]:
    return office.store.read(lambda uow: attendance.punches(uow, at("2020-01-01"), at("2030-01-01")))


def mixed() -> tuple[bytes, dict[int, str]]:
    """A file whose good rows stand between the bad ones; which of its rows are bad, and why."""
    lines, why = [",".join(HEADS)], dict[int, str]()
    for index, (line, reason) in enumerate(BAD):
        lines += [",".join(GOOD[index % len(GOOD)]), line]
        why[len(lines)] = reason
    return "\r\n".join(lines).encode("utf-8"), why


def test_there_are_fifty_kinds_of_bad_rows() -> None:
    assert len({line for line, _ in BAD}) == len(BAD) >= 50


def test_each_bad_row_is_named_and_none_is_lost_or_half_imported(office: Clockwork) -> None:
    content, why = mixed()
    seen = office.preview(content)
    assert {fault.number: fault.why for fault in seen.faults} == why
    assert seen.rows == 2 * len(BAD), "each row behind the head is a punch or a fault"
    assert len(seen.new) == len(GOOD)
    assert seen.repeated == len(BAD) - len(GOOD)
    for fault in seen.faults:
        assert office.office.texts.render("zh", f"attendance.row.{fault.why}")
        assert fault.shown.isprintable()
    assert office.cannot_import(content) == "bad_rows"
    assert kept(office) == []
    good = csv_file(GOOD)
    assert office.imports(good).added == len(GOOD)
    assert len(kept(office)) == len(GOOD)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_good_rows_are_read_in_whatever_encoding(office: Clockwork, encoding: str) -> None:
    seen = office.preview(csv_file(GOOD, encoding=encoding))
    assert seen.faults == ()
    ids = {account: office.member(account).id for account in ("wang", "li", "zhao")}
    assert [(each.staff_id, f"{each.at:%m-%d %H:%M:%S}", each.way) for each in seen.new] == [
        (ids["wang"], "05-06 08:26:17", "in"),
        (ids["wang"], "05-06 17:31:00", "out"),
        (ids["li"], "05-06 08:29:00", ""),
        (ids["li"], "05-06 17:32:40", ""),
        (ids["zhao"], "05-06 08:25:00", "in"),
        (ids["wang"], "05-07 08:20:00", ""),
        (ids["li"], "05-07 08:21:00", "in"),
    ]


def test_a_damaged_line_of_a_utf8_file_spoils_no_other(office: Clockwork) -> None:
    content = (
        csv_file(GOOD, encoding="utf-8") + "投诉中心,王敏,1001,2026-05-08 08:30,,1".encode()[:-30] + b"\xff\xfe,,,\n"
    )
    seen = office.preview(content)
    assert [(fault.number, fault.why) for fault in seen.faults] == [(len(GOOD) + 2, "garbled")]
    assert len(seen.new) == len(GOOD)


def test_a_spreadsheet_has_days_times_and_numbers_as_cells(office: Clockwork) -> None:
    rows = [
        ("投诉中心", "王敏", 1001, datetime(2026, 5, 6, 8, 26, 17), None, 1),
        ("投诉中心", "李强", 1002.0, "2026-05-06 08:29", "上班签到", 1),
        ("投诉中心", "李强", "1002", 46148.75, None, 1),
    ]
    seen = office.preview(xlsx_file(rows, title="考勤记录 2026-05"))
    assert seen.faults == ()
    assert [f"{each.at:%Y-%m-%d %H:%M:%S}" for each in seen.new] == [
        "2026-05-06 08:26:17",
        "2026-05-06 08:29:00",
        "2026-05-06 18:00:00",
    ]
    apart = [("王敏", 1001, date(2026, 5, 6), time(8, 26)), ("李强", 1002, "2026-05-06", "8:29 PM")]
    seen = office.preview(xlsx_file(apart, heads=("姓名", "工号", "日期", "时间")))
    assert [f"{each.at:%Y-%m-%d %H:%M}" for each in seen.new] == ["2026-05-06 08:26", "2026-05-06 20:29"]


def test_bad_cells_of_a_spreadsheet_are_named_by_its_rows(office: Clockwork) -> None:
    rows = [
        ("", "王敏", 1001, datetime(2026, 5, 6, 8, 26), "", 1),
        ("", "王敏", True, datetime(2026, 5, 6, 8, 26), "", 1),
        (),
        ("", "王敏", 1001.5, datetime(2026, 5, 6, 8, 26), "", 1),
        ("", 7, 1001, datetime(2026, 5, 6, 8, 26), "", 1),
        ("", "王敏", 1001, date(2026, 5, 6), "", 1),
        ("", "王敏", 1001, time(8, 26), "", 1),
        ("", "王敏", 1001, 7.5, "", 1),
        ("", "王敏", 1001, "#REF!", "", 1),
        ("", "王敏", 1001, False, "", 1),
    ]
    seen = office.preview(xlsx_file(rows))
    assert [(fault.number, fault.why) for fault in seen.faults] == [
        (3, "not_a_code"),
        (5, "not_a_code"),
        (6, "not_a_name"),
        (7, "only_date"),
        (8, "only_time"),
        (9, "not_a_time"),
        (10, "fault_value"),
        (11, "not_a_time"),
    ]
    assert office.cannot_import(xlsx_file(rows)) == "bad_rows"


def _packed(name: str, content: bytes) -> bytes:
    kept_ = io.BytesIO()
    with zipfile.ZipFile(kept_, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return kept_.getvalue()


def _spoiled(packing: int) -> bytes:
    """A spreadsheet packed like this, some bytes of its first part altered."""
    kept_ = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_file(()))) as good, zipfile.ZipFile(kept_, "w", packing) as packed:
        for name in sorted(good.namelist()):
            packed.writestr(name, good.read(name))
        first = packed.infolist()[0]
    begins = 30 + len(first.filename) + first.compress_size // 2
    whole = kept_.getvalue()
    return whole[:begins] + bytes(255 - each for each in whole[begins : begins + 20]) + whole[begins + 20 :]


def _two_sheets() -> bytes:
    book = Workbook()
    for sheet in (book.active, book.create_sheet()):
        assert sheet is not None
        sheet.append(list(HEADS))
    kept_ = io.BytesIO()
    book.save(kept_)
    return kept_.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "file_empty"),
        (b" \r\n \r\n", "file_empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file_old"),
        (b"PK\x03\x04 and no more", "file_broken"),
        (_packed("xl/workbook.xml", b"<not xml"), "file_broken"),
        (_spoiled(zipfile.ZIP_STORED), "file_broken"),
        (_spoiled(zipfile.ZIP_DEFLATED), "file_broken"),
        (_spoiled(zipfile.ZIP_BZIP2), "file_broken"),
        (_spoiled(zipfile.ZIP_LZMA), "file_broken"),
        (_packed("bomb", b"\0" * 210_000_000), "file_too_large"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "file_page"),
        ("姓名,部门\n王敏,投诉中心\n".encode(), "file_no_head"),
        ("姓名,考勤号码,姓名,日期时间\n".encode(), "file_column_twice"),
        ("考勤号码,日期时间\n".encode() + b"\n" * 100_001, "file_too_long"),
        (_two_sheets(), "file_sheets"),
        (csv_file([]), "file_empty"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_file_of_punches_is_said_to_be_none(office: Clockwork, content: bytes, why: str) -> None:
    assert office.cannot_import(content) == why
    assert kept(office) == []


def test_a_bad_preview_writes_nothing_and_a_good_one_neither(office: Clockwork) -> None:
    office.preview(csv_file(GOOD))
    office.preview(mixed()[0])
    assert kept(office) == []


def test_only_the_file_that_was_seen_is_imported(office: Clockwork) -> None:
    seen, other = csv_file(GOOD[:3]), csv_file(GOOD)
    digest = office.preview(seen).digest
    assert office.cannot_import(other, digest) == "other_file"
    assert office.cannot_import(seen, digest[:7]) == "other_file"
    assert office.imports(seen, digest[:12]).added == 3


def test_the_same_file_once_more_changes_nothing_and_an_overlapping_one_adds_what_is_new(office: Clockwork) -> None:
    first = office.imports(csv_file(GOOD[:4]))
    office.now += timedelta(hours=1)
    assert office.imports(csv_file(GOOD[:4])) == first
    seen = office.preview(csv_file(GOOD))
    assert (len(seen.new), seen.known, seen.repeated) == (3, 4, 0)
    assert office.imports(csv_file(GOOD)).added == 3
    assert len(kept(office)) == len(GOOD)
    assert [line[0] for line in office.office_lines(2)] == ["attendance_imported", "attendance_imported"]


def test_an_import_that_breaks_off_at_its_end_has_not_begun(office: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    class PowerLost(Exception):
        pass

    def lose_power(*_: object) -> None:
        raise PowerLost

    with monkeypatch.context() as patch:
        patch.setattr(attendance, "end_import", lose_power)
        with pytest.raises(PowerLost):
            office.imports(csv_file(GOOD))
    assert kept(office) == []
    assert office.preview(csv_file(GOOD)).already is None
    assert office.imports(csv_file(GOOD)).added == len(GOOD)


def test_a_code_of_the_device_is_one_persons(office: Clockwork) -> None:
    seen = csv_file([("", "", "1001", "2026-05-06 08:26", "", "")])
    wang, li = office.member("wang"), office.member("li")
    assert [each.staff_id for each in office.preview(seen).new] == [wang.id]
    for account, code in (("wang", ""), ("li", "1001")):
        office.store.write(lambda uow, a=account, c=code: arranging.know_by(uow, office.office, a, c, "hr", office.now))  # type: ignore[misc]
    assert [each.staff_id for each in office.preview(seen).new] == [li.id]


@pytest.mark.parametrize("typed", ["２００１", "2001.0", "'2001", " 2001 "])
def test_a_code_is_read_alike_where_it_is_arranged_and_in_a_file(office: Clockwork, typed: str) -> None:
    office.store.write(lambda uow: arranging.know_by(uow, office.office, "zhao", typed, "hr", office.now))
    assert office.store.read(attendance.codes)["2001"] == office.member("zhao").id
    seen = office.preview(csv_file([("", "", typed, "2026-05-06 08:26", "", "")]))
    assert [each.staff_id for each in seen.new] == [office.member("zhao").id]


@pytest.mark.parametrize("typed", ["-5", "12.5", "1E+03", "10 01", "'", "1" * 41])
def test_nobody_is_known_by_what_no_file_can_say(office: Clockwork, typed: str) -> None:
    with pytest.raises(Refused) as refused:
        office.store.write(lambda uow: arranging.know_by(uow, office.office, "zhao", typed, "hr", office.now))
    assert office.words(refused.value) == "code"
