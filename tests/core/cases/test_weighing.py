"""How weighty a complaint is as it is registered: by words, by money in facts and claims, by how many people."""

from __future__ import annotations

from datetime import datetime

import pytest

from core.cases.weighing import level
from core.policies.load import load, packs
from core.policies.policy import MajorRule, Policy, Words

LABEL = Words(zh="重大", en="major")


def of(*rules: dict[str, object]) -> Policy:
    return Policy.model_construct(major=tuple(MajorRule.model_validate({"label": LABEL} | rule) for rule in rules))


WORDS = of({"any_of": ["摔伤", "住院"]})
MONEY = of({"yuan_from": 10_000})
PEOPLE = of({"people_from": 10})


def is_major(policy: Policy, facts: str, now: datetime, **answers: str) -> bool:
    told = {key: {"value": value, "shown": value} for key, value in answers.items()}
    return level(policy, {"facts": facts, "answers": told}, now)[0] == "major"


@pytest.mark.parametrize(("facts", "major"), [("孩子摔伤了", True), ("孩子摔了一跤", False), ("", False)])
def test_by_a_word(facts: str, major: bool, now: datetime) -> None:
    assert is_major(WORDS, facts, now) is major


@pytest.mark.parametrize(
    ("facts", "major"),
    [
        ("要求赔偿12000元", True), ("要求赔偿一万块", True), ("损失1.2万元", True), ("先付了3000元，又付了10000元", True),
        ("赔偿9999元", False), ("订单号10000", False), ("2026年买的", False),
    ],
)  # fmt: skip
def test_by_an_amount_of_money(facts: str, major: bool, now: datetime) -> None:
    assert is_major(MONEY, facts, now) is major


def test_what_is_claimed_counts_too(now: datetime) -> None:
    assert is_major(MONEY, "电梯坏了", now, claim="赔偿两万元")
    assert not is_major(MONEY, "电梯坏了", now, claim="修好")


@pytest.mark.parametrize(
    ("facts", "major"),
    [
        ("我们12个人都吃坏了肚子", True), ("十几名学生", True), ("全班40名学生", True), ("10户居民", True), ("二十多人", True),
        ("我们9个人", False), ("2026年10月", False), ("第10人民医院", False), ("3.10人", False), ("一个人", False),
    ],
)  # fmt: skip
def test_by_how_many_people(facts: str, major: bool, now: datetime) -> None:
    assert is_major(PEOPLE, facts, now) is major


def test_the_rule_that_fits_first_is_the_reason(now: datetime) -> None:
    policy = of({"any_of": ["住院"]}, {"yuan_from": 100})
    found, rule = level(policy, {"facts": "住院花了500元"}, now)
    assert (found, rule) == ("major", policy.major[0])
    assert level(policy, {"facts": "花了500元"}, now)[1] == policy.major[1]
    assert level(policy, {"facts": "花了50元"}, now) == ("general", None)


@pytest.mark.parametrize("pack", [name for name in packs() if load(name).major])
def test_every_word_of_every_pack_is_found(pack: str, now: datetime) -> None:
    policy = load(pack)
    for rule in policy.major:
        for word in rule.any_of:
            assert is_major(policy, f"昨天{word}，没人管", now)
