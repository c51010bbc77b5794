"""What the tests of understanding share: one bus company, and a Monday morning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from core.policies.policy import Policy
from core.understand import Reading, read

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def words(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def field(key: str, kind: str, zh: str, en: str) -> dict[str, object]:
    asked = words(f"{zh}？", f"{en}?")
    return {
        "key": key, "kind": kind, "label": words(zh, en), "question": asked, "required": False,
        "help": words("办理需要", "needed"), "example": words("例", "e.g."),
    }  # fmt: skip


def category(key: str, zh: str, *keywords: str) -> dict[str, object]:
    return {"key": key, "label": words(zh, key), "keywords": keywords, "unit": words("客服部", "service")}


FIELDS = (
    field("facts", "facts", "事情经过", "What happened"),
    field("line", "line", "线路", "Line"),
    field("bus", "vehicle", "车号", "Vehicle number"),
    field("happened_on", "date", "日期", "Date"),
    field("happened_at", "time", "几点", "Time"),
    field("stop", "place", "地点", "Place"),
    field("driver", "respondent", "被投诉人", "Respondent"),
    field("wish", "claim", "诉求", "Demand"),
    field("full_name", "name", "姓名", "Name"),
    field("mobile", "phone", "联系电话", "Phone"),
    field("home", "address", "住址", "Home address"),
)

CATEGORIES = (
    category("attitude", "服务态度", "态度", "态度差", "骂人", "辱骂", "不耐烦", "rude"),
    category("safety", "行车安全", "急刹", "闯红灯", "超速", "开车打电话", "危险驾驶"),
    category("schedule", "准点班次", "等了", "晚点", "甩站", "不停车", "班次"),
    category("other", "其他"),
)

EXCLUSION = {
    "key": "taxi", "label": words("出租车", "taxis"), "any_of": ["出租车", "网约车"], "all_of": ["司机"],
    "reason": words("不归我们管", "not ours"), "go_to": words("12328", "12328"),
}  # fmt: skip


@pytest.fixture(scope="session")
def policy() -> Policy:
    return make_policy()


def make_policy() -> Policy:
    return Policy.model_validate(
        {
            "id": "test-bus", "title": words("公交", "Bus"), "version": "1", "effective_from": "2026-01-01",
            "institution": {
                "name": words("公交公司", "Bus company"), "phone": "0731-8000000", "visit": words("总站", "depot"),
                "hours": [{"opens_at": "09:00", "closes_at": "17:00"}], "reply_minutes": 30,
            },
            "number": {"pattern": "GJ{yyyy}{mm}{dd}-{seq:4}", "restart": "month"},
            "fields": FIELDS, "categories": CATEGORIES, "exclusions": [EXCLUSION],
            "anonymity": {"allowed": True, "explain": words("可以", "yes")},
            "privacy": {"version": "1", "notice": words("告知", "notice"), "keep_years": 3},
            "evidence": {"max_files": 9, "max_megabytes": 20},
            "drafts": {"resume_after_minutes": 30, "remind_after_hours": 24, "expire_after_days": 30},
            "clocks": [{"key": "reply", "label": words("答复", "reply"), "starts_from": "receipt", "limit": 3, "unit": "working_day"}],
            "receipt": {"promise": "reply", "hear_what": words("结果", "result"), "steps": [words("登记", "registered")]},
            "posts": [{"key": "clerk", "label": words("经办人", "Clerk"), "duties": ["reception", "handling"]}],
            "work": {"ladder": [{"hours": 0, "to": ["clerk"]}]},
            "decision": {"measures": [{"key": "apology", "label": words("道歉", "Apology")}]},
        }
    )  # fmt: skip


@pytest.fixture(scope="session")
def say(policy: Policy) -> Callable[[str], Reading]:
    """Read a message of that Monday morning."""
    return lambda text: read(text, policy, NOW)
