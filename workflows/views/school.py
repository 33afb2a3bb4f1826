"""The school's desk: where it stands, what is left to do, handing in, signing, recalling."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns import meeting
from campaigns.models import Record, Submission
from campaigns.problems import queries as problem_cases
from teachers.policies import reports_for_own_school
from teachers.refusals import Refusal
from workflows import actions, corrections, queries, remarks, school_desk
from workflows.enums import Verdict


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The own school's submission: the newest, or that of `?campaign=`."""
    if not reports_for_own_school(request.post):
        raise Http404
    mine = list(school_desk.submissions_of(request.post))
    code = request.GET.get("campaign")
    chosen = next((one for one in mine if code in (None, one.campaign.code)), None)
    if code and chosen is None:
        raise Http404
    if chosen is None:
        return render(request, "workflows/school_empty.html")
    subject = school_desk.read(chosen, request.post)
    after = request.GET.get("after", "")
    page = school_desk.records_page(
        chosen,
        subject.form,
        subject.counted,
        show=request.GET.get("show", ""),
        words=request.GET.get("q", "").strip()[:36],
        subset=request.GET.get("set", ""),
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0,
    )
    context = {
        "desk": subject,
        "submission": chosen,
        "page": page,
        "mine": mine,
        "changes_on_the_way": meeting.changes_of(
            Record.objects.filter(submission=chosen), post=request.post
        ),
        "today": timezone.localdate(),
        "corrections": corrections.counts(chosen, request.post),
        "remarks_count": remarks.read(chosen, request.post).count(),
        "questions": problem_cases.waiting_for(request.post).count(),
    }
    return render(request, "workflows/school.html", context)


def _own(request: HttpRequest, pk: int) -> Submission:
    """A submission of the own school; anything else is a 404."""
    return get_object_or_404(school_desk.submissions_of(request.post), pk=pk)


def _back(submission: Submission) -> HttpResponse:
    return redirect(f"{reverse('workflows:school')}?campaign={submission.campaign.code}")


def _decide(request: HttpRequest, pk: int, verdict: Verdict, done: str, **more) -> HttpResponse:
    """Decide the submission's open task as the acting post; the desk says what became of it."""
    submission = _own(request, pk)
    task = queries.open_task(submission)
    if task is None:
        messages.error(request, _("Nothing is open here any more: the submission has ended."))
        return _back(submission)
    try:
        receipt = actions.decide(
            [task.pk],
            verdict=verdict,
            by=request.user,
            post=request.post,
            at=timezone.now(),
            **more,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _back(submission)
    if receipt.done:
        messages.success(request, done)
    for outcome in receipt.refused:
        messages.error(request, outcome.text)
    return _back(submission)


@login_required
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """The clerk hands the submission to the head."""
    done = _("Handed to the head for signing.")
    return _decide(request, pk, Verdict.SUBMIT, done)


@login_required
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The head signs; the submission goes to the first authority."""
    done = _("Signed. The submission is now with the authority that reviews it first.")
    return _decide(request, pk, Verdict.SIGN, done)


@login_required
@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The head returns the submission to the clerk, with reasons and words."""
    return _decide(
        request,
        pk,
        Verdict.RETURN,
        _("Returned to the clerk with your words."),
        reasons=request.POST.getlist("reason"),
        words=request.POST.get("words", ""),
        return_to="fill",
    )


@login_required
@require_POST
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    """The school takes its submission back before the next level has begun."""
    submission = _own(request, pk)
    try:
        actions.recall(submission, by=request.user, post=request.post, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Recalled. The submission is with the clerk again."))
    return _back(submission)
