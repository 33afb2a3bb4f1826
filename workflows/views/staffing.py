"""For who sees to it that somebody works at every desk: empty desks, posts, broken rules."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.models import Campaign
from teachers.enums import Role
from teachers.models import Organisation, Post
from teachers.refusals import Refusal
from workflows import actions, desk_pages, separation
from workflows.desk_forms import AppointForm
from workflows.enums import Verdict
from workflows.flows import step
from workflows.holding_statements import dead_desks
from workflows.policies import may_appoint, may_delegate
from workflows.seats import DESKS, STAFFS
from workflows.separation_statements import violations
from workflows.views.desks import after_of, delegation_rows, tab_of

PAGE = 50
UNPROCESSABLE = 422
#: Who looks after the desks of the own subtree; supervisors only look.
WATCHES = {*STAFFS, Role.SUPERVISOR}


@login_required
@require_safe
def desks(request: HttpRequest) -> HttpResponse:
    """Desks below with work and nobody there, with what helps; `?after=` is path and role."""
    _needs(request, WATCHES)
    today = timezone.localdate()
    path, _bar, role = request.GET.get("after", "").replace("\0", "").partition("|")
    found = dead_desks(request.post.organisation.path, today, after=(path, role), limit=PAGE + 1)
    rows = found[:PAGE]
    last = _last_posts([row.organisation_id for row in rows])
    for_whom = [(row, _remedies(request, row, last, today)) for row in rows]
    context = {
        "rows": for_whom,
        "names": dict(Role.choices),
        "english": (get_language() or "").startswith("en"),
        "today": today,
        "after": f"{rows[-1].path}|{rows[-1].role}" if len(found) > PAGE else "",
        "part": "empty",
    }
    return render(request, "workflows/desks.html", context)


def _last_posts(organisations: list[int]) -> dict[tuple[int, str], Post]:
    """The newest post at each desk, with who held it."""
    posts = Post.objects.filter(organisation__in=organisations, role__in=DESKS).with_organisation()
    newest = posts.order_by("organisation", "role", "-valid_from", "-pk")
    return {
        (post.organisation_id, post.role): post for post in newest.distinct("organisation", "role")
    }


def _remedies(request: HttpRequest, row, last: dict, today) -> dict:
    """The last post there; whether it still runs and may be delegated; whether one may appoint."""
    post = last.get((row.organisation_id, row.role))
    runs = post is not None and (post.valid_to is None or post.valid_to > today)
    return {
        "last": post,
        "runs": runs,
        "delegate": runs and may_delegate(request.post, post, by=request.user),
        "appoint": request.post.role == Role.ADMINISTRATOR and not request.post.delegation,
    }


@login_required
@require_safe
def delegations(request: HttpRequest) -> HttpResponse:
    """The delegations at all desks below; `?tab=ended`."""
    _needs(request, WATCHES)
    tab = tab_of(request)
    rows = desk_pages.delegations_below(
        request.post, tab=tab, on=timezone.localdate(), after=after_of(request)
    )
    context = {"part": "delegations", **delegation_rows(request, rows, tab)}
    return render(request, "workflows/delegations.html", context)


@login_required
def appoint(request: HttpRequest, code: str, role: str) -> HttpResponse:
    """Enter a post at a desk below."""
    _needs(request, {Role.ADMINISTRATOR})
    unit = get_object_or_404(Organisation.objects.visible_to(request.post), code=code)
    if role not in DESKS or not may_appoint(request.post, unit):
        raise Http404
    form = AppointForm(request.POST or None)
    refused = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        who = {"by": request.user, "post": request.post, "at": timezone.now()}
        try:
            post = actions.appoint(
                data["username"],
                organisation=unit,
                role=Role(role),
                reason=data["reason"],
                **who,
            )
        except Refusal as refusal:
            refused = str(refusal.message)
        else:
            messages.success(
                request,
                _("%(name)s is now %(role)s of %(unit)s.")
                % {"name": post.user, "role": post.get_role_display(), "unit": unit},
            )
            return redirect("workflows:desks")
    context = {"unit": unit, "role": Role(role), "form": form, "refused": refused}
    status = UNPROCESSABLE if refused or form.errors else 200
    return render(request, "workflows/appoint.html", context, status=status)


@login_required
@require_safe
def separations(request: HttpRequest) -> HttpResponse:
    """Decisions in the ledger that break a rule of separation; `?campaign=` names one round."""
    _needs(request, {Role.MANAGER, Role.SUPERVISOR})
    visible = Campaign.objects.visible_to(request.post)
    code = request.GET.get("campaign", "").replace("\0", "").strip()
    campaign = get_object_or_404(visible, code=code) if code else None
    found = violations(
        path=request.post.organisation.path,
        campaign=code,
        after=after_of(request) or 0,
        limit=PAGE + 1,
    )
    rows = found[:PAGE]
    context = {
        "rows": [
            {
                "is": row,
                "step": step(row.step).task_title,
                "verdict": Verdict(row.verdict).label,
                "rules": [separation.TITLES[code] for code in row.rules],
                "page": f"workflows:{row.document}",
            }
            for row in rows
        ],
        "campaign": campaign,
        "campaigns": visible.order_by("-id")[:20],
        "rules": separation.RULES,
        "after": rows[-1].decision_id if len(found) > PAGE else None,
        "part": "separation",
    }
    return render(request, "workflows/separations.html", context)


def _needs(request: HttpRequest, roles: set[str]) -> None:
    if request.post is None or request.post.role not in roles or request.post.delegation:
        raise Http404
