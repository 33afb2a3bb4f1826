"""Asking for a change: choose what, choose whom, fill in what that kind asks."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from campaigns import meeting, record_pages
from teachers.changes import documents, editing, kinds
from teachers.enums import ChangeKind, Role
from teachers.models import ChangePolicy, ChangeRequest, Teacher
from teachers.refusals import Refusal
from workflows import actions
from workflows.change_forms import ChangedRecordForm, DetailsForm, WhoForm, evidence_words
from workflows.views.changes import UNPROCESSABLE, found, take_evidence

MOST_SHOWN = 50
#: Kinds as they are offered, in groups; the kind of transfer follows from both schools.
OFFERED = (
    (
        gettext_lazy("People who come"),
        (ChangeKind.HIRE, ChangeKind.TRANSFER_WITHIN, ChangeKind.TRANSFER_IN),
    ),
    (gettext_lazy("What the file says"), kinds.CORRECTIONS),
    (
        gettext_lazy("For a time"),
        (ChangeKind.SECONDMENT, ChangeKind.ROTATION, ChangeKind.LEAVE, ChangeKind.RETURN),
    ),
    (
        gettext_lazy("People who go"),
        (
            ChangeKind.RETIREMENT,
            ChangeKind.RESIGNATION,
            ChangeKind.TRANSFER_OUT,
            ChangeKind.DISMISSAL,
            ChangeKind.DEATH,
        ),
    ),
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_new(request: HttpRequest) -> HttpResponse:
    """`?kind=` and `?teacher=` (or a signed `?who=` of another school) lead to the form."""
    post = request.post
    if post is None or not any(editing.may_ask(post, k, request.user.teacher) for k in ChangeKind):
        raise Http404
    asked = request.GET.get("kind", "")
    if asked not in ChangeKind.values:
        return _choose_kind(request)
    kind = ChangeKind(asked)
    if not editing.may_ask(post, kind, request.user.teacher):
        raise Http404
    if kind in kinds.ARRIVALS:
        return _form(request, kind, None)
    teacher = _chosen(request, kind)
    if teacher is not None:
        return _form(request, kind, teacher)
    return _choose_other(request, kind) if kind in kinds.TRANSFERS else _choose_own(request, kind)


def _choose_kind(request: HttpRequest) -> HttpResponse:
    policies = {policy.kind: policy for policy in ChangePolicy.objects.all()}
    own = request.user.teacher
    groups = [
        (
            title,
            [
                (policies[kind], evidence_words(policies[kind]))
                for kind in offered
                if editing.may_ask(request.post, kind, own)
            ],
        )
        for title, offered in OFFERED
    ]
    context = {"groups": [group for group in groups if group[1]]}
    return render(request, "workflows/change_kind.html", context)


def _chosen(request: HttpRequest, kind: ChangeKind) -> Teacher | None:
    """The teacher the address names: of the own school by key, of another by a signed word."""
    people = Teacher.objects.select_related("organisation", "dossier__revision")
    if request.post.role == Role.TEACHER:
        return people.get(pk=request.user.teacher_id)
    if kind in kinds.TRANSFERS:
        try:
            word = signing.loads(request.GET.get("who", ""), salt=_salt(request))
        except signing.BadSignature:
            return None
        return people.filter(pk=word).first()
    key = request.GET.get("teacher", "")
    if not (key.isdecimal() and len(key) < 19):
        return None
    return get_object_or_404(people, pk=int(key), organisation=request.post.organisation)


def _salt(request: HttpRequest) -> str:
    """A word that names a teacher of another school holds for the post that named it only."""
    return f"who.{request.post.pk}"


def _choose_other(request: HttpRequest, kind: ChangeKind) -> HttpResponse:
    """A teacher of another school is named by number and name, not searched for."""
    form = WhoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        word = signing.dumps(form.teacher.pk, salt=_salt(request))
        query = urlencode({"kind": kind.value, "who": word})
        return redirect(f"{reverse('workflows:change_new')}?{query}")
    context = {"kind": kind, "form": form, "other": True}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "workflows/change_who.html", context, status=status)


def _choose_own(request: HttpRequest, kind: ChangeKind) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "").strip()[:40]
    people = Teacher.objects.filter(
        organisation=request.post.organisation, status__in=kinds.ASKED[kind].of
    )
    if words:
        people = people.filter(name__icontains=words) | people.filter(number__startswith=words)
    rows = list(people.order_by("pk")[: MOST_SHOWN + 1])
    context = {
        "kind": kind,
        "rows": rows[:MOST_SHOWN],
        "more": len(rows) > MOST_SHOWN,
        "words": words,
    }
    return render(request, "workflows/change_who.html", context)


def _form(request: HttpRequest, kind: ChangeKind, teacher: Teacher | None) -> HttpResponse:
    policy = ChangePolicy.objects.get(kind=kind)
    sent = request.POST if request.method == "POST" else None
    details = DetailsForm(
        kind,
        policy,
        sent,
        request.FILES or None,
        initial={"effective_date": timezone.localdate()},
    )
    record = _record_form(kind, request, sent, teacher, None)
    if sent is not None and details.is_valid() and (record is None or record.is_valid()):
        made = _ask(request, kind, teacher, details, record)
        if made is not None:
            return _after(request, made)
    return _show(request, kind, policy, teacher, details, record, None)


def _record_form(
    kind: ChangeKind, request: HttpRequest, sent, teacher: Teacher | None, change
) -> ChangedRecordForm | None:
    """The part of the person's form that this kind changes, if it changes any."""
    if kind not in (*kinds.ARRIVALS, *kinds.CORRECTIONS):
        return None
    values = change.values if change else {}
    school = teacher.organisation if teacher else request.post.organisation
    document = documents.merged(documents.file_of(teacher), values)
    mask = change.identity_mask if change else ""
    return ChangedRecordForm(
        kind,
        school.school_kind,
        sent,
        document=document,
        mask=mask or (teacher.identity_mask if teacher else ""),
    )


def _values(kind: ChangeKind, teacher: Teacher | None, details, record) -> dict:
    """What the two forms say, as `editing` takes it."""
    if record is None:
        return {"values": details.status_values}
    document = record.document()
    if kind in kinds.CORRECTIONS:
        before = documents.file_of(teacher)
        document = documents.changed_values(record.form, before, document, kind=kind)
    return {
        "values": document,
        "identity": record.identity,
        "identity_type": record.identity_type if record.identity else "",
    }


def _ask(request, kind, teacher, details, record) -> ChangeRequest | None:
    """Draw it up with its evidence, all or nothing; a refusal is shown above the form."""
    try:
        with transaction.atomic():
            made = actions.ask(
                kind=kind,
                teacher=teacher,
                counterpart=details.cleaned_data.get("counterpart"),
                by=request.user,
                post=request.post,
                at=timezone.now(),
                **details.chosen(),
                **_values(kind, teacher, details, record),
            )
            if details.cleaned_data["evidence"] and request.post.role == Role.CLERK:
                take_evidence(request, made, details.cleaned_data["evidence"])
    except Refusal as refusal:
        details.add_error(None, str(refusal.message))
        return None
    return made


def _after(request: HttpRequest, made: ChangeRequest) -> HttpResponse:
    made.refresh_from_db()
    if request.post.role == Role.TEACHER:
        messages.success(request, _("Your proposal is with the clerk of your school."))
    elif made.errors:
        messages.warning(request, _("Saved. Something is left to do before it can be handed in."))
    else:
        messages.success(request, _("Saved. Check it once more and hand it in."))
    return redirect("workflows:change", made.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a request that is with the school."""
    subject = found(request, pk)
    if not editing.can_edit(request.post, subject):
        raise Http404
    kind, policy = ChangeKind(subject.kind), ChangePolicy.objects.get(kind=subject.kind)
    teacher = None
    if subject.teacher_id:
        people = Teacher.objects.select_related("organisation", "dossier__revision")
        teacher = people.get(pk=subject.teacher_id)
    sent = request.POST if request.method == "POST" else None
    first = {
        "status": (subject.values.get("basic") or {}).get("person_status", ""),
        "outside": subject.outside,
        "effective_date": subject.effective_date,
        "until_date": subject.until_date,
        "reason": subject.reason,
    }
    details = DetailsForm(kind, policy, sent, request.FILES or None, draft=False, initial=first)
    record = _record_form(kind, request, sent, teacher, subject)
    if sent is not None and details.is_valid() and (record is None or record.is_valid()):
        try:
            with transaction.atomic():
                editing.save(
                    subject,
                    by=request.user,
                    post=request.post,
                    at=timezone.now(),
                    **details.chosen(),
                    **_values(kind, teacher, details, record),
                )
                take_evidence(request, subject, details.cleaned_data["evidence"])
            return _after(request, subject)
        except Refusal as refusal:
            details.add_error(None, str(refusal.message))
    return _show(request, kind, policy, teacher, details, record, subject)


def _show(request, kind, policy, teacher, details, record, subject) -> HttpResponse:
    context = {
        "kind": kind,
        "policy": policy,
        "evidence_words": evidence_words(policy),
        "teacher": teacher,
        "details": details,
        "record": record,
        "parts": record_pages.parts(record, []) if record else [],
        "change": subject,
        "touching": meeting.records_of(teacher, "", post=request.post) if teacher else [],
    }
    wrong = details.errors or (record is not None and record.errors)
    status = UNPROCESSABLE if wrong else 200
    return render(request, "workflows/change_form.html", context, status=status)
