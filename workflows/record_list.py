"""The records of a submission beside the one that is read: search, marks, and page by key."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet

from campaigns.enums import Severity
from campaigns.models import Finding, Record, Submission
from teachers.models import Post
from workflows import baselines
from workflows.baselines import Baseline
from workflows.models import Correction

PAGE = 40
#: So many stand above the record that is read when its page is opened.
ABOVE = 12
SHOWN = ("found", "changed", "marked")


@dataclass(frozen=True)
class Filters:
    """What the address asks of the list; unknown values are ignored. after, before: keys."""

    q: str = ""
    show: str = ""
    after: str = ""
    before: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        show = query.get("show", "")
        return cls(
            q=query.get("q", "").replace("\0", "").strip()[:36],
            show=show if show in SHOWN else "",
            after=_key(query.get("after", "")),
            before=_key(query.get("before", "")),
        )

    def address(self, **changes: object) -> str:
        """The query string with some of it changed; the place in the list is left out."""
        then = replace(self, **{"after": "", "before": "", **changes})
        pairs = {name: str(value) for name, value in vars(then).items() if value}
        return "?" + urlencode(pairs) if pairs else ""


@dataclass(frozen=True)
class Item:
    """One line of the list."""

    record: Record
    errors: int
    warnings: int
    is_changed: bool
    marks: int


@dataclass(frozen=True)
class Page:
    """Lines in key order; `before` and `after` are the keys to go on from, if there are more."""

    items: list[Item]
    before: int | None
    after: int | None
    filters: Filters


def page(
    rows: QuerySet[Record],
    filters: Filters,
    baseline: Baseline,
    post: Post | None,
    *,
    around: int | None = None,
) -> Page:
    """A page of what was `chosen`; `around` a record, or before or after a key.

    Two queries for the rows of an opened page, else one; two for the marks, and one more where the
    register is the baseline.
    """
    if around is not None:
        above = list(rows.filter(pk__lt=around).order_by("-pk")[: ABOVE + 1])
        below = list(rows.filter(pk__gte=around).order_by("pk")[: PAGE + 1])
    elif filters.before:
        above, below = list(rows.filter(pk__lt=int(filters.before)).order_by("-pk")[: PAGE + 1]), []
    else:
        later = rows.filter(pk__gt=int(filters.after)) if filters.after else rows
        above, below = [], list(later.order_by("pk")[: PAGE + 1])
    most = ABOVE if around is not None else PAGE
    shown = above[:most][::-1] + below[:PAGE]
    return Page(
        items=_items(shown, baseline, post),
        before=shown[0].pk if len(above) > most else None,
        after=shown[-1].pk if len(below) > PAGE else None,
        filters=filters,
    )


def neighbours(rows: QuerySet[Record], key: int) -> tuple[Record | None, Record | None]:
    """The records before and after one in what was `chosen` (two queries)."""
    return (
        rows.filter(pk__lt=key).order_by("-pk").first(),
        rows.filter(pk__gt=key).order_by("pk").first(),
    )


def chosen(
    submission: Submission, filters: Filters, baseline: Baseline, post: Post | None
) -> QuerySet[Record]:
    """The records that the filters leave. Only “changed” looks at every record at once, where the
    register is the baseline (two queries)."""
    rows = Record.objects.filter(submission=submission).defer("data", "identity_sealed")
    if filters.q:
        rows = rows.filter(name__icontains=filters.q)
    if filters.show == "found":
        found = Finding.objects.filter(submission=submission, record__isnull=False)
        rows = rows.filter(pk__in=found.values("record"))
    elif filters.show == "marked":
        marked = Correction.objects.in_basket_of(post).filter(submission=submission)
        rows = rows.filter(pk__in=marked.values("record"))
    elif filters.show == "changed":
        rows = _changed(submission, rows, baseline)
    return rows


def _changed(
    submission: Submission, rows: QuerySet[Record], baseline: Baseline
) -> QuerySet[Record]:
    if not baseline.is_register:
        return rows.filter(entered_at__gt=baseline.at)
    every = Record.objects.filter(submission=submission).only("pk")
    return rows.filter(pk__in=baselines.changed(list(every), baseline))


def _items(records: list[Record], baseline: Baseline, post: Post | None) -> list[Item]:
    keys = [record.pk for record in records]
    changed = baselines.changed(records, baseline) if records else set()
    found = {
        row["record_id"]: row
        for row in Finding.objects.filter(record__in=keys)
        .values("record_id")
        .annotate(
            errors=Count("pk", filter=Q(severity=Severity.ERROR)),
            warnings=Count("pk", filter=Q(severity=Severity.WARNING)),
        )
        .order_by("record_id")
    }
    marked = dict(
        Correction.objects.in_basket_of(post)
        .filter(record__in=keys)
        .values_list("record_id")
        .annotate(Count("pk"))
        .order_by("record_id")
    )
    return [
        Item(
            record=record,
            errors=found.get(record.pk, {}).get("errors", 0),
            warnings=found.get(record.pk, {}).get("warnings", 0),
            is_changed=record.pk in changed,
            marks=marked.get(record.pk, 0),
        )
        for record in records
    ]


def _key(words: str) -> str:
    return words if words.isascii() and words.isdigit() and len(words) < 19 else ""
