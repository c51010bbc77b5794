"""More at once than can be answered: a yes is kept, a no is said, and afterwards all is as before."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from app.admission import FIRST, MOST_WORDS
from app.web import application
from core.texts import load_texts
from tests.hammer.citizens import DIALOGUE
from tests.hammer.house import House, housed
from tests.simulators.wechat_serving import served

REFUSED = FIRST // 2 + int(MOST_WORDS)
PEOPLE = [f"o-crowd-{index}" for index in range(FIRST + REFUSED)]
PATIENCE = 12.0
"""The platform waits a minute here: what is asked is who is let in, not how fast this machine is."""
SORRY = load_texts().render("zh", "overloaded")


async def test_who_finds_no_room_is_told_and_nobody_who_was_answered_is_lost(sqlite_url: str, data_dir: Path) -> None:
    async with housed(sqlite_url, data_dir) as house:
        with served(application(house.service, house.settings, "web")) as url:
            house.platform.callback_url = f"{url}/wechat"
            house.platform.time_scale = PATIENCE
            answers = await _crowd(house)
            # Whoever is let in but not answered within our seconds is kept beside the database, and answered by a later message.
            await house.work()
            told_no = {who for who, answer in answers.items() if answer == SORRY}
            kept = {who for who in PEOPLE if house.lines(who, "in")}
            assert 0 < len(kept) <= FIRST
            assert told_no
            assert kept == set(PEOPLE) - told_no
            turned_away = next(iter(told_no))
            assert await house.platform.say(turned_away, DIALOGUE[0]) != SORRY
            await house.work()
            assert house.lines(turned_away, "in")


async def _crowd(house: House) -> dict[str, str | None]:
    """All at once, while the store is busy with something else until everybody else was told; what each is answered."""
    free = threading.Event()
    busy = asyncio.create_task(asyncio.to_thread(house.service.store.write, lambda _: free.wait()))
    callbacks = [house.platform.callback(who, Content=DIALOGUE[0]) for who in PEOPLE]
    tasks = [asyncio.create_task(house.platform.deliver(callback)) for callback in callbacks]
    while sum(task.done() for task in tasks) < REFUSED:
        await asyncio.sleep(0.01)
    assert await house.platform.status_of("o-one-too-many", "<xml/>") == 503
    free.set()
    await busy
    return dict(zip(PEOPLE, await asyncio.gather(*tasks), strict=True))
