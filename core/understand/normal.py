"""One form for everything people type: clean text to keep, and folded text to read patterns in. Pure."""

from __future__ import annotations

import re
import unicodedata

KEPT = 5_000
"""The most characters that are kept of a message: as many as the longest field may hold."""

READ = 2_000
"""The most characters in which anything is looked for: segmentation and patterns never see more."""

# Chinese punctuation is part of how people write, so it is kept in the text and only folded for reading.
_PUNCTUATION = "，！？：；（）～"
_KEEP = re.compile(f"([{_PUNCTUATION}…]+)")
_FOLD = dict(zip("，！？：；（）～“”‘’、【】《》", ",!?:;()~\"\"'',[]<>", strict=True))
_FOLDED = re.compile(f"[{''.join(_FOLD)}]")
_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\u20e3\ud800-\udfff]"
)
_UNSUPPORTED = re.compile(r"【收到不支持的消息类型[^】]{0,20}】")
# Most messages are made of nothing else, and there is nothing to clean in these.
_ORDINARY = re.compile(rf"[\t\n\x20-\x7e\u4e00-\u9fff、。{_PUNCTUATION}]*")


def clean(raw: str) -> tuple[str, bool]:
    """The text worth keeping, and whether some of it had to be left out."""
    if len(raw) <= KEPT and _ORDINARY.fullmatch(raw):
        return raw.strip(), False
    text = _INVISIBLE.sub("", _UNSUPPORTED.sub("", raw[: 2 * KEPT].replace("\r\n", "\n")))
    text = _INVISIBLE.sub("", "".join(_compatible(piece) for piece in _KEEP.split(text))).strip()
    return text[:KEPT].rstrip(), len(text) > KEPT or len(raw) > 2 * KEPT


def _compatible(piece: str) -> str:
    return piece if _KEEP.fullmatch(piece) else unicodedata.normalize("NFKC", piece)


def fold(text: str) -> str:
    """The same text, character for character, with Latin punctuation: what patterns are written for."""
    text = text[:READ]
    # Most texts have few of these marks: putting in one after the other is quicker than looking every character up.
    for mark in set(_FOLDED.findall(text)):
        text = text.replace(mark, _FOLD[mark])
    return text


def plain(raw: str) -> str:
    """Clean and folded at once, for short texts that are only compared."""
    return fold(clean(raw)[0])
