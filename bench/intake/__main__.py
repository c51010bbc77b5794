"""``python -m bench.intake``: whole dialogues through the webhooks, ours beside the peers', in one run."""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bench.intake import measure
from bench.intake.measure import Bench, Figures
from bench.intake.report import is_wrong, tables
from bench.intake.rows import MORE, ROWS, Row
from bench.intake.servers import DidNotStart, Sink
from bench.load.drive import ServerFailed

_IN_MEMORY = {"tmpfs", "ramfs"}


def main() -> None:
    """Exit 0 when nothing of ours was lost, wrong or repeated, else 1."""
    wishes = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with _bench(wishes) as bench:
        results = _measured(bench, wishes)
    print(f"\n{tables(results)}")
    wrong = [result for result in results if is_wrong(result)]
    for result in wrong:
        print(f"WRONG: {json.dumps(result)}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


def _measured(bench: Bench, wishes: argparse.Namespace) -> list[dict[str, Any]]:
    """The rows take turns, so that a slower hour of the machine is everybody's."""
    chosen = _chosen(wishes.only)
    results = []
    with wishes.results.open("a") as file:
        for round_ in range(wishes.rounds):
            for name, row in chosen.items():
                for test, work in _tests(bench, row, wishes, round_):
                    result = {"row": name, "test": test, "round": round_ + 1, **_attempt(work, row)}
                    results.append(result)
                    print(_line(result), file=file, flush=True)
                    print(_line(result), flush=True)
    return results


def _tests(bench: Bench, row: Row, wishes: argparse.Namespace, round_: int) -> Iterator[tuple[str, Any]]:
    """What is done to a row in one round; what takes long is done in the first only."""
    yield "load", partial(measure.load, bench, row)
    if wishes.kill:
        chance = random.Random(f"{wishes.seed} {round_}")
        yield "twice", partial(measure.twice, bench, row)
        yield "kill-quiet", partial(measure.kill_quiet, bench, row)
        yield "kill-load", partial(measure.kill_under_load, bench, row, chance)
    if wishes.many and round_ == 0:
        yield f"users-{wishes.many}", partial(measure.load, replace(bench, users=wishes.many), row)
    if not row.is_peer and round_ == 0:
        for stored in wishes.stored:
            yield f"stored-{stored}", partial(measure.load, bench, row, stored=stored)


def _attempt(work: Any, row: Row) -> Figures:
    """A peer that does not survive what is done to it is a result; one of ours is the end of the run."""
    try:
        figures: Figures = work()
    except (DidNotStart, ExceptionGroup) as error:
        if not row.is_peer or (isinstance(error, ExceptionGroup) and error.split(ServerFailed)[1]):
            raise
        return {"failed": str(error)[-200:]}
    return figures


def _line(result: dict[str, Any]) -> str:
    return json.dumps(result, ensure_ascii=False)


def _chosen(only: list[str]) -> dict[str, Row]:
    known = ROWS | MORE
    if unknown := set(only) - set(known):
        sys.exit(f"there is no row {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return {name: known[name] for name in only} if only else ROWS


@contextmanager
def _bench(wishes: argparse.Namespace) -> Iterator[Bench]:
    """A folder of its own on a real disk, and the sink; both are gone afterwards."""
    _refuse_memory(wishes.folder)
    folder = Path(tempfile.mkdtemp(prefix="tousu-bench-", dir=wishes.folder))
    # PostgreSQL runs as another user where we are root.
    folder.chmod(0o755)
    try:
        sink = Sink(folder)
        try:
            yield Bench(folder, sink, wishes.peers.absolute(), wishes.users, wishes.concurrency, wishes.quiet)
        finally:
            sink.process.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refuse_memory(folder: Path) -> None:
    """A database in memory is fast and proves nothing."""
    mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    above = [(len(at), kind) for _, at, kind, *_ in mounts if folder.resolve().is_relative_to(at)]
    if max(above)[1] in _IN_MEMORY:
        sys.exit(f"{folder} is in memory; name a folder on a disk with --folder")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.intake", description=__doc__)
    add = parser.add_argument
    add("--users", type=int, default=200, help="people in a run (200)")
    add("--concurrency", type=int, default=32, help="how many of them talk at once (32)")
    add("--rounds", type=int, default=3, help="how often every row is measured (3)")
    add("--only", action="append", default=[], metavar="ROW", help=f"only this row: {', '.join(ROWS | MORE)}")
    add("--no-kill", dest="kill", action="store_false", help="speed only: no kills, nothing delivered twice")
    add("--many", type=int, default=0, metavar="N", help="also one run with so many people")
    add("--stored", type=int, action="append", default=[], metavar="N", help="also a run of ours above so many cases")
    add("--quiet", type=float, default=0, metavar="S", help="wait up to S seconds for a quiet machine before each run")
    add("--peers", type=Path, default=Path("/var/tmp/tousu-peers"), help="where bench.peers.install put the peers")
    add("--folder", type=Path, default=Path("/var/tmp"), help="where databases are made; it must be on a disk")
    add("--results", type=Path, default=Path("bench-intake.jsonl"), help="the file that results are added to")
    add("--seed", type=int, default=1, help="decides at which moments servers are killed")
    return parser.parse_args()


if __name__ == "__main__":
    main()
