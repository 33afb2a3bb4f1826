"""Rehearsals: which records of a campaign would fail under a draft of the index system."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from campaigns import actions, jobs, rehearsing
from campaigns.actions import rehearsals
from campaigns.enums import RehearsalState
from campaigns.models import Record, Rehearsal, Submission
from teachers.index import drafting
from teachers.index.shapes import Shape
from teachers.models import IndexVersion, Indicator
from teachers.refusals import Refusal
from tests import documents, rounds
from tests.at_once import at_once


@pytest.fixture
def keeper(cast, now) -> dict:
    return {"by": cast.administrator.user, "post": cast.administrator, "at": now}


@pytest.fixture
def answered(cast, now) -> rounds.Round:
    """A campaign with three records of a primary school and two of a kindergarten."""
    asked = {kind: list(documents.sound(kind)) for kind in "KPSVH"}
    campaign = rounds.launched(cast, now, asked=asked)
    for unit, clerk, count in (
        (cast.first_school, cast.school_clerk, 3),
        (cast.kindergarten, cast.kindergarten_clerk, 2),
    ):
        for record in campaign.add_people(unit, clerk, count):
            own = {key: record.data["basic"][key] for key in ("name", "sex", "birth_date")}
            Record.objects.filter(pk=record.pk).update(
                data=documents.sound(unit.school_kind, **own)
            )
    return campaign


@pytest.fixture
def draft(answered, keeper) -> IndexVersion:
    return drafting.make_draft(
        base=answered.campaign.index_version, code="2027", name="2027 年版", **keeper
    )


def change(draft: IndexVersion, set_key: str, key: str, keeper: dict, **values) -> None:
    item = Indicator.objects.get(indicator_set__version=draft, indicator_set__key=set_key, key=key)
    shape = Shape(**{**Shape.of(item).values(), **values})
    seen = drafting.fingerprint(item)
    drafting.save_indicator(indicator=item, shape=shape, seen=seen, **keeper)


def rehearse(draft: IndexVersion, answered: rounds.Round, keeper: dict) -> Rehearsal:
    asked = actions.rehearse(version=draft, campaign=answered.campaign, **keeper)
    return rehearsals.run(asked.pk, at=keeper["at"])


def test_a_draft_without_changes_fails_nobody(draft, answered, keeper):
    done = rehearse(draft, answered, keeper)

    assert (done.state, done.total, done.checked, done.failing) == ("done", 5, 5, 0)
    assert done.figures == {"checked": {"P": 3, "K": 2}, "failing": {}, "rules": []}


def test_what_a_draft_asks_more_is_counted_by_rule_indicator_and_kind(draft, answered, keeper):
    change(draft, "learning", "study_mode", keeper, needs=dict.fromkeys("KPSVH", "R"))
    change(draft, "qualification", "issuer", keeper, length=8)
    one = Record.objects.filter(submission__organisation=answered.cast.first_school).first()
    del one.data["learning"][0]["study_mode"]
    one.save()

    done = rehearse(draft, answered, keeper)

    assert done.failing == 5
    assert done.figures["failing"] == {"P": 3, "K": 2}
    assert done.figures["rules"] == [
        ["too_long", "qualification", "issuer", "P", 3],
        ["too_long", "qualification", "issuer", "K", 2],
        ["required", "learning", "study_mode", "P", 1],
    ]
    failure = done.failures.get(record=one)
    assert failure.organisation == answered.cast.first_school
    assert failure.rules == [
        "required:learning:study_mode",
        "too_long:qualification:issuer",
    ]
    assert failure.issues == [
        {"rule": "required", "set": "learning", "row": 0, "key": "study_mode"},
        {"rule": "too_long", "set": "qualification", "row": 0, "key": "issuer"},
    ]


def test_a_new_sub_set_and_a_new_indicator_are_asked(draft, answered, keeper):
    new = Shape(name="特长", length=40, needs={"P": "R"})
    drafting.add_indicator(version=draft, set_key="basic", key="hobby", shape=new, **keeper)
    drafting.add_set(
        version=draft,
        key="extra",
        name="附加",
        name_en="",
        repeating=False,
        school_kinds=["K"],
        **keeper,
    )
    other = Shape(name="备注", length=40, needs={"K": "R"})
    drafting.add_indicator(version=draft, set_key="extra", key="note", shape=other, **keeper)

    done = rehearse(draft, answered, keeper)

    assert done.figures["rules"] == [
        ["required", "basic", "hobby", "P", 3],
        ["required", "extra", "", "K", 2],
    ]


def test_values_of_retired_indicators_are_no_failure(draft, answered, keeper):
    item = Indicator.objects.get(
        indicator_set__version=draft, indicator_set__key="contact", key="email"
    )
    drafting.retire_indicator(indicator=item, seen=drafting.fingerprint(item), **keeper)
    drafting.retire_set(version=draft, set_key="talent", **keeper)

    assert rehearse(draft, answered, keeper).failing == 0


def test_a_condition_that_a_draft_makes_optional_is_no_longer_asked(draft, answered, keeper):
    change(draft, "qualification", "issuer", keeper, needs=dict.fromkeys("KPSVH", "O"))
    change(draft, "contact", "address", keeper, length=100)
    record = Record.objects.filter(submission__organisation=answered.cast.first_school).first()
    del record.data["qualification"][0]["issuer"]
    form = rehearsing.Draft(draft.pk, answered.campaign, keeper["at"].date()).of("P")[0]

    found = rehearsing.new_errors(form, form, record.data, keeper["at"].date())

    assert [issue for issue in found if issue.indicator_key == "issuer"] == []


def test_errors_that_were_there_before_are_no_failure_of_the_draft(draft, answered, keeper):
    record = Record.objects.filter(submission__organisation=answered.cast.first_school).first()
    record.data["contact"]["mobile"] = "1"
    record.save()

    assert rehearse(draft, answered, keeper).failing == 0


def test_cancelled_submissions_are_left_aside(draft, answered, keeper):
    submission = answered.submission(answered.cast.kindergarten)
    submission.cancel()
    submission.save()

    assert rehearse(draft, answered, keeper).figures["checked"] == {"P": 3}


def test_a_run_goes_on_behind_its_last_chunk(draft, answered, keeper, monkeypatch):
    monkeypatch.setattr(rehearsing, "CHUNK", 2)
    change(draft, "qualification", "issuer", keeper, length=8)
    asked = actions.rehearse(version=draft, campaign=answered.campaign, **keeper)
    rehearsals._start(asked.pk, keeper["at"])
    forms = rehearsing.Draft(draft.pk, answered.campaign, keeper["at"].date())
    schools = {
        pk: (unit, kind)
        for pk, unit, kind in Submission.objects.values_list(
            "pk", "organisation_id", "organisation__school_kind"
        )
    }
    assert rehearsing._chunk(asked.pk, forms, schools, keeper["at"])
    asked.refresh_from_db()
    assert (asked.state, asked.checked, asked.failing) == ("running", 2, 2)

    told = StringIO()
    call_command("sweep_rehearsals", stdout=told)
    assert told.getvalue() == "1 rehearsals put back\n"
    done = rehearsals.run(asked.pk, at=keeper["at"])

    assert (done.state, done.checked, done.failing, done.attempts) == ("done", 5, 5, 2)
    assert done.failures.count() == 5


def test_a_draft_that_is_edited_meanwhile_stops_the_run(draft, answered, keeper, now):
    asked = actions.rehearse(version=draft, campaign=answered.campaign, **keeper)
    change(draft, "contact", "address", {**keeper, "at": now + timedelta(seconds=1)}, length=9)

    stopped = rehearsals.run(asked.pk, at=now)

    assert (stopped.state, stopped.checked) == (RehearsalState.FAILED, 0)
    assert "草案被修改" in stopped.error


def test_asking_twice_gives_the_run_that_waits(draft, answered, keeper):
    first = actions.rehearse(version=draft, campaign=answered.campaign, **keeper)

    assert actions.rehearse(version=draft, campaign=answered.campaign, **keeper) == first
    assert DBTaskResult.objects.filter(task_path=jobs.run_rehearsal.module_path).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_one_run(reference, draft, answered, keeper):
    def press() -> int:
        return actions.rehearse(version=draft, campaign=answered.campaign, **keeper).pk

    first, second = at_once(press, press)

    assert first == second
    assert Rehearsal.objects.count() == 1


@pytest.mark.parametrize("what", ["published", "draft campaign", "other post"])
def test_what_cannot_be_rehearsed_is_refused(draft, answered, keeper, cast, now, what):
    version, campaign = draft, answered.campaign
    if what == "published":
        version = draft.based_on
    elif what == "draft campaign":
        campaign = rounds.new_campaign(cast, now, code="empty")
    else:
        keeper = {**keeper, "post": cast.manager}

    with pytest.raises(Refusal):
        actions.rehearse(version=version, campaign=campaign, **keeper)

    assert Rehearsal.objects.count() == 0


def test_a_lost_job_is_queued_again(draft, answered, keeper, now):
    asked = actions.rehearse(version=draft, campaign=answered.campaign, **keeper)
    DBTaskResult.objects.all().delete()

    assert jobs.sweep(at=now + timedelta(minutes=5)) == []
    assert jobs.sweep(at=now + timedelta(minutes=11)) == [asked.pk]


def test_after_three_deaths_a_run_has_failed(draft, answered, keeper, now):
    asked = actions.rehearse(version=draft, campaign=answered.campaign, **keeper)
    for _ in range(3):
        rehearsals._start(asked.pk, now)
        again = jobs.sweep(at=now)

    asked.refresh_from_db()
    assert (again, asked.state) == ([], RehearsalState.FAILED)


# --- On screen ------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_shows_rules_schools_and_names_in_few_queries(
    client, draft, answered, keeper, django_assert_num_queries, count
):
    change(draft, "qualification", "issuer", keeper, length=8)
    keep = Record.objects.order_by("pk").values_list("pk", flat=True)[:count]
    Record.objects.exclude(pk__in=list(keep)).delete()
    done = rehearse(draft, answered, keeper)
    client.force_login(keeper["by"])

    with django_assert_num_queries(6):
        page = client.get(f"/rehearsals/{done.pk}/").content.decode()

    assert "教师资格 · 颁发机构" in page
    assert "锁南镇第二小学" in page
    record = Record.objects.order_by("pk")[0]
    assert record.name in page
    assert record.identity_mask not in page
    assert "东乡族自治县教育局" not in page


def test_failing_records_are_filtered_and_paged_by_key(
    client, draft, answered, keeper, monkeypatch
):
    monkeypatch.setattr("campaigns.views.rehearsals.PAGE", 2)
    change(draft, "qualification", "issuer", keeper, length=8)
    done = rehearse(draft, answered, keeper)
    client.force_login(keeper["by"])

    def shown(query: str) -> list[int]:
        context = client.get(f"/rehearsals/{done.pk}/?{query}").context
        return [one.record_id for one, _reasons in context["failures"]]

    keys = list(done.failures.order_by("pk").values_list("pk", "record_id"))
    assert shown("") == [record for _pk, record in keys[:2]]
    assert shown(f"after={keys[1][0]}") == [record for _pk, record in keys[2:4]]
    assert len(shown("kind=K")) == 2
    assert len(shown("rule=too_long:qualification:issuer")) == 2
    assert shown("rule=required:basic:name") == []


def test_a_rehearsal_is_asked_for_on_its_page(client, draft, answered, keeper):
    client.force_login(keeper["by"])

    answer = client.post("/index/2027/rehearse/", {"campaign": "2026"}, follow=True)

    assert answer.redirect_chain[-1][0] == f"/rehearsals/{Rehearsal.objects.get().pk}/"
    assert "正在排队" in answer.content.decode()
    assert "2026 年度教师信息采集" in client.get("/index/2027/rehearsals/").content.decode()


def test_a_draft_edited_since_its_rehearsal_says_so(client, draft, answered, keeper, now):
    done = rehearse(draft, answered, keeper)
    change(draft, "contact", "address", {**keeper, "at": now + timedelta(hours=1)}, length=9)
    client.force_login(keeper["by"])

    assert "草案又有修改" in client.get(f"/rehearsals/{done.pk}/").content.decode()
