"""Code lists kept on screen: values are added and ended by the day, never deleted or reused."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils.timezone import localdate

from teachers import reference
from teachers.index import codes
from teachers.index.refusals import KeyTaken, NotTheKeeper, Unsound, ValueStays
from teachers.models import Code, CodeList
from tests.at_once import at_once


@pytest.fixture
def keeper(cast, now) -> dict:
    return {"by": cast.administrator.user, "post": cast.administrator, "at": now}


def modes() -> CodeList:
    return CodeList.objects.get(key="train_mode")


def mode(code: str) -> Code:
    return Code.objects.get(code_list__key="train_mode", code=code)


def add(keeper: dict, **values) -> Code:
    tomorrow = localdate(keeper["at"]) + timedelta(days=1)
    new = {"code": "6", "name": "虚拟现实研修", "name_en": "", "valid_from": tomorrow}
    return codes.add_value(code_list=modes(), **{**new, "reason": "教育部修订", **values}, **keeper)


def end(keeper: dict, code: str = "5", days: int = 1, **values) -> Code:
    day = localdate(keeper["at"]) + timedelta(days=days)
    return codes.end_value(code=mode(code), valid_to=day, reason="教育部修订", **values, **keeper)


def usable(on) -> list[str]:
    return sorted(modes().codes.usable_on(on).values_list("code", flat=True))


def test_a_value_is_usable_from_its_first_day_to_the_day_before_its_last(keeper, now):
    today = localdate(now)
    add(keeper)
    end(keeper, days=3)

    assert usable(today) == ["1", "2", "3", "4", "5"]
    assert usable(today + timedelta(days=1)) == ["1", "2", "3", "4", "5", "6"]
    assert usable(today + timedelta(days=3)) == ["1", "2", "3", "4", "6"]


def test_who_changed_a_value_and_why_stands_beside_it(keeper, now):
    value = end(keeper)

    assert (value.changed_by, value.changed_at, value.reason) == (
        keeper["by"],
        now,
        "教育部修订",
    )


@pytest.mark.parametrize("days", [0, -1])
def test_a_list_does_not_change_within_the_day(keeper, now, days):
    with pytest.raises(Unsound):
        add(keeper, valid_from=localdate(now) + timedelta(days=days))
    with pytest.raises(Unsound):
        end(keeper, days=days)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"code": "5"}, KeyTaken),
        ({"name": "其他"}, KeyTaken),
        ({"code": "a-1"}, Unsound),
        ({"code": ""}, Unsound),
        ({"name": " "}, Unsound),
        ({"reason": " "}, Unsound),
    ],
)
def test_a_value_that_does_not_fit_is_refused(keeper, values, refusal):
    with pytest.raises(refusal):
        add(keeper, **values)

    assert modes().codes.count() == 5


def test_the_code_of_an_ended_value_is_never_reused(keeper, now):
    end(keeper)

    with pytest.raises(KeyTaken):
        add({**keeper, "at": now + timedelta(days=5)}, code="5", name="别的")
    assert add(keeper, name="其他", valid_from=localdate(now) + timedelta(days=2)).name == "其他"


def test_an_end_that_has_not_come_can_be_moved_one_that_has_cannot(keeper, now):
    end(keeper, days=5)

    assert end(keeper, days=9).valid_to == localdate(now) + timedelta(days=9)
    with pytest.raises(ValueStays):
        end({**keeper, "at": now + timedelta(days=9)})


def test_values_that_rules_go_by_cannot_be_ended(keeper, now):
    none = Code.objects.get(code_list__key="qualification", code="0")

    with pytest.raises(ValueStays):
        codes.end_value(
            code=none, valid_to=localdate(now) + timedelta(days=1), reason="x", **keeper
        )


@pytest.mark.parametrize("who", ["manager", "province_reviewer", "school_clerk"])
def test_only_the_province_keeps_code_lists(cast, keeper, who):
    other = {**keeper, "post": cast.posts[who]}

    with pytest.raises(NotTheKeeper):
        add(other)
    with pytest.raises(NotTheKeeper):
        end(other)


@pytest.mark.parametrize(
    "change",
    [
        lambda: mode("5").delete(),
        lambda: Code.objects.filter(code_list__key="train_mode", code="5").update(code="7"),
        lambda: Code.objects.filter(pk=mode("5").pk).update(
            valid_from="2027-01-01", valid_to="2026-01-01"
        ),
    ],
)
def test_the_database_keeps_values_and_their_codes(db, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_loading_the_shipped_files_leaves_what_was_changed_on_screen(keeper):
    end(keeper)
    add(keeper)

    assert reference.load().written == 0
    assert mode("5").valid_to is not None


@pytest.mark.django_db(transaction=True)
def test_of_two_values_of_one_code_at_once_one_is_added(reference, keeper):
    def press(name: str) -> str:
        try:
            return add(keeper, name=name).name
        except KeyTaken:
            return "taken"

    results = at_once(lambda: press("甲"), lambda: press("乙"))

    assert "taken" in results
    assert modes().codes.filter(code="6").count() == 1
