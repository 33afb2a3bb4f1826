"""My desk: who works there, who acts for whom; delegating a post and handing a desk over."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from teachers.models import Delegation, Post
from teachers.refusals import Refusal
from workflows import actions, desk_pages, seats
from workflows.actions.delegating import colleagues
from workflows.desk_forms import DelegationForm, HandOverForm
from workflows.enums import DocumentKind
from workflows.policies import may_delegate, may_end_delegation, may_hand_over, may_staff

UNPROCESSABLE = 422


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Colleagues with what they have in hand, and the delegations of this desk; `?tab=ended`."""
    if request.post is None or not seats.roles_of(request.post):
        raise Http404
    today = timezone.localdate()
    people, lying = desk_pages.colleagues(request.post, today)
    for one in people:
        one.user.leaves = one.own_post and may_hand_over(
            request.post, one.own_post, by=request.user
        )
    tab = tab_of(request)
    rows = desk_pages.delegations(request.post, tab=tab, on=today, after=after_of(request))
    context = {
        "people": people,
        "lying": lying,
        "several": len({one.role for one in people} | {one.role for one in lying}) > 1,
        "may_delegate": may_delegate(request.post, request.post, by=request.user),
        **delegation_rows(request, rows, tab),
    }
    return render(request, "workflows/desk.html", context)


def tab_of(request: HttpRequest) -> str:
    tab = request.GET.get("tab", "")
    return tab if tab in desk_pages.TABS else desk_pages.TABS[0]


def after_of(request: HttpRequest) -> int | None:
    after = request.GET.get("after", "")
    return int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None


def delegation_rows(request: HttpRequest, rows: list[Delegation], tab: str) -> dict:
    """What the list of delegations shows: a page of them, each with how it stands."""
    today, page = timezone.localdate(), rows[: desk_pages.PAGE]
    for row in page:
        row.kind_names = [DocumentKind(kind).label for kind in row.kinds]
        row.standing = desk_pages.standing(row, today)
        open_to_end = row.standing in {"now", "ahead"}
        row.may_end = open_to_end and may_end_delegation(request.post, row, by=request.user)
    return {
        "delegations": page,
        "tab": tab,
        "after": page[-1].pk if len(rows) > desk_pages.PAGE else None,
        "today": today,
    }


@login_required
def delegate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a colleague act under a post: the own one, or one of a unit below that one staffs."""
    held = _post(request, pk)
    if not may_delegate(request.post, held, by=request.user):
        raise Http404
    today = timezone.localdate()
    form = DelegationForm(
        request.POST or None,
        held=held,
        colleagues=colleagues(held.organisation, today),
        initial={"valid_from": today},
    )
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            given = actions.delegate(held, **form.values(), **_who(request))
        except Refusal as refusal:
            refused = str(refusal.message)
        else:
            messages.success(
                request,
                _("%(name)s acts for %(holder)s.") % {"name": given.to, "holder": held.user},
            )
            return _back(request)
    status = UNPROCESSABLE if refused or form.errors else 200
    context = {"held": held, "form": form, "refused": refused}
    return render(request, "workflows/delegate.html", context, status=status)


@login_required
@require_POST
def delegation_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a delegation before its day."""
    found = Delegation.objects.select_related("post__organisation", "post__user", "to")
    row = get_object_or_404(found, pk=pk)
    if not may_end_delegation(request.post, row, by=request.user):
        raise Http404
    released = actions.end_delegation(row, **_who(request))
    said = _("The delegation has ended.")
    if released:
        said += " " + ngettext(
            "%(count)d task is back on the desk.", "%(count)d tasks are back on the desk.", released
        ) % {"count": released}
    messages.success(request, said)
    return _back(request)


@login_required
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """End a post today and pass on what its holder has in hand."""
    held = _post(request, pk)
    today = timezone.localdate()
    over = held.valid_to is not None and held.valid_to <= today
    if over or not may_hand_over(request.post, held, by=request.user):
        raise Http404
    there = seats.at_desk(held.organisation, [held.role], today)
    form = HandOverForm(request.POST or None, held=held, colleagues=[seat.user for seat in there])
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.hand_over(held, **form.cleaned_data, **_who(request))
        except Refusal as refusal:
            refused = str(refusal.message)
        else:
            messages.success(request, _handed_over(held, done))
            return redirect("home") if held.user_id == request.user.pk else _back(request)
    status = UNPROCESSABLE if refused or form.errors else 200
    context = {
        "held": held,
        "form": form,
        "refused": refused,
        "claimed": held.organisation.tasks.open()
        .filter(owner=held.user_id, role=held.role)
        .count(),
        "given": held.delegations.filter(ended_at=None, valid_to__gt=today).count(),
    }
    return render(request, "workflows/hand_over.html", context, status=status)


def _handed_over(held: Post, done: actions.HandedOver) -> str:
    return _(
        "The post of %(name)s has ended. Tasks passed on: %(passed)d; back on the desk:"
        " %(released)d; delegations ended: %(delegations)d."
    ) % {
        "name": held.user,
        "passed": done.passed_on,
        "released": done.released,
        "delegations": done.delegations,
    }


def _post(request: HttpRequest, pk: int) -> Post:
    """A post of the own desk or of a unit that the acting post staffs; anything else is a 404."""
    if request.post is None:
        raise Http404
    return get_object_or_404(Post.objects.with_organisation(), pk=pk)


def _who(request: HttpRequest) -> dict:
    return {"by": request.user, "post": request.post, "at": timezone.now()}


def _back(request: HttpRequest) -> HttpResponse:
    """To the page of desks that this role has."""
    if request.post and may_staff(request.post, request.post.organisation):
        return redirect("workflows:desks")
    return redirect("workflows:desk" if seats.roles_of(request.post) else "home")
