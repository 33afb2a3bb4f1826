"""Asking, making, failing, trying again, and what is left by a dead worker."""

import threading
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django_tasks_db.models import DBTaskResult

from campaigns.enums import StageKind
from campaigns.models import Submission
from reports import actions, jobs, making
from reports.batches import Batch
from reports.enums import ReportState
from reports.figures import figures
from reports.models import Report, ReportFile
from teachers.models import AccessEntry
from teachers.work_locks import Work, held
from tests import rounds
from tests.backends import LONGEST
from tests.cast import Cast, gather


def ask(round_: rounds.Round, cast: Cast, unit: str = "county", **more) -> Report:
    post = more.pop("post", cast.manager)
    stage = more.pop("stage", StageKind.COLLECTION)
    return actions.ask(
        campaign=round_.campaign,
        stage=stage,
        organisation=cast.units[unit],
        by=post.user,
        post=post,
        at=round_.at,
        **more,
    )


def waiting_jobs() -> list[list]:
    rows = DBTaskResult.objects.filter(status="READY").order_by("enqueued_at")
    return [row.args_kwargs["args"] for row in rows]


def test_asking_writes_the_row_and_its_job_together(early, cast):
    report = ask(early, cast)

    assert (report.state, report.issue, report.asked_by) == ("queued", 1, cast.manager.user)
    assert waiting_jobs() == [[report.pk]]


def test_a_job_is_not_left_behind_when_the_row_is_undone(early, cast):
    with transaction.atomic():
        ask(early, cast)
        transaction.set_rollback(True)

    assert (Report.objects.count(), waiting_jobs()) == (0, [])


def test_asking_twice_gives_the_one_in_the_making(early, cast):
    first = ask(early, cast)

    assert ask(early, cast) == first
    assert waiting_jobs() == [[first.pk]]


def test_the_next_report_has_the_next_issue_number(early, cast):
    actions.make(ask(early, cast).pk, early.at)

    assert ask(early, cast).issue == 2
    assert ask(early, cast, stage=StageKind.CLOSING).issue == 1


@pytest.mark.parametrize(
    "post", ["neighbour_reviewer", "school_clerk", "school_head", "teacher", "administrator"]
)
def test_only_overseers_of_the_unit_or_above_may_ask(early, cast, post):
    with pytest.raises(actions.NotYourUnit):
        ask(early, cast, post=cast.posts[post])
    assert Report.objects.count() == 0


def test_nobody_asks_upwards_or_for_a_single_school(early, cast):
    with pytest.raises(actions.NotYourUnit):
        ask(early, cast, "city", post=cast.county_reviewer)
    with pytest.raises(actions.NotYourUnit):
        ask(early, cast, "first_school", post=cast.county_reviewer)


def test_before_the_launch_only_the_preparation_can_be_reported(cast, now):
    draft = rounds.Round(cast, rounds.new_campaign(cast, now), now)

    with pytest.raises(actions.NotLaunched):
        ask(draft, cast)
    report = actions.make(ask(draft, cast, stage=StageKind.PREPARATION).pk, now)

    assert report.state == ReportState.DONE
    assert report.figures["readiness"]["asked"] == 3


def test_making_keeps_the_figures_the_moment_and_the_file(under_way, cast):
    report = actions.make(ask(under_way, cast).pk, under_way.at)

    content = bytes(report.file.content)
    assert report.state == ReportState.DONE
    assert report.figures == figures(
        under_way.campaign, StageKind.COLLECTION, cast.county, under_way.at
    )
    assert (report.frozen_at, report.finished_at) == (under_way.at, under_way.at)
    assert (report.size, report.attempts, report.error) == (len(content), 1, "")
    assert content.startswith(b"%PDF-")


def test_the_same_row_gives_the_same_bytes(under_way, cast):
    report = actions.make(ask(under_way, cast).pk, under_way.at)
    report.refresh_from_db()

    again = making.of(report)

    assert again.content == bytes(report.file.content)
    assert again.sha256 == report.sha256


def test_a_finished_report_is_not_made_again(under_way, cast):
    report = actions.make(ask(under_way, cast).pk, under_way.at)

    again = actions.make(report.pk, under_way.at + timedelta(days=1))

    assert (again.sha256, again.attempts, again.frozen_at) == (report.sha256, 1, under_way.at)


def test_a_failure_is_kept_on_the_row_and_leaves_no_half_report(early, cast, settings):
    report = ask(early, cast)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "APP_DIRS": False, "DIRS": []}]

    failed = actions.make(report.pk, early.at)

    assert (failed.state, failed.pages, failed.sha256) == (ReportState.FAILED, None, "")
    assert failed.error.startswith("TemplateDoesNotExist: ")
    assert not ReportFile.objects.exists()


def test_a_failed_report_can_be_tried_again_under_its_issue(early, cast, settings):
    report = ask(early, cast)
    templates = settings.TEMPLATES
    settings.TEMPLATES = [{**templates[0], "APP_DIRS": False, "DIRS": []}]
    failed = actions.make(report.pk, early.at)
    settings.TEMPLATES = templates

    by = {"by": cast.manager.user, "post": cast.manager, "at": early.at}
    again = actions.retry(report=failed, **by)
    assert (again.state, again.issue) == (ReportState.QUEUED, 1)
    assert len(waiting_jobs()) == 2

    done = actions.make(again.pk, early.at)
    assert (done.state, done.error) == (ReportState.DONE, "")
    with pytest.raises(actions.NothingToRetry):
        actions.retry(report=done, **by)


def test_a_neighbour_cannot_retry(early, cast):
    with pytest.raises(actions.NotYourUnit):
        actions.retry(
            report=ask(early, cast),
            by=cast.neighbour_reviewer.user,
            post=cast.neighbour_reviewer,
            at=early.at,
        )


def test_one_that_waits_can_be_called_off_and_is_not_made(early, cast):
    report = ask(early, cast)
    by = {"by": cast.manager.user, "post": cast.manager, "at": early.at}

    actions.cancel(report=report, **by)

    assert actions.make(report.pk, early.at).state == ReportState.CANCELLED
    assert not ReportFile.objects.exists()
    assert AccessEntry.objects.get().subject == f"report {report.pk}: 东乡族自治县"
    with pytest.raises(actions.NothingToCancel):
        actions.cancel(report=report, **by)
    stranger = cast.neighbour_reviewer
    with pytest.raises(actions.NotYourUnit):
        actions.cancel(report=report, by=stranger.user, post=stranger, at=early.at)


def called_off_while_drawn(report: Report, cast, monkeypatch, *, again: bool) -> list[int]:
    """Call it off when its second page is begun; with `again`, ask for it once more at once."""
    by = {"by": cast.manager.user, "post": cast.manager, "at": report.asked_at}
    draw, pages = making.draw, []

    def interrupted(figures, *, told, **more):
        def tell(page: int) -> None:
            pages.append(page)
            if page == 2:
                actions.cancel(report=report, **by)
                if again:
                    actions.retry(report=report, **by)
            told(page)

        return draw(figures, told=tell, **more)

    monkeypatch.setattr(making, "draw", interrupted)
    monkeypatch.setattr("reports.actions.making.Progress.EVERY", 0)
    actions.make(report.pk, report.asked_at)
    return pages


def test_one_that_is_being_drawn_stops_at_its_next_page_and_leaves_no_file(
    early, cast, monkeypatch
):
    report = ask(early, cast)

    pages = called_off_while_drawn(report, cast, monkeypatch, again=False)

    report.refresh_from_db()
    assert (pages, report.state, report.pages_done) == ([1, 2], ReportState.CANCELLED, 1)
    assert not ReportFile.objects.exists()


def test_one_called_off_and_asked_for_again_while_it_was_drawn_is_not_forgotten(
    early, cast, monkeypatch
):
    report = ask(early, cast)
    DBTaskResult.objects.all().delete()

    called_off_while_drawn(report, cast, monkeypatch, again=True)

    report.refresh_from_db()
    assert (report.state, report.figures) == (ReportState.QUEUED, None)
    assert [report.pk] in waiting_jobs()


def test_the_row_says_which_page_is_laid_out(early, cast, monkeypatch):
    report = ask(early, cast)
    seen = []
    monkeypatch.setattr("reports.actions.making.Progress.EVERY", 0)
    draw = making.draw

    def watched(figures, *, told, **more):
        def tell(page: int) -> None:
            told(page)
            seen.append(Report.objects.get(pk=report.pk).pages_done)

        return draw(figures, told=tell, **more)

    monkeypatch.setattr(making, "draw", watched)
    done = actions.make(report.pk, early.at)

    assert seen[: done.pages] == list(range(1, done.pages + 1))
    assert done.pages_done == done.pages


def test_figures_that_a_dead_worker_has_frozen_are_kept(under_way, cast):
    report = ask(under_way, cast)
    actions.start(report.pk)
    frozen = actions.freeze(report.pk, under_way.at)
    abandon(report)
    jobs.sweep(at=under_way.at)

    done = actions.make(report.pk, under_way.at + timedelta(days=2))

    assert (done.state, done.frozen_at) == (ReportState.DONE, under_way.at)
    assert done.figures == frozen.figures


def abandon(report: Report, attempts: int = 1) -> None:
    """As a killed worker leaves it: running, its lock gone with its connection."""
    Report.objects.filter(pk=report.pk, state="queued").update(state="running")
    Report.objects.filter(pk=report.pk).update(attempts=attempts)
    DBTaskResult.objects.all().delete()


def test_the_sweep_puts_back_what_a_dead_worker_held(early, cast):
    report = ask(early, cast)
    abandon(report)

    assert jobs.sweep(at=early.at) == [report.pk]

    report.refresh_from_db()
    assert report.state == ReportState.QUEUED
    assert waiting_jobs() == [[report.pk]]
    assert actions.make(report.pk, early.at).state == ReportState.DONE


def test_asking_again_revives_a_report_whose_worker_died(early, cast):
    report = ask(early, cast)
    abandon(report)

    again = ask(early, cast)

    assert (again.pk, again.state) == (report.pk, ReportState.QUEUED)
    assert waiting_jobs() == [[report.pk]]


def test_a_worker_puts_back_what_another_left_behind(early, cast):
    left = ask(early, cast)
    abandon(left)
    report = ask(early, cast, "city")

    jobs.make_report.call(report.pk)

    left.refresh_from_db()
    assert left.state == ReportState.QUEUED
    assert [left.pk] in waiting_jobs()


def test_the_sweep_gives_up_after_three_attempts(early, cast):
    report = ask(early, cast)
    abandon(report, attempts=3)

    assert jobs.sweep(at=early.at) == []

    report.refresh_from_db()
    assert (report.state, waiting_jobs()) == (ReportState.FAILED, [])
    assert report.error == "The worker died (attempt 3 of 3)."


def test_the_sweep_queues_again_what_has_lost_its_job(early, cast):
    report = ask(early, cast)
    later = early.at + timedelta(minutes=11)

    assert jobs.sweep(at=later) == []
    DBTaskResult.objects.all().delete()
    assert jobs.sweep(at=early.at) == []
    assert jobs.sweep(at=later) == [report.pk]


def test_the_command_says_how_many_were_put_back(early, cast):
    abandon(ask(early, cast))
    out = StringIO()

    call_command("sweep_reports", stdout=out)

    assert out.getvalue() == "1 reports put back\n"


def test_the_job_makes_the_report(early, cast):
    report = ask(early, cast)

    jobs.make_report.call(report.pk)

    report.refresh_from_db()
    assert report.state == ReportState.DONE


def write(under_way, cast, folder, units, **more) -> list[Path]:
    """The reports of two stages of these units, by the province's manager."""
    stages = [StageKind.COLLECTION, StageKind.CLOSING]
    asker = {"by": cast.manager.user, "post": cast.manager}
    with Batch(under_way.campaign, folder=folder, **asker, **more) as batch:
        for stage in stages:
            batch.freeze(stage, units, under_way.at)
        return batch.finish()


def test_many_reports_are_written_to_a_folder_and_kept(under_way, cast, tmp_path):
    stream = StringIO()

    paths = write(
        under_way,
        cast,
        tmp_path / "out",
        [cast.county, cast.university],
        stream=stream,
        processes=1,
    )

    assert [path.name for path in paths] == [
        "2026-collection-622926-1.pdf",
        "2026-collection-4162010730-1.pdf",
        "2026-closing-622926-1.pdf",
        "2026-closing-4162010730-1.pdf",
    ]
    kept = [bytes(report.file.content) for report in Report.objects.order_by("pk")]
    assert [path.read_bytes() for path in paths] == kept
    assert len(stream.getvalue().splitlines()) == 4


def test_one_failed_drawing_is_noted_and_the_others_are_kept(
    under_way, cast, tmp_path, monkeypatch
):
    draw = making.draw

    def spoils_the_first(figures, **more):
        if figures["stage"]["kind"] == StageKind.COLLECTION:
            raise OSError("no paper")
        return draw(figures, **more)

    monkeypatch.setattr(making, "draw", spoils_the_first)

    with pytest.raises(OSError, match="no paper"):
        write(under_way, cast, tmp_path, [cast.county], processes=1)

    rows = Report.objects.order_by("pk").values_list("stage", "state", "error")
    assert list(rows) == [
        ("collection", "failed", "OSError: no paper"),
        ("closing", "done", ""),
    ]


def test_documents_drawn_in_other_processes_are_the_same(under_way, cast, tmp_path):
    together = [path.read_bytes() for path in write(under_way, cast, tmp_path, [cast.county])]
    rows = list(Report.objects.order_by("pk"))

    assert together == [making.of(row).content for row in rows]


@pytest.mark.django_db(transaction=True)
def test_the_sweep_leaves_alone_what_a_living_worker_holds(now):
    cast = gather()
    early = rounds.launched(cast, now)
    report = ask(early, cast)
    abandon(report)
    holds, release = threading.Event(), threading.Event()

    def worker() -> None:
        with held(Work.REPORT, report.pk):
            holds.set()
            release.wait(LONGEST)
        connections.close_all()

    thread = threading.Thread(target=worker)
    thread.start()
    try:
        assert holds.wait(LONGEST)
        assert jobs.sweep(at=early.at) == []
        assert actions.make(report.pk, early.at).state == ReportState.RUNNING
    finally:
        release.set()
        thread.join()
    assert jobs.sweep(at=early.at) == [report.pk]


@pytest.mark.django_db(transaction=True)
def test_a_queued_job_is_made_by_the_worker(now):
    cast = gather()
    report = ask(rounds.launched(cast, now), cast)

    call_command("db_worker", queue_name="*", batch=True, interval=0, verbosity=0)

    report.refresh_from_db()
    assert report.state == ReportState.DONE


@pytest.mark.django_db(transaction=True)
def test_figures_come_from_one_moment(now):
    """Rows written by others while the figures are counted change none of them."""
    cast = gather()
    early = rounds.launched(cast, now)
    at = early.at
    before = figures(early.campaign, StageKind.CLOSING, cast.county, at)
    done = []

    def write(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if not done and "split_part" in sql:
            done.append(True)
            writer = threading.Thread(target=_write_a_record, args=(early, cast))
            writer.start()
            writer.join()
        return result

    with connection.execute_wrapper(write):
        during = figures(early.campaign, StageKind.CLOSING, cast.county, at)

    after = figures(early.campaign, StageKind.CLOSING, cast.county, at)
    assert done == [True]
    assert during == before
    assert after["composition"]["people"] == 4


def _write_a_record(early: rounds.Round, cast: Cast) -> None:
    early.add_people(cast.first_school, cast.school_clerk, 4)
    Submission.objects.filter(organisation=cast.second_school).update(errors_count=9)
    connections.close_all()
