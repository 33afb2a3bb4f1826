"""The statement that finds teachers, its two plans, and the page made of its answer.

A page has the order (pinyin, id). One of two plans is asked for:

* *in order*: walk an index in the order of the page and stop at its end. This is the plan of the
  province and of a city, where most searches have many answers. The conditions are read from the
  index itself (`teachers_by_pinyin`, `teachers_of_minorities` or `teachers_not_in_service`, "Index
  Only Scan"): one that fits few of those walked over costs no look at the table.
* *gathered*: find everybody who fits, then sort. This is the plan of all that can only have few
  answers: schools and counties (`teachers_of_a_school`, "Index Only Scan" again), the last
  digits of identity numbers, whole numbers and long beginnings of them.

What stands at different places of an index (单 is read shan and chan) is a part for each. The
parts are MATERIALIZED lest the planner walks an index for an answer that is not there.
"""

from dataclasses import dataclass, field, replace
from datetime import date

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from teachers import identity, pinyin
from teachers.code_tables import CodeTable, code_table
from teachers.enums import OrganisationKind
from teachers.models import Organisation, Post, Teacher
from teachers.refusals import Refusal
from teachers.search.asking import Filters, Kind, Question

PAGE_SIZE = 50
#: More than any province has: the whole answer.
EVERYBODY = 10_000_000
MOST_SCHOOLS = 200
DOCUMENTS, ETHNIC, SEX = "id_type", "gb3304_ethnic", "gb2261_1_sex"
PART = "SELECT id, pinyin FROM teachers_teacher WHERE {where}"
IN_ORDER = "({part} ORDER BY pinyin, id LIMIT %s)"
STATEMENT = """
WITH found AS MATERIALIZED ({parts}) SELECT id FROM found ORDER BY pinyin, id LIMIT %s
"""
AFTER = "(pinyin, id) > (%s, %s)"
#: A beginning of this length ("6200001", seven of eleven digits) has at most 10,000 numbers.
FEW_NUMBERS = 7
BELOW = (
    "organisation_id IN (SELECT id FROM teachers_organisation"
    ' WHERE path COLLATE "C" >= %s AND path COLLATE "C" < %s)'
)
BY_DOCUMENT = """id IN (
    SELECT id FROM teachers_teacher WHERE identity_hash = ANY(%s)
    UNION SELECT teacher_id FROM teachers_formeridentity WHERE identity_hash = ANY(%s))"""
BY_WHOLE_NUMBER = """id IN (
    SELECT holder.teacher_id FROM teachers_teachernumber AS asked
    JOIN teachers_teachernumber AS holder ON holder.number IN (asked.number, asked.points_to_id)
    WHERE asked.number = %s)"""

Condition = tuple[str, list]


class TooManySchools(Refusal):
    """The words fit more schools than one search reads."""

    code = "too_many_schools"


@dataclass(frozen=True)
class Row:
    """One line of the answer."""

    teacher: Teacher
    age: int
    sex: str
    ethnic: str


@dataclass
class Page:
    """One page of the answer; `after` is the cursor of the next one, empty on the last."""

    rows: list[Row]
    question: Question
    place: Organisation
    after: str = ""
    schools: list[Organisation] = field(default_factory=list)


def read(
    post: Post, filters: Filters, *, on: date, language: str = "zh-hans", size: int = PAGE_SIZE
) -> Page:
    """One page of the teachers within the post's subtree that fit; ages are those on a day.

    Two queries, one more for each of `unit` and `school`. A unit outside the subtree and a school
    nobody knows fit nobody. Raises TooFewDigits and TooManySchools.
    """
    question = filters.question
    place = _place(post, filters.unit)
    page = Page([], question, place or post.top)
    if filters.school and place:
        page.schools = _schools(place, filters.school)
    if place is None or (filters.school and not page.schools):
        return page
    ids = _ids(question, filters, place, page.schools, size + 1, on)
    known = Teacher.objects.visible_to(post).select_related("organisation").in_bulk(ids[:size])
    sexes, ethnics = code_table(SEX, on), code_table(ETHNIC, on)
    found = [known[pk] for pk in ids[:size] if pk in known]
    page.rows = [_row(teacher, on, sexes, ethnics, language) for teacher in found]
    if len(ids) > size and found:
        page.after = f"{found[-1].pinyin}.{found[-1].pk}"
    return page


def everybody(post: Post, filters: Filters, *, on: date) -> list[int]:
    """The keys of all teachers within the post's subtree who fit, in the order of the pages.

    Raises TooFewDigits and TooManySchools.
    """
    place = _place(post, filters.unit)
    schools = _schools(place, filters.school) if filters.school and place else []
    if place is None or (filters.school and not schools):
        return []
    filters = replace(filters, after="")
    return _ids(filters.question, filters, place, schools, EVERYBODY, on)


def _row(teacher: Teacher, on: date, sexes: CodeTable, ethnics: CodeTable, language: str) -> Row:
    born = teacher.birth_date
    return Row(
        teacher,
        on.year - born.year - ((on.month, on.day) < (born.month, born.day)),
        sexes.label(teacher.sex, language),
        ethnics.label(teacher.ethnic, language) if teacher.ethnic else "",
    )


# --- Where -----------------------------------------------------------------------------------
def _place(post: Post, code: str) -> Organisation | None:
    """The unit that is searched, within the post's subtree; None if it is no unit of it."""
    if not code or code == post.top.code:
        return post.top
    return Organisation.objects.within(post.top).filter(code=code).first()


def _schools(place: Organisation, words: str) -> list[Organisation]:
    """The schools below a place by code or part of the name. Raises TooManySchools."""
    fits = Q(code=words) | Q(name__contains=words)
    if words.isascii():
        fits |= Q(name_en__icontains=words)
    below = Organisation.objects.within(place).reporting().filter(fits).order_by("path")
    schools = list(below[: MOST_SCHOOLS + 1])
    if len(schools) > MOST_SCHOOLS:
        raise TooManySchools(
            _("More than %(most)s schools are called “%(words)s”: type more, or choose a place.")
            % {"most": MOST_SCHOOLS, "words": words}
        )
    return schools


def _is_wide(place: Organisation) -> bool:
    """Whether a place has too many teachers to gather: the province, and a city below it."""
    return place.depth == 0 or (place.depth == 1 and place.kind == OrganisationKind.CITY)


def _within(place: Organisation, schools: list[Organisation]) -> list[Condition]:
    if schools:
        return [("organisation_id = ANY(%s)", [[school.pk for school in schools]])]
    if place.depth == 0:
        return []
    if _is_wide(place):
        return [("branch_id = %s", [place.pk])]
    return [(BELOW, [place.path, _next(place.path)])]


# --- Who ------------------------------------------------------------------------------------
def _asked(question: Question, on: date) -> list[list[Condition]]:
    """The conditions of each part of the answer; no teacher stands in two parts."""
    words = question.words
    if question.kind == Kind.NAME:
        return _by_name(words)
    if question.kind == Kind.LETTERS:
        return _by_letters(words)
    if question.kind == Kind.NUMBER_BEGINS:
        return [[("number LIKE %s", [_begins(words)])]]
    if question.kind == Kind.NUMBER:
        return [[(BY_WHOLE_NUMBER, [words])]]
    if question.kind == Kind.DOCUMENT:
        kinds = code_table(DOCUMENTS, on).by_code
        hashes = [identity.search_hash(kind, words) for kind in kinds]
        return [[(BY_DOCUMENT, [hashes, hashes])]]
    visible = []
    if question.first:
        visible.append(("left(identity_mask, 6) = %s", [question.first]))
    if question.last:
        visible.append(("right(identity_mask, 4) = %s", [question.last]))
    return [visible]


def _by_name(words: str) -> list[list[Condition]]:
    """A name begins with these characters, so its pinyin begins as they are read."""
    spelt = {pinyin.spell(words)[0]}
    if len(words) == 1:
        spelt |= {pinyin.spell(name)[0] for name in pinyin.surnames() if name[:1] == words}
    begins = ("name LIKE %s", [_begins(words)])
    apart = [one for one in spelt if not any(one != s and one.startswith(s) for s in spelt)]
    return [[*_spelt(letters), begins] for letters in sorted(apart)]


def _by_letters(words: str) -> list[list[Condition]]:
    """Pinyin begins with the letters, or else the initials do (a single letter begins both)."""
    if len(words) == 1:
        return [_spelt(words)]
    initials = [
        ("initials >= %s AND initials < %s", [words, _next(words)]),
        ("NOT (pinyin >= %s AND pinyin < %s)", [words, _next(words)]),
        *_spelt(words[0]),
    ]
    return [_spelt(words), initials]


def _spelt(letters: str) -> list[Condition]:
    """Pinyin begins with the letters; no condition where there are none."""
    return [("pinyin >= %s AND pinyin < %s", [letters, _next(letters)])] if letters else []


def _begins(words: str) -> str:
    """The pattern of LIKE for texts that begin with the words."""
    return words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"


def _next(text: str) -> str:
    """The first text behind all that begin with `text`, code point by code point."""
    return text[:-1] + chr(ord(text[-1]) + 1)


# --- The statement ---------------------------------------------------------------------------
def _ids(
    question: Question,
    filters: Filters,
    place: Organisation,
    schools: list[Organisation],
    size: int,
    on: date,
) -> list[int]:
    sql, params = statement(question, filters, place, schools, size, on)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]


def statement(
    question: Question,
    filters: Filters,
    place: Organisation,
    schools: list[Organisation],
    size: int,
    on: date,
) -> tuple[str, list]:
    """SQL and parameters for the keys of the first `size` teachers behind the cursor.

    `on`: the day whose kinds of identity documents count.
    """
    everywhere = _within(place, schools) + _later(filters.after)
    if filters.ethnic:
        everywhere.append(("ethnic = %s", [filters.ethnic]))
    if filters.status:
        everywhere.append(("status = %s", [filters.status]))
    gathered = bool(schools) or not _is_wide(place) or _fits_few(question)
    parts, params = [], []
    for conditions in _asked(question, on):
        conditions = conditions + everywhere
        part = PART.format(where=" AND ".join(sql for sql, _values in conditions) or "true")
        params += [value for _sql, values in conditions for value in values]
        if not gathered:
            part = IN_ORDER.format(part=part)
            params.append(size)
        parts.append(part)
    return STATEMENT.format(parts=" UNION ALL ".join(parts)), [*params, size]


def _fits_few(question: Question) -> bool:
    """Whether only few teachers of the whole province can be the answer."""
    if question.kind == Kind.NUMBER_BEGINS:
        return len(question.words) >= FEW_NUMBERS
    return question.kind in {Kind.DOCUMENT, Kind.NUMBER} or bool(question.last)


def _later(after: str) -> list[Condition]:
    """Behind the cursor; nonsense is page one."""
    letters, _dot, pk = after.partition(".")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return []
    return [(AFTER, [letters, int(pk)])]
