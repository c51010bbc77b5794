"""From the start of the process to the first answered WeChat message, and the memory of an idle process.

Each figure is taken with rjieba, where it is installed, and with jieba.
"""

from __future__ import annotations

import asyncio
import importlib.util
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.hammer.citizens import DIALOGUE, Platform
from tests.hammer.running import SERVE, Running, free_port, installed

STARTS = 3
IDLE_SECONDS = 3.0
WITHOUT_RJIEBA = f"import sys; sys.modules['rjieba'] = None; {SERVE}"


async def first_answer(running: Running, platform: Platform, program: str) -> float:
    """Seconds from the start until a message was answered that was sent again and again."""
    began = time.perf_counter()
    running.launch(program)
    while not await platform.say(f"o-{time.time_ns()}", DIALOGUE[0]):
        pass
    return time.perf_counter() - began


async def memory(running: Running) -> int:
    """Megabytes after a few seconds in which nothing happened."""
    await asyncio.sleep(IDLE_SECONDS)
    return running.memory


async def measure(name: str, program: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with Platform(free_port(), pause=0.01) as platform:
            database = f"sqlite:///{folder}/var/tousu.db"
            running = installed(database, Path(folder), platform.api_base, platform.port)
            seconds = []
            for _ in range(STARTS + 1):
                seconds.append(await first_answer(running, platform, program))
                used = await memory(running)
                running.kill()
            new, *known = seconds
            running.start(program)
            idle = await memory(running)
            running.kill()
            print(f"{name}: first answer after {sorted(known)[STARTS // 2]:.2f} s (median of {STARTS};")
            print(f"  {max(known):.2f} s at worst, {new:.2f} s on an empty database)")
            print(f"  {idle} MB when idle, {used} MB after the first message")


async def main() -> None:
    if importlib.util.find_spec("rjieba"):
        await measure("rjieba", SERVE)
    await measure("jieba", WITHOUT_RJIEBA)


asyncio.run(main())
