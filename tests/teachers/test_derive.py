"""Values that follow from others."""

import pytest

from teachers import schema
from teachers.derive import derive
from tests import documents

pytestmark = pytest.mark.django_db


def form(kind: str = "P", sets: tuple[str, ...] | None = None) -> schema.Form:
    return schema.form(schema.current_version().pk, kind, sets)


def learned(*rows: tuple[str, str, str]) -> dict:
    """A document whose rows are (education, degree level, school)."""
    return {
        "basic": {},
        "learning": [
            {"education": education, "degree_level": level, "edu_school": school}
            | ({"degree": f"{level}04", "degree_school": school} if level != "0" else {})
            for education, level, school in rows
        ],
    }


def tops(document: dict) -> tuple:
    basic = derive(form(), document)["basic"]
    return (
        basic.get("top_education"),
        basic.get("top_education_school"),
        basic.get("top_degree_level"),
        basic.get("top_degree"),
        basic.get("top_degree_school"),
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("31", "0", "甲"), ("21", "4", "乙")], ("21", "乙", "4", "404", "乙")),
        ([("21", "4", "乙"), ("31", "0", "甲")], ("21", "乙", "4", "404", "乙")),
        # not completed: the completed lower level counts
        ([("16", "0", "丙"), ("21", "4", "乙")], ("21", "乙", "4", "404", "乙")),
        ([("16", "0", "丙")], ("16", "丙", "0", None, None)),
        # an honorary doctorate is below every earned degree
        ([("14", "3", "丁"), ("21", "1", "戊")], ("14", "丁", "3", "304", "丁")),
        ([("0", "0", "")], ("0", "", "0", None, None)),
    ],
)
def test_the_highest_education_and_degree_are_found(rows, expected):
    assert tops(learned(*rows)) == expected


def test_post_and_title_are_those_that_began_last():
    document = {
        "basic": {},
        "post": [
            {"post_category": "3", "post_grade": "207", "start": "2020-09"},
            {"post_category": "1", "post_grade": "110", "start": "2018-09"},
        ],
        "title": [{"title": "414", "start": "2010-01"}, {"title": "413", "start": "2021-01"}],
    }

    basic = derive(form(), document)["basic"]

    assert (basic["post_category"], basic["post_grade"], basic["title"]) == ("3", "207", "413")


def test_of_two_that_began_together_the_later_row_counts():
    rows = [
        {"post_category": "1", "post_grade": "111", "start": "2020-09"},
        {"post_category": "1", "post_grade": "110", "start": "2020-09"},
    ]

    assert derive(form(), {"basic": {}, "post": rows})["basic"]["post_grade"] == "110"


def test_derived_values_replace_what_was_typed():
    document = documents.sound("P", top_education="11", top_education_school="清华大学")

    basic = derive(form(), document)["basic"]

    assert (basic["top_education"], basic["top_education_school"]) == ("21", "西北师范大学")


def test_derived_values_stay_when_their_source_is_not_asked():
    document = {"basic": {"top_education": "14"}}

    assert derive(form("P", ("basic",)), document)["basic"]["top_education"] == "14"


def test_defaults_fill_only_what_is_empty():
    document = {"basic": {"health": "2"}, "ethics": [{"exam_date": "2025-12"}]}

    derived = derive(form(), document)

    assert derived["basic"]["health"] == "2"
    assert derived["basic"]["nationality"] == "156"
    assert derived["basic"]["person_status"] == "100"
    assert derived["basic"]["in_establishment"] == "0"
    assert derived["ethics"] == [{"exam_date": "2025-12", "punish_kind": "0"}]


@pytest.mark.parametrize(("established", "contract"), [("1", "1"), ("0", None)])
def test_a_contract_is_assumed_only_on_the_establishment(established, contract):
    document = documents.sound("P", in_establishment=established, contract=None)

    assert derive(form(), document)["basic"].get("contract") == contract


def test_an_identity_number_gives_birth_date_and_sex():
    document = documents.sound("P", birth_date=None, sex=None)

    basic = derive(form(), document, identity=documents.IDENTITY)["basic"]

    assert (basic["birth_date"], basic["sex"]) == ("1990-02-28", "2")


def test_an_identity_number_never_overrides_what_the_school_says():
    document = documents.sound("P", birth_date="1991-01-01")

    basic = derive(form(), document, identity=documents.IDENTITY)["basic"]

    assert basic["birth_date"] == "1991-01-01"


@pytest.mark.parametrize("identity", ["", "123", "622926199002281021"])
def test_an_unsound_number_gives_nothing(identity):
    document = documents.sound("P", birth_date=None, sex=None)

    assert "birth_date" not in derive(form(), document, identity=identity)["basic"]


def test_deriving_twice_changes_nothing_and_leaves_the_original_alone():
    document = documents.sound("P")

    once = derive(form(), document)

    assert derive(form(), once) == once
    assert document == documents.sound("P")


def test_a_document_without_basic_information_stays_without():
    assert derive(form(), {}) == {}
