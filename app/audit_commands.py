"""``tousu audit verify``: whether everything that was written down is still as it was written."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import typer

from app import terminal
from app.terminal import AsJson
from app.texts_cli import say

if TYPE_CHECKING:
    from core.store.audit import Audit

audit = typer.Typer(help=say("audit", "help"), no_args_is_help=True)


@audit.command("verify", help=say("audit", "help_verify"))
def verify(as_json: AsJson = False) -> None:
    done = _walked(terminal.settings())
    record = _record(done)
    terminal.show(record, _lines(record), as_json=as_json)
    if done.found:
        raise SystemExit(1)


# A callback makes ``verify`` a command of its own instead of the group's only one.
@audit.callback()
def _group() -> None:
    pass


def _walked(settings: Any) -> Audit:
    """Page by page, so that nobody waits for the audit."""
    from app.resources import open_store
    from core.store import audit as audits

    store = open_store(settings, read_only=True)
    try:
        done = audits.Audit()
        while not done.finished:
            done = store.read(partial(audits.go_on, audit=done))
        return done
    finally:
        store.close()


def _record(done: Audit) -> dict[str, Any]:
    return {
        "good": not done.found,
        "chains": done.chains,
        "entries": done.entries,
        "unchained": done.unchained,
        "found": done.found,
        "findings": [asdict(finding) for finding in done.findings],
    }


def _lines(record: dict[str, Any]) -> list[str]:
    findings = [
        say(
            "audit",
            "finding",
            **finding,
            where=finding["number"] or say("audit", "office"),
            said=say("audit_what", finding["what"]),
        )
        for finding in record["findings"]
    ]
    head = say(
        "audit", "good" if record["good"] else "bad", **{key: record[key] for key in ("chains", "entries", "found")}
    )
    unchained = [say("audit", "unchained", count=record["unchained"])] if record["unchained"] else []
    return [head, *unchained, *findings]
