"""Running a draft of the index system over the records of a campaign, chunk by chunk.

Each chunk is one transaction: what was found, the counts and how far the run has come are written
together, so that a run whose worker died goes on behind its last chunk.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from campaigns import asked
from campaigns.enums import Severity, SubmissionState
from campaigns.models import Campaign, Record, Rehearsal, RehearsalFailure, Submission
from teachers import rules, schema
from teachers.models import IndexVersion
from teachers.rules import Issue
from teachers.schema import Form

CHUNK = 2000

Place = tuple[str, str, int | None, str]


class DraftChanged(Exception):
    """The draft is no longer the one the run began with; `str()` says so."""


@dataclass
class Draft:
    """The forms of both versions, compiled once for a run."""

    version_id: int
    campaign: Campaign
    on: date
    forms: dict[str, tuple[Form, Form]] = field(default_factory=dict)
    fits: dict[str, bool] = field(default_factory=dict)

    def errors(self, school_kind: str, document: dict) -> list[Issue]:
        """What a document of a kind of school would newly fail at."""
        draft, own = self.of(school_kind)
        if school_kind not in self.fits:
            self.fits[school_kind] = asks_all_of(draft, own)
        return new_errors(draft, own, document, self.on, fits=self.fits[school_kind])

    def of(self, school_kind: str) -> tuple[Form, Form]:
        """The draft's form and the campaign's own, for one kind of school.

        The draft is asked for the sub-sets of the campaign and for those it adds.
        """
        if school_kind not in self.forms:
            own = asked.form_for(self.campaign, school_kind)
            known = set(self.campaign.index_version.sets.values_list("key", flat=True))
            added = IndexVersion.objects.get(pk=self.version_id).sets.exclude(key__in=known)
            keys = (
                *asked.sets_asked(self.campaign, school_kind),
                *added.values_list("key", flat=True),
            )
            self.forms[school_kind] = (
                schema.draft_form(self.version_id, school_kind, keys, self.on),
                own,
            )
        return self.forms[school_kind]


def asks_all_of(draft: Form, own: Form) -> bool:
    """Whether a draft retires nothing: then documents fit it as they are."""
    return all(draft.field(item.set_key, item.key) is not None for item in own.fields())


def new_errors(
    draft: Form, own: Form, document: dict, on: date, *, fits: bool = False
) -> list[Issue]:
    """The errors a document would have under the draft and has not under its own version.

    Values of retired indicators are left aside, and values that a code list has dropped stay
    accepted: they stand in the file already. Identity numbers are not opened: no version asks
    anything else about them. `fits`: nothing was retired, so that nothing has to be left aside.
    """
    fitted = document if fits else schema.fit(draft, document)
    person = {"identity": None, "identity_type": "", "on": on, "file": document}
    errors = _errors(rules.check(draft, fitted, **person))
    if errors:
        before = {_place(issue) for issue in _errors(rules.check(own, document, **person))}
        errors = [issue for issue in errors if _place(issue) not in before]
    return errors


def _errors(issues: list[Issue]) -> list[Issue]:
    return [issue for issue in issues if issue.severity == Severity.ERROR]


def _place(issue: Issue) -> Place:
    return issue.rule, issue.set_key, issue.row, issue.indicator_key


def run(rehearsal_id: int, *, at: datetime) -> None:
    """Check every record that is left, chunk by chunk, then call the rehearsal done.

    Raises DraftChanged when the draft was edited meanwhile; what was counted stays on the row.
    """
    rehearsal = Rehearsal.objects.select_related("campaign__index_version").get(pk=rehearsal_id)
    schools = {
        pk: (organisation, kind)
        for pk, organisation, kind in Submission.objects.filter(campaign=rehearsal.campaign)
        .exclude(state=SubmissionState.CANCELLED)
        .values_list("pk", "organisation_id", "organisation__school_kind")
    }
    draft = Draft(rehearsal.version_id, rehearsal.campaign, localdate(at))
    while _chunk(rehearsal_id, draft, schools, at):
        pass


def _chunk(rehearsal_id: int, draft: Draft, schools: dict, at: datetime) -> bool:
    """Check the next records and write what was found; False when none are left."""
    with transaction.atomic():
        rehearsal = Rehearsal.objects.select_for_update().get(pk=rehearsal_id)
        _refuse_changed(rehearsal)
        records = list(_records(rehearsal.campaign_id, rehearsal.last_record)[:CHUNK])
        if not records:
            rehearsal.finish()
            rehearsal.finished_at = at
            rehearsal.save(update_fields=["state", "finished_at"])
            return False
        failures, counted = _check(rehearsal_id, records, draft, schools)
        RehearsalFailure.objects.bulk_create(failures, batch_size=1000)
        rehearsal.last_record = records[-1].pk
        rehearsal.checked += sum(counted["checked"].values())
        rehearsal.failing += len(failures)
        rehearsal.figures = _added(rehearsal.figures, counted)
        rehearsal.save(update_fields=["last_record", "checked", "failing", "figures"])
    return True


def _refuse_changed(rehearsal: Rehearsal) -> None:
    now = IndexVersion.objects.values_list("changed_at", flat=True).get(pk=rehearsal.version_id)
    if now != rehearsal.draft_as_of:
        raise DraftChanged(_("The draft was changed while the rehearsal ran. Start it again."))


def _records(campaign_id: int, after: int):
    """Records of a campaign by key. Plan: primary key of the record, then of its submission."""
    return (
        Record.objects.filter(submission__campaign=campaign_id, pk__gt=after)
        .only("submission", "data")
        .order_by("pk")
    )


def _check(
    rehearsal_id: int, records: list[Record], draft: Draft, schools: dict
) -> tuple[list[RehearsalFailure], dict[str, Counter]]:
    failures = []
    counted = {"checked": Counter(), "failing": Counter(), "rules": Counter()}
    for record in records:
        school = schools.get(record.submission_id)
        if school is None:
            continue
        organisation_id, kind = school
        counted["checked"][kind] += 1
        errors = draft.errors(kind, record.data)
        if errors:
            failures.append(_failure(rehearsal_id, record, organisation_id, kind, errors))
            counted["failing"][kind] += 1
            counted["rules"].update({(*key, kind) for key in map(_about, errors)})
    return failures, counted


def _about(issue: Issue) -> tuple[str, str, str]:
    return issue.rule, issue.set_key, issue.indicator_key


def _failure(
    rehearsal_id: int, record: Record, organisation_id: int, kind: str, errors: list[Issue]
) -> RehearsalFailure:
    return RehearsalFailure(
        rehearsal_id=rehearsal_id,
        record=record,
        organisation_id=organisation_id,
        school_kind=kind,
        rules=sorted({":".join(_about(issue)) for issue in errors}),
        issues=[
            {
                "rule": issue.rule,
                "set": issue.set_key,
                "row": issue.row,
                "key": issue.indicator_key,
            }
            for issue in errors
        ],
    )


def _added(figures: dict, counted: dict[str, Counter]) -> dict:
    """The figures of the row with those of one more chunk."""
    rules_so_far = Counter({tuple(key): n for *key, n in figures.get("rules", [])})
    rules_so_far += counted["rules"]
    ranked = sorted(rules_so_far.items(), key=lambda item: (-item[1], item[0]))
    return {
        "checked": dict(Counter(figures.get("checked", {})) + counted["checked"]),
        "failing": dict(Counter(figures.get("failing", {})) + counted["failing"]),
        "rules": [[*key, n] for key, n in ranked],
    }


def records_to_check(campaign: Campaign) -> int:
    """How many records a rehearsal on a campaign has to check."""
    return (
        Record.objects.filter(submission__campaign=campaign)
        .exclude(submission__state=SubmissionState.CANCELLED)
        .count()
    )


__all__ = [
    "CHUNK",
    "DraftChanged",
    "new_errors",
    "records_to_check",
    "run",
]
