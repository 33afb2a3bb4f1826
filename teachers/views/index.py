"""The index system on screen: versions to read, drafts to edit, publishing, the JSON Schema."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from teachers import published_schema
from teachers.enums import SchoolKind, VersionState
from teachers.index import drafting, tables
from teachers.index.forms import DraftForm
from teachers.models import IndexVersion
from teachers.policies import keeps_index
from teachers.refusals import Refusal


def versions_for(request: HttpRequest) -> QuerySet[IndexVersion]:
    """The versions the acting post may see; nobody without a post sees any."""
    if request.post is None:
        raise Http404
    return IndexVersion.objects.visible_to(request.post).select_related(
        "based_on", "changed_by", "published_by"
    )


def draft_for(request: HttpRequest, code: str) -> IndexVersion:
    """A version to edit: for the keepers only; a published one is shown, not edited."""
    if not keeps_index(request.post):
        raise Http404
    return get_object_or_404(versions_for(request), code=code)


@login_required
@require_safe
def index_versions(request: HttpRequest) -> HttpResponse:
    """Every version, drafts first, then the newest."""
    found = versions_for(request).annotate(
        sets_count=Count("sets", distinct=True), indicators_count=Count("sets__indicators")
    )
    rows = list(found.order_by("state", "-published_at", "-pk"))
    published = [row for row in rows if row.state == VersionState.PUBLISHED]
    current = max(published, key=lambda row: (row.published_at, row.pk), default=None)
    context = {
        "versions": rows,
        "current": current,
        "keeps": keeps_index(request.post),
        "draft_form": DraftForm(initial={"code": str(timezone.localdate().year + 1)}),
    }
    return render(request, "teachers/index/versions.html", context)


@login_required
@require_safe
def index_version(request: HttpRequest, code: str) -> HttpResponse:
    """One version: every sub-set and indicator in a table; a draft shows what it changes."""
    version = get_object_or_404(versions_for(request), code=code)
    kind = request.GET.get("kind", "")
    kind = kind if kind in SchoolKind.values else ""
    words = request.GET.get("q", "").replace("\0", "").strip()[:60]
    table = tables.table(version, kind=kind, words=words)
    context = {
        "version": version,
        "table": table,
        "figures": tables.count(table.changed),
        "kinds": list(SchoolKind),
        "kind": kind,
        "q": words,
        "may_edit": keeps_index(request.post) and version.state == VersionState.DRAFT,
        "keeps": keeps_index(request.post),
        "draft_form": DraftForm(initial={"code": str(timezone.localdate().year + 1)}),
    }
    return render(request, "teachers/index/version.html", context)


@login_required
@require_POST
def make_draft(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a draft from a published version."""
    base = draft_for(request, code)
    form = DraftForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, _("Give the draft a code and a name; the code stands in addresses.")
        )
        return redirect("teachers:index_version", code=base.code)
    try:
        draft = drafting.make_draft(
            base=base,
            **form.cleaned_data,
            by=request.user,
            post=request.post,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("teachers:index_version", code=base.code)
    messages.success(
        request,
        _("The draft %(code)s holds all that %(base)s asks. Change what is to be new.")
        % {"code": draft.code, "base": base.code},
    )
    return redirect("teachers:index_version", code=draft.code)


@login_required
@require_safe
def differences(request: HttpRequest, code: str) -> HttpResponse:
    """What a version changes against the one it is based on; a draft is published from here."""
    version = get_object_or_404(versions_for(request), code=code)
    if version.based_on is None:
        raise Http404
    table = tables.table(version)
    context = {
        "version": version,
        "table": table,
        "figures": tables.count(table.changed),
        "may_edit": keeps_index(request.post) and version.state == VersionState.DRAFT,
        "seen": version.changed_at.isoformat() if version.changed_at else "",
    }
    return render(request, "teachers/index/differences.html", context)


@login_required
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Publish a draft as it was seen."""
    draft = draft_for(request, code)
    try:
        drafting.publish(
            version=draft,
            seen=_moment(request.POST.get("seen", "")),
            by=request.user,
            post=request.post,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("teachers:index_differences", code=code)
    messages.success(
        request,
        _("Version %(code)s is published: campaigns drawn up from now on ask by it.")
        % {"code": draft.code},
    )
    return redirect("teachers:index_version", code=code)


@login_required
@require_POST
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throw a draft away."""
    draft = draft_for(request, code)
    try:
        drafting.discard(version=draft, post=request.post)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("teachers:index_version", code=code)
    messages.success(request, _("The draft %(code)s is discarded.") % {"code": code})
    return redirect("teachers:index_versions")


@login_required
@require_safe
def form_schema(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The JSON Schema of a version for one kind of school, as a download."""
    version = get_object_or_404(versions_for(request), code=code)
    if kind not in SchoolKind.values:
        raise Http404
    response = JsonResponse(
        published_schema.schema_of(version, kind),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        content_type="application/schema+json; charset=utf-8",
    )
    response["Content-Disposition"] = (
        f'attachment; filename="index-{version.code}-{kind}.schema.json"'
    )
    return response


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
