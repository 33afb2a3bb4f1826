"""Lists of corrections that were sent: read, answered by the school, looked at again."""

import io

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from campaigns.models import Submission
from campaigns.policies import can_edit
from teachers import access
from teachers.refusals import Refusal
from workflows import actions, correction_sheet, corrections
from workflows.correction_forms import AnswerForm
from workflows.models import Correction
from workflows.views.submissions import found


@login_required
@require_safe
def listed(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines that were sent: for the school with its answers, for those above it to read."""
    subject = found(request, pk)
    rows, after = page_of(request, corrections.sent(subject))
    context = {
        "submission": subject,
        "lines": corrections.read(subject, rows),
        "counts": corrections.counts(subject, request.post),
        "may_answer": can_edit(request.post, subject),
        "after": after,
    }
    return render(request, "workflows/corrections.html", context)


def page_of(request: HttpRequest, rows: QuerySet) -> tuple[list[Correction], int | None]:
    """The lines after `?after=` in key order, and the key to go on from if there are more."""
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < 19:
        rows = rows.filter(pk__gt=int(after))
    page = list(rows[: corrections.PAGE + 1])
    more = len(page) > corrections.PAGE
    page = page[: corrections.PAGE]
    return page, page[-1].pk if more else None


@login_required
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole list as an Excel workbook."""
    subject = found(request, pk)
    lines = corrections.read(subject, corrections.sent(subject))
    content = correction_sheet.workbook(subject, lines)
    access.note(
        "corrections_download",
        f"submission {subject.pk}, {len(lines)} lines",
        by=request.user,
        post=request.post,
        at=timezone.now(),
        address=request.META.get("REMOTE_ADDR"),
        organisation=subject.organisation,
    )
    response = FileResponse(
        io.BytesIO(content), as_attachment=True, filename=f"{correction_sheet.title(subject)}.xlsx"
    )
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say of a line that it is corrected, or explain it; answers with the line, or the page."""
    editable = Submission.objects.editable_by(request.post)
    mine = Correction.objects.sent().filter(submission__in=editable)
    line = get_object_or_404(
        corrections.with_people(mine).select_related(
            "submission__campaign", "submission__organisation"
        ),
        pk=pk,
    )
    problem, form = "", AnswerForm(request.POST)
    try:
        if not form.is_valid():
            raise actions.CannotAnswer(_("Say of the line that it is corrected, or explain it."))
        actions.answer(
            line, **form.cleaned_data, by=request.user, post=request.post, at=timezone.now()
        )
    except Refusal as refusal:
        problem = str(refusal.message)
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        return redirect(f"{reverse('workflows:corrections', args=[line.submission_id])}#line-{pk}")
    return _one_line(request, line, problem)


def _one_line(request: HttpRequest, line: Correction, problem: str) -> HttpResponse:
    subject = line.submission
    (row,) = corrections.read(subject, corrections.sent(subject).filter(pk=line.pk))
    context = {
        "line": row,
        "problem": problem,
        "typed": request.POST if problem else {},
        "may_answer": True,
        "submission": subject,
        "counts": corrections.counts(subject, request.post),
        "fresh": True,
    }
    return render(request, "workflows/_correction.html", context)


# --- The next look ---------------------------------------------------------------------------
@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say of the lines named, or of all that were answered, that they are in order."""
    subject = found(request, pk)
    waiting = Correction.objects.to_look_at(request.post).filter(submission=subject)
    if "all" in request.POST:
        lines = list(waiting.exclude(answer="").values_list("pk", flat=True))
    else:
        lines = [int(one) for one in request.POST.getlist("line") if _is_key(one)]
    try:
        closed = actions.close_lines(
            subject, lines, by=request.user, post=request.post, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    else:
        text = ngettext("%(count)d line is in order.", "%(count)d lines are in order.", closed)
        if not request.htmx:
            messages.success(request, text % {"count": closed})
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Trigger": "decided"})
    return redirect(f"{reverse('workflows:submission', args=[subject.pk])}?tab=corrections")


def _is_key(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) < 19
