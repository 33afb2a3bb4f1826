"""Signing in for programs, who am I, and the answer for addresses that do not exist."""

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from teachers.api import tokens
from teachers.api.desk import BoundedView, DeskView
from teachers.api.documents import answer, endpoint
from teachers.api.problems import LockedOut
from teachers.api.serializers import MeSerializer, SignInSerializer, TokenSerializer

TOKEN = {
    "token": "9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b",
    "ends_at": "2027-02-21T10:00:00+08:00",
}
SCHOOL = {"code": "2162002291", "name": "锁南镇第二小学", "kind": "school", "school_kind": "P"}
COUNTY = {"code": "622926", "name": "东乡族自治县", "kind": "county", "school_kind": ""}
ME = {
    "username": "county_reviewer",
    "name": "马建国",
    "post": 17,
    "key": "17",
    "posts": [
        {
            "id": 17,
            "key": "17",
            "role": "reviewer",
            "organisation": COUNTY,
            "valid_from": "2020-01-01",
            "valid_to": None,
            "acting_for": None,
        },
        {
            "id": 23,
            "key": "23:5",
            "role": "chief",
            "organisation": COUNTY,
            "valid_from": "2020-01-01",
            "valid_to": None,
            "acting_for": {
                "id": 5,
                "holder": "马文斌",
                "valid_from": "2026-11-30",
                "valid_to": "2026-12-12",
                "kinds": ["submission"],
                "within": None,
            },
        },
    ],
}


class WrongPassword(exceptions.AuthenticationFailed):
    default_code = "wrong_password"
    default_detail = _("The user name or the password is wrong, or the account is closed.")


class TokenView(BoundedView):
    """Tokens for programs: five wrong passwords for an account lock it for a quarter of an hour."""

    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "token"

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Signing in asks for no credentials but the password."""
        signing_in = self.request is not None and self.request.method == "POST"
        return [] if signing_in else super().get_authenticators()

    def get_permissions(self) -> list:
        signing_in = self.request is not None and self.request.method == "POST"
        return [AllowAny()] if signing_in else [IsAuthenticated()]

    def get_authenticate_header(self, request: Request) -> str:
        return "Token"

    @endpoint(
        summary="Sign in and get a token",
        description="The same token until it ends or is revoked. Revoke it when it may be known.",
        request=SignInSerializer,
        answers=answer(TokenSerializer, "token", TOKEN),
        fails=(400, 401, 415, 429),
        desk=False,
        auth=[],
        examples=[
            OpenApiExample(
                "sign in",
                value={"username": "county_reviewer", "password": "…"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        wanted = SignInSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        user = authenticate(request=request, **wanted.validated_data)
        if user is None:
            name = {"username": wanted.validated_data["username"]}
            raise WrongPassword if AxesProxyHandler.is_allowed(request, name) else LockedOut
        token = tokens.issue(user=user)
        token.ends_at = tokens.ends_at(token)
        return Response(TokenSerializer(token).data)

    @endpoint(
        summary="Revoke my token",
        description="Ends the token at once, for every program that uses it.",
        request=None,
        answers={204: None},
        fails=(401, 403, 429),
        desk=False,
    )
    def delete(self, request: Request) -> Response:
        tokens.revoke(user=request.user)
        return Response(status=204)


class MeView(DeskView):
    """Who am I, and under which posts can I act."""

    @endpoint(summary="Who am I", answers=answer(MeSerializer, "a reviewer", ME))
    def get(self, request: Request) -> Response:
        return Response(MeSerializer(request).data)


class NothingHereView(APIView):
    """Any other address below /api/v1/: a 404 in the shape of every other failure."""

    permission_classes = [AllowAny]

    @extend_schema(exclude=True)
    def initial(self, request: Request, *args, **kwargs) -> None:
        raise exceptions.NotFound
