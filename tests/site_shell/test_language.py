"""Chinese pages hold no English but names that are written so."""

import re

import pytest

from campaigns import actions
from campaigns.models import WorkbookImport
from teachers.enums import SchoolKind
from tests import rounds
from tests.campaigns import people
from workflows.enums import Verdict

#: Written in Latin letters in Chinese too.
KEPT = {"Excel", "xlsx", "Cookie", "JPEG"}


def english_in(answer) -> list[str]:
    """Latin words a reader sees: text, labels and placeholders, but no code or address."""
    page = re.sub(
        r"(?s)<(script|datalist|svg|option)\b.*?</\1>|<!--.*?-->", " ", answer.content.decode()
    )
    shown = re.findall(r'(?:placeholder|title|aria-label)="([^"]*)"', page)
    shown.append(re.sub(r"<[^>]*>", " ", page))
    words = re.findall(r"[A-Za-z]{4,}", " ".join(shown))
    return [word for word in words if word not in KEPT]


@pytest.fixture
def round_(cast, now) -> rounds.Round:
    """The first school has two people, one with an error; the second was returned."""
    asked = {kind.value: people.ASKED for kind in SchoolKind}
    round_ = rounds.launched(cast, now, asked=asked)
    clerk = cast.school_clerk
    actions.save_records(
        submission=round_.submission(cast.first_school),
        entries=[
            actions.Entry(people.document(0), people.card(0)),
            actions.Entry(people.document(1, person_status="308"), people.card(1)),
        ],
        by=clerk.user,
        post=clerk,
        at=now,
    )
    round_.hand_in(cast.second_school, cast.second_clerk, cast.second_head)
    round_.send_back(cast.second_school, cast.county_reviewer)
    round_.add_people(cast.kindergarten, cast.kindergarten_clerk, 2)
    round_.decide(cast.kindergarten, cast.kindergarten_clerk, Verdict.SUBMIT)
    return round_


@pytest.fixture
def read(client, cast):
    def _read(who: str, address: str):
        client.force_login(cast.posts[who].user)
        return client.get(address, follow=True)

    return _read


@pytest.mark.parametrize(
    "who", ["school_clerk", "second_clerk", "kindergarten_head", "neighbour_clerk", "teacher"]
)
def test_every_home_speaks_chinese(read, round_, who):
    answer = read(who, "/")

    assert answer.status_code == 200
    assert english_in(answer) == []


@pytest.mark.parametrize("who", ["school_clerk", "school_head"])
def test_a_record_speaks_chinese(read, cast, round_, who):
    submission = round_.submission(cast.first_school)
    record = submission.records.get(data__basic__person_status="308")

    answer = read(who, f"/submissions/{submission.pk}/records/{record.pk}/")

    assert answer.status_code == 200
    assert english_in(answer) == []


def test_an_empty_record_form_speaks_chinese(read, cast, round_):
    submission = round_.submission(cast.first_school)

    assert english_in(read("school_clerk", f"/submissions/{submission.pk}/records/new/")) == []


def test_an_import_result_speaks_chinese(read, cast, round_, now):
    outcome = WorkbookImport.objects.create(
        submission=round_.submission(cast.first_school),
        state="refused",
        file_name="教师.xlsx",
        imported_by=cast.school_clerk.user,
        imported_at=now,
    )

    assert english_in(read("school_clerk", f"/imports/{outcome.pk}/")) == []


@pytest.mark.parametrize("address", ["/sign-in/", "/nowhere/"])
def test_the_door_speaks_chinese(client, db, address):
    assert english_in(client.get(address)) == []


def test_the_same_pages_speak_english_when_asked(client, cast, round_):
    client.force_login(cast.school_clerk.user)
    client.post("/i18n/setlang/", {"language": "en"})

    page = client.get("/school/").content.decode()

    for words in ("School desk", "To correct", "Hand in", "Download the template"):
        assert words in page, words
