"""Fetching evidence from the platforms on arrival, before they delete it; what cannot be had is said."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from core.cases.office import Office
from core.delivery import Channel, Keeper
from core.errors import FetchError, FetchRefused
from core.messages import OutboundMessage
from core.sending import all_of
from core.store import cases as case_rows
from core.store import evidence, outbox, sessions, timeline
from core.store.evidence import ClaimedEvidence, StoredEvidence
from core.store.files import StoredFile
from core.store.unit_of_work import Store, UnitOfWork

LEASE_SECONDS = 120.0
BATCH = 8
MOST_TRIES = 12
RETRY_SECONDS = (1, 3, 10, 30, 120, 600, 1800, 3600)
"""Waits between tries; with these twelve tries span some nine hours of the three days a platform keeps a file."""

log = logging.getLogger("tousu.evidence")


async def collect_due(
    store: Store, channels: Mapping[str, Channel], office: Office, clock: Callable[[], datetime]
) -> int:
    """Fetch what waits, store it sealed, and tell who sent what could not be had. Returns how many were claimed."""
    claimed_in_all = 0
    while claimed := await store.awrite(partial(evidence.claim, now=clock(), limit=BATCH, lease_seconds=LEASE_SECONDS)):
        await all_of(_collect(store, channels, office, clock, file) for file in claimed)
        claimed_in_all += len(claimed)
    await store.awrite(lambda uow: tell_failures(uow, office, clock()))
    return claimed_in_all


async def _collect(
    store: Store, channels: Mapping[str, Channel], office: Office, clock: Callable[[], datetime], file: ClaimedEvidence
) -> None:
    """One file. Whatever happens to it becomes a state of its row."""
    try:
        stored = await _fetched(store, channels, office, file)
    except FetchRefused as refused:
        reason = refused.reason
        await store.awrite(lambda uow: evidence.settle_failed(uow, file.id, reason))
        await _let_go(channels[file.channel], file)
    except (FetchError, OSError):
        log.warning("evidence %s: try %s failed", file.id, file.attempts)
        await store.awrite(partial(_try_again, file=file, now=clock()))
    else:
        await store.awrite(
            lambda uow: evidence.settle_stored(uow, file.id, stored.mime, stored.size, stored.sha256, stored.path)
        )
        await _let_go(channels[file.channel], file)


async def _let_go(channel: Channel, file: ClaimedEvidence) -> None:
    """What is settled must not lie about a second time, under a key that no erasure destroys."""
    if isinstance(channel, Keeper):
        await channel.let_go(file.attachment)


async def _fetched(store: Store, channels: Mapping[str, Channel], office: Office, file: ClaimedEvidence) -> StoredFile:
    channel = channels.get(file.channel)
    if channel is None:
        raise FetchError
    got = await channel.fetch(file.attachment)
    if not got.content:
        raise FetchRefused(reason="empty")
    if len(got.content) > office.policy.evidence.max_megabytes * 1024 * 1024:
        raise FetchRefused(reason="too_large")
    stored = await asyncio.to_thread(store.files.write, got.content, file.key)
    if not stored.mime:
        store.files.remove(stored.path)
        raise FetchRefused(reason="wrong_kind")
    return stored


def _try_again(uow: UnitOfWork, file: ClaimedEvidence, now: datetime) -> None:
    if file.attempts >= MOST_TRIES:
        evidence.settle_failed(uow, file.id, "gone")
        return
    wait = RETRY_SECONDS[min(file.attempts, len(RETRY_SECONDS)) - 1]
    evidence.settle_later(uow, file.id, now + timedelta(seconds=wait))


def tell_failures(uow: UnitOfWork, office: Office, now: datetime, limit: int = 20) -> int:
    """Tell each sender once, in their chat; a case's timeline shows it to staff."""
    failed = evidence.untold(uow, limit)
    for file in failed:
        to = sessions.get(uow, file.session_id)
        text = office.texts.render(
            to.language, f"evidence.failed_{file.reason}", megabytes=str(office.policy.evidence.max_megabytes)
        )
        outbox.add(uow, to, OutboundMessage(text), f"evidence:{file.id}", now, now=now)
        _note_in_case(uow, file, now)
        evidence.mark_told(uow, file.id)
    return len(failed)


def _note_in_case(uow: UnitOfWork, file: StoredEvidence, now: datetime) -> None:
    if file.case_id is not None:
        timeline.add(uow, case_rows.by_id(uow, file.case_id), now, "evidence_failed", "service")
