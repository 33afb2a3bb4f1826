"""The rules on one document: each with an example that breaks it; sound documents break none."""

from datetime import date

import pytest
from django.utils import translation

from teachers import resident_cards, rules, schema
from teachers.rules import Issue
from tests import documents

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
    target = document.setdefault(set_key, [{}])[int(row)] if row else document[set_key]
    for key, value in values.items():
        if value is None:
            target.pop(key, None)
        else:
            target[key] = value
    return document


@pytest.mark.parametrize("kind", list("KPSVH"))
def test_a_sound_document_has_no_issue(kind):
    assert check(documents.sound(kind), kind) == []


ABROAD = {
    "has": "1",
    "country": "826",
    "start": "2023-09-01",
    "end": "2024-06-30",
    "org": "伦敦大学学院",
    "project": "访学",
    "organizer": "甘肃省教育厅",
}
ROTATION = {
    "kind": "2",
    "move_personnel": "0",
    "start": "2020-09",
    "end": "2021-07",
    "from_unit": "锁南镇第二小学",
    "to_unit": "达板镇中心小学",
}
OTHER_POST = {"concurrent": "1", "concurrent_category": "3", "concurrent_grade": "209"}
BAD_GRADE = {"concurrent_grade": "111"}
HONOUR = {
    "honor_level": "3",
    "honor": "优秀教师",
    "honor_date": "2024-09-10",
    "honor_unit": "州教育局",
}
PUNISHED = {"punish_kind": "1", "punish_reason": "09", "punish_date": "2024-09-10"}
SERVED = {"grassroots": "11", "grassroots_start": "2013-08", "grassroots_end": "2016-07"}
OTHER_KIND = "20126220130001234"
CERTIFICATE = {"issue_date": "2014-05", "issuer": "省语委", "cert_no": "6214"}
NO_QUALIFICATION = {
    "kind": "0",
    "cert_no": None,
    "subject": None,
    "issue_date": None,
    "issuer": None,
}
SENIOR_SCHOOL = {
    "education": "61",
    "major": None,
    "is_normal": None,
    "degree_level": "0",
    "degree": None,
    "degree_country": None,
    "degree_school": None,
    "degree_date": None,
}

# Each line: form, row changed, values, then rule and indicator found (and nothing else).
BROKEN = [
    # what the schema refuses
    ("P", "basic", {"name": None}, "required", "name"),
    ("P", "basic", {"name": ""}, "required", "name"),
    ("P", "basic", {"political": []}, "required", "political"),
    ("H", "contact", {"email": None}, "required", "email"),
    ("P", "basic", {"ethnic": "99"}, "unknown_code", "ethnic"),
    ("P", "basic", {"political": ["13", "99"]}, "unknown_code", "political"),
    ("P", "basic", {"political": ["01", "01"]}, "repeated_value", "political"),
    ("P", "basic", {"name": "马" * 37}, "too_long", "name"),
    ("P", "basic", {"supervisor": "0"}, "not_asked", ""),
    ("P", "basic", {"id_no": documents.IDENTITY}, "not_asked", ""),
    ("P", "basic", {"name": 7}, "wrong_form", "name"),
    ("P", "basic", {"birth_date": "1990-02-30"}, "not_a_date", "birth_date"),
    ("P", "basic", {"work_start": "2012-8"}, "not_a_month", "work_start"),
    ("P", "pay.0", {"year": "25"}, "not_a_year", "year"),
    ("P", "teaching.0", {"year": "2025"}, "not_a_school_year", "year"),
    ("P", "pay.0", {"annual_pay": "98000"}, "not_a_number", "annual_pay"),
    ("P", "pay.0", {"annual_pay": -1}, "too_small", "annual_pay"),
    ("P", "pay.0", {"annual_pay": 1_000_000}, "too_large", "annual_pay"),
    ("P", "training.0", {"hours": 4.5}, "not_whole", "hours"),
    ("P", "teaching.0", {"hours": 169}, "too_large", "hours"),
    # what one value asks of another
    ("P", "basic", {"ethnic": None}, "needed_here", "ethnic"),
    ("P", "basic", {"political": None}, "needed_here", "political"),
    ("P", "basic", {"in_establishment": "0"}, "needed_here", "employment_form"),
    ("P", "basic", {"employment_form": "1"}, "empty_here", "in_establishment"),
    ("P", "basic", {"grassroots": "11"}, "needed_here", "grassroots_start"),
    ("P", "basic", {"grassroots_end": "2015-08"}, "empty_here", "grassroots"),
    ("P", "learning.0", {"education": "0"}, "empty_here", "education"),
    ("P", "learning.0", {"major": None}, "needed_here", "major"),
    ("P", "learning.0", {"enter": None}, "needed_here", "enter"),
    ("P", "learning.0", {"degree": None}, "needed_here", "degree"),
    ("P", "learning.0", {"degree_level": "0"}, "empty_here", "degree_level"),
    ("P", "post.0", {**OTHER_POST, "concurrent_grade": None}, "needed_here", "concurrent_grade"),
    ("P", "post.0", {"school_position": "01"}, "needed_here", "position_start"),
    ("P", "post.0", {"position_start": "2020-08"}, "empty_here", "school_position"),
    ("P", "title.0", {"start": None}, "needed_here", "start"),
    ("P", "title.0", {"title": "999"}, "empty_here", "title"),
    ("P", "qualification.0", {"cert_no": None}, "needed_here", "cert_no"),
    ("P", "qualification.0", {"subject": None}, "needed_here", "subject"),
    ("P", "ethics.0", {**HONOUR, "honor_unit": None}, "needed_here", "honor_unit"),
    ("P", "ethics.0", {"honor_level": "0", "honor": "优秀教师"}, "empty_here", "honor_level"),
    ("P", "ethics.0", {"honor": "优秀教师"}, "needed_with", "honor_level"),
    ("P", "ethics.0", {**PUNISHED, "punish_reason": None}, "needed_here", "punish_reason"),
    ("P", "ethics.0", {"punish_date": "2024-09-10"}, "empty_here", "punish_kind"),
    ("P", "teaching.0", {"hours": None}, "needed_here", "hours"),
    ("P", "teaching.0", {"course": None}, "needed_here", "course"),
    ("V", "teaching.0", {"course_kind": None}, "needed_here", "course_kind"),
    ("P", "teaching.0", {"concurrent": "99"}, "needed_here", "concurrent_other"),
    ("P", "teaching.0", {"concurrent": "01", "concurrent_other": "x"}, "empty_here", "concurrent"),
    ("P", "talent.0", {"talent": "08"}, "needed_here", "year"),
    ("P", "talent.0", {"year": "2020"}, "empty_here", "talent"),
    ("P", "overseas.0", {"country": "826"}, "empty_here", "has"),
    ("P", "skill.0", {"lang": "en"}, "needed_with", "lang_level"),
    ("P", "skill.0", {"other_skill": "书法"}, "needed_with", "other_level"),
    ("P", "skill.0", {"cert_type": "2", **CERTIFICATE}, "needed_here", "lang_cert"),
    ("P", "skill.0", {"cert_type": "1", **CERTIFICATE}, "needed_here", "cert"),
    ("P", "rotation.0", {"to_unit": "达板镇中心小学"}, "empty_here", "kind"),
    ("P", "basic", {"political": ["05", "12"]}, "stands_alone", "political"),
    ("P", "pay.0", {"benefits": ["0", "1"]}, "stands_alone", "benefits"),
    # what comes after what
    ("P", "basic", {"school_start": "2012-07"}, "before", "school_start"),
    ("P", "learning.0", {"leave": "2008-09"}, "not_after", "leave"),
    ("P", "work.0", {"end": "2015-07"}, "before", "end"),
    ("P", "title.0", {"end": "2018-08"}, "before", "end"),
    ("P", "basic", {**SERVED, "grassroots_end": "2013-07"}, "before", "grassroots_end"),
    ("P", "qualification.0", {"first_reg_date": "2012-06-29"}, "before", "first_reg_date"),
    ("P", "title.0", {"start": "2026-12"}, "in_future", "start"),
    ("P", "appraisal.0", {"year": "2027"}, "in_future", "year"),
    ("P", "learning.0", {"enter": "1989-09"}, "before_birth", "enter"),
    ("P", "pay.0", {"year": "2026"}, "year_not_over", "year"),
    ("P", "teaching.0", {"year": "2025-2027"}, "school_year_order", "year"),
    ("P", "basic", {"work_start": "2004-01"}, "started_young", "work_start"),
    # what does not go together
    ("P", "post.0", {"post_grade": "205"}, "grade_does_not_fit", "post_grade"),
    ("P", "post.0", {**OTHER_POST, **BAD_GRADE}, "grade_does_not_fit", "concurrent_grade"),
    ("P", "learning.0", {"degree": "304"}, "degree_does_not_fit", "degree"),
    ("P", "qualification.0", {"cert_no": "2012622012000123"}, "certificate_number_form", "cert_no"),
    ("P", "qualification.0", {"cert_no": OTHER_KIND}, "certificate_kind_differs", "cert_no"),
    ("P", "contact", {"mobile": "1390000000"}, "mobile_form", "mobile"),
    ("P", "contact", {"mobile": "23900000000"}, "mobile_form", "mobile"),
    ("P", "contact", {"email": "ma@example"}, "email_form", "email"),
    ("P", "teaching.0", {"hours": 41}, "many_hours", "hours"),
    ("P", "basic", {"contract": "0"}, "established_without_contract", "contract"),
    ("P", "basic", {"name": "马晓兰2"}, "name_unlikely", "name"),
    ("P", "qualification.0", NO_QUALIFICATION, "no_qualification", "kind"),
    # what the identity number says
    ("P", "basic", {"birth_date": "1990-03-01"}, "birth_date_differs", "birth_date"),
    ("P", "basic", {"sex": "1"}, "sex_differs", "sex"),
    ("P", "basic", {"nationality": "392"}, "identity_nationality", "nationality"),
    ("P", "basic", {"id_type": "A"}, "identity_type_differs", "id_type"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "path", "values", "rule", "key"), BROKEN)
def test_a_broken_rule_is_found_where_it_is_broken(kind, path, values, rule, key):
    set_key, _, row = path.partition(".")
    whole = rule == "no_qualification"

    issues = check(changed(kind, path, values), kind)

    assert places(issues) == [(rule, set_key, int(row) if row and not whole else None, key)]
    assert issues[0].severity == rules.RULES[rule].severity


PERMITTED = [
    ("P", "basic", {"nationality": "392", "id_type": "A", "ethnic": None, "political": None}),
    ("P", "basic", {"in_establishment": "0", "employment_form": "2", "contract": "2"}),
    ("P", "basic", SERVED),
    ("P", "basic", {"school_start": "2012-08"}),
    ("P", "basic", {"political": ["12"]}),
    ("P", "basic", {"name": "阿依古丽·哈孜别克"}),
    ("P", "basic", {"person_status": "205"}),
    ("P", "post.0", {"school_position": "01", "position_start": "2020-08"}),
    ("P", "post.0", {"post_grade": "998"}),
    ("P", "post.0", OTHER_POST),
    ("P", "title.0", {"title": "999", "start": None}),
    ("P", "title.0", {"end": "2030-08"}),
    ("P", "work.0", {"end": "2015-08"}),
    ("P", "ethics.0", HONOUR),
    ("P", "ethics.0", PUNISHED),
    ("P", "teaching.0", {"status": "10", "hours": None, "course": None}),
    ("P", "teaching.0", {"concurrent": "99", "concurrent_other": "校史馆讲解"}),
    ("P", "teaching.0", {"year": "2026-2027"}),
    ("P", "talent.0", {"talent": "08", "year": "2020"}),
    ("P", "overseas.0", ABROAD),
    ("P", "rotation.0", ROTATION),
    ("P", "skill.0", {"lang": "en", "lang_level": "3"}),
    ("P", "skill.0", {"cert_type": "2", "lang_cert": "03", **CERTIFICATE}),
    ("P", "pay.0", {"benefits": ["0"]}),
    ("P", "qualification.0", {"cert_no": "甘教资字第120号", "issue_date": "1998-07-01"}),
    ("P", "learning.0", SENIOR_SCHOOL),
]  # fmt: skip


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


@pytest.mark.parametrize(
    ("identity", "identity_type", "rule"),
    [
        ("", "1", "identity_missing"),
        ("622926199002281021", "1", "identity_check_character"),
        ("62292619900228102", "1", "identity_form"),
        ("620102198502300012", "1", "identity_birth_date"),
        ("629999198506150016", "1", "identity_region"),
        ("62292619900228102", "6", "identity_document_form"),
    ],
)
def test_an_unsound_identity_number_is_an_error(identity, identity_type, rule):
    document = documents.sound("P", id_type=identity_type)

    issues = check(document, "P", identity, identity_type)

    assert [(issue.rule, issue.severity) for issue in issues] == [(rule, "error")]
    assert identity == "" or identity not in str(issues)


def test_an_unlisted_region_is_only_a_warning():
    body = "62299919900228102"

    issues = check(documents.sound("P"), "P", body + resident_cards.check_character(body))

    assert [(issue.rule, issue.severity) for issue in issues] == [
        ("identity_region_unknown", "warning")
    ]


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


def test_every_rule_is_exercised_here():
    met = {line[3] for line in BROKEN}
    met |= {"rows_missing", "identity_missing", "identity_check_character", "identity_form"}
    met |= {"identity_birth_date", "identity_region", "identity_document_form"}
    met |= {"identity_region_unknown", "age_unlikely", "same_year_twice", "not_abroad"}
    met |= {"same_school"}
    reading = {"digits_lost", "not_text", "day_missing", "month_ambiguous"}

    assert rules.RULES.keys() - met == reading


def test_severities_are_error_or_warning():
    assert {rule.severity for rule in rules.RULES.values()} == {"error", "warning"}
    assert all(code == rule.code for code, rule in rules.RULES.items())
