"""Marking what must be corrected: the basket of a desk."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from campaigns import asked
from campaigns.models import Record, Submission
from teachers.refusals import Refusal
from workflows import actions, corrections
from workflows.correction_forms import MarkForm, PlaceForm
from workflows.models import Correction, Task
from workflows.views.submissions import found

UNPROCESSABLE = 422


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
