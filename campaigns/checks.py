"""Checking what schools have entered: findings of every record, and the counters they sum up to.

Everything is set-based: documents are streamed through the rules in chunks, findings replaced by
bulk statements, explanations carried over, counters summed in one statement.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connection
from django.utils.timezone import localdate

from campaigns import asked, comparing, rules
from campaigns.models import Finding, Record, Submission
from campaigns.problems import detect, facts
from teachers import identity
from teachers import rules as document_rules
from teachers.models import Dossier
from teachers.rules import Issue
from teachers.schema import Form

CHUNK = 1000
#: So many persons are compared with the others by one statement.
PERSONS = 20_000

Place = tuple[int | None, str, str, int | None, str, str]


def check(
    submission_ids: Iterable[int],
    *,
    at: datetime,
    record_ids: Iterable[int] | None = None,
    gone: Iterable[str] = (),
) -> None:
    """Recompute the findings and the four counters, inside the caller's transaction.

    With `record_ids` only those records are checked again (an empty list: none of them);
    `gone` are identity hashes that have just left the submission. Explanations survive when rule,
    place and values are the same. Problem data about the same persons is raised, or gone, with its
    notices in all schools concerned; when everything is checked at once (files taken over from the
    register, with numbers that are known) only for numbers claimed twice.
    """
    ids = sorted(set(submission_ids))
    chosen = None if record_ids is None else list(record_ids)
    today = localdate(at)
    for submission in Submission.objects.filter(pk__in=ids).select_related(
        "campaign", "organisation"
    ):
        _check_records(submission, today, chosen)
    families = (facts.IDENTITY,) if chosen is None else facts.FAMILIES
    _conclude(ids, _persons_at_stake(ids, chosen, list(gone)), families, at)


def check_persons(
    submission_id: int,
    added: Sequence[str],
    replaced: Sequence[str],
    *,
    at: datetime,
    issues: dict[str, list[Issue]] | None = None,
) -> None:
    """The same for the records of these persons (identity hashes) in one submission.

    `issues` are what the rules found in each of them, where they were asked in this transaction
    already; a person without any may be left out.
    """
    hashes = [*added, *replaced]
    if issues is None:
        records = Record.objects.filter(submission=submission_id, identity_hash__any_of=hashes)
        chosen = list(records.order_by("pk").values_list("pk", flat=True))
        return check([submission_id], at=at, record_ids=chosen)
    _take_issues(submission_id, hashes, replaced, issues)
    return _conclude([submission_id], sorted(hashes), facts.FAMILIES, at)


def _conclude(ids: list[int], hashes: list[str], families: tuple[str, ...], at: datetime) -> None:
    """What follows the rules: numbers of teachers, counters, problem data about these persons."""
    _check_numbers(ids)
    count(ids)
    for start in range(0, len(hashes), PERSONS):
        detect.look_at(hashes[start : start + PERSONS], found_on="save", families=families, at=at)
    Submission.objects.filter(pk__in=ids).update(checked_at=at)


def issues_of(
    submission: Submission,
    form: Form,
    document: dict,
    *,
    number: str,
    kind: str,
    on: date,
) -> list[Issue]:
    """All that is wrong with one document in this campaign, leaving other schools aside.

    One query more for a document with a retired value of a person on the register: what stands
    in the file already may stay.
    """
    person = {"identity": number, "identity_type": kind, "on": on}
    found = document_rules.check(form, document, **person)
    if any(issue.rule == "retired_value" for issue in found):
        found = document_rules.check(form, document, **person, file=_file_of(kind, number))
    return [*found, *rules.who_counts(submission.campaign, form, document)]


def _file_of(kind: str, number: str) -> dict | None:
    """What the person's official file says now; None for somebody new to the register."""
    same = identity.search_hash(kind, number)
    file = Dossier.objects.filter(teacher__identity_hash=same).select_related("revision").first()
    return file.revision.data if file is not None and file.revision else None


def _check_records(submission: Submission, today: date, record_ids: list[int] | None) -> None:
    form = asked.form_of(submission)
    records = submission.records.order_by("pk")
    if record_ids is not None:
        records = records.filter(pk__in=record_ids)
    stream = iter(
        records.only("submission", "identity_type", "identity_sealed", "data").iterator(CHUNK)
    )
    while chunk := list(islice(stream, CHUNK)):
        new = [
            _finding(submission.pk, record.pk, issue)
            for record in chunk
            for issue in issues_of(
                submission,
                form,
                record.data,
                number=identity.unseal(record.identity_sealed),
                kind=record.identity_type,
                on=today,
            )
        ]
        old = Finding.objects.filter(record__in=[record.pk for record in chunk])
        _replace(old.exclude(rule__in=rules.NOTICES), new)


def _take_issues(
    submission_id: int,
    hashes: Sequence[str],
    replaced: Sequence[str],
    issues: dict[str, list[Issue]],
) -> None:
    """Write down what the rules have found; in replaced records it takes the place of old findings
    (a new one has none)."""
    records = Record.objects.filter(submission=submission_id)
    wrong = [key for key in hashes if issues.get(key)]
    known = records.filter(identity_hash__any_of=wrong).values_list("identity_hash", "pk")
    keys = dict(known) if wrong else {}
    new = [_finding(submission_id, keys[key], issue) for key in wrong for issue in issues[key]]
    if not replaced:
        Finding.objects.bulk_create(new, batch_size=2000)
        return
    same = records.filter(identity_hash__any_of=replaced, findings__isnull=False)
    old = Finding.objects.filter(record__in=same.values("pk"))
    _replace(old.exclude(rule__in=rules.NOTICES), new)


def _finding(submission_id: int, record_id: int | None, issue: Issue) -> Finding:
    return Finding(
        submission_id=submission_id,
        record_id=record_id,
        rule=issue.rule,
        severity=issue.severity,
        set_key=issue.set_key or "",
        row=issue.row,
        indicator_key=issue.indicator_key or "",
        params=issue.params or {},
    )


def _replace(old, new: list[Finding]) -> None:
    """Exchange findings; an explanation stays with the same rule, place and values."""
    explained = {_place(finding): finding for finding in old.exclude(explanation="")}
    for finding in new:
        before = explained.get(_place(finding)) if explained else None
        if before is not None:
            finding.explanation = before.explanation
            finding.explained_by_id = before.explained_by_id
            finding.explained_at = before.explained_at
    old._raw_delete(old.db)
    Finding.objects.bulk_create(new, batch_size=2000)


def _place(finding: Finding) -> Place:
    params: Any = json.dumps(finding.params, sort_keys=True, ensure_ascii=False, default=str)
    return (
        finding.record_id,
        finding.rule,
        finding.set_key,
        finding.row,
        finding.indicator_key,
        params,
    )


def _check_numbers(submission_ids: list[int]) -> None:
    """Warn when a school as a whole differs much from what the register says of it."""
    old = Finding.objects.filter(
        submission__in=submission_ids, record=None, rule__in=comparing.RULES
    )
    _replace(old, comparing.compare(submission_ids))


def _persons_at_stake(
    submission_ids: list[int], record_ids: list[int] | None, gone: list[str]
) -> list[str]:
    """Sorted identity hashes of the records checked and of those that just left."""
    records = Record.objects.filter(submission__in=submission_ids)
    if record_ids is not None:
        records = records.filter(pk__any_of=record_ids)
    return sorted({*gone, *records.values_list("identity_hash", flat=True)})


def count(submission_ids: Iterable[int]) -> None:
    """Sum up the counters of these submissions in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE campaigns_submission AS submission SET
                records_count = recorded.n,
                errors_count = found.errors,
                warnings_count = found.warnings,
                unexplained_count = found.unexplained
            FROM campaigns_submission AS same
            CROSS JOIN LATERAL (
                SELECT count(*) AS n FROM campaigns_record WHERE submission_id = same.id
            ) AS recorded
            CROSS JOIN LATERAL (
                SELECT count(*) FILTER (WHERE severity = 'error') AS errors,
                       count(*) FILTER (WHERE severity = 'warning') AS warnings,
                       count(*) FILTER (WHERE severity = 'warning' AND explanation = '')
                           AS unexplained
                FROM campaigns_finding WHERE submission_id = same.id
            ) AS found
            WHERE same.id = submission.id AND submission.id = ANY(%s)
              AND (submission.records_count, submission.errors_count,
                   submission.warnings_count, submission.unexplained_count)
                  IS DISTINCT FROM
                  (recorded.n, found.errors, found.warnings, found.unexplained)
            """,
            [list(submission_ids)],
        )
