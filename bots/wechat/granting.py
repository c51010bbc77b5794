"""Where a person lets us send them one message: the way to the platform's own question, and back from it to a page of ours.

What identifies them is a signed word that we made and the platform carries; its own parameters are signed by nobody.
"""

from __future__ import annotations

import tomllib
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Literal
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bots.wechat.config import ANSWERED, ASK, NAME, WeChatSettings
from core.errors import StoreUnavailable
from core.languages import preferred
from core.messages import Address, Language

_QUESTION = "https://mp.weixin.qq.com/mp/subscribemsg"

Outcome = Literal["granted", "not_granted", "over", "unavailable"]

SceneOf = Callable[[str], Awaitable[int | None]]
"""The platform's number for the grant that this word stands for; None for one that is forged, torn or over."""

Keep = Callable[[Address, str, int], Awaitable[bool]]
"""``keep(who, word, scene)`` writes the grant down; False where the word is not theirs. Raises StoreUnavailable."""


def question(settings: WeChatSettings, word: str, scene: int) -> str:
    """The platform's page that asks the person."""
    back = quote(settings.base_url + ANSWERED, safe="")
    return (
        f"{_QUESTION}?action=get_confirm&appid={settings.app_id}&scene={scene}"
        f"&template_id={settings.subscribe_template}&redirect_url={back}&reserved={word}#wechat_redirect"
    )


def granting(settings: WeChatSettings, scene_of: SceneOf, keep: Keep, title: Mapping[Language, str]) -> Starlette:
    """Answers both addresses."""

    async def ask(request: Request) -> Response:
        word = request.query_params.get("word", "")
        try:
            scene = await scene_of(word)
        except StoreUnavailable:
            return _page(request, title, "unavailable", 503)
        if scene is None:
            return _page(request, title, "over", 410)
        return RedirectResponse(question(settings, word, scene), 302)

    async def answered(request: Request) -> Response:
        given = request.query_params
        if given.get("action") != "confirm":
            return _page(request, title, "not_granted")
        if given.get("template_id") != settings.subscribe_template or not given.get("scene", "").isdecimal():
            return _page(request, title, "over", 410)
        who = Address(NAME, given.get("openid", ""))
        try:
            kept = await keep(who, given.get("reserved", ""), int(given["scene"][:6]))
        except StoreUnavailable:
            return _page(request, title, "unavailable", 503)
        return _page(request, title, "granted") if kept else _page(request, title, "over", 410)

    return Starlette(routes=[Route(ASK, ask), Route(ANSWERED, answered)])


def _page(request: Request, title: Mapping[Language, str], outcome: Outcome, status: int = 200) -> Response:
    language = preferred(request.headers.get("accept-language", ""))
    words = _texts(language)
    html = _template().substitute(
        language="zh-CN" if language == "zh" else "en",
        institution=escape(title[language]),
        heading=escape(words[outcome]["heading"]),
        text=escape(words[outcome]["text"]),
    )
    return HTMLResponse(html, status, {"Cache-Control": "no-store"})


@cache
def _texts(language: Language) -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files(__package__).joinpath(f"granting.{language}.toml").read_text("utf-8"))


@cache
def _template() -> Template:
    return Template(files(__package__).joinpath("granting.html").read_text("utf-8"))
