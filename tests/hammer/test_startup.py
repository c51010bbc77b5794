"""What a start costs that does not depend on how busy the machine is; bench/startup.py has the seconds."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from tests.hammer.citizens import DIALOGUE, Platform
from tests.hammer.running import ROOT, SERVE, Running, on_each

HEAVY = (
    "jieba",
    "rjieba",
    "pypinyin",
    "lunar_python",
    "telegram",
    "alembic",
    "rapidfuzz",
    "psycopg",
    "docx",
    "xlsxwriter",
    "openpyxl",
)
LIMITS = {"jieba": 200, "rjieba": 160}
PROGRAMS = {"jieba": f"import sys; sys.modules['rjieba'] = None; {SERVE}", "rjieba": SERVE}


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    asked = f"import sys, app.cli, app.serve, app.web, scheduler.main; print([m for m in {HEAVY} if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize("running", ["sqlite"], indirect=True)
@pytest.mark.parametrize("segmenter", on_each("rjieba", "jieba"))
def test_an_idle_process_is_small(running: Running, segmenter: str) -> None:
    running.start(PROGRAMS[segmenter])
    running.kill()
    # The first start makes the tables, which takes tools that a process needs once in a database's life.
    running.start(PROGRAMS[segmenter])
    time.sleep(2)
    assert running.memory < LIMITS[segmenter]


@pytest.mark.parametrize("running", ["sqlite"], indirect=True)
async def test_the_first_message_after_a_start_is_answered_in_the_same_breath(
    running: Running, platform: Platform
) -> None:
    """It does not have to be acknowledged first and answered later because something is still being loaded."""
    running.launch()
    assert await platform.say("o-first", DIALOGUE[0])
    assert platform.faults == []
