"""The side that a case is about learns what it is about, and nothing of who complains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from core.files.masking import MARK, shadow
from core.files.redacted import SHOWN, redacted_text, redacted_view
from core.files.statement import redacted_document
from core.policies.load import load, packs
from core.policies.policy import Field_, Policy
from core.store.queries import CaseDetail
from tests.core.files.samples import answers, file, stored, worked_entries
from tests.core.files.test_documents import table

CANARIES = {
    "name": ("许小衡", "小衡", "许女士"),
    "phone": ("13900001234", "139 0000 1234", "139-0000-1234", "１３９００００１２３４"),
    "address": ("青禾市新苗街22号3栋502室",),
    "order_no": ("DD20261123-77",),
    "vehicle": ("京A·12345",),
}
"""By kind, the answer and other ways in which it stands in the story."""
STORY = "我是{name}，电话{phone}，住{address}，订单{order_no}，车牌{vehicle}。窗口的人不理我。"

pack_of = cache(load)


def canaries(field: Field_) -> tuple[str, ...]:
    return CANARIES.get(field.kind, (f"金丝雀{field.key}号",))


def stories() -> Iterator[str]:
    """Every way of writing each canary, in one story after the other."""
    for turn in range(max(map(len, CANARIES.values()))):
        yield STORY.format(**{kind: ways[turn % len(ways)] for kind, ways in CANARIES.items()})


def secret(pack: Policy) -> list[Field_]:
    return [field for field in pack.fields if field.personal or field.kind in CANARIES]


def detail_of(pack: Policy, facts: str, /, **said: str) -> CaseDetail:
    given_ = {field.key: canaries(field)[0] for field in pack.fields if field in secret(pack)}
    told = answers(facts=facts)
    for key in ("name", "phone"):
        del told["answers"][key]
    rows = {key: {"value": words, "shown": "", "unsure": False} for key, words in (given_ | said).items()}
    told["answers"] |= rows
    names = [file(1, "许小衡的身份证.jpg"), file(2, "金丝雀录音.amr")]
    return CaseDetail(stored(policy_id=pack.id), told, "", worked_entries(), names)


@pytest.mark.parametrize("pack_id", packs())
def test_no_canary_of_the_complainant_is_in_it(pack_id: str, now: datetime) -> None:
    pack = pack_of(pack_id)
    facts = "\n".join(stories())
    places = {field.key: facts for field in pack.fields if field.kind in SHOWN and not field.personal}
    detail = detail_of(pack, facts, **places)
    view = redacted_view(detail, pack)
    document = Document(BytesIO(redacted_document(view, now)))
    for text in (redacted_text(view), "\n".join(words for _, words in table(document))):
        assert "窗口的人不理我" in text, "what happened is there, so the search works"
        seen = shadow(text)
        wanted = [way for field in secret(pack) for way in canaries(field)]
        assert [way for way in wanted if shadow(way) in seen] == []


def test_it_has_no_number_no_moment_of_registration_no_file_and_no_line_of_the_timeline(now: datetime) -> None:
    pack = pack_of("law-firm")
    detail = detail_of(pack, "投诉LS2026-00018，附件：许小衡的身份证.jpg，金丝雀录音.amr")
    content = redacted_document(redacted_view(detail, pack), now)
    with ZipFile(BytesIO(content)) as packed:
        everything = "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    text = redacted_text(redacted_view(detail, pack)) + everything
    for word in ("LS2026", "00018", "身份证", "录音", "2026-11-23 09:30", "退还", "李合伙", "wang"):
        assert word not in text, word


def test_its_number_is_not_in_the_story_either() -> None:
    detail = detail_of(pack_of("law-firm"), "我上次投诉的编号是 A-7x")
    numbered = replace(detail, case=stored(number="A7X"))
    assert "7" not in redacted_text(redacted_view(numbered, pack_of("law-firm")))


def test_it_says_what_the_other_side_must_know(now: datetime) -> None:
    pack = pack_of("bus-company")
    told = {"place": "新苗街站", "line": "32路", "respondent": "驾驶员", "date": "2026-11-22", "time": "8点半"}
    given_ = {field.key: told[field.kind] for field in pack.fields if field.kind in told}
    detail = replace(detail_of(pack, "司机没停车就开走了", **given_), case=stored(category="safety"))
    view = redacted_view(detail, pack)
    said = {row.label: row.words for row in view.rows}
    assert (
        said["类别"] == next(row.label.zh for row in pack.categories if row.key == "fees") if "fees" in said else True
    )
    assert set(given_.values()) <= set(said.values())
    assert "司机没停车就开走了" in said.values()
    assert "情况说明" in dict(table(Document(BytesIO(redacted_document(view, now)))))


def test_an_answer_to_a_question_that_the_pack_no_longer_has_is_as_good_as_personal() -> None:
    pack = pack_of("law-firm")
    text = redacted_text(redacted_view(detail_of(pack, "旧问题的回答是翠鸟", retired="翠鸟"), pack))
    assert "翠鸟" not in text
    assert "旧问题的回答" in text


def test_a_place_that_is_personal_is_not_shown() -> None:
    pack = pack_of("bus-company")
    fields = tuple(
        field.model_copy(update={"personal": True}) if field.kind == "place" else field for field in pack.fields
    )
    private = pack.model_copy(update={"fields": fields})
    place = next(field.key for field in fields if field.kind == "place")
    view = redacted_view(detail_of(private, "在新苗街站没停车", **{place: "新苗街站"}), private)
    text = redacted_text(view)
    assert private.field(place).label.zh not in {row.label for row in view.rows}
    assert "新苗街" not in text
    assert f"在{MARK}没停车" in text


def test_an_erased_case_tells_nothing() -> None:
    pack = pack_of("law-firm")
    view = redacted_view(CaseDetail(stored(), {}, "", [], []), pack)
    assert [row.label for row in view.rows] == ["类别"]


WORD = st.text("王小明李雷abcXY１２3４５678〇一二 -·@.的", min_size=1, max_size=12)
ANSWER = WORD.filter(lambda text: any(map(str.isalnum, shadow(text))))


@settings(deadline=None)
@given(st.sampled_from(packs()), st.data())
def test_no_personal_answer_is_in_it_whatever_was_told(pack_id: str, data: st.DataObject) -> None:
    pack = pack_of(pack_id)
    personal: dict[str, tuple[str, str]] = {
        field.key: (data.draw(ANSWER), data.draw(ANSWER)) for field in pack.fields if field.personal
    }
    pieces: list[str] = [word for pair in personal.values() for word in pair]
    facts = "".join(data.draw(st.lists(st.one_of(WORD, st.sampled_from(pieces or ["的"])), max_size=8)))
    told: dict[str, Any] = {
        key: {"value": value, "shown": shown, "unsure": False} for key, (value, shown) in personal.items()
    }
    told |= {
        field.key: {"value": facts, "shown": "", "unsure": False}
        for field in pack.fields
        if field.kind in SHOWN and not field.personal
    }
    view = redacted_view(CaseDetail(stored(policy_id=pack_id), {"answers": told}, "", [], []), pack)
    for row in view.rows[1:]:
        assert [word for word in pieces if word in row.words or shadow(word) in shadow(row.words)] == []
