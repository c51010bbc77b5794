"""Either segmenter may be installed: what is read of Chinese must not depend on it."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from subprocess import run

import pytest

from core.understand import segment
from core.understand.segment import Cut, cut, jieba_cut, rjieba_cut

HAN = re.compile(r"[\u4e00-\u9fff]+")

SENTENCES = [
    "昨天中午我在三食堂吃饭，菜里有虫，服务员态度很差。", "三十二路公交车司机在五一广场站甩站，乘客投诉无门。", "小区物业公司乱收停车费，业主多次反映没有结果。",
    "人民医院急诊室排队三个小时，护士不耐烦。", "办事窗口工作人员推诿扯皮，来回跑了五趟。", "电梯坏了半个月没人修，老人上下楼不方便。",
    "工地半夜施工噪音扰民，打电话没人接。", "订单迟迟不发货，客服一直敷衍。", "孩子在幼儿园被老师推倒，园方拒绝提供监控。", "我叫李明，希望退还押金并赔礼道歉。",
    "杭研大厦的保安不让外卖员进门。", "魏桥镇自来水发黄，烧开后有沉淀。",
]  # fmt: skip


@pytest.fixture(scope="module")
def segmenters() -> tuple[Cut, Cut]:
    return rjieba_cut(), jieba_cut()


@pytest.mark.parametrize("sentence", SENTENCES)
def test_both_segmenters_cut_han_alike(segmenters: tuple[Cut, Cut], sentence: str) -> None:
    quick, slow = segmenters
    assert [word for word in quick(sentence) if HAN.fullmatch(word)] == [
        word for word in slow(sentence) if HAN.fullmatch(word)
    ]


def test_words_join_to_the_text_that_was_cut(segmenters: tuple[Cut, Cut]) -> None:
    for segmenter in segmenters:
        assert "".join(segmenter("我在2026-11-23坐32路, OK?")) == "我在2026-11-23坐32路, OK?"


def test_no_more_than_the_cap_is_cut() -> None:
    assert len("".join(cut("投诉" * 50_000))) == 2_000


def test_jieba_reads_no_cache_that_others_could_have_left(tmp_path: Path) -> None:
    """A poisoned cache in the shared temporary folder is neither read nor replaced."""
    poisoned = tmp_path / "jieba.cache"
    poisoned.write_bytes(b"not marshal")
    script = "from core.understand.segment import jieba_cut; print('/'.join(jieba_cut()('投诉公交')))"
    ran = run(
        [sys.executable, "-W", "ignore", "-c", script],
        env=os.environ | {"TMPDIR": str(tmp_path)},
        cwd=Path.cwd(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert (ran.stdout.strip(), ran.stderr) == ("投诉/公交", "")
    assert [path.name for path in tmp_path.iterdir()] == ["jieba.cache"]
    assert poisoned.read_bytes() == b"not marshal"


def test_importing_the_room_loads_no_segmenter_and_no_calendar() -> None:
    script = "import sys, core.understand; print([m for m in ('jieba','rjieba','lunar_python','pypinyin','rapidfuzz') if m in sys.modules])"
    ran = run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert ran.stdout.strip() == "[]"


def test_jieba_keeps_its_dictionary_where_it_was_told_and_cuts_the_same_from_it(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from core.understand import segment;"
        " segment.keep_dictionary_in(pathlib.Path(sys.argv[1]) / 'dictionary'); print('/'.join(segment.jieba_cut()('投诉公交')))"
    )
    answers = [
        run([sys.executable, "-c", script, str(tmp_path)], cwd=Path.cwd(), capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    assert [answer.stdout.strip() for answer in answers] == ["投诉/公交"] * 2
    assert [path.name for path in (tmp_path / "dictionary").iterdir()] == ["jieba.cache"]


def test_a_dictionary_that_others_may_write_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o777)
    monkeypatch.setattr(segment, "_kept", [tmp_path])
    assert segment._own_folder() is None
