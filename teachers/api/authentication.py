"""How a request shows who sends it: a token (programs) or the session of the pages."""

from rest_framework import authentication, exceptions
from rest_framework.request import Request

from teachers.api import tokens


class SessionAuthentication(authentication.SessionAuthentication):
    """The site's own session; writing needs the CSRF token, and a missing one has its own code."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as refusal:
            raise exceptions.PermissionDenied(str(refusal.detail), code="csrf_failed") from None


class TokenAuthentication(authentication.TokenAuthentication):
    """`Authorization: Token <key>`; a token ends after settings.API_TOKEN_DAYS."""

    def authenticate_credentials(self, key: str):
        user, token = super().authenticate_credentials(key)
        if tokens.has_ended(token):
            raise exceptions.AuthenticationFailed(tokens.ENDED, code="token_ended")
        return user, token
