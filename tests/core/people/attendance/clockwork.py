"""An institution that keeps attendance: people who check, ask and decide, files of a device, a clock that is moved by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from openpyxl import Workbook

from core.errors import Refused
from core.people.attendance import arranging, checking, confirming, importing, requesting
from core.people.attendance.book import open_book
from core.people.attendance.checking import Checked
from core.people.attendance.confirming import Account
from core.people.attendance.importing import Preview
from core.people.attendance.judging import Day
from core.people.attendance.months import Month
from core.people.attendance.requesting import Wish
from core.policies.attendance import Attendance, load
from core.store import staff
from core.store.attendance import StoredImport, StoredRequest
from core.store.staff import StaffMember
from core.store.unit_of_work import Store
from tests.core.cases.desk import Desk, at

HEADS = ("部门", "姓名", "考勤号码", "日期时间", "考勤状态", "机器号")
BOSS = "boss"


class Clockwork(Desk):
    """``BOSS`` decides; attendance counts from ``since``."""

    def __init__(self, store: Store, now: datetime, pack: str | Attendance, since: str = "2026-05-01") -> None:
        super().__init__(store, now, "bus-company", crew=False)
        self.office.attendance = load(pack) if isinstance(pack, str) else pack
        self.hire(BOSS, "director")
        self.store.write(lambda uow: arranging.start(uow, self.office, date.fromisoformat(since), "operator", now))

    def it_is(self, moment: str) -> None:
        self.now = at(moment)

    def member(self, account: str) -> StaffMember:
        found = self.store.read(lambda uow: staff.by_account(uow, account))
        assert found is not None
        return found

    # ── checking, asking, deciding ──────────────────────────────────────────────────────────────────────────────────

    def checks(self, account: str, way: str, moment: str) -> Checked:
        self.it_is(moment)
        who = self.member(account)
        return self.store.write(lambda uow: checking.check(uow, self.office, who, way, self.now))  # type: ignore[arg-type]

    def cannot_check(self, account: str, way: str, moment: str) -> str:
        try:
            self.checks(account, way, moment)
        except Refused as refused:
            return self.words(refused)
        raise AssertionError(f"{account} could check {way}")

    def asks(
        self, account: str, kind: str, begins: str, ends: str = "", becomes: str = "", proof: str = ""
    ) -> StoredRequest:
        wish = Wish(kind, becomes or kind, at(begins), at(ends or begins), "事由", proof)  # type: ignore[arg-type]
        who = self.member(account)
        return self.store.write(lambda uow: requesting.ask(uow, self.office, who, wish, self.now))

    def cannot_ask(
        self, account: str, kind: str, begins: str, ends: str = "", becomes: str = "", proof: str = ""
    ) -> str:
        try:
            self.asks(account, kind, begins, ends, becomes, proof)
        except Refused as refused:
            return self.words(refused)
        raise AssertionError(f"{account} could ask for {kind}")

    def decides(self, asked: StoredRequest, by: str = BOSS, note: str = "", *, approve: bool = True) -> StoredRequest:
        who = self.member(by)
        return self.store.write(
            lambda uow: requesting.decide(uow, self.office, who, asked.id, note, self.now, approve=approve)
        )

    def cannot_decide(self, asked: StoredRequest, by: str = BOSS, note: str = "", *, approve: bool = True) -> str:
        try:
            self.decides(asked, by, note, approve=approve)
        except Refused as refused:
            return self.words(refused)
        raise AssertionError(f"{by} could decide")

    def is_granted(
        self, account: str, kind: str, begins: str, ends: str = "", becomes: str = "", proof: str = ""
    ) -> None:
        self.decides(self.asks(account, kind, begins, ends, becomes, proof))

    def words(self, refused: Refused) -> str:
        """The key of a refusal, which has words."""
        self.office.texts.render("zh", str(refused), **refused.facts)
        return str(refused).removeprefix("attendance.")

    # ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def preview(self, content: bytes) -> Preview:
        return self.store.read(lambda uow: importing.preview(uow, self.office, content, self.now))

    def imports(self, content: bytes, digest: str = "") -> StoredImport:
        typed = digest or self.preview(content).digest
        return self.store.write(lambda uow: importing.commit(uow, self.office, content, typed, "hr", self.now))

    def cannot_import(self, content: bytes, digest: str = "") -> str:
        try:
            self.imports(content, digest)
        except Refused as refused:
            return self.words(refused)
        raise AssertionError("it could be imported")

    # ── what comes of it ────────────────────────────────────────────────────────────────────────────────────────────

    def day(self, account: str, on: str) -> Day | None:
        day, who = date.fromisoformat(on), self.member(account)
        return self.store.read(lambda uow: open_book(uow, self.office, day, day).day(who, day, self.now))

    def month(self, account: str, first: str) -> Account:
        month, who = Month(date.fromisoformat(first)), self.member(account)
        return self.store.read(
            lambda uow: confirming.account(uow, confirming.book_of(uow, self.office, month), who, month, self.now)
        )

    def confirms(self, account: str, first: str, digest: str = "") -> bool:
        month, who = Month(date.fromisoformat(first)), self.member(account)
        return self.store.write(lambda uow: confirming.confirm(uow, self.office, who, month, digest, self.now))[1]


def csv_file(rows: Iterable[Sequence[object]], heads: Sequence[str] = HEADS, encoding: str = "gb18030") -> bytes:
    """As a device writes it: the heads, a row for each punch, GBK."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([heads, *rows])
    return text.getvalue().encode(encoding)


def xlsx_file(rows: Iterable[Sequence[object]], heads: Sequence[str] = HEADS, title: str = "") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    if title:
        sheet.append([title])
    sheet.append(list(heads))
    for row in rows:
        sheet.append(list(row))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
