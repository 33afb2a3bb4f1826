"""Editing a draft of the index system: its indicators and sub-sets."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from teachers.index import drafting
from teachers.index.differences import changes_between
from teachers.index.forms import IndicatorForm, SetForm
from teachers.index.shapes import PILLARS
from teachers.models import IndexVersion, Indicator, IndicatorSet
from teachers.refusals import Refusal
from teachers.views.index import draft_for

_read_or_save = require_http_methods(["GET", "HEAD", "POST"])


def _back(version: IndexVersion, place: str = "") -> HttpResponse:
    answer = redirect("teachers:index_version", code=version.code)
    if place:
        answer["Location"] += f"#{place}"
    return answer


def _own(version: IndexVersion, set_key: str) -> IndicatorSet:
    return get_object_or_404(version.sets, key=set_key)


@login_required
@_read_or_save
def indicator_new(request: HttpRequest, code: str, set_key: str) -> HttpResponse:
    """Add an indicator to a sub-set of a draft."""
    draft = draft_for(request, code)
    own = _own(draft, set_key)
    form = IndicatorForm(request.POST or None, own=own)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            drafting.add_indicator(
                version=draft,
                set_key=set_key,
                key=form.cleaned_data["key"],
                shape=form.shape(),
                by=request.user,
                post=request.post,
                at=timezone.now(),
            )
        except Refusal as refusal:
            problem = refusal.message
        else:
            messages.success(request, _("The indicator is added to the draft."))
            return _back(draft, set_key)
    context = {"version": draft, "own": own, "form": form, "problem": problem}
    status = 422 if problem or form.errors else 200
    return render(request, "teachers/index/indicator.html", context, status=status)


@login_required
@_read_or_save
def indicator(request: HttpRequest, code: str, set_key: str, key: str) -> HttpResponse:
    """Change an indicator of a draft."""
    draft = draft_for(request, code)
    own = _own(draft, set_key)
    item = get_object_or_404(own.indicators.select_related("code_list"), key=key)
    form = IndicatorForm(request.POST or None, own=own, indicator=item)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            drafting.save_indicator(
                indicator=item,
                shape=form.shape(),
                seen=form.cleaned_data["seen"],
                by=request.user,
                post=request.post,
                at=timezone.now(),
            )
        except Refusal as refusal:
            problem = refusal.message
        else:
            messages.success(request, _("The change stands in the draft."))
            return _back(draft, set_key)
    context = {
        "version": draft,
        "own": own,
        "item": item,
        "form": form,
        "problem": problem,
        "is_pillar": (set_key, key) in PILLARS,
        **_before(draft, item),
    }
    status = 422 if problem or form.errors else 200
    return render(request, "teachers/index/indicator.html", context, status=status)


def _before(draft: IndexVersion, item: Indicator) -> dict:
    """The indicator as the version below has it, and what the draft changes so far."""
    before = (
        Indicator.objects.filter(
            indicator_set__version=draft.based_on_id,
            indicator_set__key=item.indicator_set.key,
            key=item.key,
        )
        .select_related("code_list")
        .first()
    )
    return {"before": before, "changes": changes_between(before, item) if before else ()}


@login_required
@require_POST
def indicator_retire(request: HttpRequest, code: str, set_key: str, key: str) -> HttpResponse:
    """Take an indicator out of a draft."""
    draft = draft_for(request, code)
    item = get_object_or_404(_own(draft, set_key).indicators, key=key)
    try:
        drafting.retire_indicator(
            indicator=item,
            seen=request.POST.get("seen", ""),
            by=request.user,
            post=request.post,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request, _("“%(name)s” is retired by this draft; old files keep it.") % {"name": item}
        )
    return _back(draft, set_key)


@login_required
@require_POST
def indicator_restore(request: HttpRequest, code: str, set_key: str, key: str) -> HttpResponse:
    """Take a retired indicator back into a draft."""
    draft = draft_for(request, code)
    try:
        drafting.restore_indicator(
            version=draft,
            set_key=set_key,
            key=key,
            by=request.user,
            post=request.post,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return _back(draft, set_key)


@login_required
@_read_or_save
def set_new(request: HttpRequest, code: str) -> HttpResponse:
    """Add a sub-set to a draft."""
    draft = draft_for(request, code)
    form = SetForm(request.POST or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            own = drafting.add_set(
                version=draft,
                **form.cleaned_data,
                by=request.user,
                post=request.post,
                at=timezone.now(),
            )
        except Refusal as refusal:
            problem = refusal.message
        else:
            messages.success(request, _("The sub-set is added. Now add its first indicator."))
            return redirect("teachers:index_indicator_new", code=draft.code, set_key=own.key)
    context = {"version": draft, "form": form, "problem": problem}
    status = 422 if problem or form.errors else 200
    return render(request, "teachers/index/set.html", context, status=status)


@login_required
@require_POST
def set_retire(request: HttpRequest, code: str, set_key: str) -> HttpResponse:
    """Take a sub-set out of a draft."""
    draft = draft_for(request, code)
    try:
        drafting.retire_set(
            version=draft, set_key=set_key, by=request.user, post=request.post, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return _back(draft)
