"""Drafts of the index system: made, edited, compared, published for good."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from teachers import reference, schema
from teachers.enums import VersionState
from teachers.index import drafting, tables
from teachers.index.differences import content, differences
from teachers.index.refusals import (
    ChangedMeanwhile,
    KeyTaken,
    NothingChanged,
    NotTheKeeper,
    Published,
    Unsound,
)
from teachers.index.shapes import Shape
from teachers.models import CodeList, IndexVersion, Indicator
from tests.at_once import at_once


@pytest.fixture
def keeper(cast, now) -> dict:
    return {"by": cast.administrator.user, "post": cast.administrator, "at": now}


@pytest.fixture
def draft(keeper) -> IndexVersion:
    base = IndexVersion.objects.get(code="2026")
    return drafting.make_draft(base=base, code="2027", name="2027 年版", **keeper)


def item(version: IndexVersion, set_key: str, key: str) -> Indicator:
    return Indicator.objects.select_related("indicator_set__version").get(
        indicator_set__version=version, indicator_set__key=set_key, key=key
    )


def save(indicator: Indicator, keeper: dict, **changes) -> Indicator:
    shape = Shape(**{**Shape.of(indicator).values(), **changes})
    seen = drafting.fingerprint(indicator)
    return drafting.save_indicator(indicator=indicator, shape=shape, seen=seen, **keeper)


def publish(version: IndexVersion, keeper: dict) -> IndexVersion:
    version.refresh_from_db()
    return drafting.publish(version=version, seen=version.changed_at, **keeper)


def found(version: IndexVersion) -> list[tuple]:
    """What a draft changes: what, where, and each changed property."""
    return [
        (one.what, ".".join(one.place), [(c.old, c.new, c.effect) for c in one.changes])
        for one in differences(content(version.based_on), content(version))
    ]


HOBBY = Shape(name="特长", name_en="Hobby", length=40, needs={"P": "O"})


def test_a_draft_begins_with_everything_its_base_asks(draft):
    base = IndexVersion.objects.get(code="2026")

    assert (draft.state, draft.based_on, draft.sets.count()) == (VersionState.DRAFT, base, 17)
    assert Indicator.objects.filter(indicator_set__version=draft).count() == 180
    assert found(draft) == []
    assert [s.json_schema for s in map_forms(draft)] == [s.json_schema for s in map_forms(base)]


def map_forms(version: IndexVersion) -> list[schema.Form]:
    on = datetime(2026, 11, 23).date()
    return [schema.draft_form(version.pk, kind, None, on) for kind in "KPSVH"]


def test_every_kind_of_change_shows_as_a_difference(draft, keeper):
    save(item(draft, "basic", "marital"), keeper, needs=dict.fromkeys("KPSVH", "R"))
    save(item(draft, "contact", "address"), keeper, length=200, name="详细地址")
    retired = item(draft, "contact", "other")
    drafting.retire_indicator(indicator=retired, seen=drafting.fingerprint(retired), **keeper)
    drafting.add_indicator(version=draft, set_key="basic", key="hobby", shape=HOBBY, **keeper)

    assert found(draft) == [
        (
            "changed",
            "basic.marital",
            [("选填", "必填", "tighter")] * 4,
        ),
        ("added", "basic.hobby", []),
        (
            "changed",
            "contact.address",
            [("通讯地址详细信息", "详细地址", ""), ("180", "200", "looser")],
        ),
        ("retired", "contact.other", []),
    ]
    assert tables.count(tables.table(draft).changed) == {
        "added": 1,
        "retired": 1,
        "changed": 2,
        "tighter": 1,
    }


def test_a_retired_indicator_can_be_taken_back_as_it_was(draft, keeper):
    retired = item(draft, "contact", "other")
    drafting.retire_indicator(indicator=retired, seen=drafting.fingerprint(retired), **keeper)

    drafting.restore_indicator(version=draft, set_key="contact", key="other", **keeper)

    assert found(draft) == []


def test_a_sub_set_is_added_and_retired_whole(draft, keeper):
    drafting.add_set(
        version=draft,
        key="hobbies",
        name="特长",
        name_en="Hobbies",
        repeating=True,
        school_kinds=["P"],
        **keeper,
    )
    drafting.add_indicator(version=draft, set_key="hobbies", key="name", shape=HOBBY, **keeper)
    drafting.retire_set(version=draft, set_key="talent", **keeper)

    assert found(draft) == [
        ("added", "hobbies.", []),
        ("added", "hobbies.name", []),
        ("retired", "talent.", []),
    ]


def test_publishing_makes_it_the_version_that_is_asked(draft, keeper, now):
    drafting.add_indicator(version=draft, set_key="basic", key="hobby", shape=HOBBY, **keeper)
    later = {**keeper, "at": now + timedelta(days=400)}

    publish(draft, later)

    assert schema.current_version() == draft
    assert schema.form(draft.pk, "P").field("basic", "hobby").length == 40
    assert reference.load().written == 0


def test_a_published_version_never_changes(draft, keeper):
    drafting.add_indicator(version=draft, set_key="basic", key="hobby", shape=HOBBY, **keeper)
    publish(draft, keeper)

    with pytest.raises(Published):
        save(item(draft, "basic", "hobby"), keeper, length=50)
    with pytest.raises(Published):
        drafting.discard(version=draft, post=keeper["post"])
    with pytest.raises(DatabaseError), transaction.atomic():
        Indicator.objects.filter(indicator_set__version=draft, key="hobby").update(length=50)


def test_a_draft_that_changes_nothing_is_not_published(draft, keeper):
    with pytest.raises(NothingChanged):
        publish(draft, keeper)


def test_a_draft_with_an_empty_sub_set_is_not_published(draft, keeper):
    drafting.add_set(
        version=draft,
        key="empty",
        name="空",
        name_en="",
        repeating=True,
        school_kinds=["P"],
        **keeper,
    )

    with pytest.raises(Unsound, match="空"):
        publish(draft, keeper)


def test_a_discarded_draft_is_gone(draft, keeper):
    drafting.discard(version=draft, post=keeper["post"])

    assert list(IndexVersion.objects.values_list("code", flat=True)) == ["2026"]


@pytest.mark.parametrize("who", ["manager", "province_reviewer", "school_head"])
def test_only_the_province_keeps_the_index_system(cast, draft, keeper, who):
    other = {**keeper, "post": cast.posts[who]}

    with pytest.raises(NotTheKeeper):
        drafting.add_indicator(version=draft, set_key="basic", key="hobby", shape=HOBBY, **other)
    with pytest.raises(NotTheKeeper):
        drafting.make_draft(base=draft.based_on, code="x", name="x", **other)
    with pytest.raises(NotTheKeeper):
        publish(draft, other)


@pytest.mark.parametrize(
    ("set_key", "key", "shape", "refusal"),
    [
        ("basic", "name", HOBBY, KeyTaken),
        ("basic", "Hobby", HOBBY, Unsound),
        ("basic", "x", HOBBY, Unsound),
        ("nothing", "hobby", HOBBY, Unsound),
        ("basic", "hobby", Shape(name="", length=4, needs={"P": "O"}), Unsound),
        ("basic", "hobby", Shape(name="特长", length=4), Unsound),
        ("basic", "hobby", Shape(name="特长", needs={"P": "O"}), Unsound),
        ("basic", "hobby", Shape(name="特长", value_type="E", needs={"P": "O"}), Unsound),
        ("basic", "hobby", Shape(name="特", length=9, decimals=2, needs={"P": "O"}), Unsound),
        ("rotation", "hobby", Shape(name="特长", length=4, needs={"H": "O"}), Unsound),
    ],
)
def test_an_indicator_that_does_not_hold_together_is_refused(
    draft, keeper, set_key, key, shape, refusal
):
    with pytest.raises(refusal):
        drafting.add_indicator(version=draft, set_key=set_key, key=key, shape=shape, **keeper)

    assert found(draft) == []


def test_a_key_is_never_reused_for_something_else(draft, keeper):
    retired = item(draft, "contact", "other")
    drafting.retire_indicator(indicator=retired, seen=drafting.fingerprint(retired), **keeper)
    number = Shape(name="其他", value_type="I", length=4, needs={"P": "O"})

    with pytest.raises(KeyTaken, match="2026"):
        drafting.add_indicator(
            version=draft, set_key="contact", key="other", shape=number, **keeper
        )


def test_who_the_person_is_can_be_asked_neither_less_nor_otherwise(draft, keeper):
    other, birth = CodeList.objects.get(key="yes_no"), item(draft, "basic", "birth_date")
    with pytest.raises(Unsound):
        save(item(draft, "basic", "sex"), keeper, needs={"P": "O"})
    with pytest.raises(Unsound):
        save(item(draft, "basic", "sex"), keeper, code_list_id=other.pk)
    with pytest.raises(Unsound):
        drafting.retire_indicator(indicator=birth, seen=drafting.fingerprint(birth), **keeper)
    with pytest.raises(Unsound):
        drafting.retire_set(version=draft, set_key="basic", **keeper)

    save(item(draft, "basic", "sex"), keeper, note="与身份证件一致")


def test_the_type_of_an_indicator_stays(draft, keeper):
    with pytest.raises(Unsound):
        save(item(draft, "contact", "other"), keeper, value_type="I")


def test_a_page_that_was_opened_before_a_change_saves_nothing(draft, keeper):
    seen_before = item(draft, "contact", "other")
    save(item(draft, "contact", "other"), keeper, length=80)

    with pytest.raises(ChangedMeanwhile):
        save(seen_before, keeper, length=90)

    assert item(draft, "contact", "other").length == 80


def test_a_draft_is_published_as_it_was_seen(draft, keeper, now):
    seen = draft.changed_at
    save(item(draft, "contact", "other"), {**keeper, "at": now + timedelta(minutes=1)}, length=80)

    with pytest.raises(ChangedMeanwhile):
        drafting.publish(version=draft, seen=seen, **keeper)

    assert IndexVersion.objects.get(code="2027").state == VersionState.DRAFT


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_publish_at_once_publish_once(reference, draft, keeper):
    save(item(draft, "contact", "other"), keeper, length=80)
    draft.refresh_from_db()

    def press() -> str:
        try:
            return drafting.publish(version=draft, seen=draft.changed_at, **keeper).state
        except Published:
            return "already"

    assert sorted(at_once(press, press)) == ["already", "published"]
    assert IndexVersion.objects.filter(state=VersionState.PUBLISHED).count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_edits_of_one_indicator_at_once_one_is_told_to_look_again(reference, draft, keeper):
    indicator = item(draft, "contact", "other")

    def edit(length: int) -> int | str:
        try:
            return save(indicator, keeper, length=length).length
        except ChangedMeanwhile:
            return "again"

    results = at_once(lambda: edit(70), lambda: edit(80))

    assert sorted(map(str, results)) in (["70", "again"], ["80", "again"])
    assert item(draft, "contact", "other").length == next(r for r in results if r != "again")


@pytest.mark.django_db(transaction=True)
def test_two_drafts_of_one_code_at_once_are_one(reference, keeper):
    base = IndexVersion.objects.get(code="2026")

    def begin() -> str:
        try:
            return drafting.make_draft(base=base, code="2030", name="新", **keeper).code
        except KeyTaken:
            return "taken"

    assert sorted(at_once(begin, begin)) == ["2030", "taken"]
