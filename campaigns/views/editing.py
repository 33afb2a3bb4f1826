"""Editing a recorded person; when a colleague saved meanwhile, both versions side by side."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from campaigns import actions, asked, versions
from campaigns.forms import RecordForm, read_moment
from campaigns.models import Finding, Record, Submission
from campaigns.versions import Difference, Version
from campaigns.views import entering
from teachers import attachments
from teachers import identity as identities
from teachers.refusals import Refusal

#: Prefix of the choices between two versions; `AGAINST` names the one they were made against.
CHOICE, AGAINST = "choice-", "against"


def edit(
    request: HttpRequest, submission: Submission, subject: Record, findings: list[Finding]
) -> HttpResponse:
    """The form of a recorded person, for the clerk who may change it now."""
    if request.method != "POST":
        entering.note_look(request, submission, subject)
    draft = entering.draft_of(request, submission, subject)
    sent = entering.filled_with(request, draft)
    opened = _opened(sent, subject)
    form = _form_of(submission, opened or subject, sent, request)
    if request.method == "POST" and form.is_valid():
        saved = entering.save(request, submission, form, subject) if opened == subject else None
        if saved:
            return entering.after(request, submission, saved)
        if not form.errors:
            return _between(request, submission, subject.pk, form, opened)
    return entering.form_page(request, submission, subject, form, findings, draft)


def _opened(sent: QueryDict | None, subject: Record) -> Record | Version | None:
    """What the form had been opened on: the record as it is, or as it was; None if unknown."""
    seen = read_moment(sent.get("seen")) if sent else None
    if seen in (None, subject.entered_at):
        return subject
    return versions.unsealed(sent.get("opened", ""), subject)


def _form_of(
    submission: Submission, version: Record | Version, sent: QueryDict | None, request: HttpRequest
) -> RecordForm:
    return RecordForm(
        asked.form_of(submission),
        sent,
        request.FILES or None,
        document=version.data,
        mask=version.identity_mask,
        seen_at=version.entered_at,
        opened=versions.sealed(version) if isinstance(version, Record) and not sent else "",
        photo=attachments.photo_of(version.data),
    )


# --- A colleague was faster ------------------------------------------------------------------


def _between(
    request: HttpRequest,
    submission: Submission,
    pk: int,
    form: RecordForm,
    before: Record | Version | None,
) -> HttpResponse:
    """Save the choices between two versions; show both unless the choices were made against what
    is saved now, or nothing differs. `before` is what the form had been opened on, if known."""
    theirs = Record.objects.select_related("entered_by").filter(pk=pk).first()
    if theirs is None:
        return entering.gone(request, submission)
    before = before or theirs
    sides = {
        name.removeprefix(CHOICE): side
        for name, side in request.POST.items()
        if name.startswith(CHOICE)
    }
    found = _differences(form, before, theirs)
    if not found or read_moment(request.POST.get(AGAINST)) == theirs.entered_at:
        saved = entering.save(
            request, submission, form, theirs, **_chosen(form, before, theirs, found, sides)
        )
        if saved:
            return entering.after(request, submission, saved)
        theirs = Record.objects.select_related("entered_by").filter(pk=pk).first() or theirs
        found = _differences(form, before, theirs)
    return _versions_page(request, submission, theirs, form, found, sides)


def _differences(form: RecordForm, before: Record | Version, theirs: Record) -> list[Difference]:
    mine = before.identity_mask
    if form.identity:
        mine = identities.mask(identities.normalise(form.identity))
    numbers = versions.compare_identities(before.identity_mask, mine, theirs.identity_mask)
    values = versions.compare(form.form, before.data, form.document(), theirs.data)
    return [*numbers, *values]


def _chosen(
    form: RecordForm,
    before: Record | Version,
    theirs: Record,
    found: list[Difference],
    sides: dict[str, str],
) -> dict:
    """What to save in the form's place, once it is chosen."""
    number = next((one for one in found if one.name == versions.IDENTITY), None)
    identity = form.identity
    if number is not None:
        side = sides.get(number.name, number.suggested)
        identity = versions.identity_chosen(form.identity, before, side)
    data = versions.merged(form.form, before.data, form.document(), theirs.data, sides)
    return {"data": data, "identity": identity, "seen_at": theirs.entered_at}


def _versions_page(
    request: HttpRequest,
    submission: Submission,
    theirs: Record,
    form: RecordForm,
    found: list[Difference],
    sides: dict[str, str],
) -> HttpResponse:
    """Both versions; what was typed goes along in hidden fields, and is kept as a draft."""
    entering.note_look(request, submission, theirs)
    kept = {name: values for name, values in request.POST.lists() if not _is_ours(name)}
    _keep(request, submission, theirs, kept, form)
    context = {
        "submission": submission,
        "record": theirs,
        "problems": form.non_field_errors(),
        "lines": [(one, sides.get(one.name, one.suggested)) for one in found],
        "kept": [(name, value) for name, values in kept.items() for value in values],
        "is_photo_lost": bool(form.uploads()),
        "has_both": any(one.is_whole_set for one in found),
        "goes_on": "next" in request.POST,
    }
    return render(request, "campaigns/record_versions.html", context, status=entering.UNPROCESSABLE)


def _is_ours(name: str) -> bool:
    """Whether a field belongs to the page and not to the form of the record."""
    return name in ("csrfmiddlewaretoken", "next", AGAINST) or name.startswith(CHOICE)


def _keep(
    request: HttpRequest, submission: Submission, theirs: Record, kept: dict, form: RecordForm
) -> None:
    """As a draft: who closes the window finds it again. What cannot be kept stands in the page."""
    before = entering.draft_of(request, submission, theirs)
    with suppress(Refusal):
        actions.keep_draft(
            submission=submission,
            record=theirs,
            fields=kept,
            based_on=form.seen_at,
            following=before.saved_at if before else None,
            by=request.user,
            post=request.post,
            at=timezone.now(),
        )
