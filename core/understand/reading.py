"""What one message says, as values: the result of ``understand.read``. Pure."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from core.messages import Language
from core.records import record

Intent = Literal[
    "greet", "thanks", "complain", "new_complaint", "status", "human", "end_talk", "help", "why",
    "yes", "no", "submit", "cancel", "back", "skip", "unknown", "done", "more",
    "resume", "restart", "delete_draft", "rewrite", "summary",
    "anonymous", "my_data", "erase_data", "consent_withdraw", "on_behalf",
    "withdraw", "supplement", "urge", "dissatisfied", "reopen", "review", "rate", "remove_evidence",
    "chinese", "english",
]  # fmt: skip
"""What a short message asks for. None where the message is content. Meanings:
yes/no: agreement or not, to whatever was asked · submit: 提交 · back: 上一步/撤销 · unknown: 不知道/忘了 · done: 好了/传完了 ·
end_talk: 结束对话 · more: 更多 · rewrite: 重写… (see Correction) · summary: 看看我写了什么 · why: 为什么要问/要这个干嘛 · resume: 继续 ·
on_behalf: 替家人填 · my_data: 我的信息 · remove_evidence: 删掉第2张 · rate: 评价/打5分 ·
dissatisfied: 不满意/没解决 · reopen: 重新办理 · review: 申请复核/换个人再查."""

SlotKind = Literal[
    "name", "phone", "respondent", "claim", "place", "address", "date", "time",
    "line", "vehicle", "order_no", "part_no", "quantity", "money", "id_number", "email",
]  # fmt: skip

Danger = Literal["gas", "fire", "suicide", "violence", "medical", "drowning", "traffic", "child"]


@record(frozen=True, slots=True)
class Slot:
    """A fact found in a message. ``said`` is the words as written, ``value`` the normal form, ``shown`` how to echo it.

    Values: phone digits only · date ``YYYY-MM-DD`` or ``YYYY-MM-DD/YYYY-MM-DD`` · time ``HH:MM``, a part of day in Chinese,
    or the words that tell from when to when · money in yuan as a decimal string · quantity as digits with its unit.
    ``shown`` of a date: ``昨天中午（11月22日）``.
    ``future`` is true for a date after today.
    """

    kind: SlotKind
    value: str
    said: str
    shown: str = ""
    future: bool = False


@record(frozen=True, slots=True)
class Correction:
    """A wish to change what was said: “电话改成139…”, “不是三食堂，是二食堂”, “改第3项”, “重写事实”.

    ``field`` is the key of the pack's field it names (or ``category`` or ``evidence``), None where only the values tell.
    ``line`` is the summary line it names (1 is the first). ``new`` is empty where the new value must be asked;
    everything is empty where one only says that something is wrong: “写错了”, “我要修改”.
    """

    field: str | None = None
    line: int | None = None
    old: str = ""
    new: str = ""


@record(frozen=True, slots=True)
class Candidate:
    """A category with its share of the votes (0–1) and up to three words that voted."""

    category: str
    score: float
    words: tuple[str, ...]


@record(frozen=True, slots=True)
class Suggestion:
    """Up to three candidates, best first. ``category`` is the best one where it is clear enough, None where one should ask."""

    category: str | None
    confidence: float
    candidates: tuple[Candidate, ...]


@record(frozen=True, slots=True)
class Reading:
    """Everything understood of one message. ``text`` is NFKC-normalised but for Chinese punctuation, stripped and capped;
    empty text gives an empty reading.

    ``option`` is the number the whole message stands for (1, １, 一, 第一个, ①, A), None otherwise; ``rating`` 1–5 with intent ``rate``.
    ``numbers`` are complaint-number-like strings in it, ``codes`` query-code-like ones (upper case, without separators).
    ``upset`` is distress or insult without danger. ``question`` is true for a question to us rather than an answer.
    ``excluded`` is the key of the pack's exclusion that the text shows, or None.
    ``cut`` is true when the message was longer than is read. ``attachment_line`` is the n of “删掉第n张”.
    """

    text: str = ""
    intent: Intent | None = None
    danger: Danger | None = None
    upset: bool = False
    question: bool = False
    slots: tuple[Slot, ...] = ()
    correction: Correction | None = None
    option: int | None = None
    rating: int | None = None
    numbers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    suggestion: Suggestion = field(default_factory=lambda: Suggestion(None, 0.0, ()))
    excluded: str | None = None
    language: Language | None = None
    cut: bool = False
    attachment_line: int | None = None

    def slot(self, kind: str) -> Slot | None:
        return next((slot for slot in self.slots if slot.kind == kind), None)
