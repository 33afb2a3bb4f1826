from campaigns import actions, publication
from campaigns.models import Record
from campaigns.models.records import SAID
from teachers.models import DossierRevision, Employment, Teacher
from tests.campaigns import people


def test_sub_sets_that_were_not_asked_stay_in_the_official_file(submission, cast, clerk, now):
    talent = [{"talent": "00"}]
    people.register(
        cast.first_school, [1], now, data={**people.document(1), "talent": talent, "learning": []}
    )
    actions.prefill(submission=submission, **clerk)
    document = people.document(1, ict="3")
    del document["contact"]
    actions.save_record(
        submission=submission,
        record=submission.records.get(),
        data=document,
        identity="",
        identity_type="1",
        **clerk,
    )

    publication.publish([submission.pk], by=cast.province_reviewer.user, at=now)

    newest = DossierRevision.objects.order_by("-sequence")[0]
    assert newest.sequence == 2
    assert newest.data["talent"] == talent
    assert newest.data["basic"]["ict"] == "3"
    assert newest.data["learning"] == document["learning"]
    assert "contact" not in newest.data


def publish(submission, cast, now):
    return publication.publish([submission.pk], by=cast.province_reviewer.user, at=now)


def save(submission, clerk, number: int, **basic) -> None:
    entry = actions.Entry(people.document(number, **basic), people.card(number))
    actions.save_records(submission=submission, entries=[entry], **clerk)


def test_a_new_person_on_leave_stands_so_on_the_register_at_once(submission, cast, clerk, now):
    save(submission, clerk, 1, person_status="203")
    save(submission, clerk, 2)

    publish(submission, cast, now)

    teachers = Teacher.objects.order_by("identity_mask", "pk")
    assert sorted(teacher.status for teacher in teachers) == ["active", "away"]
    assert [teacher.events.count() for teacher in teachers] == [0, 0]
    assert all(teacher.branch == cast.city and teacher.pinyin for teacher in teachers)


def test_publishing_again_leaves_an_employment_that_is_right_as_it_is(submission, cast, clerk, now):
    save(submission, clerk, 1, post_category="1", in_establishment="1")
    publish(submission, cast, now)
    first = Employment.objects.values().get()

    publish(submission, cast, now)
    assert Employment.objects.values().get() == first

    save(submission, clerk, 1, post_category="2", in_establishment="0")
    publish(submission, cast, now)
    changed = {"post_category": "2", "established": False}
    assert Employment.objects.values().get() == first | changed


def test_a_published_record_knows_its_teacher_and_the_file_reads_like_it(
    submission, cast, clerk, now
):
    save(submission, clerk, 1)

    publish(submission, cast, now)

    record, teacher = Record.objects.get(), Teacher.objects.get()
    assert record.teacher == teacher
    assert teacher.dossier.revision.data == record.data
    assert list(record.events.all()) == []


def test_the_history_of_a_record_heeds_every_column_but_whose_file_it_is():
    every = {field.column for field in Record._meta.concrete_fields}

    assert every - set(SAID) == {"id", "teacher_id"}
