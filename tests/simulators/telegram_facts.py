"""What the Bot API allows, by its published description: fields, types, and the limits that are told in words."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FACTS = Path(__file__).with_name("telegram_api.json")

TEXT_UNITS, CALLBACK_BYTES, NOTE_UNITS, MOST_BUTTONS = 4096, 64, 200, 100
_BUTTON_FACE = {"text", "style", "icon_custom_emoji_id"}
_KEYBOARDS = {"InlineKeyboardMarkup": "inline_keyboard", "ReplyKeyboardMarkup": "keyboard", "ReplyKeyboardRemove": ""}
_PLAIN: dict[str, type | tuple[type, ...]] = {"String": str, "Integer": int, "Boolean": bool, "Float": (int, float)}


class NotAllowed(Exception):
    """A value is not what the description says; the words say where."""


@cache
def facts() -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = json.loads(FACTS.read_text(encoding="utf-8"))
    return found


def call(method: str, sent: dict[str, Any]) -> dict[str, Any]:
    """The fields of a call, of their types. Those of a form come as text, the structured ones as JSON in it."""
    fields = facts()["methods"][method]
    values = {name: _from_form(fields.get(name, ""), value) for name, value in sent.items()}
    _check_fields(method, fields, values)
    _check_limits(method, values)
    return values


def check(kind: str, value: object) -> None:
    """Raises NotAllowed unless the value is of this type, all the way down."""
    _check_type(kind, value, kind)


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _from_form(kinds: str, value: Any) -> Any:
    if not isinstance(value, str) or kinds.rstrip("?") == "String":
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _check_fields(where: str, fields: dict[str, str], values: dict[str, Any]) -> None:
    if unknown := values.keys() - fields.keys():
        raise NotAllowed(f"{where} has no {sorted(unknown)}")
    if missing := {name for name, kinds in fields.items() if not kinds.endswith("?")} - values.keys():
        raise NotAllowed(f"{where} needs {sorted(missing)}")
    for name, value in values.items():
        _check_any(fields[name].rstrip("?"), value, f"{where}.{name}")


def _check_any(kinds: str, value: object, where: str) -> None:
    faults = []
    for kind in kinds.split(" | "):
        try:
            _check_type(kind, value, where)
            return
        except NotAllowed as fault:
            faults.append(str(fault))
    raise NotAllowed("; ".join(faults))


def _check_type(kind: str, value: object, where: str) -> None:
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            raise NotAllowed(f"{where} is no list")
        for part in value:
            _check_type(kind.removeprefix("Array of "), part, where)
    elif kind in _PLAIN:
        wrong_bool = isinstance(value, bool) and kind != "Boolean"
        if not isinstance(value, _PLAIN[kind]) or wrong_bool:
            raise NotAllowed(f"{where} is no {kind}")
    elif not isinstance(value, dict):
        raise NotAllowed(f"{where} is no {kind}")
    elif kind in facts()["types"]:
        _check_fields(where, facts()["types"][kind], value)


def _check_limits(method: str, values: dict[str, Any]) -> None:
    if method in ("sendMessage", "editMessageText"):
        text = values["text"]
        if not text.strip():
            raise NotAllowed("message text is empty")
        if utf16_length(text) > TEXT_UNITS:
            raise NotAllowed("message is too long")
        for entity in values.get("entities", ()):
            if entity["offset"] < 0 or entity["offset"] + entity["length"] > utf16_length(text):
                raise NotAllowed("an entity lies outside the text")
    if method == "answerCallbackQuery" and utf16_length(values.get("text", "")) > NOTE_UNITS:
        raise NotAllowed("MESSAGE_TOO_LONG")
    if markup := values.get("reply_markup"):
        _check_keyboard(markup)


def _check_keyboard(markup: dict[str, Any]) -> None:
    kind = next(kind for kind, sign in _KEYBOARDS.items() if sign in markup or not sign)
    _check_type(kind, markup, kind)
    buttons = [button for row in markup.get(_KEYBOARDS[kind], ()) for button in row]
    if len(buttons) > MOST_BUTTONS:
        raise NotAllowed("too many buttons")
    if kind == "InlineKeyboardMarkup":
        _check_inline(buttons)
    elif any(len(button.keys() - _BUTTON_FACE) > 1 or not button["text"].strip() for button in buttons):
        raise NotAllowed("a key asks for one thing at most and has a label")


def _check_inline(buttons: list[dict[str, Any]]) -> None:
    for button in buttons:
        if len(button.keys() - _BUTTON_FACE) != 1 or not button["text"].strip():
            raise NotAllowed("a button does one thing and has a label")
        if not 1 <= len(button.get("callback_data", "?").encode()) <= CALLBACK_BYTES:
            raise NotAllowed("BUTTON_DATA_INVALID")
