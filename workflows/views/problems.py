"""Problem data (问题数据): the list, the case with its claims side by side, answers, settling."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns.enums import ProblemKind, ProblemState
from campaigns.models import Problem, ProblemParty
from campaigns.problems import parties, queries
from teachers import access
from teachers.refusals import Refusal
from workflows import actions, duel
from workflows.models import Decision, Task
from workflows.problem_forms import AnswerForm, SettleForm, answer_choices, outcome_choices

PAGE_SIZE = 50
ALL = "all"


@login_required
@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Cases that the post may see, newest first, by kind and state; `?before=` turns the page."""
    _needs_desk(request)
    rows = queries.listed(request.post)
    kind, state = request.GET.get("kind", ""), request.GET.get("state", ProblemState.OPEN)
    kind = kind if kind in ProblemKind.values else ""
    state = state if state in (*ProblemState.values, ALL) else ProblemState.OPEN.value
    chosen = rows.filter(**({"kind": kind} if kind else {}))
    chosen = chosen if state == ALL else chosen.filter(state=state)
    page, before = _page(chosen, request.GET.get("before", ""))
    context = {
        "rows": page,
        "before": before,
        "kind": kind,
        "state": state,
        "counts": queries.counts(request.post),
        "kinds": ProblemKind.choices,
        "states": ProblemState.choices,
        "mine": {
            p.pk for row in page for p in row.parties.all() if parties.may_answer(request.post, p)
        },
        "today": timezone.localdate(),
    }
    return render(request, "workflows/problems.html", context)


@login_required
@require_safe
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    """One case. Looking at it is a look at the files of its persons, so it is logged."""
    subject = _found(request, pk)
    return _show(request, subject)


def _who(request: HttpRequest) -> dict:
    return {"by": request.user, "post": request.post, "at": timezone.now()}


@login_required
@require_POST
def answer(request: HttpRequest, pk: int, party_pk: int) -> HttpResponse:
    """The school's answer with its evidence."""
    subject = _found(request, pk)
    party = get_object_or_404(
        ProblemParty.objects.select_related("organisation", "answered_by"),
        pk=party_pk,
        problem=subject,
        organisation=request.post.organisation,
    )
    form = AnswerForm(request.POST, request.FILES, party=party)
    if form.is_valid():
        try:
            parties.answer(party, **form.cleaned_data, **_who(request))
        except Refusal as refusal:
            form.add_error(None, ValidationError(str(refusal)))
        else:
            messages.success(
                request, _("The answer is with %(desk)s.") % {"desk": subject.organisation}
            )
            return redirect("workflows:problem", subject.pk)
    return _show(request, subject, answered={party.pk: form}, status=422)


@login_required
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """The common superior decides."""
    subject = _found(request, pk)
    form = SettleForm(request.POST, problem=subject)
    if form.is_valid():
        try:
            actions.settle(subject, **form.cleaned_data, **_who(request))
        except Refusal as refusal:
            form.add_error(None, ValidationError(str(refusal)))
        else:
            messages.success(request, _("The case is settled; both schools have been told."))
            return redirect("workflows:problem", subject.pk)
    return _show(request, subject, settling=form, status=422)


def _found(request: HttpRequest, pk: int) -> Problem:
    """The case among those the acting post may see; anything else is a 404."""
    visible = Problem.objects.visible_to(request.post)
    related = visible.select_related(
        "organisation", "campaign", "settled_by", "keeps__organisation"
    )
    return get_object_or_404(related, pk=pk)


def _needs_desk(request: HttpRequest) -> None:
    if request.post is None:
        raise Http404


def _show(
    request: HttpRequest,
    subject: Problem,
    *,
    answered: dict[int, AnswerForm] | None = None,
    settling: SettleForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    page = duel.read(subject, request.post)
    access.note(
        "problem.view",
        f"problem/{subject.pk}",
        by=request.user,
        post=request.post,
        at=now,
        address=request.META.get("REMOTE_ADDR"),
    )
    forms = answered or {}
    task = Task.objects.open().for_post(request.post).filter(process__problem=subject).first()
    answerable = parties.is_answerable(subject, now)
    context = {
        "problem": subject,
        "duel": page,
        "today": timezone.localdate(now),
        "answerable": answerable,
        "mine": [
            (side.party, forms.get(side.party.pk) or AnswerForm(party=side.party))
            for side in page.mine
            if answerable
        ],
        "answers": answer_choices(),
        "task": task,
        "waits": task is not None and _waits(page, now),
        "outcomes": outcome_choices(subject) if task else [],
        "settling": settling or SettleForm(problem=subject),
        "decisions": Decision.objects.filter(case__problem=subject)
        .select_related("by", "post__user", "organisation")
        .order_by("sequence"),
    }
    return render(request, "workflows/problem.html", context, status=status)


def _waits(page: duel.Duel, now) -> bool:
    """Whether an answer is still to come, so that the case cannot be settled yet."""
    missing = any(not side.party.answer for side in page.sides)
    return missing and timezone.localdate(now) <= page.problem.answer_by


def _page(rows: QuerySet, before: str) -> tuple[list[Problem], int | None]:
    """The rows before a key, newest first, and the key to go on from if there are more."""
    if before.isascii() and before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    page = list(rows.order_by("-pk")[: PAGE_SIZE + 1])
    more = len(page) > PAGE_SIZE
    page = page[:PAGE_SIZE]
    return page, page[-1].pk if more else None


__all__ = ["answer", "problem", "problems", "settle"]
