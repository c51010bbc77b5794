"""``python -m tests.year.run --cases 2000 --days 365 --seed 1 --out docs``: a year of five institutions, judged, and its page."""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path

from tests.year.evidence import Evidence, gather
from tests.year.living import BEGINS, Year
from tests.year.page import Run, write
from tests.year.summary import Summary, summary

PACKS = ("internal-rules", "general-handling", "service-center", "service-app", "statutory-procedure")
"""From the strictest to the shortest: approval and meeting, review, extension, hours by day and night, stages that staff mark."""

MEMORY = Path("/dev/shm")
"""What is tried here is not whether the disk keeps it, so the database need not wait for one."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where nothing was wrong."""
    asked = _asked(arguments)
    if asked.pack:
        year = asyncio.run(lived(asked.pack, asked.cases, asked.days, asked.seed))
        year.save(asked.json)
        return 1 if year.wrong else 0
    began = time.monotonic()
    years = _all_lived(asked)
    for year in years:
        print(f"{year.pack}: {year.figures['cases']} cases, {year.seconds:.0f} s, wrong: {year.wrong or 'nothing'}")
    if asked.out:
        command = f"python -m tests.year.run --cases {asked.cases} --days {asked.days} --seed {asked.seed} --out docs"
        minutes = (time.monotonic() - began) / 60
        write(asked.out, Run(command, asked.seed, BEGINS.date().isoformat(), asked.days, minutes), years)
    return 1 if any(year.wrong for year in years) else 0


async def lived(pack: str, cases: int, days: int, seed: int) -> Summary:
    """One institution's year, and what is to be said of it."""
    began = time.monotonic()
    evidence = await evidence_of(pack, cases, days, seed)
    return summary(evidence, time.monotonic() - began)


async def evidence_of(pack: str, cases: int, days: int, seed: int, begins: datetime = BEGINS) -> Evidence:
    where = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="tousu-year-", dir=where) as folder:
        year = Year(pack, Path(folder), cases, days, seed, begins)
        async with year.town.living():
            await year.live()
            return gather(year)


def _all_lived(asked: argparse.Namespace) -> list[Summary]:
    """Each in a process of its own, so many at once."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(asked.jobs) as at_once:
        return list(at_once.map(partial(_in_a_process, asked, Path(folder)), PACKS))


def _in_a_process(asked: argparse.Namespace, folder: Path, pack: str) -> Summary:
    found = folder / f"{pack}.json"
    share = str(asked.cases // len(PACKS))
    given = [
        "--pack",
        pack,
        "--cases",
        share,
        "--days",
        str(asked.days),
        "--seed",
        str(asked.seed),
        "--json",
        str(found),
    ]
    done = subprocess.run([sys.executable, "-m", "tests.year.run", *given], check=False)
    if not found.exists():
        raise SystemExit(f"the year of {pack} ended with {done.returncode} and left nothing")
    return Summary.load(found)


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.year.run", description=__doc__)
    parser.add_argument("--cases", type=int, default=2000, help="all institutions together")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="so many institutions at once")
    parser.add_argument("--out", type=Path, help="write the page and its pictures below this folder")
    parser.add_argument("--pack", help="only this institution, with all the cases")
    parser.add_argument("--json", type=Path, default=Path("year.json"), help="where the figures of one institution go")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
