"""The application for each role: who answers what, and how it says that it is well."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from app.findings import HEARTBEAT_SECONDS
from app.settings import Settings
from app.web import application, create_app
from app.wiring import build
from core.errors import SettingsError
from scheduler.jobs import tidy
from tests import postgres
from tests.simulators.wechat_serving import served

MakeSettings = Callable[..., Settings]


@pytest.fixture
def settings(data_dir: Path) -> MakeSettings:
    def make(**more: str) -> Settings:
        secret = "a long enough secret for tests only"
        return Settings(_env_file=None, data_dir=data_dir, secret_key=secret, **more)  # type: ignore[call-arg]

    return make


WECHAT = {
    "wechat_app_id": "wx0123456789abcdef", "wechat_token": "token123",
    "wechat_aes_key": "a" * 43, "wechat_account": "passive",
}  # fmt: skip


@pytest.mark.parametrize(("role", "pages"), [("all", 200), ("web", 200), ("worker", 404)])
async def test_a_worker_answers_its_health_only(settings: MakeSettings, role: str, pages: int) -> None:
    service = build(settings(**WECHAT))
    with served(application(service, settings(**WECHAT), role)) as url:
        async with httpx.AsyncClient(base_url=url, trust_env=False) as browser:
            assert (await browser.get("/healthz")).json() == {"status": "ok"}
            assert (await browser.get("/")).status_code == pages
            assert (await browser.get("/status")).status_code == pages
            assert (await browser.post("/wechat")).status_code == (403 if pages == 200 else 404)
    service.store.close()


async def test_without_credentials_there_is_no_callback(settings: MakeSettings) -> None:
    service = build(settings())
    with served(application(service, settings())) as url:
        assert httpx.get(f"{url}/wechat", trust_env=False).status_code == 404
        for path in ("/docs", "/redoc", "/openapi.json"):
            assert httpx.get(f"{url}{path}", trust_env=False).status_code == 404
    service.store.close()


async def test_it_is_ready_while_somebody_does_the_work(settings: MakeSettings) -> None:
    ahead = timedelta()
    service = build(settings(), now=lambda: datetime.now(UTC) + ahead)
    with served(application(service, settings())) as url:
        assert _readiness(url) == (
            503,
            {"status": "no worker", "database": True, "worker": False, "oldest_due_seconds": 0},
        )
        await tidy(service.workplace())
        assert _readiness(url) == (200, {"status": "ok", "database": True, "worker": True, "oldest_due_seconds": 0})
        ahead = timedelta(seconds=HEARTBEAT_SECONDS)
        assert _readiness(url)[0] == 503
    service.store.close()


def test_it_is_not_ready_without_its_database_and_recovers(settings: MakeSettings) -> None:
    with postgres.private(durable=True) as server:
        chosen = settings(database_url=server.databases.create())
        service = build(chosen)
        asyncio.run(tidy(service.workplace()))
        with served(application(service, chosen)) as url:
            server.kill()
            assert _readiness(url) == (503, {"status": "unavailable", "database": False})
            assert httpx.get(f"{url}/healthz", trust_env=False).status_code == 200
            server.start()
            assert _readiness(url)[0] == 200
        service.store.close()


def _readiness(url: str) -> tuple[int, object]:
    answer = httpx.get(f"{url}/readyz", trust_env=False)
    return answer.status_code, answer.json()


async def test_the_jobs_run_with_the_application_and_end_with_it(settings: MakeSettings) -> None:
    app = create_app(settings())
    async with app.router.lifespan_context(app):
        with served(app) as url:
            for _ in range(100):
                if _readiness(url)[0] == 200:
                    break
                await asyncio.sleep(0.05)
            assert _readiness(url)[0] == 200
    build(settings()).store.close()


async def test_a_role_without_work_does_none(settings: MakeSettings) -> None:
    app = create_app(settings(), "web")
    async with app.router.lifespan_context(app):
        await asyncio.sleep(0.3)
        with served(app) as url:
            assert _readiness(url)[0] == 503


@pytest.mark.parametrize("wrong", [{"policy": "no-such-pack"}, {"database_url": "sqlite:///:memory:"}])
def test_what_is_wrong_stops_the_start(settings: MakeSettings, wrong: dict[str, str]) -> None:
    with pytest.raises(Exception, match=r"no-such-pack|must be a file") as refused:
        create_app(settings(**wrong))
    assert isinstance(refused.value, SettingsError) or "no-such-pack" in str(refused.value)
