"""The JSON Schema that others download."""

import json

import jsonschema_rs
import pytest

from teachers import published_schema, schema
from teachers.models import IndexVersion
from tests import documents
from tests.api import Program
from tests.cast import Cast

pytestmark = pytest.mark.django_db
KINDS = list("KPSVH")


def download(client, cast: Cast, kind: str, who: str = "school_clerk"):
    client.force_login(cast.posts[who].user)
    return client.get(f"/index/2026/{kind}.schema.json")


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_valid_schema_that_sound_documents_fulfil(client, cast, kind):
    answer = download(client, cast, kind)
    described = json.loads(answer.content)

    jsonschema_rs.meta.validate(described)
    assert described["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    validator = jsonschema_rs.Draft202012Validator(described, validate_formats=True)
    assert list(validator.iter_errors(documents.sound(kind))) == []
    assert answer["Content-Type"] == "application/schema+json; charset=utf-8"
    assert f'filename="index-2026-{kind}.schema.json"' in answer["Content-Disposition"]


@pytest.mark.parametrize(
    "broken",
    [
        {"name": None},
        {"name": "马" * 37},
        {"ethnic": "99"},
        {"birth_date": "1990-02-30"},
        {"supervisor": "0"},
        {"political": ["01", "01"]},
    ],
)
def test_it_refuses_what_the_checks_refuse(broken):
    version = schema.current_version()
    described = published_schema.schema_of(version, "P")

    validator = jsonschema_rs.Draft202012Validator(described, validate_formats=True)
    assert not validator.is_valid(documents.sound("P", **broken))
    assert not schema.form(version.pk, "P").validator.is_valid(documents.sound("P", **broken))


def test_titles_stand_in_both_languages_and_codes_with_their_names():
    described = published_schema.schema_of(schema.current_version(), "P")

    sex = described["properties"]["basic"]["properties"]["sex"]
    assert (sex["title"], sex["x-title-en"], sex["x-need"]) == ("性别", "Sex", "R")
    assert described["properties"]["work"]["type"] == "array"
    values = described["$defs"]["gb2261_1_sex"]
    assert values["enum"] == ["0", "1", "2", "9"]
    assert values["x-names"]["2"] == ["女性", "Female"]
    places = described["$defs"]["gb2260_china"]
    assert places["x-retired-since"]["620824"] == "2018-02-01"
    assert "620824" in places["enum"]


def test_identity_numbers_are_no_part_of_it():
    described = published_schema.schema_of(schema.current_version(), "P")

    assert "id_no" not in described["properties"]["basic"]["properties"]


def test_programs_get_the_same(client, cast):
    answer = Program(cast.county_reviewer).get("/api/v1/index/2026/V.schema.json")

    assert answer.json() == json.loads(download(client, cast, "V").content)


@pytest.mark.parametrize("path", ["2026/X", "2099/P"])
def test_what_does_not_exist_is_not_found(client, cast, path):
    client.force_login(cast.manager.user)

    assert client.get(f"/index/{path}.schema.json").status_code == 404
    assert Program(cast.manager).get(f"/api/v1/index/{path}.schema.json").status_code == 404


def test_a_draft_is_only_for_those_who_keep_the_index_system(client, cast):
    IndexVersion.objects.create(code="next", name="草案")
    where = "/api/v1/index/next/P.schema.json"

    assert Program(cast.manager).get(where).status_code == 404
    assert Program(cast.administrator).get(where).json()["properties"] == {}
