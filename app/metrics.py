"""``/metrics``: how much there is of everything, and what became of what was sent, in the form that Prometheus reads.

No label holds anything of a person or a case: channels, rungs, codes, states and statuses are words of ours or the platforms'.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from core.store.gauges import Gauges

if TYPE_CHECKING:
    from prometheus_client import Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SENT = "ok"
OTHER = "other"

_CODE = re.compile(r"[a-z0-9_-]{1,40}", re.IGNORECASE)


class Sends:
    """What became of each try to send in this process, by channel, rung and the platform's code."""

    def __init__(self) -> None:
        self._counted: Counter[tuple[str, str, str]] = Counter()

    def count(self, channel: str, rung: str, code: str) -> None:
        """A code that is no code may be a sentence of the platform's, which may name a person."""
        code = code if _CODE.fullmatch(code) else OTHER if code else SENT
        self._counted[channel, rung, code] += 1

    def all(self) -> Mapping[tuple[str, str, str], int]:
        return dict(self._counted)


def exposition(found: Gauges, sends: Sends, spool: int, now: datetime) -> bytes:
    """The library is brought in by the first who asks, not by the first citizen."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.registry import Collector

    class Now(Collector):
        def collect(self) -> Iterator[Metric]:
            yield from _gauges(found, spool, now)
            yield _sends(sends)

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Now())
    return generate_latest(registry)


def _gauges(found: Gauges, spool: int, now: datetime) -> Iterator[Metric]:
    yield _by("tousu_outbox_messages", "Messages that have not gone out, by state.", "state", found.outbox)
    yield _one(
        "tousu_outbox_oldest_due_seconds",
        "How long the oldest message that could go out has waited.",
        _age(found.oldest_due_at, now) or 0.0,
    )
    yield _one(
        "tousu_outbox_most_attempts", "Tries of the message that was tried most and still waits.", found.most_attempts
    )
    yield _by("tousu_cases", "Cases, by status.", "status", found.cases)
    yield _one("tousu_clocks_overdue", "Clocks that run past their end.", found.clocks_overdue)
    yield _one("tousu_inbox_messages", "Messages taken in.", found.inbox)
    yield _by("tousu_evidence_files", "Files that people sent, by state.", "state", found.evidence)
    yield _one("tousu_spool_messages", "Messages kept in files until the database can take them.", spool)
    beat = _age(found.beat_at, now)
    if beat is not None:
        yield _one("tousu_heartbeat_seconds", "How long ago a worker was last alive.", beat)


def _sends(sends: Sends) -> Metric:
    from prometheus_client.core import CounterMetricFamily

    family = CounterMetricFamily(
        "tousu_sends", "Tries to send of this process, by what the platform said.", labels=("channel", "rung", "code")
    )
    for labels, count in sorted(sends.all().items()):
        family.add_metric(labels, count)
    return family


def _one(name: str, words: str, value: float) -> Metric:
    from prometheus_client.core import GaugeMetricFamily

    return GaugeMetricFamily(name, words, value=value)


def _by(name: str, words: str, label: str, counted: Mapping[str, int]) -> Metric:
    from prometheus_client.core import GaugeMetricFamily

    family = GaugeMetricFamily(name, words, labels=(label,))
    for key, count in sorted(counted.items()):
        family.add_metric((key,), count)
    return family


def _age(at: datetime | None, now: datetime) -> float | None:
    return None if at is None else max((now - at).total_seconds(), 0.0)
