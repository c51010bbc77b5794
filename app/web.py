"""The web application: every channel's routes, the public pages, health, and the jobs that run beside them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI

from app import wiring
from app.callbacks import Application, callbacks
from app.evidence_page import evidence_page
from app.headers import SecurityHeaders
from app.health import health_router
from app.page_files import PageFiles
from app.wiring import Service
from bots.telegram.config import NAME as TELEGRAM
from bots.webchat.config import WebchatSettings
from bots.webchat.page import pages as chat_pages
from bots.webchat.webhook import chat_router
from console import pages as public_pages
from console.routes.status import RATE, status_router
from console.views import StatusSettings, StatusView, Step
from core.cases import access, notifying, numbers
from core.cases.clocks import ZONE
from core.dialog import views
from core.dialog.flows import status
from core.messages import Language
from core.store import links, notifications, sessions
from core.store.cases import StoredCase
from core.store.unit_of_work import UnitOfWork
from core.throttle import Throttle
from core.understand import keep_dictionary_in, warm

if TYPE_CHECKING:
    from app.settings import Settings


def create_app(settings: Settings, role: str = "all") -> FastAPI:
    """The service for one role: ``web`` answers people, ``worker`` does what happens with time, ``all`` both."""
    return application(wiring.build(settings), settings, role)


def application(service: Service, settings: Settings, role: str = "all") -> FastAPI:
    """The routes and the jobs of a service that was put together already."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # The first citizen must not wait for the segmenter's dictionary.
        keep_dictionary_in(settings.data_dir / "dictionary")
        threading.Thread(target=warm, name="warm", daemon=True).start()
        watch = asyncio.create_task(service.admission.watch())
        async with _telegram_connected(service, role), _working(service, role):
            yield
        watch.cancel()
        await asyncio.to_thread(service.store.close)

    app = Application(title="Tousu", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.service = service
    app.add_middleware(SecurityHeaders, https=settings.base_url.startswith("https://"))
    app.include_router(health_router(service))
    if role != "worker":
        app.mount("/chat/static", PageFiles(directory=chat_pages.STATIC))
        app.mount("/status/static", PageFiles(directory=public_pages.STATIC))
        app.include_router(_web_chat(service, settings))
        throttle = Throttle(RATE)
        app.include_router(_status_page(service, settings, throttle))
        app.include_router(evidence_page(service, _title(service), throttle))
        app.callbacks = callbacks(service, settings)
    return app


@asynccontextmanager
async def _working(service: Service, role: str) -> AsyncIterator[None]:
    """The jobs tick while the service runs; where other processes do the work, those it does for itself."""
    from scheduler.jobs import JOBS, JOBS_OF_WEB, take_over
    from scheduler.main import start

    if role != "web":
        await take_over(service.workplace())
    scheduler = start(service.workplace(), JOBS_OF_WEB if role == "web" else JOBS)
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)


def _web_chat(service: Service, settings: Settings) -> APIRouter:
    policy = service.office.policy
    return chat_router(
        service.receive,
        service.keep,
        service.history,
        service.uploads,
        service.signing_key(),
        service.web,
        WebchatSettings(
            base_url=settings.base_url,
            title=_title(service),
            zone=ZONE.key,
            phone=policy.institution.phone,
            max_files=policy.evidence.max_files,
            max_megabytes=policy.evidence.max_megabytes,
        ),
    )


def _title(service: Service) -> dict[Language, str]:
    name = service.office.policy.institution.name
    return {"zh": name.zh, "en": name.en}


def _status_page(service: Service, settings: Settings, throttle: Throttle) -> APIRouter:
    policy = service.office.policy

    async def look_up(number: str, code: str, asker: str) -> StatusView | None:
        now = service.now()

        def work(uow: UnitOfWork) -> StatusView | None:
            case = access.by_code(uow, service.office.policy, number, code, f"ip:{asker}", now)
            if case is None:
                return None
            if not access.is_phone(code):
                notifications.looked_up(uow, case.id, now)
            return _status_view(uow, service, case, now)

        return await service.store.awrite(work)

    async def open_link(token: str) -> StatusView | None:
        now = service.now()

        def work(uow: UnitOfWork) -> StatusView | None:
            notice = links.opened(uow, token, now)
            case = notifying.opened(uow, notice, now) if notice is not None else None
            return _status_view(uow, service, case, now) if case else None

        return await service.store.awrite(work)

    page = StatusSettings(
        title=_title(service),
        phone=policy.institution.phone,
        number_example=numbers.render(policy.number, service.now(), 17),
        phone_last_four=policy.lookup.phone_last_four,
        secure=settings.base_url.startswith("https://"),
    )
    return status_router(look_up, open_link, page, throttle)


def _status_view(uow: UnitOfWork, service: Service, case: StoredCase, now: datetime) -> StatusView:
    """What whoever holds number and code may see: status, days, steps, and what staff wrote to the complainant."""
    language = _language_of(uow, case)
    text = partial(service.office.texts.render, language)
    seen = views.view(uow, service.office, case, language, now)
    return StatusView(
        number=seen.number,
        status=status.in_words(text, seen),
        registered_on=seen.registered_on,
        promised_on=seen.promised_on if seen.names_a_day else None,
        provisional=seen.provisional,
        standing=status.standing(text, seen),
        timeline=tuple(Step(entry.on, status.what(text, entry)) for entry in seen.timeline),
    )


def _language_of(uow: UnitOfWork, case: StoredCase) -> Language:
    return "zh" if case.session_id is None else sessions.get(uow, case.session_id).language


@asynccontextmanager
async def _telegram_connected(service: Service, role: str) -> AsyncIterator[None]:
    if TELEGRAM not in service.channels:
        yield
        return
    from app import telegram_bot

    async with telegram_bot.connected(service, role):
        yield
