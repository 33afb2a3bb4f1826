"""The working-day calendar: the year on screen, and changing it after a preview."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from teachers.refusals import Refusal
from workflows import actions, calendar_page, calendar_preview
from workflows.actions import calendar_changes
from workflows.calendar_forms import DeclarationForm
from workflows.policies import calendars_kept_by


@login_required
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """A year as it is worked at the own organisation: `?year=`."""
    if request.post is None:
        raise Http404
    own, year = request.post.organisation, _year(request)
    special = calendar_page.declared(own, year)
    changes, after = calendar_page.changes(own, _clean(request, "after"))
    months = calendar_page.months(own, year, special)
    context = {
        "year": year,
        "previous": year - 1 if year > calendar_page.FIRST_YEAR else None,
        "following": year + 1 if year < calendar_page.LAST_YEAR else None,
        "months": months,
        "working": sum(month.working for month in months),
        "spans": calendar_page.spans(special),
        "changes": changes,
        "after": after,
        "today": timezone.localdate(),
        "may_change": bool(calendars_kept_by(request.post)),
    }
    return render(request, "workflows/calendar.html", context)


def _year(request: HttpRequest) -> int:
    asked = _clean(request, "year")
    if asked.isascii() and asked.isdigit() and len(asked) == 4:
        return min(max(int(asked), calendar_page.FIRST_YEAR), calendar_page.LAST_YEAR)
    return timezone.localdate().year


def _clean(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "").strip()


@login_required
def change(request: HttpRequest) -> HttpResponse:
    """Fill in (GET, or POST with `back`), see what would move (POST), carry it out (`confirm`)."""
    form = _form(request, request.POST or None)
    if request.POST.get("back"):
        return _filled_in(request, form)
    if request.method == "POST" and form.is_valid():
        who = {"by": request.user, "post": request.post, "at": timezone.now()}
        try:
            if request.POST.get("confirm"):
                return _carry_out(request, form, who)
            return _preview(request, form, who)
        except actions.CalendarMoved as moved:
            return _preview(request, form, who, warning=str(moved.message))
        except Refusal as refusal:
            return _filled_in(request, form, refused=str(refusal.message))
    return _filled_in(request, form)


@login_required
@require_safe
def moves(request: HttpRequest) -> HttpResponse:
    """All tasks that a change would move, page by page; the change stands in the address."""
    form = _form(request, request.GET)
    if not form.is_valid():
        return redirect("workflows:calendar_change")
    try:
        found = calendar_changes.preview(
            form.declaration(), by=request.user, post=request.post, at=timezone.now()
        )
    except Refusal as refusal:
        return _filled_in(request, form, refused=str(refusal.message))
    rows, after = calendar_preview.page(found.shifts, _clean(request, "after"))
    context = {
        "form": form,
        "declaration": form.declaration(),
        "total": len(found.shifts),
        "rows": rows,
        "after": after,
    }
    return render(request, "workflows/calendar_moves.html", context)


def _form(request: HttpRequest, data) -> DeclarationForm:
    kept = calendars_kept_by(request.post)
    if not kept:
        raise Http404
    return DeclarationForm(data, kept=kept, initial={"first_day": _clean(request, "day")})


def _filled_in(request: HttpRequest, form: DeclarationForm, refused: str = "") -> HttpResponse:
    wrong = bool(refused or (form.is_bound and form.errors))
    context = {"form": form, "refused": refused}
    return render(request, "workflows/calendar_change.html", context, status=422 if wrong else 200)


def _preview(
    request: HttpRequest, form: DeclarationForm, who: dict, warning: str = ""
) -> HttpResponse:
    found = calendar_changes.preview(form.declaration(), **who)
    shown = calendar_preview.examples(found.shifts)
    context = {
        "form": form,
        "declaration": form.declaration(),
        "reason": form.cleaned_data["reason"],
        "warning": warning,
        "newest": found.newest,
        "total": len(found.shifts),
        "desks": len({shift.task.desk_id for shift in found.shifts}),
        "groups": calendar_preview.groups(found.shifts),
        "rows": shown,
        "more": len(found.shifts) > len(shown),
    }
    return render(request, "workflows/calendar_preview.html", context)


def _carry_out(request: HttpRequest, form: DeclarationForm, who: dict) -> HttpResponse:
    seen = request.POST.get("seen", "")
    changed = actions.change_calendar(
        form.declaration(),
        reason=form.cleaned_data["reason"],
        seen=int(seen) if seen.isascii() and seen.isdigit() else -1,
        **who,
    )
    messages.success(
        request,
        ngettext(
            "The calendar is changed; %(count)d open task got a new due date.",
            "The calendar is changed; %(count)d open tasks got a new due date.",
            changed.moved_count,
        )
        % {"count": changed.moved_count},
    )
    return redirect(f"{reverse('workflows:calendar')}?year={changed.first_day.year}")
