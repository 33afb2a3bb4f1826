from campaigns import actions, publication
from teachers.models import DossierRevision
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
