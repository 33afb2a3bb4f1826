"""Lists of corrections for pages and documents: places in words, values then and now, counts."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language, pgettext

from campaigns import asked, record_history
from campaigns.models import Record, Submission
from campaigns.record_history import Version
from teachers import schema
from teachers.enums import ValueType
from teachers.files import matched
from teachers.models import Post
from teachers.reading import show_value
from teachers.ready_queries import Ready
from workflows.enums import CorrectionState
from workflows.models import Correction
from workflows.queries import reason_names

PAGE = 50


@dataclass(frozen=True)
class Line:
    """One line in words. `then` is the value that was marked, `now` the one in the record today
    (both empty for a record or a submission as a whole); `place` is "" for these, too.

    `anchor` is the id of the field in the record's form. `row` is where the row stands now; a row
    that is gone leaves its sub-set.
    """

    correction: Correction
    place: str
    reason: str
    then: str
    now: str
    is_changed: bool
    anchor: str
    row: int | None

    @property
    def place_now(self) -> tuple[str, int | None, str]:
        """Sub-set, row and indicator as the record stands today."""
        line = self.correction
        if line.row is not None and self.row is None:
            return line.set_key, None, ""
        return line.set_key, self.row, line.indicator_key

    @property
    def is_gone(self) -> bool:
        """The school has removed the record."""
        return bool(self.correction.name) and self.correction.record_id is None

    @property
    def is_value(self) -> bool:
        return bool(self.correction.indicator_key)


def with_people(lines: QuerySet[Correction]) -> QuerySet[Correction]:
    """Everything that a line says, read at once; in the order in which they were asked."""
    return lines.select_related(
        "record__entered_by",
        "organisation",
        "decision__by",
        "decision__post__user",
        "marked_by",
        "answered_by",
        "looked_at_by",
    ).order_by("pk")


def basket(submission: Submission, post: Post | None) -> list[Correction]:
    """The lines that the post's desk has marked here and not yet sent."""
    if post is None:
        return []
    return _BASKET(submission=submission.pk, desk=post.organisation_id, role=post.role)


def _basket(submission: int, desk: int, role: str) -> QuerySet[Correction]:
    mine = Correction.objects.in_basket_of(Post(organisation_id=desk, role=role))
    here = mine.filter(submission=submission)
    return here.select_related("record", "marked_by", "before").order_by("pk")


_BASKET = Ready("basket_of_a_desk", _basket, submission="bigint", desk="bigint", role="text")


def sent(submission: Submission) -> QuerySet[Correction]:
    """The lines that went out with a return, the oldest first."""
    return with_people(Correction.objects.sent().filter(submission=submission))


def counts(submission: Submission, post: Post | None) -> dict[str, int]:
    """How many lines were sent, wait for the school, and wait for the post's desk (one query)."""
    desk, role = (post.organisation_id, post.role) if post else (0, "")
    found = _COUNTS(submission=submission.pk, desk=desk, role=role) or [(0, 0, 0, 0)]
    return dict(zip(COUNTED, found[0], strict=True))


COUNTED = ("all", "owed", "answered", "mine")


def _counts(submission: int, desk: int, role: str) -> QuerySet:
    lines = Correction.objects.sent().filter(submission=submission).order_by()
    waiting = Correction.objects.to_look_at(Post(organisation_id=desk, role=role)).values("pk")
    counted = lines.values("submission").annotate(
        all=Count("pk"),
        owed=Count("pk", filter=Q(state=CorrectionState.OPEN, answer="")),
        answered=Count("pk", filter=~Q(answer="")),
        mine=Count("pk", filter=Q(pk__in=waiting)),
    )
    return counted.values_list(*COUNTED)


_COUNTS = Ready("corrections_counted", _counts, submission="bigint", desk="bigint", role="text")


def read(submission: Submission, lines: Iterable[Correction]) -> list[Line]:
    """The lines in words (two queries: the records' history, the reasons).

    They need their `record` loaded; the submission its campaign and organisation.
    """
    lines = list(lines)
    form, names = asked.form_of(submission), reason_names()
    records = {line.record_id: line.record for line in lines if line.record_id}
    history = record_history.versions(records.values()) if records else {}
    return [_line(line, form, names, history.get(line.record_id, [])) for line in lines]


def _line(
    line: Correction, form: schema.Form, names: dict[str, str], versions: list[Version]
) -> Line:
    marked = record_history.as_of(versions, line.marked_at)
    then, row = _content(line, marked), line.row
    if line.record is not None and marked is not None:
        row = _row_now(line, marked.data, line.record.data)
    now = _value_at(line.record, line, row)
    return Line(
        correction=line,
        place=place_in_words(form, line.set_key, line.row, line.indicator_key),
        reason=names.get(line.reason, line.reason),
        then=_shown(form, line, then),
        now=_shown(form, line, now),
        is_changed=then != now,
        anchor=_anchor(line, row),
        row=row,
    )


def place_in_words(form: schema.Form, set_key: str, row: int | None, key: str) -> str:
    """ "Learning 2 · Degree"; "" for a record or a submission as a whole."""
    subset = form.by_key.get(set_key)
    if subset is None:
        return set_key
    language = get_language() or ""
    words = subset.label(language)
    if row is not None and subset.repeating:
        words = f"{words} {row + 1}"
    field = subset.by_key.get(key)
    return f"{words} · {field.label(language)}" if field else words


def _content(line: Correction, version: Version | None):
    if version is None or not line.indicator_key:
        return None
    part = version.data.get(line.set_key)
    if isinstance(part, list):
        part = part[line.row] if line.row is not None and line.row < len(part) else None
    return (part or {}).get(line.indicator_key)


def _row_now(line: Correction, old: dict, new: dict) -> int | None:
    """Where the marked row stands after rows were added or taken out; None when it is gone."""
    before, after = old.get(line.set_key), new.get(line.set_key)
    if line.row is None or not isinstance(before, list) or not isinstance(after, list):
        return line.row
    pairs = dict(pair for pair in matched(before, after) if pair[0] is not None)
    return pairs.get(line.row)


def _value_at(record: Record | None, line: Correction, row: int | None):
    if record is None or not line.indicator_key:
        return None
    part = record.data.get(line.set_key)
    if isinstance(part, list):
        part = part[row] if row is not None and row < len(part) else None
    return (part or {}).get(line.indicator_key)


def _shown(form: schema.Form, line: Correction, value: object) -> str:
    field = form.field(line.set_key, line.indicator_key)
    if value is None:
        return ""
    if field is None:
        return str(value)
    if field.value_type == ValueType.FILE:
        return pgettext("correction", "handed in")
    return show_value(field, value, get_language() or "")


def _anchor(line: Correction, row: int | None) -> str:
    if not line.set_key:
        return "record-form"
    if not line.indicator_key or (line.row is not None and row is None):
        return f"set-{line.set_key}"
    return "-".join(
        str(part) for part in (f"id_{line.set_key}", row, line.indicator_key) if part is not None
    )
