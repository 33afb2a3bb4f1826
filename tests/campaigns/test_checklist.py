"""The checklist of the school's desk: what is there of each sub-set, and where it leads."""

import pytest

from campaigns import actions, checklist
from campaigns.checklist import Line
from campaigns.models import Finding
from tests.campaigns import people


@pytest.fixture
def desk(client, cast):
    """The first school's desk as its clerk sees it: desk("show=all")."""
    client.force_login(cast.school_clerk.user)
    return lambda query="": client.get(f"/school/?{query}")


@pytest.fixture
def enter_one(submission, clerk):
    """Enter a person with this document: enter_one(7, document)."""

    def _enter(number: int, document: dict):
        return actions.save_record(
            submission=submission,
            data=document,
            identity=people.card(number),
            identity_type="1",
            **clerk,
        )

    return _enter


@pytest.fixture
def three(enter_one):
    """One sound, one with a field missing in two sub-sets, one without any contact."""
    unfinished = people.document(2)
    del unfinished["basic"]["ict"], unfinished["learning"][0]["education"]
    silent = people.document(3)
    del silent["contact"]
    return enter_one(1, people.document(1)), enter_one(2, unfinished), enter_one(3, silent)


def lines(submission, form, people_count) -> dict[str, Line]:
    found = checklist.of(submission, form, people_count).lines
    return {line.subset.key: line for line in found}


def asked(form, key: str) -> int:
    fields = form.by_key[key].fields
    return sum(1 for item in fields if item.is_required and not item.is_sealed)


def test_a_sub_set_counts_who_has_it_filled_in_wrong_and_empty(submission, form, three):
    found = lines(submission, form, 3)

    told = {
        key: (line.filled, line.wrong, line.to_explain, line.empty) for key, line in found.items()
    }
    assert told == dict.fromkeys(["basic", "learning", "contact"], (2, 1, 0, 0))


def test_required_fields_are_counted_over_people_and_rows(submission, form, three):
    found = lines(submission, form, 3)

    assert (found["basic"].required, found["basic"].missing) == (3 * asked(form, "basic"), 1)
    rows = found["learning"]
    assert (rows.required, rows.missing) == (3 * asked(form, "learning"), 1)
    silent = asked(form, "contact")
    assert (found["contact"].required, found["contact"].missing) == (3 * silent, silent)


def test_the_share_is_a_hundred_only_when_nothing_is_missing(submission, form, three, enter_one):
    before = checklist.of(submission, form, 3)
    for record, number in zip(three[1:], (2, 3), strict=True):
        record.delete()
        Finding.objects.filter(record=record.pk).delete()
        enter_one(number, people.document(number))

    after = checklist.of(submission, form, 3)

    assert before.percent < 100
    assert (after.percent, after.missing) == (100, 0)


def test_nobody_recorded_is_nought_per_cent(submission, form):
    empty = checklist.of(submission, form, 0)

    assert (empty.required, empty.percent) == (0, 0)
    assert [line.all for line in empty.lines] == [0] * len(form.subsets)


def test_a_row_shows_each_sub_set_of_its_teacher(desk, three):
    rows = desk("show=all").context["page"].rows

    states = [[(cell.subset.key, cell.state) for cell in row.cells] for row in rows]

    assert states[0] == [("basic", "filled"), ("learning", "filled"), ("contact", "filled")]
    assert states[1] == [("basic", "wrong"), ("learning", "wrong"), ("contact", "filled")]
    assert states[2][2] == ("contact", "wrong")


def test_what_is_explained_is_done(desk, submission, three, clerk):
    one = Finding.objects.create(
        submission=submission,
        record=three[0],
        rule="has_left",
        severity="warning",
        set_key="basic",
        indicator_key="person_status",
        params={"status": "308"},
    )

    def state():
        return desk("show=all").context["page"].rows[0].cells[0].state

    assert state() == "to_explain"
    actions.explain(finding=one, words="确实如此", **clerk)
    assert state() == "filled"


def test_an_error_leads_to_its_field(desk, submission, three):
    page = desk().content.decode()
    wrong = three[1]

    for field in ("id_basic-ict", "id_learning-0-education"):
        assert f'href="/submissions/{submission.pk}/records/{wrong.pk}/#{field}"' in page


def test_a_sub_set_narrows_the_list(desk, three):
    _sound, unfinished, silent = three

    def rows(query):
        return desk(query).context["page"].rows

    assert rows("show=errors&set=learning") == [unfinished]
    assert rows("show=warnings&set=learning") == []
    assert rows("show=empty&set=learning") == []
    assert silent in rows("show=all&set=contact")
    assert rows("show=errors&set=nothing") == rows("show=errors")


def test_empty_sub_sets_are_listed_where_nothing_is_asked_for(submission, enter_one, form):
    document = people.document(4)
    del document["contact"]
    record = enter_one(4, document)
    Finding.objects.filter(record=record, set_key="contact").delete()

    found = checklist.without(submission.records.all(), "contact")

    assert list(found) == [record]


def test_the_neighbour_sees_its_own_checklist_only(client, cast, three, collection):
    client.force_login(cast.neighbour_clerk.user)

    page = client.get("/school/")

    assert page.context["page"].rows == []
    assert three[0].name not in page.content.decode()


def test_save_and_next_leads_to_the_next_with_something_to_do(client, cast, submission, three):
    sound, first, second = three
    client.force_login(cast.school_clerk.user)
    where = f"/submissions/{submission.pk}/records/{{}}/"

    def next_of(record):
        sent = {"seen": record.entered_at.isoformat(), "next": "1", "basic-name": record.name}
        return client.post(where.format(record.pk), sent).headers["Location"]

    errands = [checklist.errands(submission, one) for one in three]

    assert [(one.before, one.after) for one in errands] == [
        (second.pk, first.pk),
        (second.pk, second.pk),
        (first.pk, first.pk),
    ]
    assert next_of(first) == where.format(second.pk)


def test_where_nothing_is_to_do_there_is_no_next(submission, enter_one):
    record = enter_one(1, people.document(1))

    errands = checklist.errands(submission, record)

    assert (errands.count, errands.before, errands.after) == (0, None, None)
