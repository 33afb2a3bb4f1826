"""A submission's page: where it stands, what it holds, what was decided."""

from django.contrib.auth.decorators import login_required
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from campaigns import meeting
from campaigns.enums import FINAL, CampaignState
from campaigns.models import Finding, Record, Submission, WorkbookImport
from teachers.enums import Role
from teachers.models import Organisation, Post
from teachers.policies import oversees
from teachers.ready_queries import FIRST_KEY, Ready
from teachers.working_days import calendar_here
from workflows import corrections, queries, record_lines, remarks, seals, way
from workflows.charts import flow_chart
from workflows.enums import Verdict
from workflows.flows import step
from workflows.models import Remark, Task
from workflows.policies import may_manage, verdicts_of
from workflows.presses import new_press
from workflows.remark_forms import RemarkForm
from workflows.screening import WORKING
from workflows.views.inbox import forward

PAGE_SIZE = 50
TABS = ("records", "findings", "corrections", "remarks", "history", "imports")


def found(request: HttpRequest, pk: int) -> Submission:
    """The submission among those the acting post may see; anything else is a 404."""
    post = request.post
    if oversees(post) and not post.delegation and pk < FIRST_KEY:
        seen = _SEEN(submission=pk, reach=post.reach)
        return seen[0] if seen else _missing()
    return get_object_or_404(_seen(pk, post))


def _seen(submission: int, post: Post | None) -> QuerySet[Submission]:
    visible = Submission.objects.visible_to(post).filter(pk=submission)
    return visible.select_related("organisation__parent", "campaign__organisation")


def _missing():
    raise Http404


_SEEN = Ready(
    "submission_of_a_subtree",
    lambda submission, reach: _seen(
        submission, Post(role=Role.SUPERVISOR, organisation=Organisation(path=reach))
    ),
    submission="bigint",
    reach="text",
)


def open_to(post: Post, submission: Submission) -> str:
    """What the post may do to it as the campaign's manager: "cancel", "reopen", "reopen_campaign"
    (it is closed and opened with it) or "" for nothing."""
    campaign = submission.campaign
    if not may_manage(post, campaign.organisation):
        return ""
    if submission.state not in FINAL:
        return "cancel"
    if campaign.state in WORKING:
        return "reopen"
    return "reopen_campaign" if campaign.state == CampaignState.CLOSED else ""


@login_required
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """One submission; `?tab=` chooses what is listed below its path."""
    now, subject = timezone.now(), found(request, pk)
    stops = queries.path(subject)
    walked = way.way(subject, stops, calendar_here(request), timezone.localdate(now))
    task = _task(request, subject)
    counts = corrections.counts(subject, request.post)
    tab = request.GET.get("tab", "")
    if tab not in TABS:
        tab = "corrections" if task and counts["mine"] else TABS[0]
    context = {
        "submission": subject,
        "oversees": oversees(request.post),
        "above": _above(request, subject),
        "unit": subject.organisation,
        "stops": stops,
        "now": next((stop for stop in stops if stop.state == "now"), None),
        "way": walked,
        "chart": flow_chart({stop.step: stop.state for stop in stops}, walked.returns),
        "task": task,
        "forward": forward(request.post) if task else None,
        "managing": open_to(request.post, subject),
        "press": new_press([task], at=now) if task else None,
        "may_return": bool(task) and Verdict.RETURN in verdicts_of(step(task.step)),
        "today": timezone.localdate(),
        "changes_on_the_way": meeting.changes_of_answer(subject, post=request.post),
        "tab": tab,
        "corrections": counts,
        "remarks_count": remarks.counted(subject, request.post),
        **basket_of(request, subject, task),
        **SHELVES[tab](request, subject),
    }
    return render(request, "workflows/submission.html", context)


def basket_of(request: HttpRequest, subject: Submission, task: Task | None) -> dict:
    """What lies in the basket of the post's desk, and whether more may be put there now."""
    may_mark = bool(task) and step(task.step).is_review
    rows = corrections.basket(subject, request.post) if oversees(request.post) else []
    return {
        "basket": corrections.read(subject, rows) if rows else [],
        "may_mark": may_mark,
        "basket_press": new_press([task], at=timezone.now()) if may_mark else None,
    }


def _task(request: HttpRequest, subject: Submission) -> Task | None:
    """The open task, if it lies on the acting post's desk."""
    post = request.post
    if post.delegation:
        return _task_on(subject.pk, post).first()
    found = _TASK(submission=subject.pk, desk=post.organisation_id, role=post.role)
    return found[0] if found else None


def _task_on(submission: int, post: Post) -> QuerySet[Task]:
    mine = Task.objects.open().for_post(post).filter(process__submission=submission)
    return mine.select_related("owner")


_TASK = Ready(
    "task_of_a_submission_on_a_desk",
    lambda submission, desk, role: _task_on(submission, Post(organisation_id=desk, role=role)),
    submission="bigint",
    desk="bigint",
    role="text",
)


def _above(request: HttpRequest, subject: Submission) -> Organisation | None:
    """The authority to go back to on the progress page, if it lies below the post's own."""
    parent = subject.organisation.parent
    return parent if parent and request.post.organisation.contains(parent) else None


def _records(request: HttpRequest, subject: Submission) -> dict:
    """Records by key, fifty a page, with how many errors and warnings each has."""
    rows = Record.objects.filter(submission=subject)
    words = request.GET.get("q", "").replace("\0", "").strip()[:40]
    if words:
        rows = rows.filter(name__icontains=words)
    if request.GET.get("found"):
        with_findings = Finding.objects.filter(submission=subject, record__isnull=False)
        rows = rows.filter(pk__in=with_findings.values("record"))
    if words or request.GET.get("found") or request.GET.get("after"):
        rows, after = _page(rows.values_list(*record_lines.COLUMNS), request)
    else:
        rows, after = _cut(_FIRST_RECORDS(submission=subject.pk))
    return {"records": record_lines.lines(subject, rows), "after": after, "words": words}


_FIRST_RECORDS = Ready(
    "first_records_of_a_submission",
    lambda submission: (
        Record.objects.filter(submission=submission)
        .order_by("pk")
        .values_list(*record_lines.COLUMNS)[: PAGE_SIZE + 1]
    ),
    submission="bigint",
)


def _findings(request: HttpRequest, subject: Submission) -> dict:
    rows = Finding.objects.filter(submission=subject).select_related("record", "explained_by")
    rows, after = _page(rows, request)
    return {"findings": rows, "after": after}


def _corrections(request: HttpRequest, subject: Submission) -> dict:
    """The lines that were sent; those of the own desk can be closed or asked again."""
    rows, after = _page(corrections.sent(subject), request)
    return {
        "lines": corrections.read(subject, rows),
        "after": after,
        "desk_organisation": request.post.organisation_id,
        "desk_role": request.post.role,
    }


def _remarks(request: HttpRequest, subject: Submission) -> dict:
    return {**remarks_page(request, subject), "form": RemarkForm()}


def remarks_page(request: HttpRequest, subject: Submission) -> dict:
    """The thread, the newest first."""
    rows = remarks.read(subject, request.post)
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    rows: list[Remark] = list(rows[: PAGE_SIZE + 1])
    more = len(rows) > PAGE_SIZE
    return {"remarks": rows[:PAGE_SIZE], "after": rows[PAGE_SIZE - 1].pk if more else None}


def _history(_request: HttpRequest, subject: Submission) -> dict:
    return {
        "history": queries.history(subject),
        "holdings": queries.holdings(subject),
        "reasons": queries.reason_names(),
        "sealed": seals.newest_of(subject),
    }


def _imports(_request: HttpRequest, subject: Submission) -> dict:
    rows = WorkbookImport.objects.filter(submission=subject).defer("failed")
    return {"imports": rows.select_related("imported_by").order_by("-id")[:PAGE_SIZE]}


def _page(rows: QuerySet, request: HttpRequest) -> tuple[list, int | None]:
    """The rows after `?after=`, in key order, and the key to go on from if there are more."""
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__gt=int(after))
    return _cut(list(rows.order_by("pk")[: PAGE_SIZE + 1]))


def _cut(rows: list) -> tuple[list, int | None]:
    """A page of rows that may be one more than it holds, and the key to go on from if they are."""
    page = rows[:PAGE_SIZE]
    return page, _key(page[-1]) if len(rows) > PAGE_SIZE else None


def _key(row: Model | tuple) -> int:
    return row[0] if isinstance(row, tuple) else row.pk


SHELVES = {
    "records": _records,
    "findings": _findings,
    "corrections": _corrections,
    "remarks": _remarks,
    "history": _history,
    "imports": _imports,
}
