"""Tokens by which programs sign in: one a user, for a limited time."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authtoken.models import Token

from teachers.models import User

ENDED = _("This token has ended. Sign in again at /api/v1/token/ for a new one.")


def ends_at(token: Token) -> datetime:
    return token.created + timedelta(days=settings.API_TOKEN_DAYS)


def has_ended(token: Token) -> bool:
    return ends_at(token) <= timezone.now()


@transaction.atomic
def issue(*, user: User) -> Token:
    """The user's running token, or a new one when there is none or the old one has ended."""
    token = Token.objects.filter(user=user).select_for_update().first()
    if token is not None and has_ended(token):
        token.delete()
    return Token.objects.get_or_create(user=user)[0]


def revoke(*, user: User) -> None:
    """End the user's token at once; nothing happens when there is none."""
    Token.objects.filter(user=user).delete()
