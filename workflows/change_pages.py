"""Reads for the pages of change requests: the list, and one request as it changes the file."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from teachers import files, schema
from teachers.changes import documents, kinds
from teachers.changes.locks import field_name
from teachers.enums import ChangeKind, ChangeState
from teachers.models import ChangeRequest, Code, DossierRevision, Post, Teacher
from teachers.models.changes import FINAL
from teachers.reading import show_value
from workflows.models import Task

PAGE_SIZE = 50
TABS = {
    "mine": gettext_lazy("Waiting for me"),
    "open": gettext_lazy("On the way"),
    "waiting": gettext_lazy("Approved, wait for their day"),
    "done": gettext_lazy("In force"),
    "ended": gettext_lazy("Refused or withdrawn"),
}


@dataclass(frozen=True)
class Filters:
    """What the address bar asks for; unknown values are ignored."""

    tab: str = ""
    kind: str = ""
    q: str = ""
    before: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        asked = {f.name: query.get(f.name, "").replace("\0", "").strip()[:40] for f in fields(cls)}
        if asked["tab"] not in TABS:
            asked["tab"] = ""
        if asked["kind"] not in ChangeKind.values:
            asked["kind"] = ""
        if not (asked["before"].isdecimal() and len(asked["before"]) < 19):
            asked["before"] = ""
        return cls(**asked)

    def address(self, **changes: str) -> str:
        """The query string of these filters with some changed; page one again."""
        then = replace(self, **({"before": ""} | changes))
        pairs = [(f.name, getattr(then, f.name)) for f in fields(then) if getattr(then, f.name)]
        return "?" + urlencode(pairs)


@dataclass(frozen=True)
class Tab:
    """One tab or chip with how many requests it shows."""

    value: str
    words: str | Promise
    count: int
    on: bool
    address: str


@dataclass(frozen=True)
class Page:
    """One page of the list, the newest request first."""

    rows: list[ChangeRequest]
    filters: Filters
    tabs: list[Tab]
    kinds: list[Tab]
    next_address: str


def read(post: Post, filters: Filters) -> Page:
    """Requests that the post may see (two queries: counts, rows)."""
    mine = Task.objects.open().for_post(post).filter(process__change=OuterRef("pk"))
    seen = ChangeRequest.objects.visible_to(post).annotate(mine=Exists(mine))
    counted = Counter()
    by_kind: dict[str, Counter] = {tab: Counter() for tab in TABS}
    cells = seen.values_list("kind", "state", "mine").annotate(n=Count("pk")).order_by()
    for kind, state, is_mine, n in cells:
        for tab in _tabs_of(state, is_mine):
            counted[tab] += n
            by_kind[tab][kind] += n
    if not filters.tab:
        filters = replace(filters, tab="mine" if counted["mine"] else "open")
    rows = list(_rows(seen, filters)[: PAGE_SIZE + 1])
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    return Page(
        rows=rows,
        filters=filters,
        tabs=[
            Tab(tab, words, counted[tab], tab == filters.tab, filters.address(tab=tab, kind=""))
            for tab, words in TABS.items()
        ],
        kinds=_kinds(by_kind[filters.tab], filters),
        next_address=filters.address(before=str(rows[-1].pk)) if more else "",
    )


def _tabs_of(state: str, is_mine: bool) -> list[str]:
    if is_mine:
        return ["mine", "open"]
    if state == ChangeState.APPROVED:
        return ["waiting"]
    if state == ChangeState.IN_FORCE:
        return ["done"]
    return ["ended"] if state in FINAL else ["open"]


def _kinds(counted: Counter, filters: Filters) -> list[Tab]:
    return [
        Tab(
            kind,
            words,
            counted[kind],
            kind == filters.kind,
            filters.address(kind="" if kind == filters.kind else kind),
        )
        for kind, words in ChangeKind.choices
        if counted[kind] or kind == filters.kind
    ]


def _rows(seen: QuerySet, filters: Filters) -> QuerySet:
    rows = {
        "mine": seen.filter(mine=True),
        "open": seen.exclude(state__in=[*FINAL, ChangeState.APPROVED]),
        "waiting": seen.filter(state=ChangeState.APPROVED),
        "done": seen.filter(state=ChangeState.IN_FORCE),
        "ended": seen.filter(state__in=[ChangeState.REFUSED, ChangeState.WITHDRAWN]),
    }[filters.tab]
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.q:
        rows = rows.filter(Q(name__icontains=filters.q) | Q(teacher__number__startswith=filters.q))
    if filters.before:
        rows = rows.filter(pk__lt=int(filters.before))
    return rows.select_related("organisation", "counterpart", "teacher").order_by("-pk")


# --- One request -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One thing that changes: what it is called, and what it was and will be, in words."""

    label: str
    old: str
    new: str


def lines(change: ChangeRequest) -> list[Line]:
    """What a request changes, old beside new; a new person's document is shown by its sheets."""
    teacher = _teacher(change)
    found = _place(change) + _status(change, teacher)
    if change.kind == ChangeKind.KEY_CORRECTION and change.identity_mask:
        found.append(Line(_("Identity number"), _old_mask(change, teacher), change.identity_mask))
    if change.kind in kinds.CORRECTIONS:
        found += _values(change, teacher)
    return found


def _teacher(change: ChangeRequest) -> Teacher | None:
    if change.teacher_id is None:
        return None
    return Teacher.objects.select_related("organisation", "dossier__revision").get(
        pk=change.teacher_id
    )


def _place(change: ChangeRequest) -> list[Line]:
    other = str(change.counterpart or change.outside)
    own = str(change.organisation)
    if change.kind in kinds.ARRIVALS:
        return [Line(_("School"), change.outside, own)]
    if change.kind in kinds.TRANSFERS:
        return [Line(_("School"), other, own)]
    if change.kind == ChangeKind.TRANSFER_OUT:
        return [Line(_("School"), own, other)]
    if kinds.ASKED[ChangeKind(change.kind)].beside:
        return [Line(_("Works at"), own, other)]
    return []


def _status(change: ChangeRequest, teacher: Teacher | None) -> list[Line]:
    asked = kinds.ASKED[ChangeKind(change.kind)]
    if change.kind in kinds.ARRIVALS or not asked.statuses:
        return []
    before = _before(change, teacher)
    names = {code.code: str(code) for code in Code.objects.filter(code_list__key="person_status")}
    old = (before.get("basic") or {}).get("person_status", "")
    new = (change.values.get("basic") or {}).get("person_status", "")
    return [Line(_("Status"), names.get(old, old), names.get(new, new))] if old != new else []


def _before(change: ChangeRequest, teacher: Teacher | None) -> dict:
    """The file that the change was, or will be, made to."""
    if change.revision_id is None:
        return documents.file_of(teacher)
    made = change.revision
    earlier = DossierRevision.objects.filter(
        teacher=made.teacher_id, sequence=made.sequence - 1
    ).first()
    return earlier.data if earlier else {}


def _old_mask(change: ChangeRequest, teacher: Teacher) -> str:
    former = teacher.former_identities.filter(change=change).first()
    return former.identity_mask if former else teacher.identity_mask


def _values(change: ChangeRequest, teacher: Teacher) -> list[Line]:
    """Every value that differs, with those that follow from it, in the order of the form."""
    language = get_language() or ""
    form = schema.form(schema.current_version().pk, teacher.organisation.school_kind)
    before = _before(change, teacher)
    after = change.revision.data if change.revision_id else documents.resulting(change, teacher)
    found = []
    for item in files.difference(before, after, form):
        field = form.field(item.set_key, item.key)
        label = field_name(item.set_key)
        if item.row is not None:
            label = f"{label} {item.row + 1}"
        if field is not None:
            label = f"{label} · {field.label(language)}"
        old = show_value(field, item.old, language) if field else str(item.old or "")
        new = show_value(field, item.new, language) if field else str(item.new or "")
        found.append(Line(label, old, new))
    return found
