"""How a message goes past the window: on a template's form, or as the one that its reader granted."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping

from bots.tencent.api import Answer
from bots.wechat.codes import UNFIT_FORM
from bots.wechat.config import WeChatSettings
from bots.wechat.forms import NO_FORM, Field, filled, forms_of
from bots.wechat.render import bubble, cut
from core.departures import Departure
from core.errors import Held, RungClosed
from core.ladder import ANY, Facts

_TITLE_CHARACTERS, _CONTENT_CHARACTERS = 15, 200
"""Of a message that was granted."""

Look = Callable[[str], Awaitable[Answer]]
Tell = Callable[[str, Mapping[str, object]], Awaitable[Answer]]


class Forms:
    """What the account's forms of one sort want: asked for once, when the first one is needed."""

    def __init__(self, look: Look, path: str) -> None:
        self._look, self._path, self._asking = look, path, asyncio.Lock()
        self._known: Mapping[str, tuple[Field, ...]] | None = None

    async def data(self, template_id: str, facts: Facts) -> dict[str, dict[str, str]]:
        """The form, filled. Raises RungClosed where it is gone or cannot be."""
        async with self._asking:
            if self._known is None:
                self._known = forms_of(await self._look(self._path))
            known = self._known
        if template_id not in known:
            self._known = None
            raise RungClosed("the account has no such template", NO_FORM)
        return filled(known[template_id], facts)

    def heard(self, error: RungClosed) -> None:
        """What we know of the forms is wrong where the platform says so: the next one asks again."""
        if error.code in UNFIT_FORM:
            self._known = None


class Ways:
    """The ways of one account; ``look`` reads from the platform and ``tell`` has something sent."""

    def __init__(self, settings: WeChatSettings, look: Look, tell: Tell) -> None:
        self._settings, self._tell = settings, tell
        self._templates = Forms(look, "/cgi-bin/template/get_all_private_template")
        self._notices = Forms(look, "/wxaapi/newtmpl/gettemplate")

    async def by_template(self, departure: Departure) -> str:
        """The platform sends one with the same ``client_msg_id`` once, so a try whose answer was lost repeats nothing."""
        templates = self._settings.templates
        body = {
            "template_id": templates.get(departure.claimed.notice) or templates.get(ANY, ""),
            "url": self._status_link(departure),
            "client_msg_id": hashlib.sha256(departure.key.encode()).hexdigest()[:32],
        }
        return await self._on_a_form(self._templates, "/cgi-bin/message/template/send", departure, body)

    async def by_grant(self, departure: Departure) -> str:
        """A grant with a scene was made by our link, one without in the platform's own question."""
        template_id, link = self._settings.subscribe_template, self._status_link(departure)
        if departure.scene is None:
            body: dict[str, object] = {"template_id": template_id, "page": link}
            return await self._on_a_form(self._notices, "/cgi-bin/message/subscribe/bizsend", departure, body)
        body = {
            "touser": departure.to.peer,
            "template_id": template_id,
            "url": link,
            "scene": str(departure.scene),
            "title": cut(_facts(departure).phrase, _TITLE_CHARACTERS),
            "data": {"content": {"value": cut(bubble(departure.message), _CONTENT_CHARACTERS)}},
        }
        return _id(await self._tell("/cgi-bin/message/template/subscribe", body))

    async def _on_a_form(self, forms: Forms, path: str, departure: Departure, body: Mapping[str, object]) -> str:
        data = await forms.data(str(body["template_id"]), _facts(departure))
        try:
            return _id(await self._tell(path, {"touser": departure.to.peer, **body, "data": data}))
        except RungClosed as error:
            forms.heard(error)
            raise

    def _status_link(self, departure: Departure) -> str:
        return f"{self._settings.base_url}/status/n/{departure.link}" if departure.link else ""


def _facts(departure: Departure) -> Facts:
    if departure.facts is None:
        raise Held("what it says was erased", "erased")
    return departure.facts


def _id(answer: Answer) -> str:
    return str(answer.get("msgid", ""))
