"""The results as lines of JSON, and as a table of medians beside the fastest durable peer of the same run. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from typing import Any

from bench.intake.rows import MORE, ROWS

Results = Sequence[dict[str, Any]]

FAULTS = ("lost", "wrong", "surplus", "twice", "missing")
_ALL = ROWS | MORE


def is_wrong(result: dict[str, Any]) -> bool:
    """Whether one of our rows lost, shifted or repeated something. What peers do so is only told.

    A reply may repeat where the platform takes no idempotency key and its answer was lost with the killed process.
    """
    ours = not _ALL[result["row"]].is_peer
    known = {"twice"} if _ALL[result["row"]].channel == "telegram" and result["test"].startswith("kill") else set()
    return ours and any(result.get(fault) for fault in FAULTS if fault not in known)


def tables(results: Results) -> str:
    """Everything in Markdown."""
    parts = [_speeds(results), _safety(results), _growth(results)]
    return "\n\n".join(part for part in parts if part)


def _speeds(results: Results) -> str:
    names = [name for name in _ALL if _of(results, name, "load")]
    head = (
        "",
        "messages/s",
        "× peer",
        "p50 ms",
        "p99 ms",
        "max ms",
        "CPU ms",
        "+ beside",
        "generator",
        "MB",
        "start s",
    )
    return _table(head, [[name, *_speed(results, name)] for name in names]) if names else ""


def _speed(results: Results, name: str) -> list[str]:
    runs = _of(results, name, "load")
    keys = ("p50_ms", "p99_ms", "max_ms", "cpu_ms", "beside_cpu_ms", "generator_cpu_ms", "memory_mb", "start_s")
    return [
        f"{_median(runs, 'messages_s'):.0f}",
        _ratio(results, name),
        *(f"{_median(runs, key):.3g}" for key in keys),
    ]


def _ratio(results: Results, name: str) -> str:
    """Beside the fastest peer on the same platform that keeps what it acknowledged."""
    channel = _ALL[name].channel
    rivals = [
        _median(_of(results, rival, "load"), "messages_s")
        for rival, row in _ALL.items()
        if row.is_peer and row.is_durable and row.channel == channel and _of(results, rival, "load")
    ]
    return f"{_median(_of(results, name, 'load'), 'messages_s') / max(rivals):.2f}" if rivals else "–"


def _safety(results: Results) -> str:
    tests = ("load", "twice", "kill-quiet", "kill-load")
    names = [name for name in _ALL if any(_of(results, name, test) for test in tests)]
    head = ("right/lost/wrong/surplus/twice/missing", "once", "1 in 10 twice", "kill -9 quiet", "kill -9 under load")
    return _table(head, [[name, *(_outcomes(_of(results, name, test)) for test in tests)] for name in names])


def _outcomes(runs: Results) -> str:
    """The worst run of each kind: what happened once can happen."""
    if not runs:
        return "–"
    if any("failed" in run for run in runs):
        return "does not start"
    right = min(run["right"] for run in runs)
    return "/".join(str(part) for part in (right, *(max(run[fault] for run in runs) for fault in FAULTS)))


def _growth(results: Results) -> str:
    rows = [
        [
            name,
            what,
            f"{_median(runs, 'messages_s'):.0f}",
            f"{_median(runs, 'p99_ms'):.3g}",
            f"{_median(runs, 'memory_mb'):.0f}",
        ]
        for name in _ALL
        for what in dict.fromkeys(run["test"] for run in results if run["row"] == name)
        if what.startswith(("users-", "stored-")) and (runs := _of(results, name, what))
    ]
    return _table(("", "", "messages/s", "p99 ms", "MB"), rows) if rows else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _of(results: Results, name: str, test: str) -> Results:
    return [result for result in results if result["row"] == name and result["test"] == test]


def _median(runs: Results, key: str) -> float:
    found = [run[key] for run in runs if key in run]
    return statistics.median(found) if found else math.nan
