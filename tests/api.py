"""Hands of the API's tests: sign in with a token, read a failure."""

from django.http import HttpResponse
from django.test import Client
from rest_framework.authtoken.models import Token

from teachers.models import Post

PROBLEM = "application/problem+json"


class Program(Client):
    """A client that sends the token of a post's user and acts under that post."""

    def __init__(self, post: Post) -> None:
        token, _made = Token.objects.get_or_create(user=post.user)
        super().__init__(
            headers={
                "Authorization": f"Token {token.key}",
                "X-Post": str(post.pk),
                "Accept-Language": "en",
            }
        )

    def send(self, path: str, body: dict | None = None) -> HttpResponse:
        return self.post(path, body or {}, content_type="application/json")


def failure(response: HttpResponse) -> tuple[int, str]:
    """Status and code of a problem, after checking its shape."""
    assert response.headers["Content-Type"] == PROBLEM
    body = response.json()
    assert body["status"] == response.status_code
    assert body["type"] == f"urn:problem:{body['code']}"
    assert body["title"]
    assert body["detail"]
    return response.status_code, body["code"]
