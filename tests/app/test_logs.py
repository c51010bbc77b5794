"""A log line says what happened and to whom it did not happen to say."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from app.logs import JsonLines, TextLines, configure, redact
from core.errors import Refused


def _record(message: str, *arguments: object, error: BaseException | None = None) -> logging.LogRecord:
    raised = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("tousu", logging.INFO, __file__, 1, message, arguments, raised)


def _raised(error: Exception) -> Exception:
    """The error with a traceback, as a logger gets it."""
    with pytest.raises(type(error)) as caught:
        _fail(error)
    return caught.value


def _fail(error: Exception) -> None:
    raise error


@pytest.mark.parametrize(
    "personal",
    [
        "13900001234", "139 0000 1234", "+86 139-0000-1234", "010-81200001",
        "11010519491231002X", "110105194912310021", "6222020000000000000", "zhang.san@example.cn",
    ],
)  # fmt: skip
def test_what_looks_personal_is_blotted_out(personal: str) -> None:
    assert redact(f"from={personal} again") == "from=*** again"


@pytest.mark.parametrize(
    "harmless",
    [
        "ready http://127.0.0.1:8000",
        "took 1532 ms",
        "code 40001",
        "2026-11-23T09",
        "file ab/abcdef0123456789abcdef.bin",
    ],
)
def test_what_an_operator_needs_stays(harmless: str) -> None:
    assert redact(harmless) == harmless


@pytest.mark.parametrize("lines", [TextLines(), JsonLines()])
def test_arguments_are_blotted_out_too(lines: logging.Formatter) -> None:
    assert "13900001234" not in lines.format(_record("sent to %s", "13900001234"))


@pytest.mark.parametrize("lines", [TextLines(), JsonLines()])
def test_a_foreign_error_is_placed_but_not_quoted(lines: logging.Formatter) -> None:
    line = lines.format(_record("failed", error=_raised(ValueError("张三 said so"))))
    assert "张三" not in line
    assert "ValueError" in line
    assert "test_logs.py" in line


def test_our_own_error_is_quoted() -> None:
    assert "one clear line" in TextLines().format(_record("failed", error=_raised(Refused("one clear line"))))


def test_a_json_line_is_one_object() -> None:
    line = json.loads(JsonLines().format(_record("已登记 %d", 3)))
    assert (line["message"], line["level"], line["logger"]) == ("已登记 3", "info", "tousu")


@pytest.fixture
def _logging_put_back() -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)


@pytest.mark.usefixtures("_logging_put_back")
def test_addresses_with_access_tokens_are_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    configure("debug", "text")
    logging.getLogger("httpx").info("POST https://api.example.cn/send?access_token=canary")
    logging.getLogger("tousu").info("ready")
    shown = capsys.readouterr().err
    assert "canary" not in shown
    assert shown.endswith("ready\n")
