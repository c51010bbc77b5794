"""The page of a year and its pictures, from the figures of every institution."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.texts_cli import say
from tests.year.drawing import Bars, picture
from tests.year.summary import DELAYS, Counts, Summary

MOST_WRONG = 40
DAYS_OF_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Run:
    """How it was run, for whoever runs it again."""

    command: str
    seed: int
    began: str
    days: int
    minutes: float


def write(docs: Path, run: Run, years: Sequence[Summary]) -> None:
    """Into ``reference`` and ``pictures`` below this folder, which are made where they are missing."""
    for room in ("reference", "pictures"):
        (docs / room).mkdir(parents=True, exist_ok=True)
    for name, make in PICTURES.items():
        (docs / "pictures" / f"year-{name}.svg").write_text(picture(make(years)), encoding="utf-8")
    (docs / "reference" / "year.md").write_text(page(run, years), encoding="utf-8")


def page(run: Run, years: Sequence[Summary]) -> str:
    figures = _added([year.figures for year in years])
    checks = {name: _check(name, [year.checks[name] for year in years]) for name in years[0].checks}
    flat: dict[str, Any] = {f"{name}_{key}": many for name, check in checks.items() for key, many in check.items()}
    wrong = [(year.pack, name, what) for year in years for name, found in year.wrong.items() for what in found]
    counted = Counter(name for _, name, _ in wrong)
    flat |= {f"{name}_wrong": counted[name] for name in checks}
    title = _words("page", "title_of_a_year" if run.days == DAYS_OF_A_YEAR else "title_of_some_days")
    text = _words("page", "text").format(
        **figures,
        **flat,
        title=title.format(cases=figures["cases"], packs=len(years), days=run.days),
        done=_done(years),
        each=round(figures["cases"] / len(years)),
        packs=len(years),
        seed=run.seed,
        began=run.began,
        days=run.days,
        minutes=round(run.minutes),
        command=run.command,
        verdict=_words("page", "not_good").format(many=len(wrong)) if wrong else _words("page", "all_good"),
        wrong=_wrong(wrong),
        legal_ways=_ways(checks["legal"]),
        codes=_codes(years),
        rows="\n".join(_row(year) for year in years),
    )
    return text.lstrip("\n")


def _added(counts: Sequence[Counts]) -> Counts:
    found: Counter[str] = Counter()
    for each in counts:
        found.update(each)
    return dict(found)


def _check(name: str, counts: Sequence[Counts]) -> Counts:
    """Added up, but for what is the longest of all."""
    added = _added(counts)
    return added | {key: max(each[key] for each in counts) for key in added if key.startswith("longest")}


def _wrong(found: Sequence[tuple[str, str, str]]) -> str:
    if not found:
        return ""
    line = _words("page", "wrong_line")
    lines = [line.format(pack=pack, name=name, what=what) for pack, name, what in found[:MOST_WRONG]]
    return "\n".join([_words("page", "wrong_title"), *lines, ""])


def _ways(legal: Counts) -> str:
    said = (
        _words("page", "legal_way").format(way=name, many=legal[f"by_{way}"])
        for way, name in _section("ways").items()
        if f"by_{way}" in legal
    )
    return _words("page", "joined").join(said)


def _codes(years: Sequence[Summary]) -> str:
    codes = _added([year.codes for year in years])
    said = [_words("page", "code").format(code=code, many=many) for code, many in sorted(codes.items()) if code != "ok"]
    return _words("page", "joined").join(said) or _words("page", "none")


def _done(years: Sequence[Summary]) -> str:
    """What was done to cases, what was done most often first; nothing where it was not counted."""
    acts = Counter(_added([year.acts for year in years])).most_common()
    line = _words("page", "act")
    said = [line.format(action=say("lifecycle_action", action), many=many) for action, many in acts]
    return _words("page", "done").format(acts=_words("page", "joined").join(said)) if said else ""


def _row(year: Summary) -> str:
    return _words("page", "row").format(
        pack=year.pack,
        cases=year.figures["cases"],
        notices=year.checks["twice"]["notices"],
        clocks=year.checks["alerts"]["clocks"],
        on_time=year.clocks.get("on_time", 0),
        late=year.clocks.get("late", 0),
        alerts=year.checks["alerts"]["alerts"],
        acts=year.figures["acts"],
        seconds=round(year.seconds),
    )


# ── pictures ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _by_way(years: Sequence[Summary]) -> Bars:
    months = sorted({month for year in years for month in year.months})
    columns = {
        _words("pictures", "month").format(month=int(month)): _added([year.months.get(month, {}) for year in years])
        for month in months
    }
    return Bars(_words("pictures", "ways"), columns, _section("ways"))


def _by_delay(years: Sequence[Summary]) -> Bars:
    delays = _added([year.delays for year in years])
    columns = {_words("delays", str(most)): {"count": delays.get(str(most), 0)} for most in (*DELAYS, 0)}
    return Bars(_words("pictures", "delays"), columns, {"count": _words("pictures", "count")})


def _by_window(years: Sequence[Summary]) -> Bars:
    left = _added([year.left for year in years])
    columns = {
        _words("pictures", "left").format(left=many): {"count": left.get(str(many), 0)} for many in range(5, 0, -1)
    }
    columns[_words("pictures", "shut")] = {"count": left.get("0", 0)}
    return Bars(_words("pictures", "windows"), columns, {"count": _words("pictures", "count")})


def _by_clock(years: Sequence[Summary]) -> Bars:
    clocks, rungs = _added([year.clocks for year in years]), _added([year.rungs for year in years])
    columns = {_words("pictures", key): {"clock": clocks.get(key, 0)} for key in ("on_time", "late", "running")}
    columns |= {_rung(int(hours)): {"alert": rungs[hours]} for hours in sorted(rungs, key=int)}
    return Bars(_words("pictures", "clocks"), columns, {key: _words("pictures", key) for key in ("clock", "alert")})


def _rung(hours: int) -> str:
    key = "before" if hours < 0 else "after" if hours else "at"
    return _words("pictures", key).format(hours=abs(hours))


PICTURES: dict[str, Callable[[Sequence[Summary]], Bars]] = {
    "ways": _by_way,
    "delays": _by_delay,
    "windows": _by_window,
    "clocks": _by_clock,
}


def _words(section: str, key: str) -> str:
    return _section(section)[key]


@cache
def _all() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))


def _section(name: str) -> dict[str, str]:
    return _all()[name]
