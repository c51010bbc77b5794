"""Notices of years to come, as they might be: the days are made up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta

PAPER = "https://www.gov.cn/zhengce/zhengceku/202611/content_made_up.htm"


def file_of(
    year: int, rest: Sequence[str] = (), work: Sequence[str] = (), papers: Sequence[str] = (PAPER,), name: str = "春节"
) -> bytes:
    """A file in holiday-cn's form: the three days that every year has, and these."""
    always = [f"{year}-01-01", f"{year}-05-01", f"{year}-10-01"]
    days = [{"name": name, "date": on, "isOffDay": True} for on in dict.fromkeys([*always, *rest])]
    days += [{"name": name, "date": on, "isOffDay": False} for on in work]
    return json.dumps({"year": year, "papers": list(papers), "days": days}, ensure_ascii=False).encode()


def span(first: str, days: int) -> list[str]:
    """This many days in a row."""
    return [str(date.fromisoformat(first) + timedelta(days=passed)) for passed in range(days)]
