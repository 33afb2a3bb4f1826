"""How the own desk works."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from teachers.enums import Role
from teachers.models import Post
from teachers.refusals import Refusal
from workflows import actions
from workflows.models import DeskSetting
from workflows.policies import may_set_desk

STEPS = {"one": False, "two": True}


@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """Whether one person's word is enough at the own level, or a chief decides after it."""
    if not may_set_desk(request.post):
        raise Http404
    refused = ""
    if request.method == "POST":
        if request.POST.get("steps") not in STEPS:
            raise Http404
        try:
            actions.set_desk(
                two_steps=STEPS[request.POST["steps"]],
                by=request.user,
                post=request.post,
                at=timezone.now(),
            )
        except Refusal as refusal:
            refused = str(refusal.message)
        else:
            messages.success(request, _("Saved. It holds for cases that are opened from now on."))
            return redirect("workflows:desk_settings")
    desk = request.post.organisation
    context = {
        "refused": refused,
        "desk": desk,
        "setting": DeskSetting.objects.filter(organisation=desk)
        .select_related("changed_by")
        .first(),
        "people": Post.objects.current(timezone.localdate())
        .filter(organisation=desk, role__in=[Role.REVIEWER, Role.CHIEF])
        .select_related("user")
        .order_by("-role", "user__name"),
    }
    status = 422 if refused else 200
    return render(request, "workflows/desk_settings.html", context, status=status)
