"""Whether a template card is one, by the published description of cards with buttons; its recommendations are taken for limits."""

from __future__ import annotations

import re
from typing import Any

TITLE, DESC, SUB_TITLE, BUTTONS, LABEL, KEY_BYTES, TASK_BYTES = 36, 44, 160, 6, 10, 1024, 128
FIELDS = {
    "card_type", "source", "action_menu", "main_title", "quote_area", "sub_title_text", "horizontal_content_list",
    "card_action", "task_id", "button_selection", "button_list",
}  # fmt: skip
TASK_ID = re.compile(r"[0-9A-Za-z_\-@]+")


def fault_of(card: Any) -> str:
    """What is wrong with it; "" for nothing."""
    if not isinstance(card, dict) or card.get("card_type") != "button_interaction":
        return "card_type"
    if unknown := set(card) - FIELDS:
        return f"unknown {sorted(unknown)}"
    return _fault_of_words(card) or _fault_of_task(card.get("task_id")) or _fault_of_buttons(card.get("button_list"))


def _fault_of_words(card: dict[str, Any]) -> str:
    main, below = card.get("main_title"), card.get("sub_title_text", "")
    if not isinstance(main, dict) or set(main) - {"title", "desc"}:
        return "main_title"
    title, desc = main.get("title", ""), main.get("desc", "")
    if not title and not below:
        return "main_title.title and sub_title_text"
    return "too long" if len(title) > TITLE or len(desc) > DESC or len(below) > SUB_TITLE else ""


def _fault_of_task(task_id: Any) -> str:
    fits = isinstance(task_id, str) and len(task_id.encode()) <= TASK_BYTES and TASK_ID.fullmatch(task_id)
    return "" if fits else "task_id"


def _fault_of_buttons(buttons: Any) -> str:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= BUTTONS:
        return "button_list"
    keys = [button.get("key", "") for button in buttons]
    if len(set(keys)) != len(keys):
        return "the same key twice"
    return next((fault for button in buttons if (fault := _fault_of_button(button))), "")


def _fault_of_button(button: dict[str, Any]) -> str:
    if set(button) - {"text", "style", "key", "type", "url"}:
        return "button_list.unknown"
    if not 0 < len(button.get("text", "")) <= LABEL:
        return "button_list.text"
    if not 0 < len(button.get("key", "").encode()) <= KEY_BYTES:
        return "button_list.key"
    return "" if button.get("style", 1) in (1, 2, 3, 4) else "button_list.style"
