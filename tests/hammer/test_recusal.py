"""Random organisations: of a case that is about them nobody finds a trace, by any way in, however they search."""

from __future__ import annotations

import contextlib
import io
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from app import case_records, documents
from app.cli import main
from app.settings import Settings
from core.cases import access, work
from core.cases.lifecycle import TABLE
from core.errors import Refused, TousuError
from core.files.redacted import redacted_text, redacted_view
from core.files.statement import redacted_document
from core.store import queries
from core.store.keyring import Keyring
from core.store.queries import CaseDetail
from core.store.unit_of_work import Store, UnitOfWork
from tests import postgres
from tests.conftest import SECRET
from tests.hammer.bystanders import UNITS, Matter, Organisation, Person
from tests.hammer.running import dose
from tests.sqlite import place

pytestmark = pytest.mark.timeout(dose(300, 7200))

STATUSES = sorted({row.source for row in TABLE} | {row.target for row in TABLE})


@dataclass
class Premises:
    """A database of its own for each organisation; the settings with which the command line finds it."""

    folder: Path
    databases: postgres.Databases | None
    made: list[tuple[Store, str]] = field(default_factory=list)

    def open(self) -> Store:
        self.close()
        self.data_dir = self.folder / f"o{len(self.made)}"
        self.data_dir.mkdir()
        self.url = self._url()
        store = Store.open(self.url, self.data_dir, Keyring.from_secret(SECRET))
        self.made.append((store, self.url))
        return store

    def _url(self) -> str:
        if self.databases is not None:
            return self.databases.create()
        return place(f"sqlite:///{self.data_dir / 'tousu.db'}")

    def close(self) -> None:
        """The one that was in use until now."""
        if self.made:
            store, url = self.made[-1]
            store.close()
            if self.databases is not None:
                self.databases.drop(url)

    def settings(self, pack: str) -> Settings:
        return Settings(data_dir=self.data_dir, database_url=self.url, secret_key=SECRET, policy=pack)  # type: ignore[arg-type]

    def tousu(self, pack: str, *arguments: str) -> str:
        """What the command line says, in either way."""
        env = {
            "TOUSU_DATA_DIR": str(self.data_dir), "TOUSU_DATABASE_URL": self.url, "TOUSU_SECRET_KEY": SECRET, "TOUSU_POLICY": pack,
        }  # fmt: skip
        out = io.StringIO()
        with (
            mock.patch.dict("os.environ", env),
            mock.patch.object(sys, "argv", ["tousu", *arguments]),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(out),
            contextlib.suppress(SystemExit),
        ):
            main()
        return out.getvalue()


@pytest.fixture(params=["sqlite", "postgresql"])
def premises(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Premises]:
    on_server = request.param == "postgresql"
    place = Premises(tmp_path, request.getfixturevalue("databases") if on_server else None)
    yield place
    place.close()


def test_nobody_finds_a_trace_of_what_they_must_not_know(premises: Premises) -> None:
    small, big = (2, 60) if premises.databases else (4, 250)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        lambda: Organisation(premises.open, Snooping(premises).everywhere),
        settings=settings(
            max_examples=dose(small, big),
            stateful_step_count=dose(30, 60),
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


class Snooping:
    """Everybody tries every way in to what is hidden from them."""

    def __init__(self, premises: Premises) -> None:
        self._premises = premises

    def everywhere(self, office: Organisation) -> None:
        self.office = office
        self.pack = office.policy.id
        office.time_passes(400)
        for person in office.here:
            self.searches(person)
        for person, matter in office.pairs():
            self.looks(person, matter)
            self.is_given(person, matter)
        # Each of these reads settings, pack and texts anew.
        for person, matter in office.chance.sample(pairs := list(office.pairs()), min(len(pairs), dose(1, 6))):
            self.tries_everything(person, matter)
            self.takes_files(person, matter)
            self.takes_the_ledger(person)
            self.types(person, matter)
        for matter in office.model.matters.values():
            self.reads_the_other_side(matter)

    # ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def searches(self, person: Person) -> None:
        """All filters, and parts of each hidden number that somebody might type who guesses; lists and counts agree."""
        hidden = {matter.number for matter in self.office.model.hidden_from(person.account)}

        def look(uow: UnitOfWork) -> None:
            viewer = self.office.member(uow, person.account)
            members = [self.office.member(uow, other.account) for other in self.office.here]
            wishes = [
                {},
                *({"status": status} for status in STATUSES),
                *({"unit": unit} for unit in UNITS),
                *({"handler": member} for member in members),
                *({"text": part} for number in hidden for part in self.parts_of(number)),
            ]
            for wish in wishes:
                listed = {line.number for line in queries.case_list(uow, 1000, viewer=viewer, **wish)}  # type: ignore[arg-type]
                assert not listed & hidden, wish
                assert queries.count(uow, viewer=viewer, **wish) == len(listed), wish  # type: ignore[arg-type]

        self.office.desk.store.read(look)

    def parts_of(self, number: str) -> Iterator[str]:
        yield number
        for _ in range(dose(6, 40)):
            start = self.office.chance.randrange(len(number))
            yield number[start : self.office.chance.randint(start + 1, len(number))]

    def looks(self, person: Person, matter: Matter) -> None:
        desk = self.office.desk

        def look(uow: UnitOfWork) -> CaseDetail | None:
            member = work.member_of(uow, person.account)
            typed = f" {matter.number.lower()} "
            detail = queries.case_detail(uow, matter.number, viewer=member.id)
            return detail or access.look(uow, desk.office, member, typed, desk.now)

        assert desk.store.write(look) is None

    def tries_everything(self, person: Person, matter: Matter) -> None:
        """Every action is answered as for a number that there is not."""
        for action in work.staff_actions():
            fields = self.office.fields(action, matter)
            assert self.refusal(person, matter.number, action, fields) == self.refusal(
                person, unknown(matter.number), action, fields
            )

    def refusal(self, person: Person, number: str, action: str, fields: dict[str, str]) -> tuple[str, object]:
        try:
            self.office.desk.work(number, action, person.account, **fields)
        except Refused as refused:
            return str(refused), refused.facts
        raise AssertionError(f"{person.account} could {action}")

    # ── being given ─────────────────────────────────────────────────────────────────────────────────────────────────

    def is_given(self, person: Person, matter: Matter) -> None:
        """Nobody can give it to them, in whatever way; nor to the unit that is complained of while they are kept out."""
        by = [other for other in self.office.here if not self.office.hides(other.account, matter)]
        ways = [
            ("assign", {"handler": person.account}),
            ("assign", {"handler": person.account, "unit": "医保科"}),
            ("assign_review", {"handler": person.account}),
            ("add_task", {"handler": person.account, "words": "去看看"}),
            *([("assign", {"unit": person.unit})] if matter.unit and person.unit == matter.unit else []),
        ]
        for other in by:
            for action, fields in ways:
                self.refusal(other, matter.number, action, dict(fields))

    # ── files and the command line ──────────────────────────────────────────────────────────────────────────────────

    def takes_files(self, person: Person, matter: Matter) -> None:
        """No form, letter, archive or redacted view; and the words are those for a number that there is not."""
        settings_, now = self._premises.settings(self.pack), self.office.desk.now
        makers: tuple[Callable[[str, Path], object], ...] = (
            lambda number, out: documents.make_form(settings_, number, out, now, force=False, by=person.account),
            lambda number, out: documents.make_letter(settings_, number, out, now, force=False, by=person.account),
            lambda number, out: documents.make_archive(settings_, number, out, now, force=False, by=person.account),
            lambda number, out: documents.make_redacted(settings_, number, person.account, out, now),
            lambda number, out: case_records.one(settings_, number, person.account, now) or _missing(),
        )
        for index, make in enumerate(makers):
            out = self._premises.data_dir / f"{person.account}-{index}"
            words = {self.not_made(make, number, out) for number in (matter.number, unknown(matter.number))}
            assert len(words) == 1
            assert not out.exists()

    def not_made(self, make: Callable[[str, Path], object], number: str, out: Path) -> str:
        with pytest.raises(TousuError) as refused:
            make(number, out)
        return str(refused.value).replace(number, "…")

    def takes_the_ledger(self, person: Person) -> None:
        """The year's ledger with names: of what is hidden not a cell."""
        out = self._premises.data_dir / f"{person.account}.xlsx"
        made = documents.make_ledger(
            self._premises.settings(self.pack),
            2026,
            out,
            self.office.desk.now,
            with_names=True,
            force=True,
            by=person.account,
        )
        hidden = self.office.model.hidden_from(person.account)
        assert made["cases"] == len(self.office.model.matters) - len(hidden)
        with zipfile.ZipFile(out) as sheets:
            text = "".join(sheets.read(name).decode("utf-8", "replace") for name in sheets.namelist())
        for matter in hidden:
            assert not [canary for canary in (matter.number, *matter.canaries) if canary in text]

    def types(self, person: Person, matter: Matter) -> None:
        """At the command line: nothing of it in a list, and the same words as for a number that there is not."""
        said = self._premises.tousu
        for listing in (("case", "list"), ("case", "list", "--json"), ("case", "list", "--search", matter.number)):
            text = said(self.pack, *listing, "--as", person.account)
            assert text
            assert not [
                canary for canary in (matter.number, *matter.canaries) if canary in text.replace(" ".join(listing), "")
            ]
        for command in (
            ("show",),
            ("show", "--json"),
            ("clocks",),
            ("redacted",),
            ("act", "note", "--field", "words=x"),
        ):
            name, *more = command
            answers = {
                said(self.pack, "case", name, number, *more, "--as", person.account).replace(number, "…")
                for number in (matter.number, unknown(matter.number))
            }
            assert len(answers) == 1, answers

    # ── the other side ──────────────────────────────────────────────────────────────────────────────────────────────

    def reads_the_other_side(self, matter: Matter) -> None:
        """What the respondent may read has nothing of who complains, however it is grouped or written."""
        desk = self.office.desk
        detail = desk.store.read(lambda uow: queries.case_detail(uow, matter.number))
        assert detail is not None
        view = redacted_view(detail, desk.policy)
        with zipfile.ZipFile(io.BytesIO(redacted_document(view, desk.now))) as packed:
            document = "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
        secrets = [
            *(canary for canary in matter.canaries if "茶壶" not in canary), matter.number, matter.peer,
            *(file.attachment.name for file in detail.evidence), *(file.attachment.reference for file in detail.evidence),
        ]  # fmt: skip
        for text in (redacted_text(view), document):
            plain = "".join(filter(str.isalnum, text))
            assert matter.canaries[0] in text
            assert not [secret for secret in secrets if secret in text or "".join(filter(str.isalnum, secret)) in plain]


def unknown(number: str) -> str:
    """One like it that was never given."""
    return number[:-5] + "99999" if number[-5:].isdecimal() else number[:-4] + "9999"


def _missing() -> None:
    raise Refused("missing")
