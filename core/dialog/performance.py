"""Doing what the engine asks for, inside the same transaction; an effect with an answer gives the next event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from core.cases import access, notices
from core.cases import service as cases
from core.cases.clocks import local_day
from core.cases.notices import shown_note
from core.cases.service import Office, Registration
from core.dialog import moves
from core.dialog.effects import (
    Act,
    AddEvidence,
    AlertStaff,
    DropDraft,
    Effect,
    FindAlike,
    FindOwnCases,
    ForgetPerson,
    LookUp,
    OfferMove,
    OpenCase,
    Reread,
    Say,
    TakeOver,
)
from core.dialog.events import (
    Acted,
    CaseOpened,
    CaseView,
    Event,
    LikenessChecked,
    LookedUp,
    MoveOffered,
    OwnCasesFound,
    Said,
    TimelineLine,
)
from core.dialog.session import Draft
from core.errors import Refused
from core.messages import Attachment, InboundMessage, OutboundMessage
from core.store import evidence, inbox, keys, outbox, sessions
from core.store.cases import StoredCase
from core.store.sessions import StoredSession
from core.store.unit_of_work import UnitOfWork
from core.understand import read


class Performance:
    """The effects of one turn. ``draft_keys`` are the data keys of open drafts; ``stored`` is renewed when a person is forgotten."""

    def __init__(
        self,
        uow: UnitOfWork,
        office: Office,
        stored: StoredSession,
        now: datetime,
        message: InboundMessage | None,
        draft_keys: Mapping[str, int],
    ) -> None:
        self.uow, self.office, self.stored, self.now, self.message = uow, office, stored, now, message
        self.draft_keys = dict(draft_keys)

    def perform(self, effect: Effect) -> Event | None:
        """Do it; return what came of it where the conversation waits for that."""
        return _PERFORMERS[type(effect)](self, effect)

    def say_later(self, say: Say) -> None:
        """A bubble for after a quiet moment; a newer one takes its place."""
        due = self.now + timedelta(seconds=say.after)
        key = f"quiet:{self.stored.id}:{self.stored.version}"
        outbox.add(self.uow, self.stored, OutboundMessage(say.text), key, due, now=self.now, slot=say.slot)

    def hush(self) -> None:
        """What was waiting for a quiet moment is overtaken by the answer to come."""
        if self.stored.expects:
            outbox.cancel(self.uow, self.stored.id, "files")

    def _key_of(self, draft: str) -> int:
        """The draft's data key, made with its first file or with the case."""
        if draft not in self.draft_keys:
            self.draft_keys[draft] = keys.new_key(self.uow)
        return self.draft_keys[draft]

    def add_evidence(self, effect: AddEvidence) -> None:
        """Keep a file's reference; the worker fetches its bytes."""
        assert self.message is not None
        attachment = self.message.attachments[effect.index]
        if effect.draft:
            key_id = self._key_of(effect.draft)
            evidence.add(self.uow, self.stored.id, effect.draft, None, key_id, attachment, self.now)
            return
        case = self._own(effect.number)
        if case is not None and not self._has(case, attachment):
            evidence.add(self.uow, self.stored.id, case.draft, case.id, case.key_id, attachment, self.now)
            cases.act_as_complainant(self.uow, self.office, self.stored.id, case.number, "supplement", "", self.now)

    def _has(self, case: StoredCase, attachment: Attachment) -> bool:
        """Whether the same file came before; where the platform cannot tell, no file is the same."""
        files = evidence.list_for_case(self.uow, case.id) if attachment.identity else []
        return any(file.attachment.identity == attachment.identity for file in files)

    def open_case(self, effect: OpenCase) -> Event:
        """File the draft: its words and files become the case's, under the draft's key."""
        draft = effect.draft
        self._drop_removed_files(draft)
        registration = Registration(
            draft=draft.id,
            session_id=self.stored.id,
            channel=self.stored.channel,
            key_id=self._key_of(draft.id),
            category=draft.category or "other",
            contents=self._contents(effect),
            phone=self._phone(draft),
            anonymous=draft.anonymous,
            human_wanted=effect.human,
            flags=draft.flags,
        )
        case, code = cases.open_case(self.uow, self.office, registration, self.now)
        self.draft_keys.pop(draft.id, None)
        return CaseOpened(self._view(case), code)

    def _drop_removed_files(self, draft: Draft) -> None:
        """What was taken out again while writing does not go with the case; before the first file there is no key."""
        if draft.id not in self.draft_keys:
            return
        kept = {file.position for file in draft.files}
        for file in evidence.list_for_draft(self.uow, draft.id):
            if file.position not in kept:
                evidence.remove(self.uow, file.id)

    def _contents(self, effect: OpenCase) -> dict[str, Any]:
        draft = effect.draft
        answers = {
            key: {"value": answer.value, "shown": answer.shown, "unsure": answer.unsure}
            for key, answer in draft.answers.items()
        }
        facts = self.office.policy.first_of["facts"].key
        told = draft.answers[facts].value if facts in draft.answers else ""
        return {"facts": told, "answers": answers, "relation": draft.relation, "consent": effect.consent}

    def _phone(self, draft: Draft) -> str:
        keys_ = [field.key for field in self.office.policy.fields if field.kind == "phone"]
        return next((answer.value for key in keys_ if (answer := draft.answer(key)) and answer.value.isdecimal()), "")

    def find_own(self, effect: FindOwnCases) -> Event:
        found = access.own_cases(self.uow, self.stored.id)
        return OwnCasesFound(effect.purpose, tuple(self._view(case) for case in found))

    def find_alike(self, effect: FindAlike) -> Event:
        return LikenessChecked(cases.find_alike(self.uow, self.stored.id, effect.facts))

    def look_up(self, effect: LookUp) -> Event:
        policy = self.office.policy
        case = access.own_case(self.uow, policy, self.stored.id, effect.number)
        if case is None and effect.code:
            case = access.by_code(self.uow, policy, effect.number, effect.code, str(self.stored.id), self.now)
        return LookedUp(effect.number, self._view(case) if case else None, bool(effect.code))

    def act(self, effect: Act) -> Event:
        """An action on one's own case; a refusal is an answer like any other."""
        try:
            case = cases.act_as_complainant(
                self.uow, self.office, self.stored.id, effect.number, effect.action, effect.words, self.now
            )
        except Refused as refused:
            return Acted(effect.action, effect.number, str(refused), self._limits_in_words())
        return Acted(effect.action, case.number, params=self._outcome(effect, case))

    def _limits_in_words(self) -> dict[str, str]:
        rules = self.office.policy.follow_up
        return {"hours": str(rules.urge_every_hours), "days": str(rules.reopen_within_days)}

    def _outcome(self, effect: Act, case: StoredCase) -> dict[str, str]:
        language = self.stored.language
        date = notices.day_words(self.office.texts, language, case.promised_on, provisional=case.promise_provisional)
        return {
            "count": str(case.urged_count),
            "date": date,
            "stars": effect.words[:1] if effect.action == "rate" else "",
        }

    def alert_staff(self, effect: AlertStaff) -> None:
        key = f"{effect.kind}:{self.stored.id}:{self.stored.version}"
        cases.staff_alert(self.uow, self.office, effect.kind, self.stored.channel, effect.about, key, self.now)

    def reread(self, effect: Reread) -> Event:
        return Said(read(effect.words, self.office.policy, self.now))

    def drop_draft(self, effect: DropDraft) -> None:
        """Destroy a draft: its files, what was said for it, and its key."""
        for file in evidence.list_for_draft(self.uow, effect.draft):
            evidence.remove(self.uow, file.id)
        inbox.forget_draft(self.uow, effect.draft)
        key_id = self.draft_keys.pop(effect.draft, None)
        if key_id is not None:
            keys.destroy(self.uow, key_id)

    def forget(self, effect: ForgetPerson) -> None:
        for key_id in self.draft_keys.values():
            keys.destroy(self.uow, key_id)
        self.draft_keys.clear()
        self.stored = sessions.erase(self.uow, self.stored.id, self.now)

    def offer_move(self, effect: OfferMove) -> Event:
        word = moves.word(self.uow, self.stored.id, effect.draft, self.now)
        return MoveOffered(word, int(moves.LIFE.total_seconds() // 60))

    def take_over(self, effect: TakeOver) -> Event:
        arrived, draft_keys = moves.take(self.uow, self.office, self.stored, effect.word, self.now)
        self.draft_keys.update(draft_keys)
        return arrived

    def _own(self, number: str) -> StoredCase | None:
        return next((case for case in access.own_cases(self.uow, self.stored.id) if case.number == number), None)

    def _view(self, case: StoredCase) -> CaseView:
        """The case as its complainant sees it."""
        language = self.stored.language
        entries = access.public_timeline(self.uow, case)
        return CaseView(
            number=case.number,
            status=case.status,
            category=_category_words(self.office, case.category, language),
            registered_on=local_day(case.registered_at),
            promised_on=case.promised_on,
            provisional=case.promise_provisional,
            timeline=tuple(
                TimelineLine(local_day(entry.at), entry.kind, shown_note(entry.kind, entry.note)) for entry in entries
            ),
        )


def _category_words(office: Office, key: str, language: Any) -> str:
    """The category's name, or its key where a newer pack no longer has it."""
    row = next((category for category in office.policy.categories if category.key == key), None)
    return row.label.in_language(language) if row else key


_PERFORMERS: Mapping[type, Callable[[Performance, Any], Event | None]] = {
    AddEvidence: Performance.add_evidence,
    OpenCase: Performance.open_case,
    FindOwnCases: Performance.find_own,
    FindAlike: Performance.find_alike,
    LookUp: Performance.look_up,
    Act: Performance.act,
    AlertStaff: Performance.alert_staff,
    Reread: Performance.reread,
    DropDraft: Performance.drop_draft,
    ForgetPerson: Performance.forget,
    OfferMove: Performance.offer_move,
    TakeOver: Performance.take_over,
}
