"""What every endpoint's documentation shares: failures, the header of the acting post."""

from http import HTTPStatus

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from teachers.api.problems import CONTENT_TYPE, ProblemSerializer, problem

X_POST = OpenApiParameter(
    "X-Post",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=(
        "The post to act under: the `key` of one of yours (see `/api/v1/me/`), such as `17`, or "
        "`17:5` to act for a colleague. Without it: the first one."
    ),
)
EXAMPLES = {
    400: ("invalid", "Some values do not fit; see “errors”."),
    401: ("not_authenticated", "Authentication credentials were not provided."),
    403: ("not_your_post", "The header X-Post must be the key of one of your posts."),
    404: ("not_found", "Not found."),
    409: ("refused", "The campaign has been launched already."),
    413: ("too_large", "The file is too large. Split it, or send fewer rows."),
    415: ("unsupported_media_type", "Unsupported media type “text/plain” in request."),
    429: ("throttled", "Request was throttled. Expected available in 60 seconds."),
}
FIELD = {"field": "tasks.0", "code": "invalid", "message": "A valid integer is required."}


def failures(*statuses: int) -> dict:
    """Response documentation of the given failure statuses."""
    return {(status, CONTENT_TYPE): _failure(status) for status in statuses}


def _failure(status: int) -> OpenApiResponse:
    code, detail = EXAMPLES[status]
    value = problem(status, code, detail, [FIELD] if status == 400 else None)
    return OpenApiResponse(
        ProblemSerializer,
        description=HTTPStatus(status).phrase,
        examples=[OpenApiExample(code, value=value, response_only=True)],
    )


def endpoint(
    *, summary: str, answers: dict, fails: tuple[int, ...] = (), desk: bool = True, **more
):
    """`extend_schema` with the failures and the header that every endpoint of a desk has."""
    statuses = sorted({*fails, *((401, 403) if desk else ())})
    parameters = [*more.pop("parameters", []), *([X_POST] if desk else [])]
    return extend_schema(
        summary=summary,
        parameters=parameters,
        responses={**answers, **failures(*statuses)},
        **more,
    )


def answer(shape, name: str, value, status: int = 200) -> dict:
    """Documentation of a good answer with one example."""
    return {
        status: OpenApiResponse(
            shape,
            description=HTTPStatus(status).phrase,
            examples=[OpenApiExample(name, value=value, response_only=True)],
        )
    }


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "teachers.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema) -> dict:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <key>`, from `POST /api/v1/token/`.",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "teachers.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema) -> dict:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The session of the pages; writing also needs the CSRF token.",
        }
