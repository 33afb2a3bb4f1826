"""Names in pinyin: one rule in Python and in the database, which fills the columns by itself."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from teachers import pinyin
from teachers.models import Organisation, Teacher
from teachers.province import build

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
SPELT = {
    "马晓兰": ("maxiaolan", "mxl"),
    "单雄信": ("shanxiongxin", "sxx"),
    "李单": ("lidan", "ld"),
    "曾国强": ("zengguoqiang", "zgq"),
    "解晓东": ("xiexiaodong", "xxd"),
    "仇英": ("qiuying", "qy"),
    "区志明": ("ouzhiming", "ozm"),
    "查良镛": ("zhaliangyong", "zly"),
    "颉永红": ("xieyonghong", "xyh"),
    "尉迟恭": ("yuchigong", "ycg"),
    "尉文": ("weiwen", "ww"),
    "单于飞": ("chanyufei", "cyf"),
    "吕绿": ("lvlv", "ll"),
    "阿依古丽·买买提": ("ayigulimaimaiti", "ayglmmt"),
    "John Smith": ("johnsmith", "js"),
    "王Anna": ("wanganna", "wa"),
    "": ("", ""),
    "！ 1": ("", ""),
}


def person(school: Organisation, name: str, number: int = 1, **more) -> Teacher:
    return Teacher(
        name=name,
        sex="1",
        birth_date=date(1990, 1, 1),
        identity_hash=f"{number:064d}",
        identity_sealed="k1:",
        identity_mask="620102********0031",
        organisation=school,
        registered_at=AT,
        **more,
    )


def spelt_by_the_database(names: list[str]) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (spell_name(name)).* FROM unnest(%s::text[]) WITH ORDINALITY AS n (name, place)"
            " ORDER BY place",
            [names],
        )
        return cursor.fetchall()


@pytest.mark.parametrize("name", SPELT)
def test_a_name_is_spelt_with_the_reading_of_its_surname(name):
    assert pinyin.spell(name) == SPELT[name]


def test_the_database_spells_by_the_same_rule(db):
    assert spelt_by_the_database(list(SPELT)) == list(SPELT.values())


def test_the_database_knows_every_reading(db):
    every = [*pinyin.readings(), *pinyin.surnames()]

    assert spelt_by_the_database(every) == [pinyin.spell(sign) for sign in every]


class TestAnyName(TestCase):
    @settings(max_examples=100)
    @given(
        st.text(
            st.one_of(
                st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
                st.sampled_from("单尉迟万俟乐正王马晓兰aZ·"),
            ),
            max_size=12,
        )
    )
    def test_any_name_is_spelt_alike_by_both(self, name):
        assert spelt_by_the_database([name]) == [pinyin.spell(name)]


def test_a_saved_teacher_is_spelt_and_put_into_a_branch(cast):
    saved = person(cast.first_school, "单小兰")
    saved.save()
    saved.refresh_from_db()

    assert (saved.pinyin, saved.initials, saved.branch) == ("shanxiaolan", "sxl", cast.city)


def test_a_whole_save_of_a_stale_instance_loses_nothing(cast):
    stale = person(cast.first_school, "单小兰")
    stale.save()
    stale.name = "曾小兰"
    stale.save()
    stale.refresh_from_db()

    assert (stale.pinyin, stale.initials, stale.branch) == ("zengxiaolan", "zxl", cast.city)


def test_bulk_statements_are_covered(cast):
    made = Teacher.objects.bulk_create(
        [person(cast.first_school, "马兰", 1), person(cast.university, "王红", 2)]
    )
    Teacher.objects.filter(pk=made[0].pk).update(name="仇兰", organisation=cast.department_school)
    Teacher.objects.filter(pk=made[1].pk).update(pinyin="wrong", branch=cast.city)

    found = Teacher.objects.order_by("pk").values_list("pinyin", "initials", "branch")
    assert list(found) == [
        ("qiulan", "ql", cast.department.pk),
        ("wanghong", "wh", cast.university.pk),
    ]


def test_teachers_move_with_their_school_to_another_branch(cast):
    person(cast.city_school, "马兰").save()
    school = cast.city_school
    Organisation.objects.filter(pk=school.pk).update(
        parent=cast.university, path=cast.university.path_below(school.code)
    )

    assert Teacher.objects.get().branch == cast.university


def test_the_synthetic_province_is_spelt_as_the_database_would(db):
    build(scale=0.003)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), count(*) FILTER (WHERE (pinyin, initials, branch_id)
                IS DISTINCT FROM ((spell_name(name)).pinyin, (spell_name(name)).initials,
                                  branch_of(organisation_id)))
            FROM teachers_teacher
            """
        )
        people, wrong = cursor.fetchone()

    assert people > 500
    assert wrong == 0
