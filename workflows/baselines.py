"""Against what a level reads a submission: what it has approved itself, or the register."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from campaigns import asked, record_history
from campaigns.models import Record, Submission
from campaigns.record_history import Version
from teachers.files import Difference, difference
from teachers.models import Dossier, DossierRevision, Post
from teachers.schema import fit
from workflows.enums import Verdict
from workflows.models import Decision

#: A level's word for what it has looked through; a school's is the signature of its head.
PASSES = {Verdict.APPROVE, Verdict.SIGN}


@dataclass(frozen=True)
class Baseline:
    """The level's last approval; none yet means the official files of the register."""

    decision: Decision | None

    @property
    def at(self) -> datetime | None:
        return self.decision.at if self.decision else None

    @property
    def is_register(self) -> bool:
        return self.decision is None


@dataclass(frozen=True)
class Compared:
    """One record against the baseline. `is_new`: there is nothing to compare it with."""

    is_new: bool
    differences: list[Difference]


def of(decisions: Iterable[Decision], post: Post | None) -> Baseline:
    """The last approval of the post's own level that was not taken back at once.

    decisions: those of the case with their posts, the oldest first. An undo closes the task of the
    level that came next; it is the post that says whose word is taken back.
    """
    level = post.organisation_id if post else None
    passed: list[Decision] = []
    for decision in decisions:
        if decision.verdict in PASSES and decision.organisation_id == level:
            passed.append(decision)
        elif decision.verdict == Verdict.UNDO and decision.post.organisation_id == level and passed:
            passed.pop()
    return Baseline(passed[-1] if passed else None)


def compare(
    submission: Submission,
    record: Record,
    baseline: Baseline,
    versions: list[Version],
    file: DossierRevision | None,
) -> Compared:
    """What the record says now that the level has not approved, value by value.

    file: the revision in force of the person's file. Of it only what the campaign asks counts.
    """
    form = asked.form_of(submission)
    if baseline.is_register:
        before = fit(form, file.data) if file else None
    else:
        version = record_history.as_of(versions, baseline.at)
        before = version.data if version else None
    if before is None:
        return Compared(True, [])
    return Compared(False, difference(fit(form, before), fit(form, record.data), form))


def changed(records: list[Record], baseline: Baseline) -> set[int]:
    """Those of the records that say something the level has not approved: saved since, or not as
    in the register's file (one query then, else none)."""
    if not baseline.is_register:
        return {record.pk for record in records if record.entered_at > baseline.at}
    return record_history.differing_from_register(record.pk for record in records)


def file_of(record: Record) -> DossierRevision | None:
    """The revision in force of the person's official file, if there is one (one query)."""
    if record.teacher_id is None:
        return None
    files = Dossier.objects.select_related("revision__entered_by")
    file = files.filter(teacher=record.teacher_id).first()
    return file.revision if file else None
