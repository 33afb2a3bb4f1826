"""What a person was told, and the bell that says how much of it is new."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from workflows import messages as told
from workflows.message_lines import Line
from workflows.message_texts import lines, title
from workflows.models import Message


@dataclass(frozen=True)
class Row:
    """A message with its words in the reader's language."""

    message: Message
    title: str
    lines: list[Line]


@login_required
@require_safe
@never_cache
def messages(request: HttpRequest) -> HttpResponse:
    """The own messages, the newest first; `?show=unread` leaves out what was read."""
    unread = request.GET.get("show") == "unread"
    found, after = told.page(
        request.user, unread=unread, after=request.GET.get("after", "").replace("\0", "")
    )
    context = {
        "rows": [Row(message, title(message), lines(message)) for message in found],
        "unread_only": unread,
        "unread": told.unread_count(request.user),
        "most": told.MOST_COUNTED,
        "after": after,
    }
    return render(request, "workflows/messages.html", context)


@require_safe
@never_cache
def bell(request: HttpRequest) -> HttpResponse:
    """The number on the bell: a piece of every page. Nothing for whoever is signed out."""
    if not request.user.is_authenticated:
        return HttpResponse(status=204)
    context = {"unread": told.unread_count(request.user), "most": told.MOST_COUNTED}
    return render(request, "workflows/_bell.html", context)


@login_required
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one message as read."""
    message = get_object_or_404(Message, pk=pk, user=request.user)
    told.mark_read(request.user, pk=message.pk, at=timezone.now())
    return _back(request)


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all messages as read."""
    told.mark_read(request.user, at=timezone.now())
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    shown = "?show=unread" if request.POST.get("show") == "unread" else ""
    return redirect(reverse("workflows:messages") + shown)
