"""Change requests: the list, asking for one, its page, and what is said on it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns import meeting
from teachers import access, attachments, sheets
from teachers.changes import documents, editing, kinds, texts
from teachers.enums import AttachmentKind, ChangeKind, ChangeState
from teachers.models import Attachment, ChangePolicy, ChangeRequest
from teachers.refusals import Refusal
from workflows import actions, change_pages, queries
from workflows.actions.recalling import recallable
from workflows.change_forms import VerdictForm, evidence_words
from workflows.enums import Verdict
from workflows.flows import step
from workflows.models import Task
from workflows.policies import verdicts_of

UNPROCESSABLE = 422


def found(request: HttpRequest, pk: int) -> ChangeRequest:
    """The request among those the acting post may see; anything else is a 404."""
    if request.post is None:
        raise Http404
    visible = ChangeRequest.objects.visible_to(request.post)
    related = ("organisation", "counterpart", "teacher", "entered_by", "approved_by", "revision")
    return get_object_or_404(visible.select_related(*related), pk=pk)


@login_required
def changes(request: HttpRequest) -> HttpResponse:
    """Requests of the own school or subtree, by tab and kind."""
    if request.post is None:
        raise Http404
    page = change_pages.read(request.post, change_pages.Filters.read(request.GET))
    may_ask = any(editing.may_ask(request.post, kind, _own_file(request)) for kind in ChangeKind)
    context = {"page": page, "may_ask": may_ask, "today": timezone.localdate()}
    return render(request, "workflows/changes.html", context)


def _own_file(request: HttpRequest):
    return request.user.teacher


@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what changes, the evidence, its way, its history, what may be said now."""
    subject = found(request, pk)
    return _page(request, subject)


def _page(request: HttpRequest, subject: ChangeRequest, problem: str = "") -> HttpResponse:
    policy = ChangePolicy.objects.get(kind=subject.kind)
    stops = queries.path(subject)
    task = Task.objects.open().for_post(request.post).filter(process__change=subject).first()
    open_task = Task.objects.open().filter(process__change=subject).first()
    own_school = editing.may_take_back(request.post, subject)
    context = {
        "change": subject,
        "policy": policy,
        "evidence_words": evidence_words(policy),
        "evidence": list(subject.evidence.order_by("uploaded_at")),
        "errors": [texts.text(error) for error in subject.errors],
        "lines": change_pages.lines(subject),
        "sheets": _sheets(subject),
        "stops": stops,
        "now": next((stop for stop in stops if stop.state == "now"), None),
        "task": task,
        "verdicts": [str(verdict) for verdict in verdicts_of(step(task.step))] if task else [],
        "can_edit": editing.can_edit(request.post, subject),
        "may_recall": own_school and recallable(open_task),
        "may_withdraw": own_school and open_task is not None,
        "history": queries.history(subject),
        "reasons": queries.reason_names(),
        "touching": meeting.records_of(subject.teacher, subject.identity_hash, post=request.post),
        "today": timezone.localdate(),
        "problem": problem,
    }
    _note_look(request, subject)
    status = UNPROCESSABLE if problem else 200
    return render(request, "workflows/change.html", context, status=status)


def _sheets(subject: ChangeRequest) -> list[sheets.Sheet]:
    """A new person's document."""
    if subject.kind not in kinds.ARRIVALS:
        return []
    form = documents.form_of(ChangeKind(subject.kind), subject.organisation.school_kind)
    return sheets.sheets(form, subject.values, get_language() or "")


def _note_look(request: HttpRequest, subject: ChangeRequest) -> None:
    access.note(
        "read_change",
        f"change {subject.pk}",
        by=request.user,
        post=request.post,
        at=timezone.now(),
        address=request.META.get("REMOTE_ADDR"),
        teacher=subject.teacher,
        organisation=None if subject.teacher else subject.organisation,
        sets=subject.values,
    )


@login_required
@require_POST
def change_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes, return, refuse, take back or give up, from the request's own page."""
    subject = found(request, pk)
    form = VerdictForm(queries.reason_names(), request.POST)
    if not form.is_valid():
        return _page(request, subject, _("This cannot be said here. Reload the page."))
    asked = form.cleaned_data
    who = {"by": request.user, "post": request.post, "at": timezone.now()}
    try:
        if asked["verdict"] == "recall":
            actions.recall(subject, words=asked["words"], **who)
        elif asked["verdict"] == "withdraw":
            actions.withdraw(subject, words=asked["words"], **who)
        else:
            task = Task.objects.filter(process__change=subject).latest("pk")
            receipt = actions.decide(
                [task.pk],
                verdict=Verdict(asked["verdict"]),
                reasons=asked["reason"],
                words=asked["words"],
                **who,
            )
            if receipt.refused:
                return _page(request, subject, receipt.refused[0].text)
    except Refusal as refusal:
        return _page(request, subject, str(refusal.message))
    subject.refresh_from_db()
    _tell(request, subject, asked["verdict"])
    return redirect("workflows:change", subject.pk)


def _tell(request: HttpRequest, subject: ChangeRequest, verdict: str) -> None:
    said = {
        "submit": _("Handed in: it now waits for the head."),
        "sign": _("Signed."),
        "approve": _("Approved."),
        "return": _("Returned to the school that asks."),
        "refuse": _("Refused. Nothing is changed."),
        "recall": _("Taken back: it can be changed again."),
        "withdraw": _("Given up. Nothing is changed."),
    }[verdict]
    if subject.state == ChangeState.IN_FORCE:
        said = _("Approved and in force: the file is changed.")
    elif subject.state == ChangeState.APPROVED:
        day = subject.effective_date.isoformat()
        said = _("Approved. It comes into force on %(day)s.") % {"day": day}
    elif subject.state == ChangeState.WITHDRAWN and subject.errors:
        messages.error(request, texts.text(subject.errors[0]))
        return
    messages.success(request, said)


@login_required
@require_POST
def evidence_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in evidence with a request that is with the school."""
    subject = found(request, pk)
    if not editing.can_edit(request.post, subject):
        raise Http404
    try:
        take_evidence(request, subject, request.FILES.getlist("evidence"))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect("workflows:change", subject.pk)


def take_evidence(request: HttpRequest, subject: ChangeRequest, files: list) -> None:
    """Store uploaded files and attach them, all or none. Raises what storing raises."""
    who = {"by": request.user, "post": request.post, "at": timezone.now()}
    with transaction.atomic():
        taken = [
            attachments.take(
                name=file.name,
                content=file.content if hasattr(file, "content") else file.read(),
                kind=AttachmentKind.EVIDENCE,
                organisation=subject.organisation,
                **who,
            )
            for file in files
        ]
        if taken:
            editing.attach(subject, evidence=taken, **who)


@login_required
@require_POST
def evidence_remove(request: HttpRequest, pk: int, key) -> HttpResponse:
    """Take a piece of evidence out again."""
    subject = found(request, pk)
    piece = get_object_or_404(Attachment.objects.filter(pk__in=subject.evidence.all()), pk=key)
    try:
        editing.detach(
            subject, evidence=piece, by=request.user, post=request.post, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    return redirect("workflows:change", subject.pk)
