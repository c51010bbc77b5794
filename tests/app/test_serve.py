"""``tousu serve`` says where it is and what it lacks, and stops when it is asked to."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx
import pytest

from app.serve import announcement
from app.settings import Settings

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-c", "from app.cli import main; main()"]


def _environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOUSU_")}
    return kept | {"PYTHONPATH": str(ROOT), "TOUSU_DATA_DIR": str(tmp_path / "var"), "PYTHONUTF8": "1"}


@contextmanager
def _serving(tmp_path: Path, role: str = "all") -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A real process on a free port, and its address once it is ready."""
    command = [*PROGRAM, "serve", "--port", "0", "--role", role]
    with subprocess.Popen(
        command, cwd=tmp_path, env=_environment(tmp_path), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr
        try:
            yield _ready(process.stderr), process
        finally:
            process.terminate()
            process.communicate(timeout=20)


def _ready(log: IO[str]) -> str:
    for line in log:
        if found := re.search(r"ready (http://\S+)", line):
            return found[1]
    raise AssertionError("it never became ready")


def test_it_tells_its_addresses_and_what_is_missing() -> None:
    lines = "\n".join(announcement(Settings(), "127.0.0.1", 8000))
    assert "http://127.0.0.1:8000/\n" in lines
    assert "http://127.0.0.1:8000/status" in lines
    assert "网页：已接通" in lines
    assert "微信公众号：未接通，还缺 TOUSU_WECHAT_APP_ID" in lines


def test_it_tells_what_to_type_into_the_platform() -> None:
    settings = Settings(
        base_url="https://tousu.example.cn",
        wechat_app_id="wx1234567890abcdef",
        wechat_token="token",
        wechat_aes_key="k" * 43,
        wechat_account="passive",
    )
    lines = "\n".join(announcement(settings, "127.0.0.1", 8000))
    assert "微信公众号：已接通" in lines
    assert "https://tousu.example.cn/wechat" in lines


def test_it_tells_where_staff_come_in() -> None:
    assert "企业微信：未接通，还缺 TOUSU_WECOM_CORP_ID" in "\n".join(announcement(Settings(), "127.0.0.1", 8000))
    settings = Settings(
        base_url="https://tousu.example.cn",
        wecom_corp_id="ww0123456789abcdef",
        wecom_agent_id=1000002,
        wecom_secret="secret",
        wecom_token="token",
        wecom_aes_key="k" * 43,
    )
    lines = "\n".join(announcement(settings, "127.0.0.1", 8000))
    assert "企业微信：已接通" in lines
    assert "https://tousu.example.cn/wecom" in lines


def test_a_misspelt_setting_is_mentioned() -> None:
    assert "TOUSU_POLCY" in "\n".join(announcement(Settings(), "127.0.0.1", 8000, ("TOUSU_POLCY",)))


def test_it_answers_once_it_says_so_and_stops_in_order(tmp_path: Path) -> None:
    with _serving(tmp_path) as (address, process):
        assert httpx.get(f"{address}/healthz").status_code == 200
        assert httpx.get(f"{address}/").status_code == 200
        assert httpx.get(f"{address}/status").status_code == 200
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=20)
    # The web server hands the signal on after an orderly stop, so that who started it knows why it ended.
    assert process.returncode == -signal.SIGTERM
    assert "Traceback" not in log


def test_a_worker_shows_no_pages(tmp_path: Path) -> None:
    with _serving(tmp_path, "worker") as (address, _):
        assert httpx.get(f"{address}/healthz").status_code == 200
        assert httpx.get(f"{address}/").status_code == 404


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["chat"]], ids=lambda command: command[0])
def test_a_second_one_on_the_same_file_refuses_and_says_what_to_do(command: list[str], tmp_path: Path) -> None:
    with _serving(tmp_path):
        second = subprocess.run(
            [*PROGRAM, *command], cwd=tmp_path, env=_environment(tmp_path), capture_output=True, text=True
        )
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr.startswith("正在运行的服务占着这个 SQLite 数据库。先停掉它")
    assert "TOUSU_DATA_DIR" in second.stderr
    assert second.stderr.count("\n") == 1


def test_make_run_hands_its_arguments_on() -> None:
    said = subprocess.run(
        ["make", "-n", "run", "ARGS=--port 8001"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "tousu serve --port 8001\n" in said.stdout


@pytest.mark.parametrize("name", ["TOUSU_DATABASE_URL", "TOUSU_POLICY"])
def test_a_wrong_setting_stops_the_start(name: str, tmp_path: Path) -> None:
    environment = _environment(tmp_path) | {name: "no-such-thing"}
    done = subprocess.run([*PROGRAM, "serve"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "var").exists()


def test_an_address_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [*PROGRAM, "serve", "--port", str(taken.getsockname()[1])]
        refused = subprocess.run(command, cwd=tmp_path, env=_environment(tmp_path), text=True, capture_output=True)
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1
    assert 'make run ARGS="--port 8001"' in refused.stderr
    assert "--port" in refused.stderr
