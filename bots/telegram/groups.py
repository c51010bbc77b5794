"""What an update from a group says to us: a pressed button, words that are meant for the bot, people and groups that move. Pure."""

from __future__ import annotations

import re

from telegram import CallbackQuery, Message, User

from bots.telegram.config import NAME
from bots.telegram.contents import command_in
from bots.telegram.render import clean
from core.messages import Address, InGroup

_TO_STAFF = ("alerts", "do")
"""Commands that are for staff: a code, or an order."""


def pressed(query: CallbackQuery, place: Address, key: str) -> InGroup | None:
    """Who pressed counts, not where; what they may do is for the core to say."""
    data = clean(query.data or "")
    if not data or query.message is None:
        return None
    return InGroup(place, key, "pressed", _peer(query.from_user), data, mark=str(query.message.message_id))


def happening(message: Message, place: Address, key: str, bot_id: str, username: str) -> InGroup | None:
    """None where it is no business of ours: most of what people say in a group is not said to us, and is not looked at."""
    sender = _peer(message.from_user) if message.from_user else ""
    if message.migrate_to_chat_id:
        return InGroup(place, key, "moved", text=str(int(message.migrate_to_chat_id)))
    if message.migrate_from_chat_id:
        former = Address(NAME, str(int(message.migrate_from_chat_id)))
        return InGroup(former, key, "moved", text=place.peer)
    if message.new_chat_members:
        return InGroup(place, key, "came", sender, people=tuple(map(_peer, message.new_chat_members)))
    if message.left_chat_member:
        return InGroup(place, key, "went", sender, people=(_peer(message.left_chat_member),))
    words = _said_to_us(message, bot_id, username)
    return InGroup(place, key, "said", sender, clean(words)) if words else None


def _said_to_us(message: Message, bot_id: str, username: str) -> str:
    """Behind a command for staff, behind our name, or in reply to what we said."""
    text = message.text or ""
    command, argument = command_in(text)
    if command:
        return argument if command in _TO_STAFF else ""
    if username and (named := re.match(rf"@{re.escape(username)}\b\s*", text, re.IGNORECASE)):
        return text[named.end() :].strip()
    answered = message.reply_to_message
    is_ours = answered is not None and answered.from_user is not None and _peer(answered.from_user) == bot_id
    return text.strip() if is_ours else ""


def _peer(user: User) -> str:
    return str(int(user.id))
