"""Photos, recordings and files: in any order and number, before, during and after. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from core.dialog.effects import FILES, QUIET_SECONDS, AddEvidence, Reread, Say
from core.dialog.events import NewFile, SentFiles
from core.dialog.flows import intake, moving, supplements
from core.dialog.session import IDLE, File, Step
from core.dialog.turn import Question, Turn
from core.records import changed
from core.understand.reading import Reading

OVERFULL = "more_files_than_kept"
"""A mark for staff: the person had more to show than there was room for."""


def ask(turn: Turn) -> None:
    limit = turn.policy.evidence.max_files
    key = "evidence.ask" if not turn.draft.files else "evidence.ask_more"
    text = turn.text(key, progress=intake.progress(turn), limit=str(limit), list=listing(turn))
    turn.offer(text, moving.choices(turn), chips=("done", "back"))


def chose(turn: Turn, key: str) -> None:
    """The photos are often on another device."""
    moving.begin(turn)


def words(turn: Turn, reading: Reading) -> bool:
    """“Done”, “none” and “skip” go on; other words are part of the story."""
    if reading.intent in ("done", "skip", "no", "unknown", "yes", "submit", "resume"):
        finish(turn)
        return True
    return intake.more_of_the_story(turn, reading)


def finish(turn: Turn) -> None:
    intake.remember(turn)
    turn.edit(turn.draft.pass_over("evidence"))
    intake.ask_next(turn)


def on_files(turn: Turn, event: SentFiles) -> None:
    """Files go with the draft; with none, to a case of one's own or to a new complaint."""
    if (number := supplements.takes_files(turn)) is not None:
        _add_to_case(turn, number, event)
        return
    at_rest = turn.step.name in ("idle", "resume", "greeting")
    if not turn.has_draft:
        intake.open_draft(turn)
    added = _add_to_draft(turn, event.files)
    voice = next((file for file in added if file.kind == "voice"), None)
    if voice and voice.recognised:
        _ask_what_was_heard(turn, voice.recognised, at_rest=at_rest)
    elif event.caption.text:
        _acknowledge(turn)
        turn.change(step=_open_step(turn) if at_rest else turn.step)
        turn.do(Reread(event.caption.text))
    else:
        if voice:
            turn.say("voice.unheard")
        _acknowledge(turn, at_once=at_rest)
        if at_rest:
            intake.ask_next(turn)


def _open_step(turn: Turn) -> Step:
    """Where words about a file belong: the facts, while there are none."""
    return IDLE if intake.facts(turn) else Step("field", intake.facts_key(turn))


def _ask_what_was_heard(turn: Turn, heard: str, *, at_rest: bool) -> None:
    turn.change(stash=heard, step=_open_step(turn) if at_rest else turn.step)
    turn.interrupt()
    turn.ask("voice")


def _add_to_draft(turn: Turn, files: Sequence[NewFile]) -> list[NewFile]:
    """Keep what there is room for and of a kind that is taken; return those."""
    limits = turn.policy.evidence
    added: list[NewFile] = []
    intake.remember(turn)
    for index, file in enumerate(files):
        if file.kind not in limits.kinds:
            turn.say("evidence.wrong_kind")
        elif _is_here(turn, file):
            continue
        elif len(turn.draft.files) < limits.max_files:
            _add_one(turn, index, file)
            added.append(file)
        else:
            turn.edit(turn.draft.flag(OVERFULL))
    return added


def _is_here(turn: Turn, file: NewFile) -> bool:
    """The same file, sent once more."""
    return bool(file.identity) and any(kept.identity == file.identity for kept in turn.draft.files)


def _add_one(turn: Turn, index: int, file: NewFile) -> None:
    position = turn.draft.files_seen + 1
    kept = (*turn.draft.files, File(position, file.kind, file.name[:80], file.identity))
    turn.edit(changed(turn.draft, files=kept, files_seen=position))
    turn.do(AddEvidence(index, position, draft=turn.draft.id))


def _acknowledge(turn: Turn, *, at_once: bool = False) -> None:
    """One running list after a quiet moment, so that ten photos are not ten answers."""
    if not turn.draft.files:
        return
    limit = str(turn.policy.evidence.max_files)
    text = turn.text(_acknowledgement(turn), list=listing(turn), count=str(len(turn.draft.files)), limit=limit)
    waits = turn.scene.can_push and not at_once
    turn.do(Say(text, after=QUIET_SECONDS if waits else 0, slot=FILES))


def _acknowledgement(turn: Turn) -> str:
    if OVERFULL in turn.draft.flags and len(turn.draft.files) >= turn.policy.evidence.max_files:
        return "evidence.full"
    return "evidence.have_done" if turn.step.name == "evidence" else "evidence.have"


def _add_to_case(turn: Turn, number: str, event: SentFiles) -> None:
    """What goes with the files in words is added too; files of a kind that is not taken are no supplement."""
    taken = [index for index, file in enumerate(event.files) if file.kind in turn.policy.evidence.kinds]
    if len(taken) < len(event.files):
        turn.say("evidence.wrong_kind")
    for index in taken:
        turn.do(AddEvidence(index, number=number))
    if event.caption.text:
        supplements.add(turn, number, event.caption.text)


def listing(turn: Turn) -> str:
    """“照片3、语音1”; with none, the word for none."""
    counts = Counter(file.kind for file in turn.draft.files) if turn.has_draft else Counter()
    parts = [
        turn.text("evidence.count", kind=turn.text(f"evidence.kind.{kind}"), count=str(n)) for kind, n in counts.items()
    ]
    return turn.text("intake.list_comma").join(parts) or turn.text("evidence.none")


def remove(turn: Turn, line: int | None) -> None:
    """Take the n-th file out again, the newest where no number is said."""
    files = turn.draft.files if turn.has_draft else ()
    index = len(files) - 1 if line is None else line - 1
    if not 0 <= index < len(files):
        turn.say("evidence.no_such", list=listing(turn))
    else:
        intake.remember(turn)
        turn.edit(changed(turn.draft, files=(*files[:index], *files[index + 1 :])))
        turn.say("evidence.removed", line=str(index + 1), list=listing(turn))
    turn.ask_again()


def ask_voice(turn: Turn) -> None:
    choices = [("yes", turn.text("choice.yes_this")), ("no", turn.text("voice.type"))]
    turn.offer(turn.text("voice.ask", heard=turn.session.stash[:100]), choices)


def chose_voice(turn: Turn, key: str) -> None:
    """What was heard counts as written once the person says so; the recording stays as evidence."""
    heard = turn.session.stash
    turn.change(stash="", step=turn.session.behind or IDLE, behind=None, options=())
    if key == "yes":
        turn.do(Reread(heard))
        return
    turn.say("voice.please_type")
    intake.ask_next(turn)


def words_voice(turn: Turn, reading: Reading) -> bool:
    """Typing instead of answering is the better version of what was said."""
    if reading.intent is not None:
        return False
    turn.change(stash="", step=turn.session.behind or IDLE, behind=None, options=())
    turn.do(Reread(reading.text))
    return True


EVIDENCE = Question(ask, chose, words)
VOICE = Question(ask_voice, chose_voice, words_voice)
