"""Health and pay: plain to those who may read them, sealed in every table."""

import json
import re

import pytest
from django.db import IntegrityError, connection, transaction

from campaigns import actions, publication
from campaigns.models import Finding, Record
from teachers import identity, rules
from teachers.enums import ChangeKind, SchoolKind
from teachers.models import ChangeRequest, Dossier, DossierRevision
from tests import rounds
from tests.campaigns import people

PAY = [
    {
        "year": "2025",
        "annual_pay": 98713.37,
        "base_pay": 4417.11,
        "merit_pay": 2711.19,
        "rural_allowance": 433.17,
        "other_pay": 17.91,
        "benefits": ["1", "2"],
    }
]
SUMS = ["98713.37", "4417.11", "2711.19", "433.17", "17.91", "97777.77", "viel-zu-viel"]


@pytest.fixture
def submission(cast, now):
    """The first school's answer in a round that asks for pay too."""
    asked = {kind.value: [*people.ASKED, "pay"] for kind in SchoolKind}
    return rounds.launched(cast, now, asked=asked).submission(cast.first_school)


def document(number: int) -> dict:
    return {**people.document(number, health="2"), "pay": PAY}


def everything() -> dict[str, str]:
    """All rows of every table, as text; binary columns as their bytes."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        texts = {}
        for table in tables:
            cursor.execute(f'SELECT whole_row::text FROM "{table}" AS whole_row')
            texts[table] = "\n".join(text for (text,) in cursor.fetchall())
    return texts


def plain_health(text: str) -> list[str]:
    """Health as it would stand in a row's text; there quotes of JSON are doubled."""
    values = re.findall(r'"+health"+\s*:\s*"*([^",}]+)', text)
    return [value for value in values if not re.match(r"k\d+:", value)]


def test_no_table_holds_a_plain_health_or_pay_value_after_a_round(submission, cast, clerk, now):
    actions.save_records(
        submission=submission,
        entries=[actions.Entry(document(n), people.card(n)) for n in (1, 2)],
        **clerk,
    )
    wrong = document(2)
    wrong["basic"]["health"] = "viel-zu-viel"
    wrong["pay"] = [{**PAY[0], "annual_pay": "viel-zu-viel", "base_pay": 97777.77}]
    actions.save_record(
        submission=submission,
        record=submission.records.get(identity_hash=people_hash(2)),
        data=wrong,
        identity="",
        identity_type="1",
        **clerk,
    )
    publication.publish([submission.pk], by=cast.province_reviewer.user, at=now)
    teacher = Dossier.objects.get(teacher__identity_hash=people_hash(1)).teacher
    change = ChangeRequest.objects.create(
        kind=ChangeKind.CORRECTION,
        organisation=cast.first_school,
        teacher=teacher,
        name=teacher.name,
        values={"basic": {"health": "3"}, "pay": PAY},
        effective_date=now.date(),
        entered_by=cast.school_clerk.user,
        entered_at=now,
    )
    ChangeRequest.objects.filter(pk=change.pk).update(reason="once more, for the history")

    texts = everything()

    seals = {table: len(re.findall(r"k1:[A-Za-z0-9+/]{40}", text)) for table, text in texts.items()}
    for table, least in {
        "campaigns_record": 6,
        "campaigns_recordevent": 3,
        "teachers_dossierrevision": 4,
        "teachers_changerequest": 2,
        "teachers_changerequestevent": 2,
    }.items():
        assert seals[table] >= least, table
    assert {table: plain_health(text) for table, text in texts.items() if plain_health(text)} == {}
    assert [(t, s) for t, text in texts.items() for s in SUMS if s in text] == []
    issues = Finding.objects.filter(set_key__in=["pay", "basic"], params__value="＊＊＊")
    assert {(i.set_key, i.indicator_key) for i in issues} >= {
        ("pay", "annual_pay"),
        ("basic", "health"),
    }


def people_hash(number: int) -> str:
    return identity.search_hash("1", people.card(number))


def test_whoever_reads_a_record_or_file_in_python_gets_it_plain(submission, cast, clerk, now):
    entry = actions.Entry(document(1), people.card(1))
    actions.save_records(submission=submission, entries=[entry], **clerk)
    publication.publish([submission.pk], by=cast.province_reviewer.user, at=now)

    record, revision = Record.objects.get(), DossierRevision.objects.get()

    assert (record.data["pay"], record.data["basic"]["health"]) == (PAY, "2")
    assert (revision.data["pay"], revision.data["basic"]["health"]) == (PAY, "2")
    keys = ["data__basic__health", "data__pay", "data__basic__sex"]
    assert Record.objects.values_list(*keys).get() == ("2", PAY, "2")
    assert DossierRevision.objects.values_list("data__basic", flat=True).get()["health"] == "2"
    assert Record.objects.get(data__basic__sex="2") == record
    assert Record.objects.filter(data__has_key="pay").count() == 1


def test_saving_the_same_again_changes_nothing_although_seals_differ(submission, clerk):
    entry = actions.Entry(document(1), people.card(1))

    assert actions.save_records(submission=submission, entries=[entry], **clerk) == 1
    assert actions.save_records(submission=submission, entries=[entry], **clerk) == 0


def test_prefilled_records_carry_pay_and_health_of_the_file(submission, cast, clerk, now):
    people.register(cast.first_school, [1], now, data=document(1))

    actions.prefill(submission=submission, **clerk)

    record = Record.objects.get()
    assert (record.data["pay"], record.data["basic"]["health"]) == (PAY, "2")


def test_a_value_that_looks_like_a_seal_is_only_text(submission, clerk):
    """Whoever types "k1:…" into the form neither reads another's seal nor breaks the page."""
    odd = document(1)
    odd["basic"]["health"] = odd["basic"]["name"] = "k1:AAAA"
    odd["pay"] = "k9:BBBB"
    entry = actions.Entry(odd, people.card(1))

    actions.save_records(submission=submission, entries=[entry], **clerk)

    record = Record.objects.get()
    assert record.data["basic"]["health"] == record.data["basic"]["name"] == "k1:AAAA"
    assert record.data["pay"] == "k9:BBBB"


@pytest.mark.parametrize(
    "statement",
    [
        """UPDATE campaigns_record SET data = jsonb_set(data, '{basic,health}', '"1"')""",
        """UPDATE campaigns_record SET data = jsonb_set(data, '{basic,health}', '1')""",
        """UPDATE campaigns_record SET data = jsonb_set(data, '{basic,health}', '["k1:A"]')""",
        """UPDATE campaigns_record SET data = jsonb_set(data, '{basic,health}', '{"k1:": 1}')""",
        """UPDATE campaigns_record SET data = data || '{"pay": [{"annual_pay": 1}]}'""",
        """UPDATE campaigns_record SET data = data || '{"pay": ["k1:A"]}'""",
        """UPDATE campaigns_record SET data = data || '{"pay": []}'""",
        """UPDATE campaigns_record SET data = (data - 'basic') || '{"pay": "1k1:A"}'""",
    ],
)
def test_the_database_refuses_a_plain_value(submission, clerk, statement):
    entry = actions.Entry(document(1), people.card(1))
    actions.save_records(submission=submission, entries=[entry], **clerk)

    with (
        pytest.raises(IntegrityError, match="health_and_pay_are_sealed_in_records"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    "data", ["{}", '{"basic": {}}', '{"basic": {"health": null}, "pay": null}']
)
def test_the_database_takes_what_says_nothing_of_health_and_pay(submission, clerk, data):
    entry = actions.Entry(document(1), people.card(1))
    actions.save_records(submission=submission, entries=[entry], **clerk)

    with connection.cursor() as cursor:
        cursor.execute("UPDATE campaigns_record SET data = %s", [data])

    assert Record.objects.get().data == json.loads(data)


def test_an_explanation_does_not_outlive_a_changed_sum(submission, form, clerk):
    """The sum itself is not in the finding; its mark is."""
    first, second = document(1), document(1)
    first["pay"] = [{**PAY[0], "annual_pay": "zu viel"}]
    second["pay"] = [{**PAY[0], "annual_pay": "zu wenig"}]
    values = [
        issue.params
        for data in (first, second)
        for issue in rules.check(
            form, data, identity=people.card(1), identity_type="1", on=clerk["at"].date()
        )
        if issue.indicator_key == "annual_pay"
    ]

    assert [value["value"] for value in values] == ["＊＊＊", "＊＊＊"]
    assert values[0]["mark"] != values[1]["mark"]
