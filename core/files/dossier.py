"""人员档案: the records of all members of staff as a workbook, and those of one as a document to print and sign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from core.cases.clocks import local_day
from core.files.legible import on_one_line
from core.files.paper import SMALL, Paper
from core.files.people import People
from core.files.sheets import Cell, Sheet, write_sheets
from core.files.whole import Place
from core.files.words import moment, word_for, words
from core.policies.personnel import Personnel
from core.policies.policy import Policy
from core.records import record
from core.store.assessments import Assessment
from core.store.conduct import Conduct, Pledge
from core.store.dossiers import Dossier
from core.store.figures import Figures
from core.store.trainings import Training

WIDTHS = {
    "people": {"account": 12, "name": 12, "unit": 18, "posts": 24, "joined_on": 12, "state": 8, "pledged_on": 14,
               "total": 8, "result": 8},
    "trainings": {"account": 12, "name": 12, "training": 20, "due_on": 12, "done_on": 12, "mark": 8, "result": 8,
                  "by": 12, "words": 40},
    "assessments": {"account": 12, "name": 12, "first_on": 12, "last_on": 12, "total": 8, "result": 8, "by": 12},
    "conduct": {"account": 12, "name": 12, "kind": 8, "measure": 12, "happened_on": 12, "words": 50, "by": 12},
    "pledges": {"account": 12, "name": 12, "version": 12, "made_on": 12, "how": 14, "by": 12},
}  # fmt: skip
"""The columns of each sheet in their order, each as wide as so many characters."""

FIGURE_WIDTH, MARK_WIDTH, WORDS_WIDTH = 10, 10, 40


@record(frozen=True, slots=True)
class Roll:
    """What the files need beside the records: whose they are, by which rules, and who is called what."""

    policy: Policy
    rules: Personnel
    people: People
    made_at: datetime

    @property
    def institution(self) -> str:
        return self.policy.institution.name.zh


def write_dossiers(place: Place, roll: Roll, dossiers: Sequence[Dossier]) -> None:
    """The workbook of everybody. Raises OSError."""
    rows = {
        "people": [_person(roll, each) for each in dossiers],
        "trainings": [_training(roll, each, row) for each in dossiers for row in each.trainings],
        "assessments": [_assessment(roll, each, row) for each in dossiers for row in each.assessments],
        "conduct": [_conduct(roll, each, row) for each in dossiers for row in each.conduct],
        "pledges": [_pledge(roll, each, row) for each in dossiers for row in each.pledges],
    }
    notice = words("dossier", "notice", at=moment(roll.made_at))
    sheets = [
        Sheet(
            words("dossier_sheet", name),
            words("dossier", "sheet_title", institution=roll.institution, sheet=words("dossier_sheet", name)),
            notice,
            _columns(roll, name),
            found,
        )
        for name, found in rows.items()
    ]
    write_sheets(place, roll.institution, roll.made_at, sheets)


def dossier_document(roll: Roll, dossier: Dossier) -> bytes:
    """The document of one member, as its file's content."""
    member, title = dossier.member, words("dossier", "title")
    paper = Paper(f"{title} {member.account}", roll.institution, roll.made_at, SMALL)
    paper.heading(f"{roll.institution}\n{title}")
    paper.table(_who(roll, dossier))
    for name, rows in (
        ("assessments", [row for each in dossier.assessments for row in _assessment_rows(roll, each)]),
        ("trainings", [_training_row(roll, each) for each in dossier.trainings]),
        ("conduct", [_conduct_row(roll, each) for each in dossier.conduct]),
        ("pledges", [_pledge_row(roll, each) for each in dossier.pledges]),
    ):
        paper.paragraph("")
        paper.paragraph(words("dossier_sheet", name), indented=False)
        if rows:
            paper.table(rows)
        else:
            paper.paragraph(words("dossier", "none"))
    paper.paragraph("")
    paper.table([(words("dossier", "signed"), "", words("dossier", "signed_on"), "")])
    paper.paragraph(words("dossier", "notice", at=moment(roll.made_at)), indented=False)
    return paper.content()


# ── the workbook ────────────────────────────────────────────────────────────────────────────────────────────────────


def _columns(roll: Roll, name: str) -> list[tuple[str, int]]:
    columns = [(words("dossier_column", column), width) for column, width in WIDTHS[name].items()]
    if name != "assessments":
        return columns
    figures = [(words("dossier_figure", each), FIGURE_WIDTH) for each in Figures.__dataclass_fields__]
    marks = [(part.label.zh, MARK_WIDTH) for part in roll.rules.assessment.parts]
    return [*columns, *marks, *figures, (words("dossier_column", "words"), WORDS_WIDTH)]


def _person(roll: Roll, dossier: Dossier) -> list[Cell]:
    member = dossier.member
    last = dossier.assessments[-1] if dossier.assessments else None
    return [
        member.account,
        member.name,
        member.unit,
        _posts(roll, dossier),
        local_day(member.added_at),
        words("dossier", "left") if member.left_at else words("dossier", "away") if member.absent else "",
        dossier.pledges[-1].made_on if dossier.pledges else None,
        last.total if last else None,
        _result(passed=last.passed) if last else "",
    ]


def _training(roll: Roll, dossier: Dossier, kept: Training) -> list[Cell]:
    return [
        dossier.member.account,
        dossier.member.name,
        roll.rules.label_of_training(kept.kind),
        kept.due_on,
        kept.done_on,
        kept.mark,
        "" if kept.passed is None else _result(passed=kept.passed),
        _by(roll, kept.by_id),
        kept.words,
    ]


def _assessment(roll: Roll, dossier: Dossier, kept: Assessment) -> list[Cell]:
    """The parts that the rules have now; one that they had then stands in the document of the member."""
    figures = [getattr(kept.figures, name) for name in Figures.__dataclass_fields__]
    return [
        dossier.member.account,
        dossier.member.name,
        kept.first_on,
        kept.last_on,
        kept.total,
        _result(passed=kept.passed),
        _by(roll, kept.by_id),
        *(kept.marks.get(part.key) for part in roll.rules.assessment.parts),
        *figures,
        "\n".join(
            words("dossier", "said", label=roll.rules.label_of_part(key), words=said)
            for key, said in kept.words.items()
        ),
    ]


def _conduct(roll: Roll, dossier: Dossier, kept: Conduct) -> list[Cell]:
    return [
        dossier.member.account,
        dossier.member.name,
        word_for("conduct_kind", kept.kind),
        roll.rules.label_of_measure(kept.kind, kept.measure),
        kept.happened_on,
        kept.words,
        _by(roll, kept.by_id),
    ]


def _pledge(roll: Roll, dossier: Dossier, kept: Pledge) -> list[Cell]:
    member = dossier.member
    return [
        member.account,
        member.name,
        kept.version,
        kept.made_on,
        word_for("pledged_how", kept.how),
        _by(roll, kept.by_id),
    ]


# ── the document ────────────────────────────────────────────────────────────────────────────────────────────────────


def _who(roll: Roll, dossier: Dossier) -> list[tuple[str, ...]]:
    member = dossier.member
    return [
        (_label("name"), on_one_line(member.name), _label("account"), member.account),
        (_label("unit"), on_one_line(member.unit), _label("joined_on"), local_day(member.added_at).isoformat()),
        (_label("posts"), _posts(roll, dossier)),
    ]


def _assessment_rows(roll: Roll, kept: Assessment) -> Iterable[tuple[str, ...]]:
    """A line for the whole, one for the counts, and one for each part."""
    days = words("dossier", "days", first=kept.first_on, last=kept.last_on)
    result = words("dossier", "total", total=kept.total, result=_result(passed=kept.passed), by=_by(roll, kept.by_id))
    yield days, result
    counts = [
        words("dossier", "count", label=words("dossier_figure", name), many=getattr(kept.figures, name))
        for name in Figures.__dataclass_fields__
    ]
    yield words("dossier", "counts"), words("case", "comma").join(counts)
    for key, mark in kept.marks.items():
        said = words("dossier", "unmeasured") if mark is None else words("dossier", "mark", mark=mark)
        yield roll.rules.label_of_part(key), "\n".join(filter(None, (said, kept.words.get(key, ""))))


def _training_row(roll: Roll, kept: Training) -> tuple[str, str]:
    label = roll.rules.label_of_training(kept.kind)
    if kept.done_on is None or kept.passed is None:
        return label, words("dossier", "waiting", day=kept.due_on)
    mark = "" if kept.mark is None else words("dossier", "mark", mark=kept.mark)
    done = words("dossier", "done", day=kept.done_on, result=_result(passed=kept.passed), by=_by(roll, kept.by_id))
    return label, "\n".join(filter(None, (done, mark, kept.words)))


def _conduct_row(roll: Roll, kept: Conduct) -> tuple[str, str]:
    measure = roll.rules.label_of_measure(kept.kind, kept.measure)
    said = words("dossier", "conduct", day=kept.happened_on, measure=measure, by=_by(roll, kept.by_id))
    return word_for("conduct_kind", kept.kind), f"{said}\n{kept.words}"


def _pledge_row(roll: Roll, kept: Pledge) -> tuple[str, str]:
    how = word_for("pledged_how", kept.how)
    return kept.made_on.isoformat(), words(
        "dossier", "pledged", version=kept.version, how=how, by=_by(roll, kept.by_id)
    )


def _label(column: str) -> str:
    return words("dossier_column", column)


def _posts(roll: Roll, dossier: Dossier) -> str:
    labels = {post.key: post.label.zh for post in roll.policy.posts}
    return words("case", "comma").join(labels.get(key, key) for key in dossier.member.posts)


def _result(*, passed: bool) -> str:
    return words("dossier", "passed" if passed else "failed")


def _by(roll: Roll, staff_id: int | None) -> str:
    return "" if staff_id is None else roll.people.by_id(staff_id)
