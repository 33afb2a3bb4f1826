"""Reads across models: who is asked, what the register says of them, and how far they are."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from campaigns.enums import StageKind, SubmissionState
from campaigns.models import Campaign, CampaignStage, Finding, Record, Submission
from campaigns.scope import units_in_scope
from teachers.enums import FileStatus, OrganisationKind, Role
from teachers.models import Organisation, Post, Teacher

State = SubmissionState
#: Still in the school's hands, the head's desk included.
WITH_SCHOOL = (State.DRAFT, State.RETURNED, State.SIGNING)
IN_REVIEW = (State.COUNTY_REVIEW, State.CITY_REVIEW, State.AUTHORITY_REVIEW, State.PROVINCE_REVIEW)


# --- Who is asked -------------------------------------------------------------------------


@dataclass
class PreviewRow:
    """What one authority will be asked for, and what stands in the way (sentences)."""

    authority: Organisation
    schools: int
    teachers: int
    no_clerk: int
    no_head: int
    problems: list[str] = field(default_factory=list)


@dataclass
class Preview:
    rows: list[PreviewRow]
    schools: int
    teachers: int
    problems: int


def preview(campaign: Campaign, on: date) -> Preview:
    """Per managing authority: schools asked, teachers in service there, and what is wrong.

    A constant number of queries, whatever the number of schools.
    """
    authorities = _asked_by_authority(campaign, on)
    by_path = {unit.path: unit for unit in _chain_of(authorities)}
    staffed = _desks_with_people(by_path, on)
    rows = []
    for authority, asked in authorities:
        row = PreviewRow(authority=authority, **asked)
        row.problems = _problems(row, by_path, staffed)
        rows.append(row)
    return Preview(
        rows=rows,
        schools=sum(row.schools for row in rows),
        teachers=sum(row.teachers for row in rows),
        problems=sum(len(row.problems) for row in rows),
    )


def _asked_by_authority(campaign: Campaign, on: date) -> list[tuple[Organisation, dict]]:
    """(authority, counts) in path order. A university's own staff stand under the province."""
    posts = Post.objects.current(on).filter(organisation=OuterRef("pk"))
    units = units_in_scope(campaign, on).annotate(
        has_clerk=Exists(posts.filter(role=Role.CLERK)),
        has_head=Exists(posts.filter(role=Role.HEAD)),
    )
    counts = {
        row["parent"]: row
        for row in units.order_by()
        .values("parent")
        .annotate(
            schools=Count("pk"),
            no_clerk=Count("pk", filter=Q(has_clerk=False)),
            no_head=Count("pk", filter=Q(has_head=False)),
        )
    }
    staff = dict(
        Teacher.objects.filter(
            status=FileStatus.ACTIVE, organisation__in=units_in_scope(campaign, on)
        )
        .order_by()
        .values_list("organisation__parent")
        .annotate(Count("pk"))
    )
    found = Organisation.objects.filter(pk__in=list(counts)).order_by("path")
    return [
        (
            authority,
            {
                "schools": counts[authority.pk]["schools"],
                "teachers": staff.get(authority.pk, 0),
                "no_clerk": counts[authority.pk]["no_clerk"],
                "no_head": counts[authority.pk]["no_head"],
            },
        )
        for authority in found
    ]


def _paths_to(path: str) -> list[str]:
    """ "620000/622900/" → ["620000/", "620000/622900/"]."""
    return [path[: i + 1] for i, letter in enumerate(path) if letter == "/"]


def _chain_of(authorities: list[tuple[Organisation, dict]]) -> QuerySet[Organisation]:
    paths = {path for authority, _asked in authorities for path in _paths_to(authority.path)}
    """The authorities on the way; `two_steps` says whether a chief decides there, too (the engine's
    setting of the desk)."""
    found = Organisation.objects.filter(path__in=paths)
    return found.annotate(two_steps=F("desk_setting__two_steps"))


def _desks_with_people(by_path: dict[str, Organisation], on: date) -> set[tuple[int, str]]:
    """(organisation, role) of the reviewers and chiefs in office."""
    ids = [unit.pk for unit in by_path.values()]
    posts = Post.objects.current(on).filter(
        organisation__in=ids, role__in=[Role.REVIEWER, Role.CHIEF]
    )
    return set(posts.values_list("organisation", "role"))


def _problems(
    row: PreviewRow, by_path: dict[str, Organisation], staffed: set[tuple[int, str]]
) -> list[str]:
    way = [by_path[path] for path in _paths_to(row.authority.path) if path in by_path]
    problems = [
        _("%(unit)s has no reviewer in office.") % {"unit": unit}
        for unit in way
        if (unit.pk, Role.REVIEWER) not in staffed
    ]
    problems += [
        _("%(unit)s works in two steps and has no chief in office.") % {"unit": unit}
        for unit in way
        if unit.two_steps and (unit.pk, Role.CHIEF) not in staffed
    ]
    if row.no_clerk:
        problems.append(_("Schools without a clerk: %(count)s.") % {"count": row.no_clerk})
    if row.no_head:
        problems.append(_("Schools without a head: %(count)s.") % {"count": row.no_head})
    return problems


def without_staff(
    campaign: Campaign, authority: Organisation, role: str, on: date
) -> QuerySet[Organisation]:
    """The schools of an authority behind "without a clerk" or "without a head", by code."""
    posts = Post.objects.current(on).filter(organisation=OuterRef("pk"), role=role)
    return units_in_scope(campaign, on).filter(~Exists(posts), parent=authority).order_by("code")


# --- How far they are ---------------------------------------------------------------------
@dataclass(frozen=True)
class ProgressRow:
    """One unit and everything below it. `unit` is None in the total.

    submitted: has left the school; in_review: on a desk above it; returned: back at the school
    now; overdue: still with the school after the last day of collection.
    """

    unit: Organisation | None
    asked: int = 0
    submitted: int = 0
    in_review: int = 0
    approved: int = 0
    returned: int = 0
    overdue: int = 0
    teachers: int = 0
    errors: int = 0

    @property
    def submitted_share(self) -> float:
        """0 to 1; 0 when nobody is asked."""
        return self.submitted / self.asked if self.asked else 0.0

    @property
    def approved_share(self) -> float:
        return self.approved / self.asked if self.asked else 0.0

    @property
    def is_leaf(self) -> bool:
        """A school or the university's own staff: nothing to open below it."""
        return self.unit is not None and self.unit.kind == OrganisationKind.SCHOOL


COUNTED = (
    "asked",
    "submitted",
    "in_review",
    "approved",
    "returned",
    "overdue",
    "teachers",
    "errors",
)


@dataclass(frozen=True)
class Progress:
    unit: Organisation
    rows: list[ProgressRow]
    total: ProgressRow


# Plan: organisations of the subtree by one range of the path index, their submissions of this
# campaign by submission_of_a_school, one hash aggregate; the child's name by its unique path.
_PROGRESS = """
    WITH below AS (
        SELECT %(path)s || CASE WHEN unit.path = %(path)s THEN ''
                   ELSE split_part(substr(unit.path, length(%(path)s) + 1), '/', 1) || '/'
               END AS child, submission.*
        FROM campaigns_submission AS submission
        JOIN teachers_organisation AS unit ON unit.id = submission.organisation_id
        WHERE submission.campaign_id = %(campaign)s
          AND unit.path >= %(path)s AND unit.path < %(end)s
    ), summed AS (
        SELECT child,
               count(*) AS asked,
               count(*) FILTER (WHERE state = ANY(%(in_review)s) OR state = 'approved')
                   AS submitted,
               count(*) FILTER (WHERE state = ANY(%(in_review)s)) AS in_review,
               count(*) FILTER (WHERE state = 'approved') AS approved,
               count(*) FILTER (WHERE state = 'returned') AS returned,
               count(*) FILTER (WHERE state = ANY(%(with_school)s) AND %(late)s) AS overdue,
               coalesce(sum(records_count), 0) AS teachers,
               coalesce(sum(errors_count), 0) AS errors
        FROM below GROUP BY child
    )
    SELECT unit.id, unit.code, unit.name, unit.name_en, unit.kind, unit.path, unit.depth,
           unit.school_kind, unit.parent_id,
           summed.asked AS n_asked, summed.submitted AS n_submitted,
           summed.in_review AS n_in_review, summed.approved AS n_approved,
           summed.returned AS n_returned, summed.overdue AS n_overdue,
           summed.teachers AS n_teachers, summed.errors AS n_errors
    FROM summed JOIN teachers_organisation AS unit ON unit.path = summed.child
    ORDER BY unit.path
"""


def progress(campaign: Campaign, unit: Organisation, on: date) -> Progress:
    """One row per direct child of the unit (and one for its own staff), with a total.

    Two queries: the stage days, and one grouped statement over the unit's subtree.
    """
    late = collection_is_over(campaign, on)
    found = Organisation.objects.raw(
        _PROGRESS,
        {
            "path": unit.path,
            "end": unit.path[:-1] + "0",  # the character after "/"
            "campaign": campaign.pk,
            "in_review": [str(state) for state in IN_REVIEW],
            "with_school": [str(state) for state in WITH_SCHOOL],
            "late": late,
        },
    )
    rows = [
        ProgressRow(unit=child, **{name: int(getattr(child, f"n_{name}")) for name in COUNTED})
        for child in found
    ]
    total = {name: sum(getattr(row, name) for row in rows) for name in COUNTED}
    return Progress(unit=unit, rows=rows, total=ProgressRow(unit=None, **total))


def collection_is_over(campaign: Campaign, on: date) -> bool:
    """Whether the last day on which handing in counts as on time has passed."""
    return CampaignStage.objects.filter(
        campaign=campaign, kind=StageKind.COLLECTION, ends_on__lt=on
    ).exists()


# --- One submission -----------------------------------------------------------------------
def records_of(submission: Submission) -> QuerySet[Record]:
    """Its records with the number of errors and of unexplained warnings, those with most first."""
    errors = Count("findings", filter=Q(findings__severity="error"))
    unexplained = Count(
        "findings", filter=Q(findings__severity="warning", findings__explanation="")
    )
    return (
        submission.records.select_related("entered_by")
        .annotate(errors=errors, unexplained=unexplained)
        .order_by("-errors", "-unexplained", "pk")
    )


def findings_of(submission: Submission) -> QuerySet[Finding]:
    """Errors first, then warnings not explained, then the rest; by record."""
    return submission.findings.select_related("record", "explained_by").order_by(
        "severity", "explanation", "record_id", "set_key", "row", "pk"
    )


def rules_of(submission: Submission) -> list[dict]:
    """How often each rule struck in a submission: [{"rule", "severity", "count"}, …]."""
    return list(
        submission.findings.order_by()
        .values("rule", "severity")
        .annotate(count=Count("pk"))
        .order_by("severity", "-count", "rule")
    )


__all__ = [
    "Preview",
    "PreviewRow",
    "Progress",
    "ProgressRow",
    "collection_is_over",
    "findings_of",
    "preview",
    "progress",
    "records_of",
    "rules_of",
    "units_in_scope",
    "without_staff",
]
