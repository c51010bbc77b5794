from __future__ import annotations

import httpx
from fastapi import FastAPI, Response

from app.headers import SecurityHeaders, security_headers


async def answer(https: bool = False) -> httpx.Response:
    app = FastAPI()
    app.add_middleware(SecurityHeaders, https=https)

    @app.get("/public")
    async def public() -> Response:
        return Response("", headers={"Cache-Control": "public"})

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://home") as client:
        return await client.get("/public")


def test_no_script_or_style_inside_the_markup_and_no_other_host_is_allowed() -> None:
    policy = security_headers(https=False)["Content-Security-Policy"]
    sources = {source for directive in policy.split("; ") for source in directive.split()[1:]}
    assert sources == {"'none'", "'self'", "'script'"}


async def test_every_answer_carries_the_headers_and_keeps_what_it_says_itself() -> None:
    response = await answer()
    expected = dict(security_headers(https=False)) | {"Cache-Control": "public"}
    assert {name: response.headers[name] for name in expected} == expected


async def test_only_over_https_is_https_insisted_on() -> None:
    assert "strict-transport-security" not in (await answer()).headers
    assert "strict-transport-security" in (await answer(https=True)).headers
