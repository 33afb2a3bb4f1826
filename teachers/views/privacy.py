"""The notice on personal data, and looking at an identity number in full."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from teachers import access, notice
from teachers.models import Teacher
from teachers.refusals import Refusal

UNPROCESSABLE = 422


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def notice_page(request: HttpRequest) -> HttpResponse:
    """Show the notice; a POST accepts it and goes on to the page that was wanted."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        wanted = ""
    if request.method == "POST":
        notice.accept(
            by=request.user,
            post=request.post,
            at=timezone.now(),
            address=request.META.get("REMOTE_ADDR"),
        )
        return redirect(wanted or "home")
    context = {"next": wanted, "version": notice.VERSION, "has_read": notice.has_read(request.user)}
    return render(request, "teachers/notice.html", context)


@login_required
@require_POST
@never_cache
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a teacher's whole identity number once; the reason goes into the access log.

    To htmx only the piece with the number, or with what is wrong with the reason.
    """
    teacher = get_object_or_404(
        Teacher.objects.visible_to(request.post).select_related("organisation"), pk=pk
    )
    context = {"teacher": teacher}
    try:
        context["identity"] = access.reveal(
            teacher.identity_sealed,
            subject=f"teacher {teacher.number or teacher.pk}",
            reason=request.POST.get("reason", ""),
            by=request.user,
            post=request.post,
            at=timezone.now(),
            address=request.META.get("REMOTE_ADDR"),
            teacher=teacher,
        )
    except Refusal as refusal:
        context["problem"] = str(refusal.message)
    name = "teachers/_reveal.html" if request.htmx else "teachers/reveal.html"
    return render(request, name, context, status=200 if "identity" in context else UNPROCESSABLE)
