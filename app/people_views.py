"""The records of people as programs read them: plain values, days as ISO dates."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.cases.clocks import local_day
from core.cases.office import Office
from core.people import conduct
from core.people.owed import Owed
from core.policies.personnel import Personnel
from core.store.assessments import Assessment
from core.store.conduct import Conduct, Pledge
from core.store.dossiers import Dossier
from core.store.figures import Figures
from core.store.trainings import Training

Record = dict[str, Any]


def figures_record(found: Figures) -> dict[str, int]:
    return {name: getattr(found, name) for name in Figures.__dataclass_fields__}


def assessment_record(rules: Personnel, kept: Assessment) -> Record:
    return {
        "first_on": kept.first_on.isoformat(),
        "last_on": kept.last_on.isoformat(),
        "again": bool(kept.follows),
        "figures": figures_record(kept.figures),
        "marks": dict(kept.marks),
        "labels": {key: rules.label_of_part(key) for key in kept.marks},
        "words": dict(kept.words),
        "total": kept.total,
        "passed": kept.passed,
    }


def training_record(rules: Personnel, kept: Training) -> Record:
    return {
        "training": kept.kind,
        "label": rules.label_of_training(kept.kind),
        "why": kept.why,
        "due_on": kept.due_on.isoformat(),
        "done_on": kept.done_on and kept.done_on.isoformat(),
        "mark": kept.mark,
        "passed": kept.passed,
        "words": kept.words,
    }


def conduct_record(rules: Personnel, kept: Conduct) -> Record:
    return {
        "kind": kept.kind,
        "measure": kept.measure,
        "label": rules.label_of_measure(kept.kind, kept.measure),
        "happened_on": kept.happened_on.isoformat(),
        "words": kept.words,
    }


def pledge_record(kept: Pledge) -> Record:
    return {"version": kept.version, "made_on": kept.made_on.isoformat(), "how": kept.how}


def dossier_record(office: Office, dossier: Dossier, today: date) -> Record:
    """All that is kept of one member."""
    rules, member = office.personnel, dossier.member
    names = {post.key: post.label.zh for post in office.policy.posts}
    return {
        "account": member.account,
        "name": member.name,
        "unit": member.unit,
        "posts": list(member.posts),
        "post_names": [names.get(key, key) for key in member.posts],
        "joined_on": local_day(member.added_at).isoformat(),
        "assessments": [assessment_record(rules, each) for each in dossier.assessments],
        "trainings": [training_record(rules, each) for each in dossier.trainings],
        "conduct": [conduct_record(rules, each) for each in dossier.conduct],
        "pledges": [pledge_record(each) for each in dossier.pledges],
        "pledge_holds": conduct.holding(rules.confidentiality, dossier.pledges, today) is not None,
    }


def owed_record(rules: Personnel, each: Owed) -> Record:
    """What one member has to do."""
    return {
        "account": each.member.account,
        "name": each.member.name,
        "unit": each.member.unit,
        "trainings": [training_record(rules, row) for row in each.trainings],
        "pledge_due": each.pledge_by and each.pledge_by.isoformat(),
        "assessment_due": each.period and f"{each.period.first.isoformat()}..{each.period.last.isoformat()}",
        "again_due": each.again,
    }
