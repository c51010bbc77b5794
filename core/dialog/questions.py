"""Every step of the dialogue by its name: how it is asked, what its choices do, what words mean there. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from core.dialog.flows import (
    aftercare,
    category,
    consent,
    crossroads,
    evidence,
    fields,
    greeting,
    human,
    listening,
    objections,
    privacy,
    relay,
    resume,
    status,
    summary,
    supplements,
)
from core.dialog.turn import Question

QUESTIONS: Mapping[str, Question] = {
    "greeting": greeting.GREETING,
    "consent": consent.CONSENT,
    "field": fields.FIELD,
    "category": category.CATEGORY,
    "evidence": evidence.EVIDENCE,
    "voice": evidence.VOICE,
    "summary": summary.SUMMARY,
    "change": summary.CHANGE,
    "cancel": summary.CANCEL,
    "excluded": crossroads.EXCLUDED,
    "alike": crossroads.ALIKE,
    "relation": crossroads.RELATION,
    "resume": resume.RESUME,
    "human_draft": human.HUMAN_DRAFT,
    "human_message": human.HUMAN_MESSAGE,
    "relay": relay.RELAY,
    "relay_which": relay.RELAY_WHICH,
    "relay_for": listening.RELAY_FOR,
    "status_number": status.STATUS_NUMBER,
    "status_code": status.STATUS_CODE,
    "status_pick": status.STATUS_PICK,
    "pick": aftercare.PICK,
    "withdraw": aftercare.WITHDRAW,
    "supplement": supplements.SUPPLEMENT,
    "awaited": supplements.AWAITED,
    "reopen": objections.REOPEN,
    "ask_review": objections.ASK_REVIEW,
    "unhappy": objections.UNHAPPY,
    "rate": aftercare.RATE,
    "erase": privacy.ERASE,
}
