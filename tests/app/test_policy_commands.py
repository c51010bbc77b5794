"""``tousu policy`` lists, shows and checks packs; a wrong one ends with exit code 1 and one line per problem."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.policy_commands import policy
from core.errors import PolicyError
from core.policies.load import PACK_FOLDER, load, packs


def output(*words: str) -> str:
    result = CliRunner().invoke(policy, words, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_the_list_for_programs_has_the_agreed_shape() -> None:
    rows = json.loads(output("list", "--json"))
    assert [row["id"] for row in rows] == packs()
    assert {tuple(row) for row in rows} == {("id", "title", "version", "effective_from")}


def test_the_list_for_people_has_a_line_for_each_pack() -> None:
    assert [line.split()[0] for line in output("list").splitlines()] == packs()


@pytest.mark.parametrize("pack", packs())
def test_a_pack_is_shown_with_its_questions_categories_and_limits(pack: str) -> None:
    shown, rules = output("show", pack), load(pack)
    sections = (rules.fields, rules.categories, rules.exclusions, rules.clocks)
    assert [row.label.zh for rows in sections for row in rows if row.label.zh not in shown] == []


def test_a_pack_is_shown_whole_to_a_program() -> None:
    assert json.loads(output("show", "manufacturer", "--json"))["number"]["pattern"] == "{yy}{mm}{seq:2}"


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
