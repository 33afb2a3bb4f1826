"""The public page, without sign-in, on which anybody verifies a document."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework.throttling import SimpleRateThrottle

from reports import marks
from reports.genuineness import by_code, judge
from reports.titles import title
from reports.uploads import Hashing


class ByAddress(SimpleRateThrottle):
    """So many questions a minute from one address (DEFAULT_THROTTLE_RATES)."""

    scope = "verify"

    def get_cache_key(self, request: HttpRequest, view: object) -> str:  # noqa: ARG002
        return f"verify:{self.get_ident(request)}"


def public(view: Callable) -> Callable:
    """For everybody, at a moderate pace, and for no search engine."""

    @wraps(view)
    def limited(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if ByAddress().allow_request(request, view):
            response = view(request, *args, **kwargs)
        else:
            response = render(request, "429.html", status=429)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Cache-Control"] = "no-store"
        return response

    return limited


@require_safe
@public
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code; with `?code=` go to its page, or say what a code looks like."""
    typed = request.GET.get("code", "")
    if not typed:
        return render(request, "reports/verify.html", {"typed": ""})
    code = marks.as_printed(typed)
    if code:
        return redirect("reports:verify_code", code=code)
    problem = _(
        "“%(typed)s” is not a verification code: it has twelve letters and digits, such as "
        "7F3A-92C4-4B5E, and stands at the end of the document."
    ) % {"typed": typed[:40]}
    return render(request, "reports/verify.html", {"typed": typed, "problem": problem}, status=422)


# Exempt, because the upload changes nothing, and because Django would read the form (and with it
# the file) before the handler that only hashes is in place.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """What the document of this code is; a POST says whether a file is that document."""
    printed = marks.as_printed(code)
    if printed and printed != code and request.method != "POST":
        return redirect("reports:verify_code", code=printed)
    report = by_code(printed) if printed else None
    if report is None:
        problem = _(
            "No document carries the code “%(code)s”: compare it with the paper, sign by sign."
        ) % {"code": code[:40]}
        context = {"typed": code, "problem": problem}
        return render(request, "reports/verify.html", context, status=404)
    answer = judge(report, _handed_in(request)) if request.method == "POST" else None
    context = {"report": report, "title": title(report), "answer": answer}
    return render(request, "reports/verified.html", context)


def _handed_in(request: HttpRequest) -> Hashing:
    hashing = Hashing(request)
    request.upload_handlers = [hashing]
    request.FILES  # noqa: B018  (reads the request through the handler)
    return hashing
