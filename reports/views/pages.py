"""The list of reports and packs, one report with those who have had it, and the buttons."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from campaigns.enums import StageKind
from reports import actions, kinds, policies, queries
from reports.enums import UNFINISHED, ReportKind
from reports.forms import AskForm
from reports.models import Pack, Report
from reports.titles import title
from teachers.policies import oversees
from teachers.refusals import Refusal

FILTERS = ("campaign", "kind", "stage", "unit")


@login_required
@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    """Reports of the own subtree, newest first; asks again by itself while one is being made."""
    if not oversees(request.post):
        raise Http404
    chosen = {key: request.GET.get(key, "") for key in FILTERS}
    if request.htmx.target == "packs":
        return render(request, "reports/_packs.html", _packs(request, chosen))
    rows = queries.reports(request.post, **chosen, before=_before(request))
    page, older = rows[: queries.PAGE], len(rows) > queries.PAGE
    context = {
        "reports": page,
        "making": any(report.state in UNFINISHED for report in page),
        "older": urlencode({**chosen, "before": page[-1].pk}) if older else "",
        "query": urlencode({key: value for key, value in chosen.items() if value}),
        "chosen": chosen,
    }
    if request.htmx:
        return render(request, "reports/_rows.html", context)
    context |= {
        **_packs(request, chosen),
        "form": AskForm(request.post, initial=_initial(request)),
        "has_packs": policies.has_pack(request.post.organisation),
        "stages": StageKind.choices,
        "kinds": kinds.choices(),
    }
    return render(request, "reports/list.html", context)


def _before(request: HttpRequest) -> int | None:
    before = request.GET.get("before", "")
    return int(before) if before.isdecimal() and len(before) < 19 else None


def _packs(request: HttpRequest, chosen: dict) -> dict:
    """The packs stand above the newest reports; none where the filters ask for another kind."""
    found = []
    if chosen["kind"] in {"", ReportKind.STAGE} and not request.GET.get("before"):
        wanted = {key: chosen[key] for key in ("campaign", "stage", "unit")}
        found = queries.packs(request.post, **wanted)
    return {"packs": found, "packing": any(pack.state in UNFINISHED for pack in found)}


def _initial(request: HttpRequest) -> dict:
    return {
        "campaign": request.GET.get("campaign", ""),
        "kind": request.GET.get("kind", "") or ReportKind.STAGE,
        "stage": request.GET.get("stage", "") or StageKind.COLLECTION,
        "unit": request.GET.get("unit", "") or request.post.organisation.code,
        "language": translation.get_language(),
    }


@login_required
@require_GET
def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: what it is, how it is verified, and who has had it."""
    rows = Report.objects.visible_to(request.post).defer("figures")
    report = get_object_or_404(rows.select_related("campaign", "organisation", "asked_by"), pk=pk)
    context = {"report": report, "title": title(report), **_downloads(request, report=report)}
    return render(request, "reports/report.html", context)


@login_required
@require_GET
def pack_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One pack: its files and who has had them."""
    rows = Pack.objects.visible_to(request.post)
    pack = get_object_or_404(rows.select_related("campaign", "organisation", "asked_by"), pk=pk)
    files = pack.files.defer("content").order_by("pk")
    context = {"pack": pack, "files": files, **_downloads(request, pack=pack)}
    return render(request, "reports/pack.html", context)


def _downloads(request: HttpRequest, **of) -> dict:
    rows = queries.downloads(before=_before(request), **of)
    page, older = rows[: queries.PAGE], len(rows) > queries.PAGE
    return {"downloads": page, "older": urlencode({"before": page[-1].pk}) if older else ""}


# --- Buttons ------------------------------------------------------------------------------
@login_required
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Queue a report on a unit of the own subtree; a unit or campaign out of sight is a 404."""
    asked = _asked(request)
    said = _("Issue %(issue)s is being made; it appears below when it is ready.")
    return _done(
        request,
        lambda: actions.ask(kind=asked["kind"], **_common(request, asked)),
        lambda report: said % {"issue": report.issue},
    )


@login_required
@require_POST
def ask_pack(request: HttpRequest) -> HttpResponse:
    """Queue the pack of a stage; a unit or campaign out of sight is a 404."""
    asked = _asked(request)
    said = _("The pack of %(unit)s is being made; both files appear below when they are ready.")
    return _done(
        request,
        lambda: actions.ask_pack(**_common(request, asked)),
        lambda pack: said % {"unit": pack.organisation},
    )


def _asked(request: HttpRequest) -> dict:
    if not oversees(request.post):
        raise Http404
    form = AskForm(request.post, request.POST)
    if not form.is_valid():
        raise Http404
    return form.cleaned_data


def _common(request: HttpRequest, asked: dict) -> dict:
    return {
        "campaign": asked["campaign"],
        "stage": asked["stage"],
        "organisation": asked["unit"],
        "language": asked["language"],
        **_by(request),
    }


def _by(request: HttpRequest) -> dict:
    return {"by": request.user, "post": request.post, "at": timezone.now()}


@login_required
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a failed report again."""
    return _act_on(Report, request, pk, actions.retry)


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call off a report that is being made."""
    return _act_on(Report, request, pk, actions.cancel)


@login_required
@require_POST
def retry_pack(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a failed pack again."""
    return _act_on(Pack, request, pk, actions.retry_pack)


@login_required
@require_POST
def cancel_pack(request: HttpRequest, pk: int) -> HttpResponse:
    """Call off a pack that is being made."""
    return _act_on(Pack, request, pk, actions.cancel_pack)


def _act_on(
    model: type[Report | Pack], request: HttpRequest, pk: int, action: Callable
) -> HttpResponse:
    """The action takes the row under the name of its model; one out of sight is a 404."""
    row = get_object_or_404(model.objects.visible_to(request.post), pk=pk)
    return _done(request, lambda: action(**{model._meta.model_name: row}, **_by(request)))


def _done(request: HttpRequest, act: Callable, said: Callable | None = None) -> HttpResponse:
    """Do it, say so or say why not, and go back to the list."""
    try:
        result = act()
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        if said:
            messages.success(request, said(result))
    return redirect("reports:list")
