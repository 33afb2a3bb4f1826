"""Looking for teachers within the own subtree."""

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from teachers.code_tables import code_table
from teachers.enums import FileStatus, OrganisationKind
from teachers.models import Organisation, Post
from teachers.policies import sees_files
from teachers.refusals import Refusal
from teachers.search import Filters, finding, note, read
from teachers.search.asking import By, TooFewDigits

AUTHORITIES = {
    OrganisationKind.CITY,
    OrganisationKind.COUNTY,
    OrganisationKind.UNIVERSITY,
    OrganisationKind.DEPARTMENT,
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Teachers by name, pinyin, number, identity, school, ethnic group, status.

    The form is posted, so that a whole identity number never stands in an address: it is answered
    at once and its search is logged. Everything else is sent on to an address that holds the view.
    """
    if request.post is None or not sees_files(request.post):
        raise Http404
    filters = Filters.read(request.POST if request.method == "POST" else request.GET)
    try:
        secret = filters.question.is_secret
    except TooFewDigits:
        secret = False
    if request.method == "POST" and not secret:
        return _sent_to(filters)
    if request.method != "POST" and secret:
        messages.error(
            request,
            _("A whole identity number does not belong into an address. Type it into the box."),
        )
        return _sent_to(replace(filters, q=""))
    return _answer(request, filters)


def _sent_to(filters: Filters) -> HttpResponse:
    """Send on to the address that holds the view."""
    return redirect((reverse("teachers:search") + filters.address()).removesuffix("?"))


def _answer(request: HttpRequest, filters: Filters) -> HttpResponse:
    """The page itself; logs the search for a whole identity number."""
    page, problem = None, ""
    try:
        page = read(request.post, filters, on=timezone.localdate(), language=get_language() or "")
    except Refusal as refusal:
        problem = refusal.message
    if page is not None and page.question.is_secret:
        note(
            page,
            by=request.user,
            post=request.post,
            at=timezone.now(),
            address=request.META.get("REMOTE_ADDR"),
        )
    context = {
        "page": page,
        "problem": problem,
        "filters": filters,
        "words": page.question.shown if page and page.question.is_secret else filters.q,
        "next": filters.address(after=page.after) if page and page.after else "",
        "first": filters.address(),
        "statuses": FileStatus.choices,
        "by": By.choices,
        "ethnics": _ethnic_groups(),
        "places": _places(request.post),
    }
    return render(request, "teachers/search.html", context)


def _ethnic_groups() -> list[tuple[str, str]]:
    """Code and name of every group, in the language of the page."""
    table, language = code_table(finding.ETHNIC, timezone.localdate()), get_language() or ""
    return [(code, table.label(code, language)) for code, _name in table.choices()]


def _places(post: Post) -> list[Organisation]:
    """The authorities below the post, to choose one from; none below a county or a school."""
    top = post.top
    if top.kind not in {OrganisationKind.PROVINCE, OrganisationKind.CITY}:
        return []
    below = Organisation.objects.within(top).filter(kind__in=AUTHORITIES).exclude(pk=top.pk)
    return list(below.order_by("path"))
