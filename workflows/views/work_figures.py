"""My figures: what waits, what was decided and how fast; by colleague for who leads the desk."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from workflows import seats, work_figures
from workflows.policies import may_hand_over


@login_required
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The own figures, and those of the colleagues for a chief or a head."""
    if request.post is None or not seats.roles_of(request.post):
        raise Http404
    now = timezone.now()
    found = work_figures.figures(request.post, request.user, at=now)
    leads = request.post.role in seats.LEADS
    handed_over = [
        row.held.pk
        for row in found.rows
        if row.held and may_hand_over(request.post, row.held, by=request.user)
    ]
    context = {
        "figures": found,
        "mine": next((r for r in found.rows if r.colleague.user.pk == request.user.pk), None),
        "lying": sum(one.open for one in found.lying if one.role == request.post.role),
        "lying_late": sum(one.overdue for one in found.lying if one.role == request.post.role),
        "leads": leads,
        "may_hand_over": handed_over,
        "weeks": work_figures.WEEKS,
        "today": timezone.localdate(now),
    }
    return render(request, "workflows/figures.html", context)
