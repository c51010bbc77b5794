"""Whether the service is well, for whoever watches it: ``/healthz``, ``/readyz`` and ``/metrics``."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app import metrics
from app.findings import HEARTBEAT_SECONDS, OLDEST_DUE
from app.wiring import Service
from core.errors import StoreError
from core.store import gauges, service_rows, stranded
from core.store.unit_of_work import UnitOfWork


def health_router(service: Service) -> APIRouter:
    """``/healthz``: the process lives. ``/readyz``: it reaches its database, somebody does the work, and what is due goes out."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def alive() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @router.get("/readyz")
    async def ready() -> JSONResponse:
        now = service.now()
        try:
            found = await service.store.aread(lambda uow: _readiness(uow, now))
        except StoreError:
            return JSONResponse({"status": "unavailable", "database": False}, status_code=503)
        return JSONResponse(found, 200 if found["status"] == "ok" else 503)

    @router.get("/metrics")
    async def measured(request: Request) -> Response:
        """For those inside only: how many complain of a place is nobody else's business."""
        if not _is_inside(request):
            return Response(status_code=404)
        now = service.now()
        try:
            found = await service.store.aread(lambda uow: gauges.look(uow, now))
        except StoreError:
            return Response(status_code=503)
        body = metrics.exposition(found, service.sends, len(service.spool.waiting()), now)
        return Response(body, media_type=metrics.CONTENT_TYPE)

    return router


def _readiness(uow: UnitOfWork, now: datetime) -> dict[str, Any]:
    beat = service_rows.beat_at(uow)
    working = beat is not None and (now - beat).total_seconds() < HEARTBEAT_SECONDS
    oldest = stranded.oldest_due(uow, now)
    late = oldest is not None and now - oldest > OLDEST_DUE
    return {
        "status": "no worker" if not working else "late" if late else "ok",
        "database": True,
        "worker": working,
        "oldest_due_seconds": int((now - oldest).total_seconds()) if oldest else 0,
    }


def _is_inside(request: Request) -> bool:
    """From this machine or its own network; the proxy in front says who else it asks for."""
    try:
        return request.client is not None and ip_address(request.client.host).is_private
    except ValueError:
        return False
