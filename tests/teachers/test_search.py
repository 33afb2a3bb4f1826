"""Searching the register: what is found, by whom, in which order."""

from datetime import date, timedelta
from itertools import product
from random import Random

import pytest

from teachers import identity, numbers, search
from teachers.models import FormerIdentity, Organisation, Teacher, TeacherNumber
from teachers.search import Filters
from teachers.search.asking import Kind, TooFewDigits, understand
from teachers.search.finding import TooManySchools
from tests.teachers.registered import AT, person, register

DAY = date(2026, 11, 23)
NAMES = [
    *("马晓兰", "马小兰", "王芳", "汪芳", "万国", "王建国", "单雄信", "单于飞"),
    *("尉文", "尉迟恭", "吕绿", "John", "阿依古丽·买买提"),
]
CARDS = ["620102199011240031", "622926199011240042", "62010219901124005X", "622926199011240031"]


@pytest.fixture
def crowd(reference, cast) -> list[Teacher]:
    """Four hundred teachers in every kind of place, drawn by chance, the same every time."""
    rng, people = Random(7), []
    places = [unit for unit in cast.units.values() if unit.school_kind]
    for number in range(400):
        mask = identity.mask(rng.choice(CARDS))
        one = person(
            rng.choice(places),
            rng.choice(NAMES),
            f"{number}",
            ethnic=rng.choice(["01", "01", "03", "26", ""]),
            status=rng.choice(["active", "active", "away", "retired", "left"]),
            number=numbers.teacher_number(1_234_000 + number) if number % 5 else None,
        )
        one.identity_mask = mask
        people.append(one)
    return register(*people)


def found(post, **asked) -> list[str]:
    return [row.teacher.name for row in search.read(post, Filters(**asked), on=DAY).rows]


# --- What the words mean -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "kind", "understood"),
    [
        ("", Kind.NOTHING, ""),
        ("马晓兰", Kind.NAME, "马晓兰"),
        ("王Anna", Kind.NAME, "王Anna"),
        ("maxl", Kind.LETTERS, "maxl"),
        ("Ma Xiaolan", Kind.LETTERS, "maxiaolan"),
        ("xi'an lü", Kind.LETTERS, "xianlv"),
        ("LYU", Kind.LETTERS, "lv"),
        ("62", Kind.NUMBER_BEGINS, "62"),
        ("620000", Kind.NUMBER_BEGINS, "620000"),
        ("6200", Kind.NUMBER_BEGINS, "6200"),
        ("62 0000 0000 17", Kind.NUMBER, "620000000017"),
        ("620000000018", Kind.NUMBER_BEGINS, "620000000018"),
        ("622926", Kind.VISIBLE, "622926"),
        ("003x", Kind.VISIBLE, "003X"),
        ("620102＊＊0031", Kind.VISIBLE, "620102**0031"),
        ("620102199011240031", Kind.DOCUMENT, "620102199011240031"),
        ("620102901124003", Kind.DOCUMENT, "62010219901124003X"),
        ("e12345678", Kind.DOCUMENT, "E12345678"),
    ],
)
def test_the_form_of_the_words_says_what_they_are(words, kind, understood):
    question = understand(words)

    assert (question.kind, question.words) == (kind, understood)


@pytest.mark.parametrize(
    ("words", "by", "kind"),
    [
        ("622926", "number", Kind.NUMBER_BEGINS),
        ("0031", "number", Kind.NUMBER_BEGINS),
        ("e12345678", "name", Kind.NAME),
        ("620000", "identity", Kind.DOCUMENT),
        ("K1234567", "identity", Kind.DOCUMENT),
    ],
)
def test_what_the_words_are_can_be_said(words, by, kind):
    assert understand(words, by).kind == kind


@pytest.mark.parametrize("words", ["62", "马晓兰", "*", "62*0031"])
def test_an_identity_number_is_searched_by_its_visible_digits_or_whole(words):
    with pytest.raises(TooFewDigits):
        understand(words, "identity")


# --- What is found ---------------------------------------------------------------------------
def plainly(post, filters: Filters) -> list[int]:
    """The same answer, one teacher after the other in Python."""
    question = filters.question
    people = Teacher.objects.visible_to(post).select_related("organisation")
    if filters.unit:
        place = Organisation.objects.visible_to(post).filter(code=filters.unit)
        if not place:
            return []
        people = people.filter(organisation__in=Organisation.objects.within(place[0]))

    def fits(teacher: Teacher) -> bool:
        words, kind = question.words, question.kind
        mask = teacher.identity_mask
        return all(
            [
                kind != Kind.NAME or teacher.name.startswith(words),
                kind != Kind.LETTERS
                or teacher.pinyin.startswith(words)
                or teacher.initials.startswith(words),
                kind != Kind.NUMBER_BEGINS or (teacher.number or "").startswith(words),
                kind != Kind.NUMBER or teacher.number == words,
                not question.first or mask[:6] == question.first,
                not question.last or mask[-4:] == question.last,
                not filters.ethnic or teacher.ethnic == filters.ethnic,
                not filters.status or teacher.status == filters.status,
                filters.school in teacher.organisation.name,
            ]
        )

    return [t.pk for t in sorted(filter(fits, people), key=lambda t: (t.pinyin, t.pk))]


WORDS = ["", "马", "王", "王建国", "单", "单于", "尉", "w", "wang", "mxl", "lv", "j", "zzz"]
DIGITS = ["62", "6200123", "62001234", "622926", "0031", "620102*0031"]
NARROWED = [
    {},
    {"ethnic": "03", "status": "active"},
    {"ethnic": "01"},
    {"status": "retired"},
    {"unit": "622926", "school": "小学"},
    {"unit": "622900"},
    {"school": "中学"},
]


@pytest.mark.parametrize(
    "who",
    [
        "province_reviewer",
        "city_reviewer",
        "county_reviewer",
        "neighbour_reviewer",
        "university_reviewer",
        "department_reviewer",
        "school_clerk",
    ],
)
def test_the_statement_finds_what_the_plain_way_finds(crowd, cast, who):
    post, wrong, hits = cast.posts[who], {}, 0
    for words, narrowed in product([*WORDS, *DIGITS], NARROWED):
        filters = Filters(q=words, **narrowed)
        rows = search.read(post, filters, on=DAY, size=400).rows
        wanted = plainly(post, filters)
        hits += len(wanted)
        if [row.teacher.pk for row in rows] != wanted:
            wrong[words, str(narrowed)] = (len(rows), len(wanted))

    assert wrong == {}
    assert hits > 100


@pytest.mark.parametrize("who", ["province_reviewer", "county_reviewer"])
@pytest.mark.parametrize("words", ["", "w", "单", "62"])
def test_pages_lose_and_repeat_nobody(crowd, cast, who, words):
    post, filters, seen = cast.posts[who], Filters(q=words), []
    while True:
        page = search.read(post, filters, on=DAY, size=7)
        seen += [row.teacher.pk for row in page.rows]
        if not page.after:
            break
        assert len(page.rows) == 7
        filters = Filters(q=words, after=page.after)

    assert seen == plainly(post, Filters(q=words))
    assert len(seen) > 7


def test_a_row_says_age_sex_and_ethnic_group(reference, cast):
    register(person(cast.first_school, "马兰", "1", birth_date=date(1990, 11, 24)))
    before, on_the_day = (
        search.read(cast.county_reviewer, Filters(), on=day).rows[0]
        for day in (DAY, DAY + timedelta(days=1))
    )

    assert (before.age, before.sex, before.ethnic) == (35, "女性", "回族")
    assert on_the_day.age == 36


def test_the_whole_identity_number_finds_one_person(reference, cast):
    register(
        person(cast.first_school, "马兰", CARDS[0]), person(cast.first_school, "马芳", CARDS[1])
    )

    assert found(cast.county_reviewer, q=CARDS[0]) == ["马兰"]
    assert found(cast.province_reviewer, q="６２２９２６ 19901124 0042") == ["马芳"]
    assert found(cast.neighbour_reviewer, q=CARDS[0]) == []


def test_a_former_identity_number_still_finds_the_person(reference, cast):
    [mine] = register(person(cast.first_school, "马兰", CARDS[0]))
    FormerIdentity.objects.create(
        teacher=mine,
        identity_type="1",
        identity_hash=identity.search_hash("1", CARDS[1]),
        identity_sealed="k1:",
        identity_mask=identity.mask(CARDS[1]),
        replaced_at=AT,
    )

    assert found(cast.county_reviewer, q=CARDS[1]) == ["马兰"]


def test_the_number_of_a_merged_person_finds_both_files(reference, cast):
    kept, merged = register(
        person(cast.first_school, "马兰", "1", number=numbers.teacher_number(1)),
        person(cast.second_school, "马小兰", "2", number=numbers.teacher_number(2)),
    )
    live = TeacherNumber.objects.create(number=kept.number, teacher=kept, issued_at=AT)
    TeacherNumber.objects.create(
        number=merged.number, teacher=merged, issued_at=AT, is_live=False, points_to=live
    )

    assert found(cast.county_reviewer, q=merged.number) == ["马兰", "马小兰"]
    assert found(cast.county_reviewer, q=kept.number) == ["马兰"]


def test_words_of_a_pattern_are_taken_literally(reference, cast):
    register(person(cast.first_school, "马%", "1"), person(cast.first_school, "马兰", "2"))

    assert found(cast.province_reviewer, q="马%") == ["马%"]
    assert found(cast.province_reviewer, q="%", by="number") == []


def test_a_unit_elsewhere_and_an_unknown_school_fit_nobody(crowd, cast):
    assert found(cast.county_reviewer, unit="622901") == []
    assert found(cast.county_reviewer, school="兰州大学") == []
    assert found(cast.county_reviewer, unit="000000") == []


def test_too_many_schools_of_a_name_ask_for_more_of_it(reference, cast):
    Organisation.objects.bulk_create(
        Organisation(
            code=f"99{number:08d}",
            name=f"希望小学{number}",
            kind="school",
            school_kind="P",
            parent=cast.county,
            path=cast.county.path_below(f"99{number:08d}"),
            depth=3,
            valid_from=DAY,
        )
        for number in range(201)
    )

    with pytest.raises(TooManySchools):
        found(cast.county_reviewer, school="希望")
    assert found(cast.county_reviewer, school="希望小学20") == []


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("who", ["province_reviewer", "county_reviewer"])
def test_a_page_takes_two_queries_and_one_for_each_place(
    reference, cast, who, count, django_assert_num_queries
):
    register(*(person(cast.first_school, "马兰", str(number)) for number in range(count)))
    post = cast.posts[who]
    search.read(post, Filters(), on=DAY)

    with django_assert_num_queries(2):
        assert len(found(post, q="马")) == count
    with django_assert_num_queries(4):
        assert len(found(post, q="马", unit="2162002291", school="锁南")) == count
