"""The registration form and the reply letter, read back as another program reads them."""

from __future__ import annotations

import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from docx import Document
from docx.oxml.ns import qn

from core.files.form import registration_form
from core.files.legible import legible
from core.files.letter import reply_letter
from core.policies.load import load
from tests.core.files.samples import FACTS, HOSTILE, NAME, PHONE, account, answers, file

Opened = Any


def opened(content: bytes) -> Opened:
    return Document(BytesIO(content))


def table(document: Opened) -> list[tuple[str, str]]:
    """Label and words of each pair of cells; a merged cell counts once."""
    [only] = document.tables
    pairs = []
    for row in only.rows:
        texts = [cell.text for cell in {cell._tc: cell for cell in row.cells}.values()]
        pairs += list(zip(texts[::2], texts[1::2], strict=True))
    return pairs


def lines(document: Opened) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def test_the_form_says_what_was_registered(now: datetime) -> None:
    document = opened(registration_form(account(files=(file(1), file(2, "", kind="voice"))), now))
    said = dict(table(document))
    assert lines(document)[0] == "青禾律师事务所\n投诉登记表"
    assert (said["投诉编号"], said["登记时间"]) == ("LS2026-00018", "2026-11-23 09:30:05")
    assert (said["来源渠道"], said["投诉方式"]) == ("微信", "实名")
    assert (said["投诉类别"], said["承办部门"]) == ("收费", "财务部")
    assert said["承诺日期"] == "2027年1月4日（暂定）"
    assert said["依据"] == "law-firm，版本 2026.1"
    assert said["证据材料"] == "1. 照片 合同.jpg\n2. 语音 "
    assert "多收的部分" in said["答复内容"]
    assert said["满意度"] == "4 星：还行"


@pytest.mark.parametrize("pack", ["law-firm", "service-center", "bus-company", "manufacturer"])
def test_the_fields_of_the_cases_own_pack_stand_in_its_order(pack: str, now: datetime) -> None:
    fields = load(pack).fields
    told = answers(**{field.key: f"answer to {field.key}" for field in fields})
    written = table(opened(registration_form(account(told, pack=pack, policy_id=pack), now)))
    labels = [field.label.zh.removeprefix("您的") for field in fields]
    given = [(label, words) for label, words in written if words.startswith("answer to ")]
    assert given == [(label, f"answer to {field.key}") for label, field in zip(labels, fields, strict=True)]


def test_what_was_passed_over_is_unsure_or_is_no_longer_asked_is_seen(now: datetime) -> None:
    told = answers()
    told["answers"]["facts"]["unsure"] = True
    told["answers"]["retired"] = {"value": "raw", "shown": "an old answer", "unsure": False}
    said = dict(table(opened(registration_form(account(told), now))))
    assert said["事情经过"] == f"{FACTS}（待核对）"
    assert said["委托事项"] == "（未填）"
    assert said["retired"] == "an old answer"


def test_a_case_whose_pack_is_gone_still_tells_everything(now: datetime) -> None:
    said = dict(table(opened(registration_form(account(pack=None, policy_id="gone"), now))))
    assert (said["name"], said["phone"], said["facts"]) == (NAME, PHONE, FACTS)
    assert said["投诉类别"] == "fees"


def test_the_letter_is_in_the_words_of_the_closing(now: datetime) -> None:
    said = lines(opened(reply_letter(account(closing="核实如下。\n多收的 200 元已退还。"), now)))
    assert said[0] == "关于投诉 LS2026-00018 的答复函"
    assert f"{NAME}：" in said
    assert "您于2026年11月23日反映的事项（投诉编号 LS2026-00018，类别：收费），我们已经办结，现答复如下：" in said
    first = said.index("核实如下。")
    assert said[first + 1] == "多收的 200 元已退还。"
    assert "如果您不满意，可以在2026年12月16日以前要求重新办理。" in said
    assert said[-2:] == ["青禾律师事务所", "2026年12月1日"]
    assert PHONE not in "".join(said)


def test_a_letter_to_somebody_without_a_name_names_nobody(now: datetime) -> None:
    assert "投诉人：" in lines(opened(reply_letter(account(anonymous=True), now)))


def test_the_page_is_a4_and_the_fonts_are_chinese(now: datetime) -> None:
    document = opened(reply_letter(account(), now))
    [section] = document.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    body = document.styles["Normal"].element.rPr.rFonts
    assert body.get(qn("w:eastAsia")) == "仿宋"
    title = document.paragraphs[0].runs[0]._r.rPr.rFonts
    assert title.get(qn("w:eastAsia")) == "宋体"
    about = document.core_properties
    assert (about.author, about.title) == ("青禾律师事务所", "关于投诉 LS2026-00018 的答复函")
    assert about.created.replace(tzinfo=None) == datetime(2026, 11, 23, 1, 30)


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
def test_nothing_that_a_person_types_breaks_a_document(hostile: str, now: datetime) -> None:
    told = account(answers(facts=hostile, name=hostile, phone=hostile), hostile, (file(1, hostile),), number=hostile)
    form, letter = registration_form(told, now), reply_letter(told, now)
    assert dict(table(opened(form)))["事情经过"] == legible(hostile)
    assert legible(hostile).split("\n")[0] in lines(opened(letter))
    for content in (form, letter):
        with zipfile.ZipFile(BytesIO(content)) as packed:
            for part in packed.namelist():
                if part.endswith((".xml", ".rels")):
                    fromstring(packed.read(part))
