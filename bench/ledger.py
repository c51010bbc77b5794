"""The ledger of 1,000 and of 10,000 cases: seconds and memory, beside the writing library alone with the same rows.

Each is measured in a process of its own. Exit 1 when 10,000 cases take longer than promised, or much more memory than
1,000 do.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from openpyxl import load_workbook

from core.policies.load import load
from core.store import case_clocks, cases, keys, staff, work
from core.store.case_clocks import NewClock
from core.store.cases import NewCase, StoredCase
from core.store.keyring import Keyring
from core.store.unit_of_work import Store, UnitOfWork

ROOT = Path(__file__).parents[1]
FEW, MANY = 1_000, 10_000
ROUNDS = 3
MOST_SECONDS = 10.0
MOST_GROWTH = 1.1

YEAR = 2026
BEGAN = datetime(YEAR, 1, 1, 1, 0, tzinfo=UTC)
SECRET = "a secret of a good length that only this bench knows"
BATCH = 1_000
HANDLERS = 20

# The highest that the memory of this process ever was. What the system counts for its children would be ours as well.
MEASURED = """
import json, sys, time
def peak():
    status = open("/proc/self/status").read()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
began = time.perf_counter()
{work}
print(json.dumps({{"seconds": time.perf_counter() - began, "megabytes": peak()}}))
"""
OURS = MEASURED.format(
    work="""
sys.argv = ["tousu", "ledger", "--year", "2026", "--with-names", "--force", "--out", sys.argv[1]]
from app.cli import main
try: main()
except SystemExit as left: assert not left.code, left.code
"""
)
ALONE = MEASURED.format(
    work="""
import pickle
from xlsxwriter import Workbook
book = Workbook(sys.argv[1], {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
sheet = book.add_worksheet()
with open(sys.argv[2], "rb") as rows:
    for row in range(pickle.load(rows)):
        sheet.write_row(row, 0, pickle.load(rows))
book.close()
"""
)

Figures = dict[str, float]


def main() -> None:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        found = {count: measure(Path(folder), count, ROUNDS) for count in (FEW, MANY)}
    for line in table(found):
        print(line)
    raise SystemExit(1 if is_wrong(found) else 0)


def measure(folder: Path, count: int, rounds: int) -> dict[str, Figures]:
    """The best of some rounds, ours and the library's turn by turn."""
    place = folder / str(count)
    fill(place, count)
    ledger, rows = place / "ledger.xlsx", place / "rows"
    run(OURS, place, ledger)
    write_down(ledger, rows)
    turns = [(run(OURS, place, ledger), run(ALONE, place, place / "alone.xlsx", rows)) for _ in range(rounds)]
    return {"ours": best(ours for ours, _ in turns), "alone": best(alone for _, alone in turns)}


def fill(place: Path, count: int) -> None:
    """A database with so many cases of one year, each worked on by somebody, told at the length that chats bring."""
    store = Store.open(f"sqlite:///{place}/var/tousu.db", place / "var", Keyring.from_secret(SECRET))
    for nth in range(HANDLERS):
        store.write(
            lambda uow, nth=nth: staff.add(uow, f"w{nth}", (f"王经办{nth}",), "业务管理部", ("officer",), BEGAN)
        )
    for first in range(0, count, BATCH):
        store.write(lambda uow, first=first: register(uow, range(first, min(first + BATCH, count))))
    store.close()


def register(uow: UnitOfWork, numbers: range) -> None:
    for number in numbers:
        begin_work(uow, cases.insert(uow, new_case(number, keys.new_key(uow))))


def begin_work(uow: UnitOfWork, case: StoredCase) -> None:
    """A handler, an outcome, and clocks, every third of them late."""
    done = work.CaseWork(case.id, "业务管理部", case.id % HANDLERS + 1, "partly", ("apology", "refund"), volume=YEAR)
    work.put(uow, done)
    due_at = case.registered_at + timedelta(days=15)
    ended_at = due_at + timedelta(hours=case.id % 3 - 1)
    clocks = (
        NewClock(key, 0, case.registered_at, due_at, False, None, ended_at, "closed") for key in ("work_plan", "reply")
    )
    case_clocks.add(uow, case.id, list(clocks))


def new_case(number: int, key_id: int) -> NewCase:
    at = BEGAN + timedelta(minutes=number * 45)
    told = {
        "facts": f"第{number}件：窗口排队两小时，工作人员不理人。" * 12,
        "name": f"王小{number}",
        "phone": f"139{number:08d}",
    }
    answers = {key: {"value": value, "shown": value, "unsure": False} for key, value in told.items()}
    return NewCase(
        number=f"LS{YEAR}-{number:05d}",
        policy_id="law-firm",
        policy_version=load("law-firm").version,
        channel="wechat",
        draft=f"draft {number}",
        key_id=key_id,
        status="registered",
        category="service",
        contents={"facts": told["facts"], "answers": answers},
        code_hash=number.to_bytes(32, "big"),
        registered_at=at,
        promised_on=date(YEAR, 12, 31),
        phone=told["phone"],
    )


def write_down(ledger: Path, rows: Path) -> None:
    """The very rows of a ledger, in a form that costs next to nothing to read: first how many, then one by one."""
    everything = list(cells(ledger))
    with rows.open("wb") as file:
        pickle.dump(len(everything), file)
        for row in everything:
            pickle.dump(row, file)


def cells(ledger: Path) -> Iterator[list[Any]]:
    book = load_workbook(ledger, read_only=True)
    for row in book.worksheets[0].iter_rows(values_only=True):
        yield list(row)
    book.close()


def run(program: str, place: Path, *arguments: Path) -> Figures:
    """What a process of its own says of itself in its last line."""
    settings = {"TOUSU_DATABASE_URL": f"sqlite:///{place}/var/tousu.db", "TOUSU_DATA_DIR": f"{place}/var"}
    environment = {"PYTHONPATH": str(ROOT), "TOUSU_SECRET_KEY": SECRET, "TOUSU_POLICY": "law-firm", **settings}
    command = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(command, env=environment, cwd=place, capture_output=True, text=True, check=True)
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def best(figures: Iterator[Figures]) -> Figures:
    found = list(figures)
    return {name: min(one[name] for one in found) for name in found[0]}


def table(found: dict[int, dict[str, Figures]]) -> Iterator[str]:
    for count, figures in found.items():
        ours, alone = figures["ours"], figures["alone"]
        yield f"{count} cases: {ours['seconds']:.2f} s, {ours['megabytes']:.0f} MB at its highest;"
        yield f"  the library alone {alone['seconds']:.2f} s, {alone['megabytes']:.0f} MB;"
        seconds, megabytes = (ours[name] / alone[name] for name in ("seconds", "megabytes"))
        yield f"  {seconds:.1f} times the time, {megabytes:.1f} times the memory"
    few, many = found.values()
    for whose in ("ours", "alone"):
        grown = many[whose]["megabytes"] - few[whose]["megabytes"]
        yield f"ten times as many cases, {whose}: {grown:+.1f} MB"


def is_wrong(found: dict[int, dict[str, Figures]]) -> bool:
    few, many = (figures["ours"] for figures in found.values())
    return many["seconds"] > MOST_SECONDS or many["megabytes"] > MOST_GROWTH * few["megabytes"]


if __name__ == "__main__":
    main()
