"""The official file: its revisions, a look at a day, and what differs between two of them."""

from copy import deepcopy
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teachers import files, identity, schema
from teachers.enums import FileStatus
from teachers.files import ADDED, CHANGED, REMOVED, Difference
from teachers.models import Dossier, DossierRevision, IndexVersion, Teacher
from tests.at_once import at_once
from tests.documents import IDENTITY, sound

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def newcomer(organisation, card: str = IDENTITY) -> Teacher:
    """A person on the register without a file."""
    return Teacher.objects.create(
        name="未填写",
        sex="1",
        birth_date=date(1990, 2, 28),
        identity_hash=identity.search_hash("1", card),
        identity_sealed=identity.seal(card),
        identity_mask=identity.mask(card),
        organisation=organisation,
        registered_at=AT,
    )


@pytest.fixture
def teacher(cast) -> Teacher:
    return newcomer(cast.first_school)


def write(teacher: Teacher, cast, *, on: date = date(2026, 11, 23), **more) -> DossierRevision:
    return files.write_revision(
        teacher,
        **{
            "data": sound(),
            "source": "change/1",
            "entered_by": cast.school_clerk.user,
            "accepted_by": cast.county_reviewer.user,
            "at": AT,
            "effective_on": on,
            **more,
        },
    )


# --- Writing ------------------------------------------------------------------------------
def test_the_next_revision_is_in_force_and_the_teacher_follows_its_data(teacher, cast):
    write(teacher, cast, data=sound(name="马小兰", ethnic="03"), on=date(2026, 1, 1))
    second = write(teacher, cast, organisation=cast.second_school)

    stored = Teacher.objects.select_related("dossier__revision").get(pk=teacher.pk)
    assert stored.dossier.revision == second
    assert (second.sequence, second.organisation) == (2, cast.second_school)
    assert stored.dossier.revisions == 2
    for person in (stored, teacher):
        assert (person.name, person.sex, person.birth_date, person.ethnic) == (
            "马晓兰",
            "2",
            date(1990, 2, 28),
            "26",
        )
        assert person.organisation == cast.second_school


def test_a_file_stays_under_its_index_version_unless_another_is_named(teacher, cast):
    newest = schema.current_version()
    older = IndexVersion.objects.create(code="1999", name="一九九九年版")

    first = write(teacher, cast, index_version=older)

    assert first.index_version == older
    assert write(teacher, cast).index_version == older
    assert write(newcomer(cast.first_school, "620102198506150031"), cast).index_version == newest


def test_a_file_that_was_merged_takes_no_more_revisions(teacher, cast):
    live = newcomer(cast.first_school, "620102198506150031")
    Teacher.objects.filter(pk=teacher.pk).update(status=FileStatus.MERGED, merged_into=live)

    with pytest.raises(files.MergedFile):
        write(teacher, cast)

    assert DossierRevision.objects.count() == 0


def test_two_who_write_at_once_get_two_revisions(transactional_db, reference, cast):
    teacher = newcomer(cast.first_school)

    written = at_once(
        *(lambda i=i: write(teacher, cast, data=sound(name=f"马{i}兰")) for i in range(4))
    )

    assert sorted(revision.sequence for revision in written) == [1, 2, 3, 4]
    last = max(written, key=lambda revision: revision.sequence)
    file = Dossier.objects.get(teacher=teacher)
    assert (file.revision_id, file.revisions) == (last.pk, 4)
    assert Teacher.objects.get(pk=teacher.pk).name == last.data["basic"]["name"]


# --- As of a day --------------------------------------------------------------------------
def test_the_file_of_a_day_is_the_newest_revision_in_force_by_then(teacher, cast):
    first = write(teacher, cast, on=date(2025, 9, 1))
    second = write(teacher, cast, on=date(2026, 3, 1))

    days = [date(2025, 8, 31), date(2025, 9, 1), date(2026, 2, 28), date(2026, 3, 1)]

    assert [files.as_of(teacher, day) for day in days] == [None, first, first, second]


def test_a_change_that_reaches_back_replaces_what_was_known_of_that_day(teacher, cast):
    write(teacher, cast, on=date(2026, 3, 1))
    late = write(teacher, cast, on=date(2026, 1, 1))

    assert files.as_of(teacher, date(2026, 4, 1)) == late


# --- Difference ---------------------------------------------------------------------------
def test_the_difference_names_each_value_in_the_order_of_the_form(db):
    form = schema.form(schema.current_version().pk, "P")
    old, new = sound(), sound(name="马小兰", marital="10", health=None)
    new["contact"] = {"mobile": "13900000001", "email": "ma@example.cn"}

    assert files.difference(old, new, form) == [
        Difference("basic", None, "name", "马晓兰", "马小兰"),
        Difference("basic", None, "marital", "20", "10"),
        Difference("basic", None, "health", "1", None),
        Difference("contact", None, "mobile", "13900000000", "13900000001"),
        Difference("contact", None, "phone", "0930-7120000", None),
    ]


def test_a_row_that_was_corrected_is_a_change_and_a_new_one_before_it_an_addition():
    bachelor = {"education": "21", "school": "西北师范大学", "enter": "2008-09", "leave": "2012-06"}
    college = {"education": "31", "school": "甘肃民族师范学院", "enter": "2005-09"}
    old = {"learning": [bachelor]}
    new = {"learning": [college, {**bachelor, "leave": "2012-07"}]}

    assert files.difference(old, new) == [
        Difference("learning", 0, "education", None, "31", ADDED),
        Difference("learning", 0, "enter", None, "2005-09", ADDED),
        Difference("learning", 0, "school", None, "甘肃民族师范学院", ADDED),
        Difference("learning", 1, "leave", "2012-06", "2012-07", CHANGED),
    ]
    assert files.difference(new, {"learning": [new["learning"][1]]}) == [
        Difference("learning", 0, "education", "31", None, REMOVED),
        Difference("learning", 0, "enter", "2005-09", None, REMOVED),
        Difference("learning", 0, "school", "甘肃民族师范学院", None, REMOVED),
    ]


VALUES = st.one_of(
    st.text(max_size=3),
    st.integers(0, 9),
    st.decimals(0, 99, places=2).map(float),
    st.lists(st.sampled_from(["1", "2", "9"]), unique=True),
)
ROW = st.dictionaries(st.sampled_from("abcdef"), VALUES, max_size=4)
DOCUMENT = st.fixed_dictionaries(
    {},
    optional={
        "basic": ROW,
        "contact": ROW,
        "learning": st.lists(ROW, max_size=5),
        "title": st.lists(ROW, max_size=4),
    },
)


@given(st.lists(DOCUMENT, min_size=1, max_size=5))
def test_a_file_rebuilt_from_its_revisions_equals_the_stored_one(revisions):
    """Each revision is told by its differences from the one before, beginning with nothing."""
    rebuilt, before = {}, {}
    for data in revisions:
        told = deepcopy(rebuilt)
        rebuilt = files.applied(rebuilt, files.difference(before, data))
        assert rebuilt == data
        assert told == before, "making the differences does not touch what was there"
        before = data


@given(DOCUMENT, DOCUMENT)
def test_documents_without_a_difference_are_equal(old, new):
    assert (files.difference(old, new) == []) == (old == new)


@given(st.lists(ROW, max_size=6), st.lists(ROW, max_size=6))
def test_every_row_is_matched_once_and_in_order(old, new):
    pairs = files.matched(old, new)

    before = [i for i, _j in pairs if i is not None]
    after = [j for _i, j in pairs if j is not None]
    assert (before, after) == (list(range(len(old))), list(range(len(new))))
