"""The rules on one document: each with an example that breaks it; sound documents break none."""

from datetime import date

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from teachers import rules, schema
from teachers.rules import Issue
from tests import documents
from tests.teachers.rule_cases import ABROAD, BROKEN, BROKEN_NUMBERS, PERMITTED, ROTATION

TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


def form(kind: str = "P", sets: tuple[str, ...] | None = None) -> schema.Form:
    return schema.form(schema.current_version().pk, kind, sets)


def check(document: dict, kind: str = "P", identity=documents.IDENTITY, identity_type="1"):
    return rules.check(
        form(kind), document, identity=identity, identity_type=identity_type, on=TODAY
    )


def places(issues: list[Issue]) -> list[tuple]:
    return [(issue.rule, issue.set_key, issue.row, issue.indicator_key) for issue in issues]


def changed(kind: str, path: str, values: dict) -> dict:
    """A sound document with values of one row replaced; None takes a value away.

    `path` is a single sub-set ("basic") or a row of a repeating one ("learning.0").
    """
    document = documents.sound(kind)
    set_key, _, row = path.partition(".")
    target = document[set_key] if not row else _row(document.setdefault(set_key, []), int(row))
    for key, value in values.items():
        if value is None:
            target.pop(key, None)
        else:
            target[key] = value
    return document


def _row(rows: list[dict], number: int) -> dict:
    """A row of a sub-set; one that is not there yet is added."""
    if number == len(rows):
        rows.append({})
    return rows[number]


@pytest.mark.parametrize("kind", list("KPSVH"))
def test_a_sound_document_has_no_issue(kind):
    assert check(documents.sound(kind), kind) == []


@pytest.mark.parametrize(("kind", "path", "values", "rule", "key"), BROKEN)
def test_a_broken_rule_is_found_where_it_is_broken(kind, path, values, rule, key):
    set_key, _, row = path.partition(".")
    whole = rule == "no_qualification"

    issues = check(changed(kind, path, values), kind)

    assert places(issues) == [(rule, set_key, int(row) if row and not whole else None, key)]
    assert issues[0].severity == rules.RULES[rule].severity


@pytest.mark.parametrize(("kind", "path", "values"), PERMITTED)
def test_what_the_index_system_permits_draws_no_issue(kind, path, values):
    foreign = values.get("id_type") == "A"
    identity = ("E12345678", "A") if foreign else (documents.IDENTITY, "1")

    assert check(changed(kind, path, values), kind, *identity) == []


@pytest.mark.parametrize(
    ("values", "rule", "key"),
    [
        ({"country": "156"}, "not_abroad", "country"),
        ({"end": "2023-09-01"}, "not_after", "end"),
        ({"organizer": None}, "needed_here", "organizer"),
    ],
)
def test_a_stay_abroad_is_checked(values, rule, key):
    document = changed("P", "overseas.0", {**ABROAD, **values})

    assert places(check(document)) == [(rule, "overseas", 0, key)]


@pytest.mark.parametrize(
    ("values", "rule", "key"),
    [
        ({"to_unit": "锁南镇第二小学"}, "same_school", "to_unit"),
        ({"end": "2020-08"}, "before", "end"),
        ({"move_personnel": None}, "needed_here", "move_personnel"),
    ],
)
def test_an_exchange_is_checked(values, rule, key):
    document = changed("P", "rotation.0", {**ROTATION, **values})

    assert places(check(document)) == [(rule, "rotation", 0, key)]


@pytest.mark.parametrize(("identity", "identity_type", "rule"), BROKEN_NUMBERS)
def test_an_unsound_identity_number_is_found(identity, identity_type, rule):
    document = documents.sound("P", id_type=identity_type)

    issues = check(document, "P", identity, identity_type)

    assert [(issue.rule, issue.severity) for issue in issues] == [
        (rule, rules.RULES[rule].severity)
    ]
    assert identity == "" or identity not in str(issues)


@pytest.mark.parametrize(
    ("born", "warned"),
    [("2011-11-23", True), ("2010-11-23", False), ("1956-11-24", False), ("1955-11-23", True)],
)
def test_an_unusual_age_is_a_warning(born, warned):
    document = documents.sound("P", birth_date=born, id_type="A")

    found = [issue.rule for issue in check(document, "P", "E12345678", "A")]

    assert ("age_unlikely" in found) is warned


def test_a_year_in_two_rows_is_a_warning_at_the_second():
    document = documents.sound("P")
    document["appraisal"] *= 2

    assert places(check(document)) == [("same_year_twice", "appraisal", 1, "year")]


@pytest.mark.parametrize("set_key", ["learning", "post"])
def test_learning_and_post_need_a_row(set_key):
    document = documents.sound("P")
    del document[set_key]

    assert places(check(document)) == [("rows_missing", set_key, None, "")]


def test_sets_that_are_not_asked_are_not_missed_and_not_accepted():
    document = documents.sound("P")
    only = form("P", ("basic", "contact"))
    short = {key: document[key] for key in ("basic", "contact")}

    def found(asked: dict) -> list[tuple]:
        issues = rules.check(only, asked, identity=documents.IDENTITY, identity_type="1", on=TODAY)
        return places(issues)

    assert found(short) == []
    assert found({**short, "work": document["work"]}) == [("not_asked", "", None, "")]


def test_a_missing_single_set_is_one_issue():
    document = documents.sound("P")
    del document["contact"]

    assert places(check(document)) == [("required", "contact", None, "")]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"basic": []},
        {"basic": None, "contact": None},
        {"basic": {}, "contact": {}, "learning": {}, "post": [None, 3, []]},
        {"basic": {"political": "13", "name": ["x"]}, "teaching": [{"hours": "x", "course": [[]]}]},
        {"unknown": 1},
    ],
)
def test_a_document_of_any_shape_is_answered_with_issues(document):
    issues = check(document)

    assert issues
    for issue in issues:
        assert rules.issue_text(issue.rule, issue.params)


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(data=st.data())
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_whatever_stands_in_a_document_is_answered_in_words(data):
    asked = form("P")
    document = documents.sound("P")
    for _ in range(data.draw(st.integers(1, 4))):
        subset = data.draw(st.sampled_from(asked.subsets))
        target = document.get(subset.key)
        place = data.draw(st.sampled_from(["set", "row", "value", "value", "value"]))
        if place == "set" or not target or not isinstance(target, dict | list):
            document[subset.key] = data.draw(_ANYTHING)
        elif place == "row" and isinstance(target, list):
            target[0] = data.draw(_ANYTHING)
        else:
            row = target[0] if isinstance(target, list) else target
            if isinstance(row, dict):
                row[data.draw(st.sampled_from(subset.fields)).key] = data.draw(_ANYTHING)

    for issue in check(document):
        assert rules.issue_text(issue.rule, issue.params)


def test_a_refused_value_is_not_called_missing_as_well():
    assert places(check(documents.sound("P", ethnic="99"))) == [
        ("unknown_code", "basic", None, "ethnic")
    ]


def test_an_identity_number_inside_a_document_is_refused_and_not_repeated():
    (issue,) = check(documents.sound("P", id_no=documents.IDENTITY))

    assert (issue.rule, issue.set_key, issue.indicator_key) == ("not_asked", "basic", "")
    assert documents.IDENTITY not in str(issue)


def test_checking_changes_nothing():
    document = documents.sound("P", ethnic="99", foo="1")
    before = documents.sound("P", ethnic="99", foo="1")

    check(document)

    assert document == before


def test_the_words_of_an_issue_follow_the_language_of_the_reader():
    (issue,) = check(changed("P", "basic", {"in_establishment": "0"}))

    with translation.override("en"):
        assert rules.issue_text(issue.rule, issue.params) == (
            "Form of employment (not on the establishment) is missing. It is needed because "
            "On the establishment is “No”."
        )
    with translation.override("zh-hans"):
        assert rules.issue_text(issue.rule, issue.params) == (
            "是否在编为“否”时，用人形式必填，请补填。"
        )


def test_severities_are_error_or_warning():
    assert {rule.severity for rule in rules.RULES.values()} == {"error", "warning"}
    assert all(code == rule.code for code, rule in rules.RULES.items())
