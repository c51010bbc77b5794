"""The people who complain: each has a name, a phone, a respondent and facts of their own, made from a number."""

from __future__ import annotations

from dataclasses import dataclass

_SURNAMES = "王李张刘陈杨赵黄周吴"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志红"

STRANGER = 900_000
"""People with higher numbers warm a server up or ask whether it answers; they are not counted."""


@dataclass(frozen=True, slots=True)
class Person:
    """One complainant and what they have to say."""

    name: str
    phone: str
    respondent: str
    facts: str


def person(number: int) -> Person:
    """The same person for the same number; no two of the first ten thousand share anything."""
    rest, surname = divmod(number, len(_SURNAMES))
    second, first = divmod(rest, len(_GIVEN))
    return Person(
        name=_SURNAMES[surname] + _GIVEN[first] + _GIVEN[second % len(_GIVEN)],
        phone=f"138{number:08d}",
        respondent=f"某某公司{number}",
        facts=f"我第{number}次来反映, 买到的食品已经过期, 商家拒绝退款",
    )


def said_to_peers(number: int) -> tuple[str, ...]:
    """The eight messages of the peers' dialogue; the last three are buttons where there are buttons."""
    who = person(number)
    return "投诉", who.name, who.phone, who.respondent, who.facts, "1", "跳过", "提交"


def said_to_us(number: int) -> tuple[str, ...]:
    """The same facts in the order in which our pack asks for them, and the consent that peers go without."""
    who = person(number)
    return "投诉", who.facts, who.respondent, "跳过", "同意", who.name, who.phone, "好了", "1"


PRESSED = {3: "3.skip", 4: "4.yes", 7: "7.done", 8: "8.submit"}
"""The steps of our dialogue that are buttons in Telegram, and what each brings back."""
