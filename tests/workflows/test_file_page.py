"""A teacher's official file on screen: its values, who answers for them, days and differences."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from teachers.files import applied, difference, write_revision
from teachers.models import AccessEntry, Dossier, Teacher
from teachers.provenance import origins
from tests import careers, staff
from tests.careers import Career
from workflows import responsibility


@pytest.fixture
def career(cast, now) -> Career:
    return careers.play(cast, now)


@pytest.fixture
def read(client, cast):
    """Open a file as a post of the cast."""

    def as_(teacher: Teacher, who: str = "county_reviewer", **query):
        client.force_login(cast.posts[who].user)
        return client.get(reverse("workflows:file", args=[teacher.pk]), query)

    return as_


def revisions_of(teacher: Teacher) -> list:
    return list(teacher.revisions.select_related("organisation").order_by("sequence"))


# --- The chain of responsibility ----------------------------------------------------------
def test_each_value_leads_to_the_revision_that_last_changed_it(career):
    marks = origins(revisions_of(career.teacher))

    said = {place: revision.sequence for place, revision in marks.items()}
    assert said["basic", None, "name"] == 1
    assert said["contact", None, "mobile"] == 2
    assert said["basic", None, "marital"] == 3
    assert said["contact", None, "email"] == 4
    assert (said["title", 0, "title"], said["title", 1, "title"]) == (1, 4)


def test_a_chain_names_who_entered_it_and_who_passed_it_at_each_level(career, cast, now):
    rows = revisions_of(career.teacher)
    chains = responsibility.chains(rows, post=cast.county_reviewer)

    def told(sequence: int) -> tuple:
        chain = chains[rows[sequence - 1].pk]
        passed = [(level.title, level.by, level.organisation) for level in chain.passed]
        return chain.title, chain.view, chain.key, chain.entered_by, chain.entered_at, passed

    school, county, city, province = cast.first_school, cast.county, cast.city, cast.province
    posts = cast.posts
    handed_in = [
        ("填报", posts["school_clerk"].user, school),
        ("校长签发", posts["school_head"].user, school),
        ("县级审核", posts["county_reviewer"].user, county),
        ("市级审核", posts["city_reviewer"].user, city),
        ("省级审核", posts["province_reviewer"].user, province),
    ]
    clerk = posts["school_clerk"].user
    assert told(1) == ("由原有档案转入", "", None, None, None, [])
    assert told(2) == (
        "2026 年度教师信息采集",
        "workflows:submission",
        career.first.pk,
        clerk,
        now,
        handed_in,
    )
    title, view, key, by, at, passed = told(3)
    assert title == f"一般信息更正，申请 {career.correction.pk} 号"
    assert (view, key, by, at) == (
        "workflows:change",
        career.correction.pk,
        clerk,
        now + timedelta(days=30),
    )
    assert [(who, where) for _title, who, where in passed] == [
        (clerk, school),
        (posts["school_head"].user, school),
        (posts["county_reviewer"].user, county),
    ]
    assert told(4)[:3] == ("2027 年度教师信息采集", "workflows:submission", career.second.pk)


def test_an_approval_that_was_taken_back_by_a_return_does_not_stand_in_the_chain(round, cast):
    from workflows.enums import Verdict

    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    round.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)
    round.send_back(cast.first_school, cast.city_reviewer, "fill")
    later = careers.rounds.Round(cast, round.campaign, round.at + timedelta(days=1))
    later.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    for post in (cast.county_reviewer, cast.city_reviewer, cast.province_reviewer):
        later.decide(cast.first_school, post, Verdict.APPROVE)

    teacher = Teacher.objects.get()
    (chain,) = responsibility.chains(revisions_of(teacher), post=cast.city_reviewer).values()

    assert [level.at for level in chain.passed] == [later.at] * 5


def test_a_source_out_of_sight_is_named_but_not_linked(career, cast):
    rows = revisions_of(career.teacher)

    chains = responsibility.chains(rows, post=cast.neighbour_reviewer)

    assert [chain.view for chain in chains.values()] == ["", "", "", ""]
    assert chains[rows[1].pk].passed[2].by == cast.county_reviewer.user


def test_the_stored_file_can_be_rebuilt_from_the_differences_of_its_revisions(career):
    rebuilt, before = {}, {}
    for revision in revisions_of(career.teacher):
        rebuilt = applied(rebuilt, difference(before, revision.data))
        before = revision.data

    assert rebuilt == Dossier.objects.get(teacher=career.teacher).revision.data


# --- The page -----------------------------------------------------------------------------
def test_the_page_shows_the_person_the_values_in_words_and_where_each_is_from(career, read):
    answer = read(career.teacher)
    text = answer.content.decode()

    for words in (career.teacher.number, career.teacher.identity_mask, "西北师范大学", "小学教育"):
        assert words in text, words
    assert staff.card(102) not in text
    sources = [chain.revision.sequence for chain in answer.context["sources"]]
    assert sources == [4, 3, 2, 1]
    marital = next(
        cell
        for sheet in answer.context["filled"]
        for row in sheet.rows
        for cell in row.cells
        if cell.label == "婚姻状况"
    )
    assert (marital.text, marital.mark) == ("未婚", 3)


def test_a_day_shows_the_file_that_was_in_force_then(career, read):
    answer = read(career.teacher, on="2026-11-30")

    assert answer.context["revision"].sequence == 2
    assert "13911112222" in answer.content.decode()
    assert [step.is_shown for step in answer.context["steps"]] == [False, False, True, False]


def test_a_day_before_the_first_revision_says_since_when_there_is_a_file(career, read):
    answer = read(career.teacher, on="2014-01-01")

    assert answer.context["revision"] is None
    assert "2015-08-01" in answer.content.decode()
    assert career.teacher.number in answer.content.decode()


def test_two_revisions_are_compared_value_by_value_in_words(career, read):
    answer = read(career.teacher, **{"from": "2", "to": "4"})

    told = [
        (item.title, item.row, item.fate, item.label, item.old, item.new)
        for item in answer.context["changed"]
    ]
    assert ("基本信息", None, "changed", "婚姻状况", "已婚", "未婚") in told
    assert ("联系方式", None, "changed", "电子信箱", "ma@example.cn", "lan@example.cn") in told
    assert [item[1:3] for item in told if item[1]] == [(2, "added"), (2, "added")]


@pytest.mark.parametrize(
    "query", [{"on": "2026-02-30"}, {"from": "9", "to": "x"}, {"revision": "0"}]
)
def test_what_the_address_does_not_make_clear_is_left_aside(career, read, query):
    assert read(career.teacher, **query).context["revision"].sequence == 4


def test_a_look_is_logged_with_the_sub_sets_that_were_shown(career, read, cast):
    read(career.teacher)

    entry = AccessEntry.objects.get(action="read_file")
    assert (entry.user, entry.post, entry.teacher, entry.subject) == (
        cast.county_reviewer.user,
        cast.county_reviewer,
        career.teacher,
        f"teacher {career.teacher.number}, revision 4",
    )
    assert {"basic", "contact", "title"} <= set(entry.sets)


@pytest.mark.parametrize("who", ["neighbour_reviewer", "second_clerk", "administrator", "teacher"])
def test_a_file_out_of_sight_is_not_found_and_not_logged(cast, now, read, who):
    teacher = staff.employed(cast.first_school, now)

    assert read(teacher, who).status_code == 404
    assert AccessEntry.objects.count() == 0


def test_a_teacher_may_read_the_own_file_and_no_other(cast, now, read):
    own = staff.employed(cast.first_school, now)
    other = staff.employed(cast.first_school, now, serial=104, name="马玉")
    cast.teacher.user.teacher = own
    cast.teacher.user.save()

    assert read(own, "teacher").status_code == 200
    assert read(other, "teacher").status_code == 404
    assert AccessEntry.objects.get().action == "read_own_file"


def test_a_merged_file_points_to_the_one_that_lives_on(cast, now, read):
    live = staff.employed(cast.first_school, now)
    dead = staff.employed(cast.first_school, now, serial=104)
    Teacher.objects.filter(pk=dead.pk).update(status="merged", merged_into=live)

    text = read(dead).content.decode()

    assert f"{live.number}" in text
    assert reverse("workflows:file", args=[live.pk]) in text
    assert dead.number in read(live).content.decode()


def test_only_the_clerk_of_the_school_is_offered_changes(career, read):
    assert [kind.value for kind in read(career.teacher, "school_clerk").context["kinds"]][:2] == [
        "correction",
        "key_correction",
    ]
    assert read(career.teacher, "county_reviewer").context["kinds"] == []


@pytest.mark.parametrize("more", [1, 3])
def test_the_page_costs_a_fixed_number_of_queries(cast, now, read, more, django_assert_num_queries):
    """Session, user, posts; the teacher, revisions; cases, decisions, records; employments,
    former documents, merged files, changes on the way; the look in the log."""
    teacher = staff.employed(cast.first_school, now)
    data = teacher.dossier.revision.data
    for i in range(more):
        data["title"].append({"title": "413", "start": f"202{i}-09"})
        write_revision(
            teacher,
            data=data,
            source="import",
            entered_by=cast.school_clerk.user,
            accepted_by=cast.county_reviewer.user,
            at=now,
            effective_on=date(2026, 1, 1),
        )
    read(teacher)

    with django_assert_num_queries(20):
        read(teacher)
