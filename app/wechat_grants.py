"""What the pages of a WeChat grant need of the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.wiring import Service
from bots.wechat.granting import granting
from core.ladder import ANY
from core.messages import Address
from core.store import grants, sessions
from core.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from bots.wechat.config import WeChatSettings


def pages(service: Service, account: WeChatSettings) -> ASGIApp:
    """The two addresses by which a person lets us send them one message."""

    async def scene_of(word: str) -> int | None:
        now = service.now()
        found = await service.store.aread(lambda uow: grants.opened(uow, word, now))
        return found[1] if found else None

    async def keep(who: Address, word: str, scene: int) -> bool:
        now = service.now()

        def work(uow: UnitOfWork) -> bool:
            found = grants.opened(uow, word, now)
            if found is None or found[1] != scene:
                return False
            # The lock keeps the same answer that comes twice at once from being two grants.
            person = sessions.get(uow, found[0], for_update=True)
            if person.address != who:
                return False
            grants.add(uow, person.id, ANY, now, scene)
            return True

        return await service.store.awrite(work)

    name = service.office.policy.institution.name
    return granting(account, scene_of, keep, {"zh": name.zh, "en": name.en})
