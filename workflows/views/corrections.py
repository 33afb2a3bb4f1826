"""Lists of corrections: the basket of a desk, the school's answers, the next look."""

import io

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import asked
from campaigns.models import Record, Submission
from campaigns.policies import can_edit
from teachers import access
from teachers.refusals import Refusal
from workflows import actions, correction_sheet, corrections
from workflows.correction_forms import AnswerForm, MarkForm, PlaceForm
from workflows.models import Correction, Task
from workflows.views.submissions import found

UNPROCESSABLE = 422


# --- The basket ------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a value, a record or the whole submission into the basket, with a reason and words.

    What it is about stands in the address: `?record=&set=&row=&key=`, or `?again=` for a line that
    is asked once more.
    """
    subject = found(request, pk)
    if not Task.objects.open().for_post(request.post).filter(process__submission=subject).exists():
        raise Http404
    asked_for = PlaceForm(request.GET)
    if not asked_for.is_valid():
        raise Http404
    record, place, again = _meant(request, subject, asked_for)
    form = MarkForm(request.POST or None, initial=_again_words(again))
    if request.method == "POST" and form.is_valid():
        try:
            actions.mark(
                subject,
                **form.cleaned_data,
                record=record,
                place=place,
                again=again,
                by=request.user,
                post=request.post,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return _marked(request, subject, record)
    where = corrections.place_in_words(asked.form_of(subject), *_parts(place))
    return _form_page(request, subject, record, form, where)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a line of the own basket another reason or other words."""
    line = get_object_or_404(_basket(request), pk=pk)
    form = MarkForm(request.POST or None, initial={"reason": line.reason, "words": line.words})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_line(
                line,
                **form.cleaned_data,
                by=request.user,
                post=request.post,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return _marked(request, line.submission, line.record)
    place = line.set_key, line.row, line.indicator_key
    where = corrections.place_in_words(asked.form_of(line.submission), *place)
    return _form_page(request, line.submission, line.record, form, where)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a line out of the own basket."""
    line = get_object_or_404(_basket(request), pk=pk)
    try:
        actions.remove_line(line, by=request.user, post=request.post)
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return _marked(request, line.submission, None)


def _basket(request: HttpRequest) -> QuerySet[Correction]:
    visible = Submission.objects.visible_to(request.post)
    mine = Correction.objects.in_basket_of(request.post).filter(submission__in=visible)
    return mine.select_related("record", "submission__campaign", "submission__organisation")


def _meant(
    request: HttpRequest, subject: Submission, asked_for: PlaceForm
) -> tuple[Record | None, actions.Place, Correction | None]:
    """Record, place and predecessor; a miss is a 404. The predecessor's place is the line's."""
    if key := asked_for.cleaned_data["again"]:
        mine = Correction.objects.to_look_at(request.post).filter(submission=subject)
        before = get_object_or_404(corrections.with_people(mine), pk=key)
        (line,) = corrections.read(subject, [before])
        return before.record, actions.Place(*line.place_now), before
    key, record = asked_for.cleaned_data["record"], None
    if key:
        record = get_object_or_404(Record, submission=subject, pk=key)
    return record, asked_for.place, None


def _again_words(again: Correction | None) -> dict:
    return {"reason": again.reason, "words": again.words} if again else {}


def _parts(place: actions.Place) -> tuple:
    return place.set_key, place.row, place.indicator_key


def _form_page(request, subject, record, form, where) -> HttpResponse:
    context = {"submission": subject, "record": record, "form": form, "where": where}
    name = "workflows/_mark_form.html" if request.htmx else "workflows/mark.html"
    status = UNPROCESSABLE if form.errors and not request.htmx else 200
    response = render(request, name, context, status=status)
    if request.htmx:
        response["HX-Retarget"] = "#dialog"
        response["HX-Reswap"] = "innerHTML"
        response["HX-Trigger-After-Settle"] = "asked"
    return response


def _marked(request: HttpRequest, subject: Submission, record: Record | None) -> HttpResponse:
    """The page reads itself anew; without a script it is loaded again."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Trigger": "decided"})
    if record is not None:
        return redirect("workflows:record", subject.pk, record.pk)
    return redirect("workflows:submission", subject.pk)


# --- The list --------------------------------------------------------------------------------
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
            "submission__campaign",
            "submission__organisation",
            "record__entered_by",
            "decision__post__user",
            "decision__by",
            "organisation",
            "answered_by",
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
