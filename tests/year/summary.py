"""One institution's year in figures, as JSON: what the page is made of."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from datetime import timedelta
from pathlib import Path

from core.cases import standing
from core.cases.clocks import ZONE
from core.cases.notices import RESULTS
from tests.year import expected
from tests.year.evidence import Evidence
from tests.year.hearing import TEMPLATE, WINDOW
from tests.year.verdict import judge

DELAYS = (1, 10, 60, 4 * 60, 24 * 60, 2 * 24 * 60, 5 * 24 * 60)
"""Minutes up to which a notice counts for a bar; the last bar takes what is longer."""

Counts = dict[str, int]


@dataclass
class Summary:
    """``months`` are the ways by which notices became known, by month; ``delays`` from made to known, by bar; ``left`` what
    the window still allowed before a result, 0 where it went by a template.
    """

    pack: str
    seconds: float
    figures: Counts
    checks: dict[str, Counts]
    wrong: dict[str, list[str]]
    codes: Counts
    months: dict[str, Counts] = field(default_factory=dict)
    delays: Counts = field(default_factory=dict)
    left: Counts = field(default_factory=dict)
    clocks: Counts = field(default_factory=dict)
    rungs: Counts = field(default_factory=dict)
    acts: Counts = field(default_factory=dict)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Summary:
        """Of figures that another version wrote, those that are known here."""
        found = json.loads(path.read_text("utf-8"))
        return cls(**{each.name: found[each.name] for each in fields(cls) if each.name in found})


def summary(evidence: Evidence, seconds: float) -> Summary:
    checks = judge(evidence)
    return Summary(
        pack=evidence.policy.id,
        seconds=seconds,
        figures=evidence.figures,
        checks={check.name: check.figures for check in checks},
        wrong={check.name: check.wrong for check in checks if check.wrong},
        codes=dict(evidence.codes),
        months=_months(evidence),
        delays=_delays(evidence),
        left=_left(evidence),
        clocks=_clocks(evidence),
        rungs=_rungs(evidence),
        acts=dict(evidence.acts),
    )


def _months(evidence: Evidence) -> dict[str, Counts]:
    found: dict[str, Counter[str]] = {}
    for notice in evidence.notices:
        month = f"{notice.record.made_at.astimezone(ZONE):%m}"
        found.setdefault(month, Counter())[notice.way] += 1
    return {month: dict(ways) for month, ways in sorted(found.items())}


def _delays(evidence: Evidence) -> Counts:
    found: Counter[str] = Counter()
    for record in (notice.record for notice in evidence.notices):
        if record.known_at is None:
            continue
        minutes = (record.known_at - record.made_at) / timedelta(minutes=1)
        found[str(next((most for most in DELAYS if minutes <= most), 0))] += 1
    return dict(found)


def _left(evidence: Evidence) -> Counts:
    """By what a person's window still allowed as a result went out."""
    found: Counter[str] = Counter()
    for openid, notices in evidence.people.items():
        texts = [each for each in evidence.seen_by(openid) if each.way == WINDOW]
        for notice in (each for each in notices if each.record.notice in RESULTS):
            here = next((each.left for each in texts if notice.record.words in each.words), None)
            if here is not None:
                found[str(here)] += 1
            elif notice.took(TEMPLATE):
                found["0"] += 1
    return dict(found)


def _clocks(evidence: Evidence) -> Counts:
    found: Counter[str] = Counter()
    for _, row in evidence.clocks:
        late = standing.overdue(row, evidence.ends)
        found["late" if late else "running" if row.ended_at is None else "on_time"] += 1
    return dict(found)


def _rungs(evidence: Evidence) -> Counts:
    """Alerts by how many hours from the end of their clock they lie."""
    found: Counter[str] = Counter()
    for _, row in evidence.clocks:
        for each in expected.alerts(evidence.policy, evidence.calendar, row, evidence.ends):
            if each.told_at <= evidence.ends:
                found[str(evidence.policy.work.ladder[each.rung - 1].hours)] += 1
    return dict(found)
