"""Sends to the platform, as the core's Channel, and changes cards that were pressed."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence

from bots.tencent.api import Answer, Api
from bots.tencent.token import AccessToken
from bots.wecom.codes import STALE_TOKEN, UNFIT, refusal
from bots.wecom.config import LIMITS, NAME, WeComSettings
from bots.wecom.limits import Brake
from bots.wecom.render import Body, bodies, instead_of_card, pressed_label
from core.errors import DeliveryError, FetchRefused, Held, Undeliverable
from core.messages import Address, Attachment, FetchedFile, OutboundMessage

log = logging.getLogger(__name__)

CALLED = "WeCom"
SEND, UPDATE, AGENT = "/cgi-bin/message/send", "/cgi-bin/message/update_template_card", "/cgi-bin/agent/get"


class WeComChannel:
    """One application. Writes to single members only, never to a unit or to all."""

    name = NAME
    limits = LIMITS

    def __init__(self, settings: WeComSettings) -> None:
        self._settings = settings
        self._api = Api(settings.api_base, CALLED, refusal)
        self._token = AccessToken(CALLED, self._get_token, STALE_TOKEN)
        self._brake = Brake()

    async def close(self) -> None:
        await self._api.close()

    def share(self, processes: int) -> None:
        """Send no more than this process's part of what the platform shows."""
        self._brake.share(processes)

    async def keep_up(self) -> None:
        """Renew the token before it ends."""
        await self._token.current()

    async def send(self, to: Address, message: OutboundMessage, key: str) -> str:
        """Send one message. A try whose answer was lost may repeat: the platform's own check for repetition would also
        swallow the same answer to the same question."""
        built = bodies(message, _fresh_id)
        await self._brake.admit(to.peer, len(built))
        platform_id = ""
        for body in built:
            try:
                platform_id = await self._send(to, body)
            except Undeliverable as error:
                if body["msgtype"] == "text" or error.code not in UNFIT:
                    raise
                log.warning("WeCom does not take a card, code %s: its words are sent", error.code)
                platform_id = await self._say(to, instead_of_card(message, words_were_sent=len(built) > 1))
        return platform_id

    async def _say(self, to: Address, texts: Sequence[Body]) -> str:
        platform_id = ""
        for text in texts:
            platform_id = await self._send(to, text)
        return platform_id

    async def _send(self, to: Address, body: Body) -> str:
        answer = await self._tell(SEND, {"touser": to.peer, "agentid": self._settings.agent_id, **body})
        # Said beside a success: it went to all whom it was for, and this member is none of them.
        if answer.get("invaliduser") or answer.get("unlicenseduser"):
            raise Held("WeCom does not let us write to this member now", "invaliduser")
        return str(answer.get("msgid", ""))

    async def show_pressed(self, member: str, response_code: str, words: str) -> None:
        """Put what happened in the place of a pressed card's buttons. Nobody is harmed where that fails: an old button only
        says what has happened since."""
        change = {"userids": [member], "agentid": self._settings.agent_id, "response_code": response_code}
        try:
            await self._tell(UPDATE, {**change, "button": {"replace_name": pressed_label(words)}})
        except DeliveryError as error:
            log.info("a pressed card was not changed: %s", error)

    async def application(self) -> str:
        """What the application is called on the platform. Raises as ``send`` does."""
        path = f"{AGENT}?agentid={self._settings.agent_id}"
        answer = await self._token.lend(lambda token: self._api.look(path, token))
        return str(answer.get("name", ""))

    async def fetch(self, attachment: Attachment) -> FetchedFile:
        """What staff send here is words; files are not taken in."""
        raise FetchRefused

    async def _tell(self, path: str, body: Mapping[str, object]) -> Answer:
        """Call a method that confirms with ``errcode`` 0; a gateway's friendly object without one confirms nothing."""
        answer = await self._token.lend(lambda token: self._api.ask(path, body, token))
        if "errcode" not in answer:
            raise self._api.strange("json")
        return answer

    async def _get_token(self, another: bool) -> Answer:
        """The platform gives all who ask the same one, and another by itself where it has taken that back."""
        who = {"corpid": self._settings.corp_id, "corpsecret": self._settings.secret}
        return await self._api.look_with("/cgi-bin/gettoken", who)


def _fresh_id() -> str:
    return secrets.token_hex(16)
