"""A pack: asked for, counted in one moment, drawn as jobs, put together; called off and resumed."""

import io
import threading
import zipfile
from datetime import timedelta

import pikepdf
import pytest
from django.db import connections
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pypdf import PdfReader

from reports import actions, jobs, packs, signing
from reports.models import Pack, PackFile, Report
from teachers.work_locks import Work, held
from tests import rounds
from tests.backends import LONGEST
from tests.cast import gather
from tests.jobs import do_waiting_jobs
from tests.reports.signatures import status

pytestmark = pytest.mark.usefixtures("drawn_once")

CITY = ["临夏回族自治州", "临夏市", "东乡族自治县"]


def ask(round_, cast, unit: str = "city", **more) -> Pack:
    post = more.pop("post", cast.manager)
    return actions.ask_pack(
        campaign=round_.campaign,
        stage=more.pop("stage", "collection"),
        organisation=cast.units[unit],
        by=post.user,
        post=post,
        at=round_.at,
        **more,
    )


def by(cast, round_) -> dict:
    return {"by": cast.manager.user, "post": cast.manager, "at": round_.at}


def work() -> int:
    """Do what waits until nothing does, as a single worker would; returns the number of jobs."""
    done = 0
    while more := do_waiting_jobs("make_pack") + do_waiting_jobs("make_report"):
        done += more
    return done


@pytest.fixture
def made(under_way, cast) -> Pack:
    pack = ask(under_way, cast)
    work()
    pack.refresh_from_db()
    assert (pack.state, pack.error) == ("done", "")
    return pack


def content(pack: Pack, form: str) -> io.BytesIO:
    return io.BytesIO(PackFile.objects.get(pack=pack, form=form).content)


def test_the_reports_of_all_authorities_are_made_as_of_one_moment(made):
    reports = made.reports.order_by("organisation__path")

    assert [str(report.organisation) for report in reports] == CITY
    assert {report.state for report in reports} == {"done"}
    assert len({report.frozen_at for report in reports}) == 1
    assert (made.reports_count, made.reports_done, made.attempts) == (3, 3, 1)


def test_the_parts_of_a_pack_add_up(made):
    city, *below = [report.figures for report in made.reports.order_by("organisation__path")]
    (row,) = [group["total"] for group in city["groups"] if group["key"] == "counties"]

    for measure in ["asked", "signed", "records", "returned"]:
        assert row[measure] == sum(part["totals"][measure] for part in below)


def test_the_archive_holds_every_document_in_folders_and_their_fingerprints(made, cast):
    archive = zipfile.ZipFile(content(made, "zip"))

    names = archive.namelist()
    year = timezone.localdate(made.reports.first().frozen_at).year
    top, kind = "临夏回族自治州信息采集阶段督查报告汇编", "信息采集阶段督查报告"
    assert names == [
        f"{top}/622900 临夏回族自治州{kind}{year}年第1期.pdf",
        f"{top}/区县/622901 临夏市{kind}{year}年第1期.pdf",
        f"{top}/区县/622926 东乡族自治县{kind}{year}年第1期.pdf",
        f"{top}/SHA256SUMS.txt",
    ]
    for name in names[:-1]:
        code = name.rpartition("/")[2].partition(" ")[0]
        report = made.reports.get(organisation__code=code)
        assert archive.read(name) == bytes(report.file.content)
        assert f"{report.sha256}  {name.partition('/')[2]}\n" in archive.read(names[-1]).decode()


def test_the_bound_document_has_contents_bookmarks_and_every_page(made):
    reader = PdfReader(content(made, "bound"))
    reports = list(made.reports.order_by("organisation__path"))

    starts = [2 + sum(report.pages for report in reports[:place]) for place in range(3)]
    assert len(reader.pages) == 1 + sum(report.pages for report in reports)
    assert reader.pages[0].extract_text().splitlines()[-3:] == [
        f"{report.organisation} {report.pages} {start}"
        for report, start in zip(reports, starts, strict=True)
    ]
    contents, city, counties = reader.outline
    assert (contents.title, city.title) == ("目录", CITY[0])
    assert [item.title for item in counties] == CITY[1:]
    assert [reader.get_destination_page_number(item) + 1 for item in (city, *counties)] == starts
    for report, start in zip(reports, starts, strict=True):
        assert str(report.organisation) in reader.pages[start - 1].extract_text()
        assert report.code in reader.pages[start + report.pages - 2].extract_text()


def test_the_lines_of_the_contents_lead_to_the_documents(made):
    reader = PdfReader(content(made, "bound"))
    reports = list(made.reports.order_by("organisation__path"))

    links = [note.get_object() for note in reader.pages[0]["/Annots"]]
    links = [link for link in links if link["/Subtype"] == "/Link"]
    led_to = [reader.get_page_number(link["/Dest"][0].get_object()) + 1 for link in links]
    assert led_to == [2 + sum(r.pages for r in reports[:place]) for place in range(3)]


def test_the_bound_document_is_tagged_throughout(made):
    document = pikepdf.open(content(made, "bound"))

    numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)
    listed = [int(number) for number in numbers[::2]]
    assert listed == sorted(set(listed))
    parents = dict(zip(listed, numbers[1::2], strict=True))
    for page in document.pages:
        elements = parents[int(page.obj.StructParents)]
        assert {element.get("/Pg", page.obj).objgen for element in elements} == {page.obj.objgen}
    assert len(document.Root.StructTreeRoot.K) == 4
    assert document.check_pdf_syntax() == []


def test_the_same_reports_are_bound_into_the_same_bytes(made, tmp_path):
    from reports import archives, binding
    from reports.pack_files import _written_out

    parts = _written_out(made, tmp_path)
    for turn in ("first", "second"):
        archives.write(made, parts, tmp_path / f"{turn}.zip")
        binding.write(made, parts, tmp_path / f"{turn}.bound")

    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()
    assert (tmp_path / "first.bound").read_bytes() == (tmp_path / "second.bound").read_bytes()
    assert (tmp_path / "first.zip").read_bytes() == content(made, "zip").getvalue()


def test_the_bound_document_is_signed_as_a_whole(under_way, cast, settings, tmp_path):
    settings.VAR_DIR, settings.REPORT_SIGNING_KEY = tmp_path, ""
    signing.make_demonstration_key()
    pack = ask(under_way, cast)
    work()

    found = status(content(pack, "bound").getvalue())

    assert found.bottom_line
    newest = max(report.frozen_at for report in pack.reports.all())
    assert found.signer_reported_dt == newest.replace(microsecond=0)


# --- Asking -------------------------------------------------------------------------------
def test_asking_twice_gives_the_one_in_the_making(early, cast):
    assert ask(early, cast) == ask(early, cast)
    assert DBTaskResult.objects.filter(task_path="reports.jobs.make_pack").count() == 1


@pytest.mark.parametrize(
    ("post", "unit", "refusal"),
    [
        ("county_reviewer", "city", "NotYourUnit"),
        ("neighbour_reviewer", "city", "NotYourUnit"),
        ("school_head", "city", "NotYourUnit"),
        ("county_reviewer", "county", "NothingBelow"),
        ("university_reviewer", "university", "NothingBelow"),
    ],
)
def test_packs_are_for_overseers_of_units_with_authorities_below(early, cast, post, unit, refusal):
    with pytest.raises(getattr(actions, refusal)):
        ask(early, cast, unit, post=cast.posts[post])
    assert Pack.objects.count() == 0


def test_a_report_already_in_the_making_joins_the_pack(early, cast):
    waiting = actions.ask(
        campaign=early.campaign, stage="collection", organisation=cast.county, **by(cast, early)
    )

    pack = ask(early, cast)
    work()

    assert waiting in pack.reports.all()
    assert Report.objects.filter(organisation=cast.county).count() == 1


# --- Calling off, failing, trying again ---------------------------------------------------
def test_calling_off_stops_what_is_not_made_and_keeps_what_is(early, cast):
    pack = ask(early, cast)
    do_waiting_jobs("make_pack")
    first = pack.reports.order_by("pk").first()
    actions.make(first.pk, early.at)

    actions.cancel_pack(pack=pack, **by(cast, early))
    work()

    pack.refresh_from_db()
    states = pack.reports.order_by("pk").values_list("state", flat=True)
    assert (pack.state, list(states)) == ("cancelled", ["done", "cancelled", "cancelled"])
    assert not PackFile.objects.exists()
    with pytest.raises(actions.NothingToCancel):
        actions.cancel_pack(pack=pack, **by(cast, early))


def test_what_was_called_off_can_be_asked_for_again_and_goes_on(early, cast):
    pack = ask(early, cast)
    do_waiting_jobs("make_pack")
    first = pack.reports.order_by("pk").first()
    done = actions.make(first.pk, early.at)
    actions.cancel_pack(pack=pack, **by(cast, early))

    actions.retry_pack(pack=pack, **by(cast, early))
    work()

    pack.refresh_from_db()
    first.refresh_from_db()
    assert (pack.state, pack.reports_done) == ("done", 3)
    assert (first.sha256, first.attempts) == (done.sha256, 1)
    assert pack.reports.count() == 3


def test_a_failed_report_fails_the_pack_by_name_and_a_retry_makes_only_that(
    early, cast, monkeypatch
):
    from reports import making

    draw = making.draw
    drawn = []

    def spoils(figures, **more):
        drawn.append(figures["unit"]["name"])
        if figures["unit"]["name"] == CITY[2] and len(drawn) <= 3:
            raise OSError("no paper")
        return draw(figures, **more)

    monkeypatch.setattr(making, "draw", spoils)
    pack = ask(early, cast)
    work()

    pack.refresh_from_db()
    assert (pack.state, pack.reports_done) == ("failed", 2)
    assert pack.error == f"1 份报告未能生成：{CITY[2]}。请重新生成汇编。"
    assert not PackFile.objects.exists()

    actions.retry_pack(pack=pack, **by(cast, early))
    work()

    pack.refresh_from_db()
    assert (pack.state, pack.error, len(drawn)) == ("done", "", 4)
    with pytest.raises(actions.NothingToRetry):
        actions.retry_pack(pack=pack, **by(cast, early))


def test_a_neighbour_neither_calls_off_nor_repeats(early, cast):
    pack = ask(early, cast)
    stranger = {
        "by": cast.neighbour_reviewer.user,
        "post": cast.neighbour_reviewer,
        "at": early.at,
    }

    with pytest.raises(actions.NotYourUnit):
        actions.cancel_pack(pack=pack, **stranger)
    with pytest.raises(actions.NotYourUnit):
        actions.retry_pack(pack=pack, **stranger)


# --- What a dead worker leaves ------------------------------------------------------------
def abandon(pack: Pack, attempts: int = 1) -> None:
    """As a killed worker leaves it: running, its lock and its job gone."""
    Pack.objects.filter(pk=pack.pk).update(state="running", attempts=attempts)
    DBTaskResult.objects.all().delete()


def test_a_pack_whose_worker_died_while_counting_is_begun_again(early, cast):
    pack = ask(early, cast)
    abandon(pack)

    assert jobs.sweep_packs(at=early.at) == [pack.pk]
    work()

    pack.refresh_from_db()
    assert pack.state == "done"


def test_a_pack_whose_worker_died_while_binding_goes_on_with_the_same_documents(early, cast):
    pack = ask(early, cast)
    do_waiting_jobs("make_pack")
    do_waiting_jobs("make_report")
    made = list(pack.reports.order_by("pk").values_list("pk", "sha256"))
    abandon(pack)

    assert jobs.sweep_packs(at=early.at) == [pack.pk]
    work()

    pack.refresh_from_db()
    assert pack.state == "done"
    assert list(pack.reports.order_by("pk").values_list("pk", "sha256")) == made


def test_a_pack_that_waits_for_its_reports_is_left_alone(early, cast):
    ask(early, cast)
    do_waiting_jobs("make_pack")

    assert jobs.sweep_packs(at=early.at) == []


def test_a_pack_fails_when_three_workers_have_died_over_it(early, cast):
    pack = ask(early, cast)
    abandon(pack, attempts=3)

    assert jobs.sweep_packs(at=early.at) == []

    pack.refresh_from_db()
    assert (pack.state, pack.error) == ("failed", "The worker died (attempt 3 of 3).")


def test_a_pack_that_lost_its_job_is_queued_again(early, cast):
    pack = ask(early, cast)
    DBTaskResult.objects.all().delete()

    assert jobs.sweep_packs(at=early.at + timedelta(minutes=9)) == []
    assert jobs.sweep_packs(at=early.at + timedelta(minutes=11)) == [pack.pk]


@pytest.mark.django_db(transaction=True)
def test_the_sweep_leaves_alone_a_pack_at_which_somebody_works(now):
    cast = gather()
    early = rounds.launched(cast, now)
    pack = ask(early, cast)
    abandon(pack)
    holds, release = threading.Event(), threading.Event()

    def worker() -> None:
        with held(Work.PACK, pack.pk):
            holds.set()
            release.wait(LONGEST)
        connections.close_all()

    thread = threading.Thread(target=worker)
    thread.start()
    try:
        assert holds.wait(LONGEST)
        assert jobs.sweep_packs(at=early.at) == []
        assert packs.advance(pack.pk, early.at).attempts == 1
    finally:
        release.set()
        thread.join()
    assert jobs.sweep_packs(at=early.at) == [pack.pk]
