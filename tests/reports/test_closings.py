"""When a stage closes, its reports make themselves, once."""

from datetime import datetime, time, timedelta
from io import StringIO

from django.core.management import call_command
from django.utils import timezone

from campaigns.enums import StageKind
from reports import kinds
from reports.closings import ask_for_closed, closed
from reports.enums import ReportKind
from reports.figures import figures
from reports.models import Pack, Report
from teachers.models import Post
from tests import rounds
from workflows import seals


def morning_after(round_, kind: str, days: int = 1):
    """Eight o'clock, so many days after the last one of a stage."""
    day = round_.campaign.stages.get(kind=kind).ends_on + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(8)))


def asked(at) -> list[tuple]:
    return [(one.stage, one.organisation.code) for one in ask_for_closed(at=at)]


def test_the_pack_of_a_stage_is_asked_for_after_its_last_day(early, cast):
    at = morning_after(early, StageKind.COLLECTION)
    kinds = [stage.kind for stage, _moment in closed(at=at)]
    assert StageKind.COLLECTION in kinds

    found = asked(at)

    assert found == [(kind, "620000") for kind in kinds]
    pack = Pack.objects.get(stage=StageKind.COLLECTION)
    assert (pack.state, pack.asked_by, pack.asked_at) == ("queued", cast.manager.user, at)


def test_nothing_is_asked_for_on_the_last_day_itself(early):
    at = morning_after(early, StageKind.COLLECTION, days=0)

    assert StageKind.COLLECTION not in [stage for stage, _unit in asked(at)]


def test_it_is_asked_for_once(early):
    at = morning_after(early, StageKind.COLLECTION)
    asked(at)
    Pack.objects.update(state="running")
    Pack.objects.update(state="done")

    assert asked(at) == []
    assert asked(at + timedelta(days=1)) == []


def test_one_asked_for_before_the_stage_closed_is_not_enough(early, cast):
    at = morning_after(early, StageKind.COLLECTION)
    Pack.objects.create(
        campaign=early.campaign,
        stage=StageKind.COLLECTION,
        organisation=cast.province,
        state="done",
        asked_by=cast.manager.user,
        asked_at=at - timedelta(days=1),
    )

    assert (StageKind.COLLECTION, "620000") in asked(at)


def test_what_closed_long_ago_is_left_to_people(early):
    assert asked(morning_after(early, StageKind.CLOSING, days=9)) == []


def test_a_stage_that_was_sealed_has_closed_whatever_its_days_say(early, cast):
    last = morning_after(early, StageKind.COUNTY_REVIEW, days=-1)
    seals.add(early.campaign, stage=StageKind.COUNTY_REVIEW, by=cast.manager.user, at=last)

    moments = {stage.kind: moment for stage, moment in closed(at=last)}

    assert moments[StageKind.COUNTY_REVIEW] == last
    assert (StageKind.COUNTY_REVIEW, "620000") in asked(last)


def test_after_the_closing_the_reports_on_the_whole_campaign_are_asked_for_once(
    early, cast, monkeypatch
):
    counted_by = {**kinds.COUNTED_BY, ReportKind.CAMPAIGN: figures}
    monkeypatch.setattr(kinds, "COUNTED_BY", counted_by)
    at = morning_after(early, StageKind.CLOSING)

    ask_for_closed(at=at)
    ask_for_closed(at=at)

    whole = Report.objects.filter(kind=ReportKind.CAMPAIGN).order_by("organisation__path")
    assert [(row.organisation, row.stage, row.issue) for row in whole] == [
        (cast.province, "closing", 1),
        (cast.city, "closing", 1),
    ]


def test_where_nobody_runs_the_campaign_nothing_is_asked_for(early, cast):
    Post.objects.filter(organisation=cast.province).update(valid_to=early.at.date())

    assert asked(morning_after(early, StageKind.COLLECTION)) == []
    assert (Pack.objects.count(), Report.objects.count()) == (0, 0)


def test_a_campaign_that_nobody_has_launched_has_no_reports(cast, now):
    draft = rounds.Round(cast, rounds.new_campaign(cast, now), now)

    assert asked(morning_after(draft, StageKind.COLLECTION)) == []


def test_the_command_says_what_it_has_asked_for(early):
    today = timezone.localdate()
    early.campaign.stages.exclude(kind=StageKind.COLLECTION).delete()
    early.campaign.stages.update(
        starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1)
    )
    out = StringIO()

    call_command("make_due_reports", stdout=out)

    assert out.getvalue() == "2026: collection, 甘肃省\n1 asked for\n"
