"""The left rail: what the acting post's role uses, and how much lies on its desk."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.jinja import address
from teachers.enums import Role
from teachers.models import Post
from teachers.policies import sees_files
from workflows import desk_counts
from workflows.enums import DocumentKind
from workflows.policies import calendars_kept_by, keeps_units, may_set_desk

#: How many tasks, and how many of them overdue.
NOTHING = (0, 0)
COUNTED = {"workflows:inbox", "workflows:school", "workflows:changes", "workflows:problems"}
REPORTING = {Role.CLERK, Role.HEAD}
WATCHING = {Role.MANAGER, Role.SUPERVISOR}
DECIDING = {Role.REVIEWER, Role.CHIEF}
OVERSEEING = DECIDING | WATCHING
AT_A_DESK = {*REPORTING, Role.REVIEWER, Role.CHIEF}
STAFFING = {*WATCHING, Role.ADMINISTRATOR}
CAMPAIGN_PAGES = [
    ("campaigns:list", _("Campaigns"), "campaign"),
    ("reports:list", _("Stage reports"), "report"),
]

#: Pages without a line of their own light up the line of the page they were reached from.
BELONGS_TO = {
    "workflows:submission": ("workflows:inbox",),
    "workflows:decide": ("workflows:inbox",),
    "workflows:acts": ("workflows:inbox",),
    "workflows:act": ("workflows:inbox",),
    "workflows:record": ("workflows:inbox",),
    "workflows:sampling": ("workflows:inbox",),
    "workflows:sampling_shown": ("campaigns:list",),
    "workflows:file": ("teachers:search",),
    "workflows:figures": ("workflows:desk",),
    "workflows:delegate": ("workflows:desk", "workflows:desks"),
    "workflows:hand_over": ("workflows:desk", "workflows:desks"),
    "workflows:delegations": ("workflows:desks",),
    "workflows:separations": ("workflows:desks",),
    "workflows:appoint": ("workflows:desks",),
    "workflows:change": ("workflows:changes",),
    "workflows:change_new": ("workflows:changes",),
    "workflows:change_edit": ("workflows:changes",),
    "workflows:change_decide": ("workflows:changes",),
    "workflows:problem": ("workflows:problems",),
    "workflows:problem_answer": ("workflows:problems",),
    "workflows:problem_settle": ("workflows:problems",),
    "workflows:reorganise": ("workflows:reorganisations",),
    "workflows:reorganisation": ("workflows:reorganisations",),
    "workflows:calendar_change": ("workflows:calendar",),
    "workflows:calendar_moves": ("workflows:calendar",),
    "teachers:export": ("teachers:search",),
    "teachers:exports": ("teachers:search",),
    "campaigns:progress": ("campaigns:list",),
    "campaigns:preview": ("campaigns:list",),
    "campaigns:create": ("campaigns:list",),
    "workflows:seals": ("campaigns:list",),
    "reports:report": ("reports:list",),
    "reports:pack": ("reports:list",),
    "campaigns:record": ("workflows:school",),
    "campaigns:record_new": ("workflows:school",),
    "campaigns:import_result": ("workflows:school",),
    "teachers:index_version": ("teachers:index_versions",),
    "teachers:index_differences": ("teachers:index_versions",),
    "teachers:index_indicator": ("teachers:index_versions",),
    "teachers:index_indicator_new": ("teachers:index_versions",),
    "teachers:index_set_new": ("teachers:index_versions",),
    "teachers:code_lists": ("teachers:index_versions",),
    "teachers:code_list": ("teachers:index_versions",),
    "campaigns:rehearsals": ("teachers:index_versions",),
    "campaigns:rehearsal": ("teachers:index_versions",),
}


@dataclass(frozen=True)
class Entry:
    """One line of the rail. `late` says how many of `count` are overdue."""

    name: str
    label: str
    icon: str
    url: str
    on: bool = False
    count: int = 0
    late: int = 0


def open_work(
    post: Post, known: dict[str, tuple[int, int]] | None = None
) -> dict[str, dict[str, int]]:
    """How many tasks are open on the post's desk and how many overdue, by page (one query).

    A page that has counted them already says so in `known`, by kind of document.
    """
    found = desk_counts.by_kind(post, on=timezone.localdate()) if known is None else known
    everything = tuple(map(sum, zip(*found.values(), strict=True))) or NOTHING
    pages = {
        "workflows:inbox": everything,
        "workflows:school": found.get(DocumentKind.SUBMISSION, NOTHING),
        "workflows:changes": found.get(DocumentKind.CHANGE, NOTHING),
        "workflows:problems": found.get(DocumentKind.PROBLEM, NOTHING),
    }
    return {page: {"count": count, "late": late} for page, (count, late) in pages.items()}


def pages_of(post: Post, *, is_superuser: bool) -> list[tuple[str, str, str]]:
    """URL name, label and icon of the pages that the role works with, in order."""
    pages = []
    if post.role in REPORTING:
        pages.append(("workflows:school", _("School desk"), "school"))
    if post.role in DECIDING:
        pages.append(("workflows:inbox", _("Inbox"), "inbox"))
    if post.role in WATCHING:
        pages += CAMPAIGN_PAGES
    if post.role in REPORTING | OVERSEEING:
        pages.append(("workflows:changes", _("Changes"), "refresh"))
        pages.append(("workflows:problems", _("Problem data"), "flag"))
    if post.role in DECIDING:
        pages += CAMPAIGN_PAGES
    if post.role in AT_A_DESK:
        pages.append(("workflows:desk", _("My desk"), "person"))
    if sees_files(post):
        pages.append(("teachers:search", _("Teacher register"), "people"))
    if post.role == Role.TEACHER:
        pages.append(("teachers:my_file", _("My file"), "person"))
        pages.append(("workflows:changes", _("Changes"), "refresh"))
    if post.role == Role.OFFICER:
        pages.append(("teachers:access_log", _("Access log"), "lock"))
    if is_superuser:
        pages.append(("admin:index", _("Administration"), "settings"))
    if post.role in {Role.ADMINISTRATOR, Role.MANAGER}:
        pages.append(("teachers:index_versions", _("Index system"), "tree"))
    if keeps_units(post):
        pages.append(("workflows:reorganisations", _("Reorganisations"), "school"))
    if may_set_desk(post):
        pages.append(("workflows:desk_settings", _("Desk settings"), "settings"))
    if post.role in STAFFING and not post.delegation:
        pages.append(("workflows:desks", _("Desks"), "person"))
    if calendars_kept_by(post):
        pages.append(("workflows:calendar", _("Working days"), "calendar"))
    return pages


def rail(request: HttpRequest) -> list[Entry]:
    """The rail's lines for this request; empty for somebody who holds no post."""
    post = getattr(request, "post", None)
    if post is None:
        return []
    here = request.resolver_match.view_name if request.resolver_match else ""
    entries = []
    pages = pages_of(post, is_superuser=request.user.is_superuser)
    known = getattr(request, "open_by_kind", None)
    counted = open_work(post, known) if COUNTED & {name for name, _label, _icon in pages} else {}
    for name, label, icon in pages:
        work = counted.get(name, {})
        on = name in (here, *BELONGS_TO.get(here, ()))
        entries.append(Entry(name, label, icon, address(name), on=on, **work))
    return entries
