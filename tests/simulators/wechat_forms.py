"""Message templates as the platform checks them: every field of the form filled, each within what its kind takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

CONTENT = "投诉编号:{{character_string1.DATA}}\n进度:{{phrase2.DATA}}\n时间:{{time3.DATA}}"
"""A form that every notice fits."""

KINDS: Mapping[str, Callable[[str], bool]] = {
    "thing": lambda value: len(value) <= 20 and "\n" not in value,
    "character_string": lambda value: len(value) <= 32 and value.isascii(),
    "number": lambda value: re.fullmatch(r"[0-9.]{1,32}", value) is not None,
    "phrase": lambda value: re.fullmatch("[\u4e00-\u9fff]{1,5}", value) is not None,
    "name": lambda value: len(value) <= (20 if value.isascii() else 10),
    "time": lambda value: (
        re.fullmatch(r"([0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日)?( ?[0-9]{2}:[0-9]{2})?", value) is not None
    ),
    "date": lambda value: re.fullmatch(r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日( [0-9]{2}:[0-9]{2})?", value) is not None,
    "amount": lambda value: re.fullmatch(r"[¥$]?[0-9.]{1,10}元?", value) is not None,
    "const": lambda value: value in ("已答复", "已受理", "办理中"),
}


def fault_of(content: str, data: Mapping[str, Any]) -> str:
    """The first field that is not as it must be; "" where all are."""
    for name in re.findall(r"{{(\w+)\.DATA}}", content):
        value = data.get(name, {}).get("value", "")
        kind = name.rstrip("0123456789")
        if not value or not KINDS.get(kind, lambda value: True)(value):
            return name
    return ""
