"""Every rule has an example that breaks it and one that comes close and does not."""

from datetime import date, timedelta

import pytest

from teachers import reading, resident_cards, rules, schema
from teachers.models import Code, CodeList
from tests import documents
from tests.teachers import rule_cases
from tests.teachers.rule_cases import (
    BROKEN,
    BROKEN_ELSEWHERE,
    BROKEN_NUMBERS,
    READABLE,
    SOUND,
    SOUND_NUMBERS,
    UNREADABLE,
)
from tests.teachers.test_rules import TODAY, changed, check, form

pytestmark = pytest.mark.django_db


def test_every_rule_has_an_example_that_breaks_it():
    broken = {line[3] for line in BROKEN} | {line[2] for line in BROKEN_NUMBERS}
    broken |= {line[3] for line in UNREADABLE} | BROKEN_ELSEWHERE

    assert broken == rules.RULES.keys()


def test_every_rule_has_an_example_that_keeps_it():
    assert SOUND.keys() | SOUND_NUMBERS.keys() | READABLE.keys() == rules.RULES.keys()


@pytest.mark.parametrize("rule", sorted(SOUND))
def test_what_comes_close_to_breaking_a_rule_is_accepted(rule):
    kind, path, values = SOUND[rule]

    assert check(changed(kind, path, values), kind) == []


@pytest.mark.parametrize("rule", sorted(SOUND_NUMBERS))
def test_a_sound_identity_number_is_accepted(rule):
    number, kind = SOUND_NUMBERS[rule]
    document = documents.sound("P", id_type=kind)
    if kind == "1":
        card = resident_cards.read(number)
        document["basic"] |= {"birth_date": card.birth_date.isoformat(), "sex": card.sex}

    assert check(document, "P", number, kind) == []


@pytest.mark.parametrize(("set_key", "key", "typed", "rule"), UNREADABLE)
def test_what_cannot_be_read_is_refused_by_its_rule(set_key, key, typed, rule):
    with pytest.raises(reading.Unreadable) as refused:
        reading.read_value(form("P").field(set_key, key), typed)

    assert refused.value.rule == rule


@pytest.mark.parametrize("rule", sorted(READABLE))
def test_what_can_be_read_is_read(rule):
    set_key, key, typed, value = READABLE[rule]

    assert reading.read_value(form("P").field(set_key, key), typed) == value


@pytest.fixture
def ended(db):
    """A value of the list of training modes that ends and one that begins, on given days."""

    def change(code: str, **days: date) -> None:
        Code.objects.update_or_create(
            code_list=CodeList.objects.get(key="train_mode"),
            code=code,
            create_defaults={"name": "虚拟现实研修", "position": 99, **days},
            defaults=days,
        )
        schema.forget_forms()

    yield change
    schema.forget_forms()


def trained(mode: str, year: str = "2026") -> dict:
    return changed("P", "training.0", {"mode": mode, "year": year})


def found_by(document: dict, **more) -> list[rules.Issue]:
    asked = schema.form(schema.current_version().pk, "P", on=TODAY)
    person = {"identity": documents.IDENTITY, "identity_type": "1", "on": TODAY}
    return rules.check(asked, document, **person, **more)


def test_a_value_that_was_ended_names_its_list_itself_and_the_day(ended):
    ended("2", valid_to=TODAY)

    (issue,) = found_by(trained("2"))

    assert (issue.rule, issue.set_key, issue.row, issue.indicator_key) == (
        "retired_value",
        "training",
        0,
        "mode",
    )
    assert rules.issue_text(issue.rule, issue.params) == (
        "培训方式：“短期面授培训”自 2026-11-23 起已在“培训方式”代码表中停用，"
        "不能再选用，请改选在用的代码。"
    )


def test_a_value_may_be_chosen_until_the_day_before_it_ends(ended):
    ended("2", valid_to=TODAY + timedelta(days=1))

    assert found_by(trained("2")) == []


def test_a_row_about_the_past_is_judged_by_its_own_time(ended):
    ended("2", valid_to=TODAY)

    assert found_by(trained("2", year="2025")) == []


def test_a_retired_value_may_stay_where_the_file_has_it(ended):
    ended("2", valid_to=TODAY)

    assert found_by(trained("2"), file={"training": [{"mode": "1"}, {"mode": "2"}]}) == []
    assert [issue.rule for issue in found_by(trained("2"), file=documents.sound("P"))] == []
    assert [issue.rule for issue in found_by(trained("2"), file={})] == ["retired_value"]


def test_a_value_cannot_be_chosen_before_its_day(ended):
    ended("88", valid_from=TODAY + timedelta(days=1))

    assert [issue.rule for issue in found_by(trained("88"))] == ["coming_value"]

    ended("88", valid_from=TODAY)

    assert found_by(trained("88")) == []


def test_drop_downs_offer_what_may_be_chosen_on_the_day(ended):
    ended("2", valid_to=TODAY)
    ended("88", valid_from=TODAY + timedelta(days=1))

    def offered(on: date) -> set[str]:
        asked = schema.form(schema.current_version().pk, "P", on=on)
        return {code for code, _name in asked.field("training", "mode").codes.choices()}

    assert offered(TODAY) & {"2", "88"} == set()
    assert offered(TODAY + timedelta(days=1)) & {"2", "88"} == {"88"}
    assert offered(TODAY - timedelta(days=1)) & {"2", "88"} == {"2"}


def test_a_retired_value_stays_readable(ended):
    ended("2", valid_to=TODAY)

    field = schema.form(schema.current_version().pk, "P", on=TODAY).field("training", "mode")

    assert reading.show_value(field, "2") == "短期面授培训"


def test_the_cases_are_about_rules_that_exist():
    assert {line[3] for line in rule_cases.BROKEN} <= rules.RULES.keys()
