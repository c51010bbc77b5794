"""How fast what is due goes out when sending costs nothing, beside the bare pattern on the same database in the same run.

Claimed with SKIP LOCKED, sent outside the transaction, marked as done: the bare pattern does just that with a table of its
own. Both with ten thousand and with a million rows that were sent before. Then, at a quiet pace, how long a message waits
from its commit until it is sent. Exit 1 where ours is slower than half of the bare pattern.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import psycopg

from core.delivery import BATCH, Delivery
from core.errors import FetchRefused
from core.ladder import Limits
from core.messages import Address, Attachment, FetchedFile, OutboundMessage
from core.store import outbox, sessions
from core.store.keyring import Keyring
from core.store.unit_of_work import Store, UnitOfWork
from scheduler.jobs import JOBS
from tests import postgres

BEFORE = (10_000, 1_000_000)
DUE = 2_000
ROUNDS = 15
"""One takes a third of a second: of a few the middle one is the disk's luck."""

LEAST = 0.5
"""Of the bare pattern's rows a second."""

PACE, PACED = 20, 200
"""Messages a second, and how many, for the wait from commit to send."""

SECRET = "a secret of a good length that only this bench knows"
PEERS = 500

SENT_BEFORE = """
INSERT INTO outbox (session_id, dedupe_key, state, attempts, due_at, platform_id, last_code, made_at, sent_at, line)
SELECT 1 + i % {peers}, 'old:' || i, 'sent', 1, now() - interval '1 day', '', '', now() - interval '1 day',
       now() - interval '1 day', i
FROM generate_series(1, {count}) AS i
"""
BARE = """
CREATE TABLE bare (id bigserial PRIMARY KEY, state text, due_at timestamptz, leased_until timestamptz, body bytea);
CREATE INDEX ON bare (state, due_at);
INSERT INTO bare (state, due_at, body) SELECT 'sent', now(), '' FROM generate_series(1, {count})
"""
BARE_DUE = "INSERT INTO bare (state, due_at, body) SELECT 'pending', now(), decode(repeat('ab', 200), 'hex') FROM generate_series(1, %s)"
BARE_CLAIM = """
UPDATE bare SET state = 'leased', leased_until = now() + interval '60 s' WHERE id IN (
    SELECT id FROM bare WHERE state = 'pending' AND due_at <= now() ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING id, body
"""
BARE_SETTLE = "UPDATE bare SET state = 'sent', leased_until = NULL WHERE id = ANY(%s)"


class Free:
    """A channel that takes everything at once; when each key was sent."""

    name = "free"
    limits = Limits()

    def __init__(self) -> None:
        self.sent: dict[str, float] = {}

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        self.sent[key] = time.perf_counter()
        return ""

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        raise FetchRefused


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=int, nargs="*", default=BEFORE)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    wishes = parser.parse_args()
    logging.disable(logging.WARNING)
    ratios = [asyncio.run(measure(count, wishes.rounds)) for count in wishes.before]
    raise SystemExit(1 if min(ratios) < LEAST else 0)


async def measure(before: int, rounds: int) -> float:
    """Ours against the bare pattern with so many rows sent before; prints what it finds."""
    with postgres.private(durable=True) as server, tempfile.TemporaryDirectory() as folder:
        url = server.databases.create()
        store = Store.open(url, Path(folder), Keyring.from_secret(SECRET))
        with psycopg.connect(url, autocommit=True) as bare:
            fill(store, bare, before)
            turns = [(await ours(store, turn), run_bare(bare)) for turn in range(rounds)]
            waits = await paced(store)
        store.close()
    mine, other = (statistics.median(column) for column in zip(*turns, strict=True))
    print(f"{before:,} sent before: ours {mine:,.0f} rows/s, the bare pattern {other:,.0f}: {mine / other:.2f} times")
    print(f"  from commit to send: p50 {waits[0]:.0f} ms, p99 {waits[1]:.0f} ms at {PACE} a second")
    return mine / other


def fill(store: Store, bare: psycopg.Connection, before: int) -> None:
    now = datetime.now(UTC)

    def people(uow: UnitOfWork) -> None:
        for number in range(PEERS):
            sessions.load(uow, Address(Free.name, f"peer {number}"), now)

    store.write(people)
    bare.execute(SENT_BEFORE.format(peers=PEERS, count=before))
    bare.execute(BARE.format(count=before))
    bare.execute("ANALYZE")


async def ours(store: Store, turn: int) -> float:
    """Rows a second."""
    await store.awrite(lambda uow: put(uow, f"turn {turn}", DUE))
    channel = Free()
    began = time.perf_counter()
    await Delivery(store, {Free.name: channel}, lambda: datetime.now(UTC)).deliver_due()
    seconds = time.perf_counter() - began
    assert len(channel.sent) == DUE
    return DUE / seconds


def put(uow: UnitOfWork, name: str, count: int, first: int = 0) -> None:
    now = datetime.now(UTC)
    text = OutboundMessage("您的投诉有新进展：已经安排人员办理，最晚下周三前给您消息。")
    for number in range(first, first + count):
        to = sessions.load(uow, Address(Free.name, f"peer {number % PEERS}"), now)
        outbox.add(uow, to, text, f"{name}:{number}", now - timedelta(seconds=1), now=now)


def run_bare(bare: psycopg.Connection) -> float:
    bare.execute(BARE_DUE, (DUE,))
    began, done = time.perf_counter(), 0
    while taken := bare.execute(BARE_CLAIM, (BATCH,)).fetchall():
        bare.execute(BARE_SETTLE, ([row[0] for row in taken],))
        done += len(taken)
    seconds = time.perf_counter() - began
    assert done == DUE
    return DUE / seconds


async def paced(store: Store) -> tuple[float, float]:
    """Milliseconds from commit to send, at the median and at the 99th of a hundred, as the service ticks."""
    channel, written = Free(), dict[str, float]()
    delivery = Delivery(store, {Free.name: channel}, lambda: datetime.now(UTC))
    tick = next(job.seconds for job in JOBS if job.name == "deliver")
    ticking = asyncio.create_task(_tick(delivery, tick))
    for number in range(PACED):
        await store.awrite(lambda uow, number=number: put(uow, "paced", 1, number))
        written[f"paced:{number}"] = time.perf_counter()
        await asyncio.sleep(1 / PACE)
    while len(channel.sent) < PACED:
        await asyncio.sleep(tick)
    ticking.cancel()
    waits = sorted((channel.sent[key] - at) * 1000 for key, at in written.items())
    return statistics.median(waits), waits[int(len(waits) * 0.99)]


async def _tick(delivery: Delivery, seconds: float) -> None:
    while True:
        await delivery.deliver_due()
        await asyncio.sleep(seconds)


if __name__ == "__main__":
    main()
