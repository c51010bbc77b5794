"""The fields of a message template: found in its text, filled with the facts of a notice, each within its kind's limits. Pure.

What is wanted is told from the words before a field, else from its kind. The platform's forms are read in China.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bots.wechat.render import cut
from core.errors import RungClosed, TryLater
from core.ladder import Facts
from core.records import record

ZONE = ZoneInfo("Asia/Shanghai")

_FIELD = re.compile(r"([^\n{}]*)\{\{ *([A-Za-z_]+?)([0-9]*)\.DATA *\}\}")

_SAID_BY_LABEL: Sequence[tuple[str, str]] = (
    ("编号|单号|号码", "number"),
    ("期限|截止|预计|之前|时限", "by"),
    ("状态|进度|结果|进展|环节", "phrase"),
    ("时间|日期", "at"),
    ("类型|类别|事项|内容|主题|标题|项目", "subject"),
    ("单位|部门|机构|来源", "sender"),
)
_SAID_BY_KIND: Mapping[str, str] = {
    "character_string": "number",
    "number": "number",
    "phrase": "phrase",
    "const": "phrase",
    "time": "at",
    "date": "at",
    "name": "sender",
}

_DAY = re.compile("([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
_NOT_SHOWN = re.compile("[^\u0020-\ud7ff\uf900-\uffef]")
"""The platform shows no emoji in a form, and takes no line end."""

NO_FORM = "form_gone"


@record(frozen=True, slots=True)
class Field:
    """``name`` is the template's for it (``thing1``), ``kind`` says what it takes, ``label`` what stands before it."""

    name: str
    kind: str
    label: str


def fields_of(content: str) -> tuple[Field, ...]:
    """The fields in a template's text."""
    return tuple(
        Field(f"{kind}{number}", kind, label.strip(" :：\r\t")) for label, kind, number in _FIELD.findall(content)
    )


def forms_of(answer: Mapping[str, object]) -> dict[str, tuple[Field, ...]]:
    """The fields of each of the account's templates, by its id. Raises TryLater where this is no list of templates.

    Forms for what people subscribe to are listed under other names than those of template messages.
    """
    listed = answer.get("template_list", answer.get("data"))
    if not isinstance(listed, list):
        raise TryLater("something else than WeChat answered", "json")
    rows = [each for each in listed if isinstance(each, dict)]
    named = [(each.get("template_id", each.get("priTmplId")), str(each.get("content", ""))) for each in rows]
    return {name: fields_of(content) for name, content in named if isinstance(name, str)}


def filled(fields: Sequence[Field], facts: Facts) -> dict[str, dict[str, str]]:
    """The ``data`` of a template message. Raises RungClosed where a field cannot be filled."""
    return {field.name: {"value": _value(field, facts)} for field in fields}


def _value(field: Field, facts: Facts) -> str:
    """The first of what is meant that the field's kind can hold."""
    fit = _FITS.get(field.kind, _thing)
    for meant in _meant(field):
        if field.kind not in _UNKNOWN and (value := fit(_words(facts, meant))):
            return value
    raise RungClosed(f"the template wants {field.kind}, which no notice has", f"form_{field.kind}")


def _meant(field: Field) -> Iterator[str]:
    yield from (meant for words, meant in _SAID_BY_LABEL if re.search(words, field.label))
    yield _SAID_BY_KIND.get(field.kind, "subject")


def _words(facts: Facts, meant: str) -> str:
    if meant == "at":
        return _moment(facts.at)
    words: str = getattr(facts, meant)
    return " ".join(_NOT_SHOWN.sub(" ", words).split())


def _moment(at: datetime) -> str:
    there = at.astimezone(ZONE)
    return f"{there.year}年{there.month}月{there.day}日 {there:%H:%M}"


def _thing(words: str) -> str:
    return cut(_close(words), 20)


def _string(words: str) -> str:
    return words if words.isascii() and len(words) <= 32 else ""


def _number(words: str) -> str:
    return words if words.isascii() and words.isdecimal() and len(words) <= 32 else ""


def _phrase(words: str) -> str:
    return words[:5] if re.fullmatch("[\u4e00-\u9fff]+", words) else ""


def _name(words: str) -> str:
    return words[: 20 if words.isascii() else 10]


def _time(words: str) -> str:
    """A day, or a moment of it; words around it are left out."""
    found = re.search(_DAY.pattern + "( [0-9]{2}:[0-9]{2})?", _close(words))
    return found[0] if found else ""


def _close(words: str) -> str:
    """Chinese without the spaces that set its numbers apart, except before an hour."""
    return re.sub(
        "(?<=[0-9]) (?=[年月日])|(?<=[年月]) (?=[0-9])|(?<=[\u4e00-\u9fff（]) (?=[\u4e00-\u9fff（])", "", words
    )


_FITS: Mapping[str, Callable[[str], str]] = {
    "thing": _thing,
    "const": _thing,
    "character_string": _string,
    "number": _number,
    "phrase": _phrase,
    "name": _name,
    "time": _time,
    "date": _time,
}
_UNKNOWN = frozenset({"amount", "phone_number", "car_number", "letter", "symbol"})
"""What no notice has anything to say for."""
