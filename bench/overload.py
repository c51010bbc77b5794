"""What becomes of the service when more is asked of it than it can do, over WeChat and on SQLite.

It is measured in a closed loop first; then a multiple of that is poured in, whether or not it keeps up; then it is
measured again. Exit 1 when something that was accepted is not there, or when it does not recover.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import uvloop

from bench.intake.report import FAULTS
from bench.intake.servers import Server, Sink, Verdict
from bench.intake.tousu import Tousu
from bench.load.drive import Drive, percentile
from bench.load.pour import Pour, Poured, newcomers
from core.texts import load_texts

_BEFORE, _FLOOD, _AFTER = 1, 100_000, 50_000
"""The first person of each part."""

_RECOVERY_SECONDS = 30.0
_FOLLOWED = 300
"""People of the flood who are looked after to the end."""


class Watch(threading.Thread):
    """The most memory that the service held while it was watched."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self._server, self._over = server, threading.Event()
        self.most = 0.0

    def run(self) -> None:
        while not self._over.wait(0.2):
            self.most = max(self.most, self._server.memory)

    def stop(self) -> None:
        self._over.set()
        self.join()


def main() -> None:
    wishes = _arguments()
    folder = Path(tempfile.mkdtemp(prefix="tousu-bench-", dir=wishes.folder))
    sink = Sink(folder)
    server = Tousu(folder, sink, "wechat")
    try:
        server.start()
        figures = _measured(server, wishes)
    finally:
        server.remove()
        sink.process.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    bad = any(figures["verdict"][fault] for fault in FAULTS)
    sys.exit(1 if bad or figures["recovered_after_s"] is None else 0)


def _measured(server: Tousu, wishes: argparse.Namespace) -> dict[str, Any]:
    before = _closed_loop(server, _BEFORE)
    capacity = wishes.capacity or before["messages_s"]
    watch = Watch(server)
    watch.start()
    word = load_texts().render("zh", "overloaded")
    pour = Pour(server.wire, server.ports[0], lambda answer: answer == word, newcomers(_FLOOD))
    began, used = time.perf_counter(), time.process_time()
    poured = uvloop.run(pour.run(capacity * wishes.times, wishes.seconds))
    busy = (time.process_time() - used) / (time.perf_counter() - began)
    watch.stop()
    recovered = _recovery(server)
    return {
        "before": before,
        "offered_s": round(capacity * wishes.times, 1),
        **poured.counts,
        "accepted_p50_ms": round(1000 * percentile(poured.accepted, 0.5), 1),
        "accepted_p99_ms": round(1000 * percentile(poured.accepted, 0.99), 1),
        "shed_p99_ms": round(1000 * percentile(poured.shed, 0.99), 1) if poured.shed else None,
        "generator_cpu_percent": round(100 * busy),
        "memory_most_mb": round(watch.most),
        "recovered_after_s": recovered,
        "after": _closed_loop(server, _AFTER),
        "verdict": asdict(_verdict(server, poured)),
    }


def _closed_loop(server: Tousu, first: int, users: int = 200) -> dict[str, float]:
    outcome = Drive(server.wire, server.ports).run(range(first, first + users), 32)
    return {
        "messages_s": round(outcome.acknowledged / outcome.seconds, 1),
        "p99_ms": round(1000 * percentile(outcome.latencies, 0.99), 1),
        "memory_mb": round(server.memory),
    }


def _recovery(server: Tousu) -> float | None:
    """Seconds after the flood until a message is answered at once again; None when that takes too long."""
    began = time.perf_counter()
    for person in range(_AFTER + 10_000, _AFTER + 20_000):
        outcome = Drive(server.wire, server.ports, steps=1).run([person], 1)
        if outcome.replies and outcome.latencies[0] < 0.2:
            return round(time.perf_counter() - began, 2)
        if time.perf_counter() - began > _RECOVERY_SECONDS:
            break
        time.sleep(0.1)
    return None


def _verdict(server: Tousu, poured: Poured) -> Verdict:
    """Those who came furthest in the flood end their dialogue afterwards; what was accepted must still be there."""
    answered = {who: steps for who, steps in poured.progress.items() if who not in poured.silent}
    furthest = sorted(answered, key=lambda who: -answered[who])[:_FOLLOWED]
    rest = Drive(server.wire, server.ports).run([], 32, {who: answered[who] for who in furthest})
    for who in furthest:
        rest.replies[who] = poured.replies.get(who, []) + rest.replies.get(who, [])
    return server.verify(furthest, rest)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--times", type=float, default=3.0, help="how much more than it can do (3)")
    add("--seconds", type=float, default=20.0, help="for how long (20)")
    add("--capacity", type=float, default=0.0, help="messages a second it can do (measured first)")
    add("--folder", type=Path, default=Path("/var/tmp"), help="where the database is made; it must be on a disk")
    return parser.parse_args()


if __name__ == "__main__":
    main()
