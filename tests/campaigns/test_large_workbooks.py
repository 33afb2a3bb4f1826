"""A workbook of more persons than are written together: the same rows, findings and problem data as
a few persons at a time."""

import pytest

from campaigns import actions, checks
from campaigns.actions import Entry
from campaigns.actions.workbooks import PART
from campaigns.enums import ImportState
from campaigns.models import Finding, Problem
from campaigns.problems import detect, facts
from tests.campaigns import books, people

#: The last one is the twin of the first: same name, birth date and sex, a number one digit apart.
NUMBERS = [*range(PART + 20), 5000]
WRONG = len(NUMBERS) - 2


@pytest.fixture
def content(form, cast) -> bytes:
    """All are sound except the last but one; person 7 draws a warning."""

    def spoil(book):
        books.put(book, "基本信息", WRONG + 3, "出生日期", "不详")
        books.put(book, "基本信息", 7 + 3, "签订合同情况", "0")

    return books.filled(form, cast.first_school, NUMBERS, spoil)


@pytest.fixture
def take(submission, clerk, content):
    def _take(sound_rows_only: bool):
        return actions.take_workbook(
            submission=submission,
            name="教师.xlsx",
            content=content,
            sound_rows_only=sound_rows_only,
            **clerk,
        )

    return _take


def findings(submission) -> list[tuple]:
    found = Finding.objects.filter(submission=submission)
    return sorted(
        found.values_list("record__identity_hash", "rule", "set_key", "indicator_key", "severity")
    )


def test_one_wrong_row_at_the_end_takes_everything_back(submission, take):
    taken = take(sound_rows_only=False)

    assert (taken.state, taken.taken_count, taken.failed_count) == (ImportState.REFUSED, 0, 3)
    assert submission.records.count() == 0
    assert Finding.objects.filter(submission=submission).exclude(record=None).count() == 0
    assert Problem.objects.count() == 0


def test_it_writes_what_saving_person_by_person_would(submission, take, clerk):
    taken = take(sound_rows_only=True)

    assert (taken.state, taken.failed_count) == (ImportState.PARTLY, 3)
    sound = [number for number in NUMBERS if number != NUMBERS[WRONG]]
    entries = [
        Entry(
            people.document(number, **({"contract": "0"} if number == 7 else {})),
            people.card(number),
        )
        for number in sound
    ]
    assert submission.records.count() == len(sound)
    assert actions.save_records(submission=submission, entries=entries, **clerk) == 0


def test_its_findings_are_those_of_a_check_of_the_records(submission, take, clerk):
    take(sound_rows_only=True)
    written = findings(submission)

    checks.check([submission.pk], at=clerk["at"])

    assert findings(submission) == written
    assert {"established_without_contract", "near_identity"} <= {row[1] for row in written}


def test_problem_data_is_what_a_look_at_a_few_persons_finds(submission, take):
    take(sound_rows_only=True)
    hashes = sorted(submission.records.values_list("identity_hash", flat=True))

    few = {
        fact.fingerprint
        for start in range(0, len(hashes), detect.MANY)
        for fact in facts.about(hashes[start : start + detect.MANY])
    }

    assert set(Problem.objects.values_list("fingerprint", flat=True)) == few
    assert few
