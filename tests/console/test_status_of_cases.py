"""The public page over real cases: what it says of each way to stand, and what it never says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from console.pages import texts
from tests.conversations.channels import House
from tests.conversations.play import Step

NUMBER = "DT2611-00018"
REGISTER = "register visit facts=昨天咨询台的人态度很差 place=咨询台 name=李小禾 phone=13900000005"
PROMISED = texts("zh")["status"]["promised"]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A service hall with one complaint, which staff registered."""
    built = House(f"sqlite:///{tmp_path}/tousu.db", tmp_path, "service-hall")
    await act(built, REGISTER)
    yield built
    await built.close()


async def act(house: House, *lines: str) -> None:
    for line in lines:
        refused = [said for said in await house.take(Step("acted", line)) if not line.startswith("register")]
        assert refused == [], line


async def shown(house: House, number: str = NUMBER) -> str:
    """The page for whoever has number and code."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(house.app), base_url="http://home") as visitor:
        answer = await visitor.post("/status", data={"number": number, "code": house.codes.known[number]})
    assert answer.status_code == 200
    return answer.text


async def test_a_case_that_waits_for_its_complainant_says_so_and_names_no_day(house: House) -> None:
    assert PROMISED in await shown(house)
    await act(house, f"request_supplement {NUMBER} 请写明几点钟")
    page = await shown(house)
    assert "等您补充" in page
    assert "请写明几点钟" in page
    assert PROMISED not in page


async def test_a_case_that_stands_still_names_its_day_when_it_goes_on(house: House) -> None:
    await act(house, f"suspend {NUMBER} reason=supplement 等录像")
    assert PROMISED not in await shown(house)
    await act(house, f"resume {NUMBER}")
    assert PROMISED in await shown(house)


async def test_what_is_for_staff_only_is_never_shown(house: House) -> None:
    await act(
        house, f"assign {NUMBER} handler=officer", f"note {NUMBER} 内部备注的话", f"add_task {NUMBER} 调监控录像",
        f"record {NUMBER} kind=interview 谈话内容", f"conclude {NUMBER} 调查结论的话", f"supervise {NUMBER} 领导的话",
    )  # fmt: skip
    page = await shown(house)
    assert "正在研究处理" in page
    for words in (
        "内部备注的话",
        "调监控录像",
        "谈话内容",
        "调查结论的话",
        "领导的话",
        "officer",
        "备注",
        "督办",
        "查看",
    ):
        assert words not in page


async def test_a_joined_case_tells_how_the_other_stands_and_not_whose_it_is(house: House) -> None:
    await act(house, REGISTER.replace("李小禾", "王小田").replace("昨天", "前天"))
    other = [*house.codes.known][-1]
    await act(
        house, f"merge {other} master={NUMBER}", f"assign {NUMBER} handler=officer", f"report_progress {NUMBER} 已约人"
    )
    page = await shown(house, other)
    assert "现在：正在调查" in page
    assert "有新进展：已约人" in page
    assert PROMISED in page
    assert NUMBER not in page


async def test_an_archived_case_can_still_be_looked_up(house: House) -> None:
    await act(house, f"withdraw {NUMBER} 当面撤回", f"archive {NUMBER}")
    page = await shown(house)
    assert "已归档" in page
    assert "可以查看，不再改动" in page
