"""The records of a submission under review: the list beside the one that is read."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from campaigns import asked, meeting, record_history
from campaigns.models import Finding, Record, Submission
from teachers import access, attachments
from teachers.policies import oversees
from teachers.refusals import Refusal
from workflows import baselines, corrections, record_chain, record_list, record_sheet
from workflows.baselines import Baseline
from workflows.flows import step
from workflows.models import Decision, Task
from workflows.record_list import Filters
from workflows.views.sampling import judging
from workflows.views.submissions import found


@login_required
def record(request: HttpRequest, pk: int, record_pk: int) -> HttpResponse:
    """One record beside the list of all: what changed since the own level's last approval, the
    findings where they belong, who answers for each value. htmx gets the record alone.

    The look is kept in the access log.
    """
    subject, row = _looked_up(request, pk, record_pk)
    access.note(
        "read_record",
        f"submission {subject.pk}, record {row.pk}",
        by=request.user,
        post=request.post,
        at=timezone.now(),
        address=request.META.get("REMOTE_ADDR"),
        teacher=row.teacher,
        sets=row.data,
        organisation=subject.organisation,
    )
    return _answered(request, subject, row, **judging(request, row))


@login_required
@require_safe
def listed(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines of the list for a search, a filter, or further on; a page of its own is the
    submission's."""
    subject, filters = found(request, pk), Filters.read(request.GET)
    if not request.htmx:
        return redirect(f"{reverse('workflows:submission', args=[pk])}?tab=records")
    baseline = baselines.of(record_chain.decisions_of(subject), request.post)
    rows = record_list.chosen(subject, filters, baseline, request.post)
    page = record_list.page(rows, filters, baseline, request.post)
    context = {"submission": subject, "page": page}
    return render(request, "workflows/_record_items.html", context)


@login_required
@require_POST
@never_cache
def reveal(request: HttpRequest, pk: int, record_pk: int) -> HttpResponse:
    """Show the whole identity number once, with the reason written into the access log."""
    subject, row = _looked_up(request, pk, record_pk)
    shown = {}
    try:
        shown["identity"] = access.reveal(
            row.identity_sealed,
            subject=f"record {row.pk}",
            reason=request.POST.get("reason", ""),
            by=request.user,
            post=request.post,
            at=timezone.now(),
            address=request.META.get("REMOTE_ADDR"),
            teacher=row.teacher,
            organisation=subject.organisation,
        )
    except Refusal as refusal:
        shown["problem"] = str(refusal.message)
    return _answered(request, subject, row, **shown)


def _looked_up(request: HttpRequest, pk: int, record_pk: int) -> tuple[Submission, Record]:
    subject = found(request, pk)
    rows = Record.objects.select_related("teacher", "entered_by")
    return subject, get_object_or_404(rows, submission=subject, pk=record_pk)


def _answered(request: HttpRequest, subject: Submission, row: Record, **shown) -> HttpResponse:
    filters = Filters.read(request.GET)
    decisions = record_chain.decisions_of(subject)
    baseline = baselines.of(decisions, request.post)
    rows = record_list.chosen(subject, filters, baseline, request.post)
    before, following = record_list.neighbours(rows, row.pk)
    context = {
        "submission": subject,
        "unit": subject.organisation,
        "record": row,
        "before": before,
        "following": following,
        "query": filters.address(),
        **_read(request, subject, row, decisions, baseline),
        **shown,
    }
    if request.htmx and request.htmx.target == "record":
        return render(request, "workflows/_record.html", context)
    context["page"] = record_list.page(rows, filters, baseline, request.post, around=row.pk)
    return render(request, "workflows/record.html", context)


def _read(
    request: HttpRequest,
    subject: Submission,
    row: Record,
    decisions: list[Decision],
    baseline: Baseline,
) -> dict:
    """The record itself, with everything that is said about its values."""
    findings = list(
        Finding.objects.filter(record=row).select_related("explained_by").order_by("severity", "id")
    )
    versions = record_history.versions([row])[row.pk]
    file = baselines.file_of(row)
    compared = baselines.compare(subject, row, baseline, versions, file)
    chain = record_chain.chain(asked.form_of(subject), versions, file, decisions, at=timezone.now())
    marking = _marking(request, subject, row)
    notes = record_sheet.Notes(findings, compared.differences, chain.marks, marking["marked"])
    shelves = record_sheet.lay_out(subject, row, notes)
    return {
        "photo": attachments.picture_address(attachments.photo_of(row.data)),
        "filled": [shelf for shelf in shelves if shelf.rows or shelf.findings],
        "empty": [shelf for shelf in shelves if not shelf.rows and not shelf.findings],
        "changes_on_the_way": meeting.changes_of(
            Record.objects.filter(pk=row.pk), post=request.post
        ),
        "loose": [one for one in findings if not one.set_key],
        "baseline": baseline,
        "compared": compared,
        "changes": sum(shelf.changes for shelf in shelves),
        "chain": chain,
        **marking,
    }


def _marking(request: HttpRequest, subject: Submission, row: Record) -> dict:
    """The lines of the desk's basket about this record, how many there are in all, and whether
    more may be put there now."""
    task = (
        Task.objects.open().for_post(request.post).filter(process__submission=subject).first()
        if oversees(request.post)
        else None
    )
    basket = corrections.basket(subject, request.post) if oversees(request.post) else []
    here = [line for line in basket if line.record_id == row.pk]
    marked = corrections.read(subject, here) if here else []
    return {
        "may_mark": task is not None and step(task.step).is_review,
        "basket_count": len(basket),
        "marked": marked,
        "whole": [line for line in marked if not line.correction.set_key],
    }
