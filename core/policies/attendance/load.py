"""Finds an attendance pack, reads it and hands it out checked, or says everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from core.errors import PolicyError
from core.policies.attendance.pack import Attendance, Hours, Span
from core.policies.faults import Problem, file_fault, from_validation, in_words
from core.policies.load import PACK_NAME, content_of, parsed

FOLDER = resources.files("core.policies.attendance")


def packs() -> list[str]:
    """The ids of the packs that come with the product, sorted."""
    names = (entry.name for entry in FOLDER.iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def load(id_or_path: str) -> Attendance:
    """The pack with this id, or the one in the operator's own file. Raises PolicyError with one line per problem."""
    if id_or_path in packs():
        return read_pack(f"{id_or_path}.toml", FOLDER.joinpath(f"{id_or_path}.toml").read_bytes())
    if PACK_NAME.fullmatch(id_or_path) and not Path(id_or_path).is_file():
        raise PolicyError(file_fault("unknown", name=id_or_path, known=", ".join(packs())))
    return read_pack(id_or_path, content_of(Path(id_or_path)))


def read_pack(file: str, content: bytes) -> Attendance:
    """A checked pack from the bytes of a file; ``file`` is only what messages call it. Raises PolicyError."""
    raw = parsed(file, content)
    try:
        pack = Attendance.model_validate(raw, strict=True)
        problems = list(_problems(pack))
    except ValidationError as error:
        problems = from_validation(error)
    if problems:
        raise PolicyError("\n".join(in_words(problem, raw, file) for problem in problems))
    return pack


def _problems(pack: Attendance) -> Iterator[Problem]:
    """What does not fit together."""
    if pack.hours[0].posts:
        yield _wrong(("hours", 0, "posts"), "no_default")
    yield from _twice(pack)
    for index, hours in enumerate(pack.hours):
        yield from (Problem((*("hours", index), *one.at), one.rule, one.table, one.values) for one in _of_hours(hours))
        if pack.day_begins > min(hours.begins, hours.check_in.opens or hours.begins):
            yield _wrong(("day_begins",), "day_begins", begins=f"{pack.day_begins:%H:%M}")


def _twice(pack: Attendance) -> Iterator[Problem]:
    keys, posts = set[str](), dict[str, str]()
    for index, hours in enumerate(pack.hours):
        if hours.key in keys:
            yield _wrong(("hours", index, "key"), "duplicate_key", key=hours.key)
        keys.add(hours.key)
        for post in hours.posts:
            if post in posts:
                yield _wrong(("hours", index, "posts"), "post_twice", post=post, earlier=posts[post])
            posts[post] = hours.key


def _of_hours(hours: Hours) -> Iterator[Problem]:
    """What is wrong with one arrangement; places are those inside it."""
    before = time.min
    for span in hours.spans:
        if not before <= span.begins < span.ends:
            yield _wrong(("spans",), "spans_order", begins=f"{span.begins:%H:%M}", ends=f"{span.ends:%H:%M}")
        before = span.ends
    if hours.kind == "fixed":
        yield from _of_fixed(hours)
    elif hours.minutes is None or hours.minutes > _minutes(hours.spans) or _has_windows(hours):
        yield _wrong(("minutes",), "flexible_minutes", most=_minutes(hours.spans))


def _of_fixed(hours: Hours) -> Iterator[Problem]:
    if hours.minutes is not None:
        yield _wrong(("minutes",), "fixed_minutes")
    for at, window in (("check_in", hours.check_in), ("check_out", hours.check_out)):
        if window.opens and window.closes and window.closes < window.opens:
            yield _wrong((at,), "window_order")
    opens, closes = hours.check_in.opens or hours.begins, hours.check_in.closes or hours.begins
    if not opens <= hours.begins <= closes:
        yield _wrong(("check_in",), "check_in_window", begins=f"{hours.begins:%H:%M}")
    opens, closes = hours.check_out.opens or hours.ends, hours.check_out.closes or hours.ends
    if not opens == hours.ends <= closes:
        yield _wrong(("check_out",), "check_out_window", ends=f"{hours.ends:%H:%M}")


def _has_windows(hours: Hours) -> bool:
    return any((hours.check_in.opens, hours.check_in.closes, hours.check_out.opens, hours.check_out.closes))


def _minutes(spans: tuple[Span, ...]) -> int:
    of_day = [(each.ends.hour - each.begins.hour) * 60 + each.ends.minute - each.begins.minute for each in spans]
    return sum(of_day)


def _wrong(at: tuple[str | int, ...], rule: str, **values: object) -> Problem:
    return Problem(at, rule, "attendance", values)
