"""Code lists on screen: their values with their days, and adding or ending one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from teachers.index import codes
from teachers.index.forms import EndForm, ValueForm
from teachers.index.sources import source_text
from teachers.models import Code, CodeList
from teachers.policies import keeps_index
from teachers.refusals import Refusal

PAGE = 100
STATES = ("used", "retired", "coming")


@login_required
@require_safe
def code_lists(request: HttpRequest) -> HttpResponse:
    """Every list with how many values it has."""
    if request.post is None:
        raise Http404
    lists = list(codes.lists(timezone.localdate()))
    for listing in lists:
        listing.source_text = source_text(listing.source)
    context = {"lists": lists, "keeps": keeps_index(request.post)}
    return render(request, "teachers/index/code_lists.html", context)


@login_required
@require_safe
def code_list(request: HttpRequest, key: str) -> HttpResponse:
    """The values of one list, a hundred a page."""
    if request.post is None:
        raise Http404
    today = timezone.localdate()
    listing = get_object_or_404(codes.lists(today), key=key)
    state = request.GET.get("state", "")
    words = request.GET.get("q", "").replace("\0", "").strip()[:60]
    found = codes.values(listing, on=today, state=state if state in STATES else "", words=words)
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < 10:
        found = found.filter(position__gt=int(after))
    rows = list(found[: PAGE + 1])
    context = {
        "listing": listing,
        "source": source_text(listing.source),
        "used": listing.all_values - listing.retired - listing.coming,
        "values": rows[:PAGE],
        "next": rows[PAGE - 1].position if len(rows) > PAGE else None,
        "state": state,
        "q": words,
        "today": today,
        "keeps": keeps_index(request.post),
        "value_form": ValueForm(),
        "needed": codes.NEEDED.get(key, ()),
    }
    return render(request, "teachers/index/code_list.html", context)


@login_required
@require_POST
def value_add(request: HttpRequest, key: str) -> HttpResponse:
    """Add a value from a coming day on."""
    listing = _listing(request, key)
    form = ValueForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Fill in code, name, day and reason."))
        return redirect("teachers:code_list", key=key)
    try:
        value = codes.add_value(
            code_list=listing,
            **form.cleaned_data,
            by=request.user,
            post=request.post,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request,
            _("“%(name)s” can be chosen from %(day)s on.")
            % {"name": value, "day": value.valid_from},
        )
    return redirect("teachers:code_list", key=key)


@login_required
@require_POST
def value_end(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """End a value from a coming day on."""
    listing = _listing(request, key)
    value = get_object_or_404(Code, code_list=listing, code=code)
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the day and the reason."))
        return redirect("teachers:code_list", key=key)
    try:
        codes.end_value(
            code=value,
            **form.cleaned_data,
            by=request.user,
            post=request.post,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request,
            _("“%(name)s” can no longer be chosen from %(day)s on; it stays readable.")
            % {"name": value, "day": form.cleaned_data["valid_to"]},
        )
    return redirect("teachers:code_list", key=key)


def _listing(request: HttpRequest, key: str) -> CodeList:
    if not keeps_index(request.post):
        raise Http404
    return get_object_or_404(CodeList, key=key)
