"""``tousu policy`` lists, shows and checks packs; a wrong one ends with exit code 1 and one line per problem."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from app.policy_commands import policy
from app.policy_words import CHOSEN, HOURS
from app.texts_cli import say
from core.errors import PolicyError
from core.policies.load import PACK_FOLDER, load, packs
from core.policies.policy import Policy


@pytest.fixture(autouse=True)
def an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No database and no settings, unless a test makes them."""
    monkeypatch.chdir(tmp_path)


def output(*words: str) -> str:
    result = CliRunner().invoke(policy, words, catch_exceptions=False)
    assert result.exit_code == 0
    return str(result.stdout)


def exit_code(*words: str) -> int:
    return CliRunner().invoke(policy, words).exit_code


def test_the_list_for_programs_has_the_agreed_shape() -> None:
    rows = json.loads(output("list", "--json"))
    assert [row["id"] for row in rows] == packs()
    assert {tuple(row) for row in rows} == {("id", "title", "version", "effective_from")}


def test_the_list_for_people_has_a_line_for_each_pack() -> None:
    assert [line.split()[0] for line in output("list").splitlines()] == packs()


@pytest.mark.parametrize("pack", packs())
def test_a_pack_is_shown_with_its_questions_categories_and_limits(pack: str) -> None:
    shown, rules = output("show", pack), load(pack)
    sections = (rules.fields, rules.categories, rules.exclusions, rules.clocks, rules.posts, rules.decision.measures)
    assert [row.label.zh for rows in sections for row in rows if row.label.zh not in shown] == []


@pytest.mark.parametrize("pack", packs())
def test_a_pack_is_shown_with_the_keys_that_are_typed(pack: str) -> None:
    shown, rules = output("show", pack), load(pack)
    typed = (*rules.categories, *rules.decision.measures)
    assert [row.key for row in typed if f"{row.label.zh}（{row.key}" not in shown] == []


def test_without_an_id_the_pack_in_use_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUSU_POLICY", "bus-company")
    assert output("show") == output("show", "bus-company")


def test_who_decides_and_who_works_is_shown_in_whole_sentences() -> None:
    shown = output("show", "law-firm").splitlines()
    assert (
        "  业务分管合伙人（managing_partner）：调查、拟定结果和答复、批准、交办督办；都不在时由主任、其他合伙人代行"
        in shown
    )
    deciding = shown[shown.index("谁来定：") + 1 :]
    assert deciding[:3] == [
        "  提出处理结果之前，要有专门负责人的书面意见",
        "  处理结果由业务分管合伙人批准才生效，不能是提出的人自己批准",
        "  重大投诉先由所务会议或合伙人会议决定，并确定是否报告主管部门，再批准",
    ]
    working = shown[shown.index("怎么办：") + 1 :]
    assert working[0].startswith("  登记时算重大的：原则性问题（说到伪造证据、")
    assert "  一件投诉里，专门负责人、业务分管合伙人不能是同一个人" in working
    assert (
        "  时限快到和过了：到期前 24 小时告诉承办人；到期时告诉承办人、业务分管合伙人；到期后 24 小时告诉主任"
        in working
    )


def test_amounts_and_what_is_followed_are_shown() -> None:
    shown = output("show", "manufacturer")
    assert "核决权限：10000 元以内由总经理室生产管理室批准；更多的由总经理批准；没有金额的照上一条" in shown
    assert "处理措施：成品退货（return，跟到办完）；" in shown


@pytest.mark.parametrize(
    ("pack", "said"),
    [
        ("general-handling", "不满意可以要求复核：答复后 15 天内提出，由没有办过的人重新看"),
        ("general-handling", "复核并告知结果（second_look）：自提出复核起 7 个工作日；复核做完，就算完成"),
        ("service-hall", "没有复核；办结后 15 天内不满意，可以要求重新办理"),
        ("service-hall", "登记了就办，不另定是否受理"),
        ("bus-company", "不单写调查结果"),
        ("bus-company", "处理结果由承办人提出就生效，不另批准"),
        ("internal-rules", "可以停止计时的：等投诉人补正、鉴定、听证、等其他机关的结论"),
    ],
)
def test_what_a_pack_has_and_what_it_has_not_is_said(pack: str, said: str) -> None:
    assert said in output("show", pack)


def test_a_pack_without_stops_and_without_a_way_back_says_so(tmp_path: Path) -> None:
    text = PACK_FOLDER.joinpath("service-hall.toml").read_text("utf-8")
    path = tmp_path / "strict.toml"
    strict = text.replace('stops = ["supplement"]', "stops = []") + "\n[follow_up]\nreopen_within_days = 0\n"
    path.write_text(strict, encoding="utf-8")
    shown = output("show", str(path))
    assert ("计时不能停" in shown, "没有复核，也不能要求重新办理" in shown) == (True, True)


def test_a_pack_is_shown_whole_to_a_program() -> None:
    told = json.loads(output("show", "manufacturer", "--json"))
    assert told["number"]["pattern"] == "{yy}{mm}{seq:2}"
    assert told["decision"]["authority"][0] == {"up_to_yuan": 10000, "approved_by": "gm_office"}
    assert [post["key"] for post in told["posts"]][:2] == ["sales", "quality"]


def test_a_good_file_is_called_good(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(PACK_FOLDER.joinpath("bus-company.toml").read_bytes())
    assert "bus-company" in output("check", str(path))
    assert json.loads(output("check", str(path), "--json"))["id"] == "bus-company"


def test_a_file_is_checked_even_where_it_is_named_like_a_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bus-company").write_text('id = "wrong"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PolicyError, match="bus-company"):
        output("check", "bus-company")


def test_a_wrong_file_ends_with_exit_code_one_and_a_line_per_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wrong.toml"
    good = PACK_FOLDER.joinpath("bus-company.toml").read_text("utf-8")
    path.write_text(good.replace("limit = 7", "limit = 0").replace("{seq:4}", ""), encoding="utf-8")
    from app.cli import main

    monkeypatch.setattr("sys.argv", ["tousu", "policy", "check", str(path)])
    with pytest.raises(SystemExit) as stopped:
        main()
    lines = capsys.readouterr().err.splitlines()
    assert stopped.value.code == 1
    assert [line.startswith(str(path)) for line in lines] == [True, True]


def test_a_clock_says_for_whom_it_runs_and_how_it_may_be_extended(own: Path) -> None:
    shown = output("show", str(own))
    assert (
        "告知处理结果（result）：自“告知是否受理”完成起 10 个工作日，只对一般投诉，可延长 1 次、每次 3 个工作日（投诉受理部门负责人批准）；答复了投诉人，就算完成"
        in shown
    )


def test_the_timeline_for_programs_has_the_agreed_shape() -> None:
    told = json.loads(output("timeline", "service-center", "--received", "2026-09-30T10:00", "--json"))
    assert list(told) == ["policy", "level", "received_at", "clocks"]
    assert (told["policy"], told["level"], told["received_at"]) == (
        "service-center",
        "general",
        "2026-09-30T10:00:00+08:00",
    )
    acceptance, result = told["clocks"]
    assert list(acceptance) == ["clock", "from", "starts_at", "due_at", "provisional", "days"]
    assert (result["from"], result["starts_at"]) == ("acceptance", acceptance["due_at"])
    assert (acceptance["days"][0], acceptance["days"][-1]) == (
        {
            "date": "2026-10-01",
            "kind": "holiday",
            "name": "国庆节",
            "counted": False,
            "nth": None,
            "provisional": False,
        },
        {"date": "2026-10-08", "kind": "working_day", "name": "", "counted": True, "nth": 1, "provisional": False},
    )


NATIONAL_DAY = """\
公司投诉（complaint-department，版本 2026.2）：一般投诉的时限
收到投诉：2026-09-30 周三 10:00

答复（reply）：2026-10-10 周六 17:30 到期
  自收到投诉起 3 个工作日：当天不算，数到第 3 个工作日，下班时到期。
    2026-10-01 周四  国庆节  不算
    2026-10-02 周五  国庆节  不算
    2026-10-03 周六  国庆节  不算
    2026-10-04 周日  国庆节  不算
    2026-10-05 周一  国庆节  不算
    2026-10-06 周二  国庆节  不算
    2026-10-07 周三  国庆节  不算
    2026-10-08 周四  工作日  第 1 个工作日
    2026-10-09 周五  工作日  第 2 个工作日
    2026-10-10 周六  调休上班（国庆节）  第 3 个工作日，到期
"""


def test_the_timeline_for_people_says_day_by_day_why_it_is_that_day() -> None:
    told = output("timeline", "complaint-department", "--received", "2026-09-30T10:00")
    assert told == NATIONAL_DAY


def test_hours_are_said_to_run_through_nights_and_holidays() -> None:
    told = output("timeline", "complaint-department", "--received", "2026-09-30T20:30", "--level", "major")
    assert "重大投诉报告公司领导（leader_report）：2026-10-01 周四 08:30 到期" in told
    assert "12 小时，按钟点连续计算，夜里、周末和节假日都算在内" in told
    assert "答复" not in told


def test_what_is_in_doubt_is_said_to_be(own: Path) -> None:
    told = output("timeline", str(own), "--received", "2026-12-31T10:00")
    assert "2027 年的放假安排还没有公布" in told
    assert "2027-01-01 周五  元旦  不算" in told
    assert "前一步假定到期那天才完成" in told
    assert "到期前经投诉受理部门负责人批准可以延长，最多 1 次，每次 3 个工作日；这里没有算进去" in told


def test_a_stage_of_hours_after_a_day_in_doubt_says_where_the_doubt_comes_from(own: Path) -> None:
    text = own.read_text("utf-8").replace('limit = 10\nunit = "working_day"', 'limit = 10\nunit = "hour"')
    own.write_text(text, encoding="utf-8")
    told = output("timeline", str(own), "--received", "2026-12-31T10:00")
    assert "起算的那天就是暂定的（见“告知是否受理”）" in told


def test_calendar_days_that_end_on_a_rest_day_are_said_to_be_put_off(own: Path) -> None:
    text = own.read_text("utf-8").replace('limit = 1\nunit = "working_day"', 'limit = 3\nunit = "calendar_day"')
    own.write_text(text, encoding="utf-8")
    told = output("timeline", str(own), "--received", "2026-11-25T10:00")
    assert (
        "2026-11-28 周六  周末  第 3 天\n    2026-11-29 周日  周末  顺延\n    2026-11-30 周一  工作日  顺延到这天，到期"
        in told
    )


def test_what_begins_with_a_review_is_named_and_not_counted() -> None:
    received = ("timeline", "general-handling", "--received", "2026-11-25T10:00")
    assert output(*received).splitlines()[-1].startswith("提出复核以后才起算、这里没有列出的：")
    assert "second_look" not in output(*received, "--json")
    assert "复核" not in output("timeline", "service-hall", "--received", "2026-11-25T10:00")


@pytest.mark.parametrize("received", ["2026-02-13T02:00:00Z", "2026-02-13T10:00+08:00", "2026-02-13 10:00"])
def test_a_moment_without_a_zone_is_beijing_time(received: str) -> None:
    told = json.loads(output("timeline", "service-hall", "--received", received, "--json"))
    assert told["received_at"] == "2026-02-13T10:00:00+08:00"
    assert told["clocks"][0]["due_at"] == "2026-03-12T17:00:00+08:00"


def test_the_days_of_the_institution_s_own_calendar_are_told_by_their_reason() -> None:
    from app.cli import cli

    for words in (["db", "upgrade"], ["calendar", "rest", "2026-11-24", "停电检修", "--yes"]):
        assert CliRunner().invoke(cli, words, catch_exceptions=False).exit_code == 0
    told = output("timeline", "service-center", "--received", "2026-11-23T10:00")
    assert "2026-11-24 周二  停电检修  不算\n    2026-11-25 周三  工作日  第 1 个工作日，到期" in told


@pytest.mark.parametrize("received", ["yesterday", "", "2026-02-30", "9999-12-31T23:00", "0001-01-01"])
def test_what_is_no_moment_is_a_wrong_command_line(received: str) -> None:
    assert exit_code("timeline", "service-hall", "--received", received) == 2


def test_a_timeline_wants_a_moment_and_a_known_level() -> None:
    assert exit_code("timeline", "service-hall") == 2
    assert exit_code("timeline", "service-hall", "--received", "2026-02-13", "--level", "grave") == 2


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The service centre's pack, a version later: ten days for the result of a general complaint, three more on approval."""
    text = PACK_FOLDER.joinpath("service-center.toml").read_text("utf-8")
    head, mark, rest = text.partition("[[clocks]]")
    _, receipt, rest = rest.partition("[receipt]")
    path = tmp_path / "own.toml"
    path.write_text(head.replace("2026.2", "2026.3", 1) + mark + OWN_CLOCKS + receipt + rest, encoding="utf-8")
    return path


OWN_CLOCKS = """
key = "acceptance"
label = { zh = "告知是否受理", en = "Told whether it is accepted" }
starts_from = "receipt"
limit = 1
unit = "working_day"
ends_on = "accepted"

[[clocks]]
key = "result"
label = { zh = "告知处理结果", en = "Told the result" }
starts_from = "acceptance"
limit = 10
unit = "working_day"
level = "general"
[clocks.extension]
limit = 3
times = 1
approved_by = "head"

[[clocks]]
key = "report"
label = { zh = "报告主管部门", en = "Reported" }
starts_from = "receipt"
limit = 2
unit = "hour"
ends_on = "marked"
level = "major"

"""


def test_the_difference_is_told_to_a_clerk_section_by_section(own: Path) -> None:
    lines = output("diff", "service-center", str(own)).splitlines()
    assert "版本 2026.2" in lines[0].partition("→")[0]
    assert "版本 2026.3" in lines[0].partition("→")[2]
    assert lines[1:4] == ["", "策略包", "  修改  版本：2026.2 → 2026.3"]
    clocks = lines[lines.index("时限") + 1 :]
    assert "  修改  告知处理结果（result） · 期限：7 个工作日 → 10 个工作日" in clocks
    assert "  修改  告知处理结果（result） · 只对哪一级：没有 → 一般" in clocks
    assert clocks[clocks.index("  增加  报告主管部门（report）") + 1 :] == [
        "          从何时起算：收到投诉",
        "          期限：2 小时",
        "          单位：小时",
        "          怎样算完成：工作人员标明做到",
        "          只对哪一级：重大",
    ]


def test_the_difference_for_programs_names_section_row_and_field(own: Path) -> None:
    told = json.loads(output("diff", "service-center", str(own), "--json"))
    assert (told["old"]["version"], told["new"]["version"]) == ("2026.2", "2026.3")
    row = {"section": "clocks", "key": "result", "label": "告知处理结果"}
    assert {**row, "field": "limit", "change": "changed", "old": 7, "new": 10} in told["changes"]
    assert [change["key"] for change in told["changes"] if change["change"] == "added"] == ["report"]


CHANGES = [
    (
        'approved_by = "managing_partner"',
        'approved_by = "director"',
        "谁来定",
        "  修改  批准的岗位：业务分管合伙人 → 主任",
    ),
    ("followed = true }", "followed = false }", "谁来定", "  修改  处理措施 · 退还费用（refund） · 跟到办完：是 → 否"),
    ('{ hours = 24, to = ["director"] }', '{ hours = 48, to = ["director"] }', "怎么办", "  修改  快到和过了告诉谁"),
    (
        'stops = ["supplement"]',
        'stops = ["supplement", "hearing"]',
        "怎么办",
        "  修改  可以停止计时的：等投诉人补正 → 等投诉人补正、听证",
    ),
    (
        'deputies = ["director", "partner"]',
        'deputies = ["director"]',
        "岗位",
        "  修改  业务分管合伙人（managing_partner） · 都不在时由谁代行：主任、其他合伙人 → 主任",
    ),
    (
        '"administration", "audit"]',
        '"administration", "reception", "opinion", "archiving"]',
        "岗位",
        "          去掉：查看操作记录",
    ),
    (
        "yuan_from = 100000",
        "yuan_from = 200000",
        "什么算重大",
        "          现在：名称 原则性问题，说到其中之一 伪造证据",
    ),
    ("[[major]]", "[review]\nallowed = true\n\n[[major]]", "复核", "  修改  可以要求复核：否 → 是"),
]


@pytest.mark.parametrize(("old", "new", "section", "said"), CHANGES, ids=[row[3] for row in CHANGES])
def test_a_change_of_who_decides_is_told_by_the_names_of_posts(
    tmp_path: Path, old: str, new: str, section: str, said: str
) -> None:
    text = PACK_FOLDER.joinpath("law-firm.toml").read_text("utf-8")
    assert old in text
    review = 'duties = ["reception", "opinion", "handling"]'
    path = tmp_path / "changed.toml"
    path.write_text(text.replace(review, review[:-1] + ', "review"]').replace(old, new, 1), encoding="utf-8")
    lines = output("diff", "law-firm", str(path)).splitlines()
    assert any(line.startswith(said) for line in lines[lines.index(section) + 1 :])


def test_a_new_measure_and_a_new_post_are_told_with_what_they_say(tmp_path: Path) -> None:
    text = PACK_FOLDER.joinpath("service-hall.toml").read_text("utf-8")
    clerk = '[[posts]]\nkey = "clerk"\nlabel = { zh = "文员", en = "Clerk" }\nduties = ["archiving"]\ndeputies = ["head"]\n\n'
    apology = '  { key = "apology", label = { zh = "道歉", en = "Apology" }, followed = true },\n'
    path = tmp_path / "more.toml"
    more = text.replace("[work]", clerk + "[work]", 1).replace(
        '  { key = "correction"', apology + '  { key = "correction"'
    )
    path.write_text(more, encoding="utf-8")
    lines = output("diff", "service-hall", str(path)).splitlines()
    posts = lines[lines.index("岗位") + 1 :]
    assert posts[:3] == [
        "  增加  文员（clerk）",
        "          能做什么：归档",
        "          都不在时由谁代行：投诉处理机构负责人",
    ]
    assert "  增加  处理措施 · 道歉（apology）" in lines
    assert "          跟到办完：是" in lines
    told = json.loads(output("diff", "service-hall", str(path), "--json"))["changes"]
    assert [(row["section"], row["key"], row["label"], row["field"]) for row in told] == [
        ("posts", "clerk", "文员", None),
        ("decision", None, None, "measures.apology"),
    ]


def test_words_that_came_and_went_are_told_apart_from_those_that_stay(own: Path) -> None:
    text = own.read_text("utf-8").replace('"质量", ', '"品质", ', 1)
    own.write_text(text, encoding="utf-8")
    told = output("diff", "service-center", str(own))
    assert "关键词\n          去掉：质量\n          增加：品质\n" in told


def test_another_order_of_the_questions_is_told_by_their_names(tmp_path: Path) -> None:
    text = PACK_FOLDER.joinpath("bus-company.toml").read_text("utf-8")
    head, *rows = text.split("\n[[fields]]\n")
    last, mark, rest = rows[-1].partition("\n[[categories]]\n")
    swapped = [rows[1], rows[0], *rows[2:-1], last]
    path = tmp_path / "swapped.toml"
    path.write_text("\n[[fields]]\n".join([head, *swapped]) + mark + rest, encoding="utf-8")
    lines = output("diff", "bus-company", str(path)).splitlines()
    first, second = (field.label.zh for field in load("bus-company").fields[:2])
    old, new = lines[lines.index("  修改  次序") + 1 :]
    assert old.startswith(f"          原来：{first}、{second}、")
    assert new.startswith(f"          现在：{second}、{first}、")


def test_a_change_without_a_new_version_is_pointed_out(tmp_path: Path) -> None:
    path = tmp_path / "same.toml"
    text = PACK_FOLDER.joinpath("service-hall.toml").read_text("utf-8")
    path.write_text(text.replace("limit = 15", "limit = 20"), encoding="utf-8")
    assert "版本号还是 2026.3" in output("diff", "service-hall", str(path))


def test_no_difference_is_said_in_one_line() -> None:
    assert output("diff", "law-firm", "law-firm").splitlines()[1:] == ["两边的规则完全一样。"]
    assert json.loads(output("diff", "law-firm", "law-firm", "--json"))["changes"] == []


@pytest.mark.parametrize(("old", "new"), list(pairwise(packs())), ids=str)
def test_packs_of_different_institutions_can_be_compared_too(old: str, new: str) -> None:
    told = output("diff", old, new)
    assert (old in told, new in told, "None" in told) == (True, True, False)


TOP = {"id", "title", "version", "effective_from"}


def keys_of(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, Any]]:
    """Every key that a pack may have, by its path, with the type of its value."""
    for name, field in model.model_fields.items():
        yield path + name, field.annotation
        for part in parts(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel) and set(part.model_fields) != {"zh", "en"}:
                yield from keys_of(part, f"{path}{name}.")


def parts(kind: Any) -> list[Any]:
    return [kind] if get_origin(kind) in (None, Literal) else [part for each in get_args(kind) for part in parts(each)]


def test_every_key_of_a_pack_and_every_value_to_choose_has_a_word_for_clerks() -> None:
    whole = {path: kind for path, kind in keys_of(Policy) if not path.startswith(f"{HOURS}.")}
    assert all(say("policy_section", path) for path in whole if "." not in path)
    assert all(say("policy_name", path) for path in whole if "." in path or path in TOP)
    chosen = {path: part for path, kind in whole.items() for part in parts(kind) if get_origin(part) is Literal}
    assert all(CHOSEN[path](value) for path, kind in chosen.items() for value in get_args(kind))
