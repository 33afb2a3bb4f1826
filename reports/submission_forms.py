"""What a school reports, on paper (报送表): who is reported, what the checks say, who answers."""

from collections import Counter
from datetime import datetime

from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from campaigns import asked
from campaigns.enums import Severity, SubmissionState
from campaigns.models import Finding, Record, Submission
from reports import sheets
from reports.documents import Document
from teachers.models import Post, User
from teachers.reading import show_value
from teachers.schema import Field
from workflows.enums import Verdict
from workflows.models import Decision
from workflows.record_chain import decisions_of

#: Of the basic information those that a head looks at, as far as the campaign asks for them.
COLUMNS = ("sex", "birth_date", "post_category", "top_education", "title")


def pdf(
    submission: Submission,
    *,
    by: User,
    post: Post | None,
    at: datetime,
    demonstration: bool,
    language: str,
) -> tuple[Document, int]:
    """Draw the form as the submission stands; gives the number of its teachers, too.

    Every page carries the name of who printed it, the moment, and the fingerprint of the content.
    Three queries, whatever the number of teachers.
    """
    with override(language):
        context = _context(submission, by=by, post=post, at=at)
        document = sheets.printed("submission", context, demonstration=demonstration)
    return document, len(context["rows"])


def title(submission: Submission) -> str:
    """锁南镇第二小学教师信息报送表, for the document and the file's name."""
    name = _("%(school)s submission form") % {"school": submission.organisation}
    return name.replace("/", "-")


def _context(submission, *, by, post, at) -> dict:
    fields, rows = _fields(submission), []
    explained = _explained(submission)
    records = Record.objects.filter(submission=submission).defer("identity_sealed")
    for number, record in enumerate(records.order_by("pk"), start=1):
        rows.append(_row(number, record, fields, explained[record.pk]))
    unit = submission.organisation
    content = {"unit": unit.code, "attempt": submission.attempt, "rows": rows}
    return {
        **sheets.furniture(unit, content, by=by, post=post, at=at),
        "title": title(submission),
        "submission": submission,
        "columns": ["number", "name", "identity", *[field.key for field in fields], "explained"],
        "heads": _heads(fields),
        "rows": rows,
        "explained": sum(explained.values()),
        "passed": _passed(submission),
    }


def _fields(submission: Submission) -> list[Field]:
    form = asked.form_of(submission)
    return [field for key in COLUMNS if (field := form.field("basic", key))]


def _heads(fields: list[Field]) -> list[str]:
    language = get_language() or ""
    return [
        pgettext("correction", "No."),
        pgettext("correction", "Teacher"),
        pgettext("correction", "Identity number"),
        *[field.label(language) for field in fields],
        pgettext("submission form", "Explained"),
    ]


def _row(number: int, record: Record, fields: list[Field], explained: int) -> list[str]:
    basic, language = record.data.get("basic") or {}, get_language() or ""
    values = [basic.get(field.key) for field in fields]
    return [
        str(number),
        record.name,
        record.identity_mask,
        *[
            "" if value is None else show_value(field, value, language)
            for field, value in zip(fields, values, strict=True)
        ],
        str(explained or ""),
    ]


def _explained(submission: Submission) -> Counter:
    """By record the warnings that the school has explained."""
    found = Finding.objects.filter(submission=submission, severity=Severity.WARNING)
    return Counter(found.exclude(explanation="").values_list("record", flat=True))


def _passed(submission: Submission) -> dict[str, Decision]:
    """Who handed it in and who signed it, as far as that holds now: by the verdict."""
    if submission.is_open_for_school or submission.state == SubmissionState.CANCELLED:
        return {}
    holds = [Verdict.SUBMIT]
    if submission.state != SubmissionState.SIGNING:
        holds.append(Verdict.SIGN)
    decisions = decisions_of(submission)
    return {str(row.verdict): row for row in decisions if row.verdict in holds}
