"""Golden transcripts: read like a chat, played through the service, compared line by line.

pack: service-hall              which rules; service-hall where the line is missing
> 我要投诉                       what a person writes
>2 你好                          ...a second person
> [照片 3]                       three photos, one message each; [语音 听到的话], [语音], [视频], [文件 名字]
> [位置 人民广场站]
< （1/6）请您说说……              the reply, every line of it
<< 您写的……                      what is pushed without being asked for; <<2 to the second person
@ +2h                            time passes (s, m, h, d), and the jobs run
@ 重启                           the process is killed and started again
! close 2611-0001 outcome=partly 已更换垃圾桶    staff act, the first who may; ``name=value`` are fields, then come the words
! register phone facts=…         staff register a complaint; what is on the slip is read after it
<! act.not_your_post             what staff are refused, or read on the slip
alerts: shown                    whether the staff's own chat is read too
<* 2611-0001 被督办……            ...and what it says
XXXX-XXXX                        a query code: that of the number in the same line, else the newest
# words                         a comment
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
FIRST_PERSON = "1"
CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b(?=\n)")
MASKED = "XXXX-XXXX"
GIVEN = re.compile(rf"(?P<number>\S+)(?:\n[^\n]*[：:] ?| )(?P<code>{CODE.pattern})")
"""A number and its code, as a receipt or a slip has them."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens. ``kind`` is said, passed, restarted or acted; ``person`` who says it."""

    kind: str
    words: str
    person: str = FIRST_PERSON
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation as it should go: the steps, and after each what is read."""

    name: str
    pack: str
    alerts: bool
    head: str
    steps: tuple[tuple[Step, tuple[str, ...]], ...]


def transcripts() -> list[Path]:
    return sorted(FOLDER.glob("*.txt"))


def read(path: Path) -> Transcript:
    """Take a transcript apart."""
    pack, head, rows = "service-hall", [], list[tuple[Step, list[str]]]()
    comment, alerts = "", False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("pack:"):
            pack = line.partition(":")[2].strip()
        elif line == "alerts: shown":
            alerts = True
        elif line.startswith("#") and not rows:
            head.append(line)
        elif line.startswith("#"):
            comment = line
        elif step := _step(line, comment):
            rows.append((step, []))
            comment = ""
        elif line.startswith("<") and rows:
            rows[-1][1].append(line)
    return Transcript(path.stem, pack, alerts, "\n".join(head), tuple((step, tuple(lines)) for step, lines in rows))


def _step(line: str, comment: str) -> Step | None:
    if match := re.fullmatch(r">(\d?) (.*)", line):
        return Step("said", match[2], match[1] or FIRST_PERSON, comment)
    if line == "@ 重启":
        return Step("restarted", "", comment=comment)
    if match := re.fullmatch(r"@ \+(.+)", line):
        return Step("passed", match[1], comment=comment)
    return Step("acted", line[2:], comment=comment) if line.startswith("! ") else None


def written(transcript: Transcript, heard: list[tuple[str, ...]]) -> str:
    """The transcript with what was really heard, as a file."""
    lines = [transcript.head, f"pack: {transcript.pack}", *(["alerts: shown"] if transcript.alerts else []), ""]
    for (step, _), reply in zip(transcript.steps, heard, strict=True):
        lines += [line for line in (step.comment, _line(step)) if line]
        lines += reply
    return "\n".join(lines) + "\n"


def _line(step: Step) -> str:
    if step.kind == "said":
        return f">{'' if step.person == FIRST_PERSON else step.person} {step.words}"
    return {"restarted": "@ 重启", "passed": f"@ +{step.words}", "acted": f"! {step.words}"}[step.kind]


def pushed_to(peer: str) -> str:
    """The mark of what is pushed to this person, whose number ends the name they have on the channel."""
    person = peer.rpartition("-")[2]
    return "<<" if person == FIRST_PERSON else f"<<{person}"


def as_lines(text: str, mark: str = "<") -> Iterator[str]:
    """A bubble as the lines of a transcript; the secret code differs each time."""
    masked = CODE.sub(MASKED, text + "\n").rstrip("\n")
    first, *others = masked.split("\n")
    yield f"{mark} {first}"
    yield from (f"{mark} {line}".rstrip() for line in others)


class Codes:
    """The query codes that were given out in this conversation: who has one on paper can type it."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def hear(self, text: str) -> str:
        for found in GIVEN.finditer(text + "\n"):
            self.known[found["number"]] = found["code"]
        return text

    def fill(self, words: str) -> str:
        """The words as they are typed."""
        if MASKED not in words:
            return words
        named = [code for number, code in self.known.items() if number in words]
        return words.replace(MASKED, named[0] if named else [*self.known.values()][-1])
