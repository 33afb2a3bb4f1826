"""The OpenAPI document: valid, complete, and the committed copy is the one the code makes."""

from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

COMMITTED = Path(__file__).parent.parent / "docs" / "openapi.yaml"
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def generated() -> str:
    out = StringIO()
    call_command("spectacular", "--lang", "en", "--validate", "--fail-on-warn", stdout=out)
    return out.getvalue()


def endpoints(document: dict) -> list[tuple[str, dict]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def test_the_committed_document_is_the_generated_one(generated):
    assert COMMITTED.read_text(encoding="utf-8") == generated, (
        "Run: make openapi (manage.py spectacular --lang en --file docs/openapi.yaml)"
    )


def test_every_endpoint_has_a_summary_a_good_example_and_the_shape_of_failures(generated):
    bare = []
    for name, operation in endpoints(yaml.safe_load(generated)):
        good = [r for status, r in operation["responses"].items() if status.startswith("2")]
        shown = all(
            "examples" in content or not content["schema"].get("$ref", "array")
            for answer in good
            for kind, content in answer.get("content", {}).items()
            if kind == "application/json"
        )
        failures = [r for s, r in operation["responses"].items() if s.startswith("4")]
        problems = all("application/problem+json" in r["content"] for r in failures)
        if not (operation.get("summary") and good and shown and failures and problems):
            bare.append(name)

    assert bare == []


def test_the_document_is_served_to_anyone_and_needs_no_other_server(client, db):
    answer = client.get("/api/schema/")

    assert answer.status_code == 200
    assert yaml.safe_load(answer.content)["info"]["version"] == "1"


def test_the_document_is_written_once_whatever_the_address_says_beside(client, db, monkeypatch):
    written = []
    write = SchemaGenerator.get_schema

    def counted(self, *args, **more):
        written.append(1)
        return write(self, *args, **more)

    monkeypatch.setattr(SchemaGenerator, "get_schema", counted)

    plain, *others = [
        client.get(f"/api/schema/{end}") for end in ("", "?a=1", "?lang=en&version=9")
    ]

    assert [answer.content == plain.content for answer in others] == [True, True]
    assert written == [1]
