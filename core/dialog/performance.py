"""Doing what the engine asks for, inside the same transaction; an effect with an answer gives the next event."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from core.cases import access, notices, registration, summoning, work
from core.cases.office import Office
from core.cases.registration import Registration
from core.cases.relay import people, speaking
from core.cases.telling_staff import staff_alert
from core.dialog import moves, views, with_staff
from core.dialog.effects import (
    Act,
    AddEvidence,
    AlertStaff,
    AskRelay,
    DropDraft,
    Effect,
    EndRelay,
    FindAlike,
    FindOwnCases,
    ForgetPerson,
    LookUp,
    OfferMove,
    OpenCase,
    Reread,
    Say,
    SayInRelay,
    TakeOver,
)
from core.dialog.events import (
    Acted,
    CaseAction,
    CaseOpened,
    CaseView,
    Event,
    LikenessChecked,
    LookedUp,
    MoveOffered,
    OwnCasesFound,
    Said,
)
from core.dialog.session import Draft
from core.errors import Refused
from core.messages import Attachment, InboundMessage, OutboundMessage
from core.store import cases, evidence, inbox, keys, outbox, sessions
from core.store import work as works
from core.store.cases import StoredCase
from core.store.sessions import StoredSession
from core.store.unit_of_work import UnitOfWork
from core.understand import read

OWN_WORDS = frozenset({"merged", "archived"})
"""What cannot be done any more to a case of these statuses is explained in words of their own."""


class Performance:
    """The effects of one turn. ``draft_keys`` are the data keys of open drafts; ``stored`` is renewed when a person is forgotten.

    ``spoken_of`` is the draft of the case of which something was said to staff.
    """

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
        self.spoken_of: str | None = None

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

    def add_evidence(self, effect: AddEvidence) -> Event | None:
        """Keep a file's reference; the worker fetches its bytes."""
        assert self.message is not None
        attachment = self.message.attachments[effect.index]
        if effect.draft:
            key_id = self._key_of(effect.draft)
            evidence.add(self.uow, self.stored.id, effect.draft, None, key_id, attachment, self.now)
            return None
        return self.add_to_case(effect.number, attachment)

    def add_to_case(self, number: str, attachment: Attachment) -> Acted:
        """The same file once more changes nothing; a case that has ended takes none."""
        case = access.own_case(self.uow, self.office.policy, self.stored.id, number)
        if case is not None and self._has(case, attachment):
            return Acted("supplement", case.number, by_file=True)
        acted = self.act(Act("supplement", number))
        if case is not None and not acted.refusal:
            evidence.add(self.uow, self.stored.id, case.draft, case.id, case.key_id, attachment, self.now)
        return replace(acted, by_file=True)

    def _has(self, case: StoredCase, attachment: Attachment) -> bool:
        """Whether the same file came before; where the platform cannot tell, no file is the same."""
        files = evidence.list_for_case(self.uow, case.id) if attachment.identity else []
        return any(file.attachment.identity == attachment.identity for file in files)

    def open_case(self, effect: OpenCase) -> Event:
        """File the draft: its words and files become the case's, under the draft's key."""
        draft = effect.draft
        self._drop_removed_files(draft)
        told = Registration(
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
        case, code = registration.open_case(self.uow, self.office, told, self.now)
        self.draft_keys.pop(draft.id, None)
        if effect.human and people.anybody(self.uow):
            speaking.ask(self.uow, self.office, case, self.stored.id, self.now, str(told.contents["facts"]))
        return CaseOpened(views.receipt(self.office, case, self.stored.language), code)

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
        if effect.number:
            one = access.own_case(self.uow, self.office.policy, self.stored.id, effect.number)
            found = [one] if one else []
        else:
            found = access.own_cases(self.uow, self.stored.id)
        return OwnCasesFound(effect.purpose, self._views(found), effect.number)

    def find_alike(self, effect: FindAlike) -> Event:
        return LikenessChecked(work.find_alike(self.uow, self.stored.id, effect.facts))

    def look_up(self, effect: LookUp) -> Event:
        policy = self.office.policy
        case = access.own_case(self.uow, policy, self.stored.id, effect.number)
        if case is not None or not effect.code:
            return LookedUp(effect.number, self._view(case) if case else None, bool(effect.code))
        case = access.by_code(self.uow, policy, effect.number, effect.code, str(self.stored.id), self.now)
        if case is None:
            return LookedUp(effect.number, None, code_given=True)
        ours = self._bind(case, effect.code)
        return LookedUp(effect.number, self._view(ours or case), code_given=True, bound=ours is not None)

    def _bind(self, case: StoredCase, code: str) -> StoredCase | None:
        """A case that no chat filed becomes this person's by its code: four digits of a telephone many people know.

        It is read again under a lock: of two chats that come with the code at once the first has it.
        """
        if not hmac.compare_digest(access.code_hash(self.uow, case.number, code), case.code_hash):
            return None
        free = cases.by_number(self.uow, case.number, for_update=True)
        if free is None or free.session_id is not None or free.status == cases.ARCHIVED:
            return None
        return registration.bind(self.uow, free, self.stored.id, self.now)

    def act(self, effect: Act) -> Acted:
        """An action on one's own case; a refusal is an answer like any other."""
        case = access.own_case(self.uow, self.office.policy, self.stored.id, effect.number)
        if case is None:
            return Acted(effect.action, effect.number, "act.not_yours")
        try:
            return self._do(effect.action, case, effect.words)
        except Refused as refused:
            key = f"cannot.{case.status}" if case.status in OWN_WORDS else str(refused)
            return Acted(effect.action, case.number, key, refused.facts)

    def _do(self, action: CaseAction, case: StoredCase, words: str) -> Acted:
        """Done, with what the complainant hears of it: how often they urged, the day, the stars, what else is open to them."""
        before = works.of(self.uow, case.id).paused
        after = work.act_as_complainant(self.uow, self.office, self.stored.id, case.number, action, words, self.now)
        language = self.stored.language
        date = notices.day_words(self.office.texts, language, after.promised_on, provisional=after.promise_provisional)
        stars = words[:1] if action == "rate" else ""
        params = {"count": str(after.urged_count), "date": date, "stars": stars}
        resumed = bool(before) and not works.of(self.uow, case.id).paused
        ways = self._view(after).ways_on if action == "rate" else ()
        return Acted(action, after.number, params=params, resumed=resumed, ways_on=ways)

    def awaited(self) -> tuple[CaseView, ...]:
        """This person's cases that wait for a supplement of theirs."""
        found = access.own_cases(self.uow, self.stored.id)
        return views.awaited(self.uow, self.office, found, self.stored.language, self.now)

    def alert_staff(self, effect: AlertStaff) -> None:
        key = f"{effect.kind}:{self.stored.id}:{self.stored.version}"
        said = {"channel": self.stored.channel, "about": effect.about}
        if effect.kind == "danger":
            summoning.summon_to_danger(self.uow, self.office, self.stored.id, key, self.now, **said)
        else:
            staff_alert(self.uow, self.office, effect.kind, key, self.now, **said)

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
        speaking.erase(self.uow, self.office, self.stored.id, self.now)
        self.stored = sessions.erase(self.uow, self.stored.id, self.now)

    def offer_move(self, effect: OfferMove) -> Event:
        word = moves.word(self.uow, self.stored.id, effect.draft, self.now)
        return MoveOffered(word, int(moves.LIFE.total_seconds() // 60))

    def take_over(self, effect: TakeOver) -> Event:
        arrived, draft_keys = moves.take(self.uow, self.office, self.stored, effect.word, self.now)
        self.draft_keys.update(draft_keys)
        return arrived

    def _view(self, case: StoredCase) -> CaseView:
        return self._views([case])[0]

    def _views(self, found: Sequence[StoredCase]) -> tuple[CaseView, ...]:
        return views.views(self.uow, self.office, found, self.stored.language, self.now)


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
    AskRelay: with_staff.ask,
    SayInRelay: with_staff.say,
    EndRelay: with_staff.end,
}
