"""Writing remarks on a submission."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from teachers.policies import oversees
from teachers.refusals import Refusal
from workflows import actions
from workflows.remark_forms import RemarkForm
from workflows.views.submissions import found, remarks_page


@login_required
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a remark; htmx gets the thread, with what was typed if it could not be taken."""
    subject = found(request, pk)
    form = RemarkForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            actions.remark(
                subject, **form.cleaned_data, by=request.user, post=request.post, at=timezone.now()
            )
            form = RemarkForm()
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
    if request.htmx:
        context = {
            "submission": subject,
            "oversees": oversees(request.post),
            "form": form,
            **remarks_page(request, subject),
        }
        return render(request, "workflows/_remarks.html", context)
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, error)
    return redirect(f"{reverse('workflows:submission', args=[subject.pk])}?tab=remarks")
