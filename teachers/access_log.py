"""Searching the access log, for those who answer for data protection (PIPL Art 52, 54)."""

import csv
import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teachers.models import AccessEntry, IndicatorSet, Post, Teacher, User

PAGE = 50
#: Persons and users one search may mean.
MEANT = 200

#: What the log calls each act. Acts that begin with "read_" only look; the others do more.
ACTIONS = {
    "read_file": gettext_lazy("Opened a file"),
    "read_own_file": gettext_lazy("Opened the own file"),
    "read_record": gettext_lazy("Opened a record"),
    "read_attachment": gettext_lazy("Opened an attachment"),
    "read_change": gettext_lazy("Opened a change request"),
    "read_problem": gettext_lazy("Opened problem data"),
    "reveal_identity": gettext_lazy("Showed an identity number"),
    "search_identity": gettext_lazy("Searched by identity number"),
    "dossier_download": gettext_lazy("Downloaded a file as PDF"),
    "corrections_download": gettext_lazy("Downloaded a list of corrections"),
    "submission_form_download": gettext_lazy("Downloaded a submission form"),
    "report_download": gettext_lazy("Downloaded a report"),
    "report_cancel": gettext_lazy("Called off a report"),
    "workbook.export": gettext_lazy("Downloaded a workbook"),
    "failed_rows": gettext_lazy("Downloaded failed rows"),
    "export": gettext_lazy("Exported a selection"),
    "remove_attachment": gettext_lazy("Took back an attachment"),
    "hand_over": gettext_lazy("Handed a desk over"),
    "appoint": gettext_lazy("Entered a post"),
    "accept_notice": gettext_lazy("Read the privacy notice"),
    "export_access_log": gettext_lazy("Exported the access log"),
    "prune_access_log": gettext_lazy("Deleted old entries of this log"),
}


def visible_to(post: Post | None) -> QuerySet[AccessEntry]:
    """The entries an officer answers for: people of the own subtree looked at by anybody, and
    whatever was looked at by users of the own subtree. Nothing for any other role."""
    from teachers.policies import reads_access_log

    if post is None or not reads_access_log(post):
        return AccessEntry.objects.none()
    path = post.organisation.path
    if post.organisation.depth == 0:
        return AccessEntry.objects.all()
    return AccessEntry.objects.filter(
        Q(organisation__path__startswith=path) | Q(post__organisation__path__startswith=path)
    )


@dataclass(frozen=True)
class Filters:
    """What the officer asks for. `since` and `until` are days, both included."""

    person: str = ""
    user: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None
    address: str = ""
    after: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        """From an address; what cannot be read is left out."""
        text = {name: query.get(name, "").strip()[:60] for name in ("person", "user", "address")}
        action = query.get("action", "")
        return cls(
            **text,
            action=action if action in ACTIONS else "",
            since=_day(query.get("since", "")),
            until=_day(query.get("until", "")),
            after=query.get("after", "")[:60],
        )

    @property
    def query(self) -> str:
        """The filters as the part of an address behind "?", without the page."""
        return urlencode(
            {
                name: value
                for name in ("person", "user", "action", "since", "until", "address", "after")
                if (value := getattr(self, name))
            }
        )

    @property
    def first(self) -> str:
        """The same for the first page."""
        return replace(self, after="").query

    @property
    def narrowed(self) -> bool:
        return bool(self.first)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass
class Page:
    """Entries newest first; `older` is the address part of the next page, "" on the last."""

    entries: list[AccessEntry]
    older: str
    #: A name that fits more persons or users than one search can follow.
    too_many: bool = False


def search(post: Post | None, filters: Filters) -> Page:
    """One page of what the filters find. Plan: one of the indexes on … and at, backwards."""
    found, too_many = matching(post, filters)
    entries = list(_after(found, filters.after)[: PAGE + 1])
    older = ""
    if len(entries) > PAGE:
        entries = entries[:PAGE]
        older = replace(filters, after=_cursor(entries[-1])).query
    names = set_names()
    for entry in entries:
        entry.act = ACTIONS.get(entry.action, entry.action)
        entry.set_names = [names.get(key, key) for key in entry.sets]
    return Page(entries, older, too_many)


def matching(post: Post | None, filters: Filters) -> tuple[QuerySet[AccessEntry], bool]:
    """The entries the filters find, newest first, and whether a name meant too many persons."""
    found = visible_to(post).select_related(
        "user", "post__organisation", "post__user", "teacher__organisation", "organisation"
    )
    too_many = False
    if filters.person:
        people = list(_people(filters.person)[: MEANT + 1])
        too_many = len(people) > MEANT
        found = found.filter(teacher__in=people[:MEANT])
    if filters.user:
        users = list(_users(filters.user)[: MEANT + 1])
        too_many = too_many or len(users) > MEANT
        found = found.filter(user__in=users[:MEANT])
    if filters.action:
        found = found.filter(action=filters.action)
    if filters.since:
        found = found.filter(at__gte=_midnight(filters.since))
    if filters.until:
        found = found.filter(at__lt=_midnight(filters.until + timedelta(days=1)))
    if filters.address:
        found = _from_address(found, filters.address)
    return found.order_by("-at", "-id"), too_many


def _people(words: str) -> QuerySet:
    """Teacher number, masked identity or whole name. Never a full identity number: it would
    stand in the address of the page."""
    return Teacher.objects.filter(
        Q(number=words.upper()) | Q(identity_mask=words) | Q(name=words)
    ).values_list("pk", flat=True)


def _users(words: str) -> QuerySet:
    return User.objects.filter(Q(username=words) | Q(name=words)).values_list("pk", flat=True)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _from_address(found: QuerySet[AccessEntry], address: str) -> QuerySet[AccessEntry]:
    """Entries from one machine; what is no address finds nothing."""
    try:
        return found.filter(address=str(ipaddress.ip_address(address)))
    except ValueError:
        return found.none()


def _cursor(entry: AccessEntry) -> str:
    return f"{entry.at.isoformat()},{entry.pk}"


def _after(found: QuerySet[AccessEntry], cursor: str) -> QuerySet[AccessEntry]:
    moment, _comma, key = cursor.partition(",")
    try:
        at, pk = datetime.fromisoformat(moment), int(key)
    except ValueError:
        return found
    if at.tzinfo is None:
        return found
    return found.filter(Q(at=at, pk__lt=pk) | Q(at__lt=at), at__lte=at)


def set_names() -> dict[str, str]:
    """Sub-set keys to their names in the reader's language."""
    from django.utils.translation import get_language

    column = "name_en" if (get_language() or "").startswith("en") else "name"
    return dict(IndicatorSet.objects.order_by("pk").values_list("key", column))


# --- As a table -------------------------------------------------------------------------------


class _Line:
    """What csv.writer writes to: it hands the line on."""

    def write(self, text: str) -> str:
        return text


def as_csv(entries: QuerySet[AccessEntry]) -> Iterator[str]:
    """The entries as CSV for a spreadsheet, line by line. Cells never start a formula."""
    writer, names = csv.writer(_Line()), set_names()
    yield "\ufeff" + writer.writerow(
        [
            _("At"),
            _("User"),
            _("Account"),
            _("Post"),
            _("Act"),
            _("Person"),
            _("Teacher number"),
            _("Unit of the person"),
            _("Subject"),
            _("Sub-sets"),
            _("Reason"),
            _("From"),
        ]  # fmt: skip
    )
    for entry in entries.iterator(chunk_size=2000):
        yield writer.writerow([_cell(value) for value in _row(entry, names)])


def _row(entry: AccessEntry, names: dict[str, str]) -> list[str]:
    return [
        f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M:%S}",
        entry.user.name,
        entry.user.username,
        _post(entry),
        str(ACTIONS.get(entry.action, entry.action)),
        entry.teacher.name if entry.teacher else "",
        (entry.teacher.number or "") if entry.teacher else "",
        str(entry.organisation or ""),
        entry.subject,
        " ".join(names.get(key, key) for key in entry.sets),
        entry.reason,
        entry.address or "",
    ]


def _post(entry: AccessEntry) -> str:
    """The post under which it was done, and whose it is if a colleague acted under it."""
    if entry.post is None or entry.post.user_id == entry.user_id:
        return str(entry.post or "")
    return _("%(post)s, acting for %(holder)s") % {"post": entry.post, "holder": entry.post.user}


def _cell(value: str) -> str:
    return f"'{value}" if value[:1] in "=+-@\t\r" and value else value
