"""The page with the list, asking on it, and the download."""

from urllib.parse import unquote

import pytest
from django.urls import reverse

from campaigns.enums import StageKind
from reports import actions
from reports.models import Pack, PackFile, Report
from teachers.models import AccessEntry
from tests.cast import Cast
from tests.rounds import Round

pytestmark = pytest.mark.usefixtures("drawn_once")


def make(round_: Round, cast: Cast, unit: str, stage: str = "collection", **more) -> Report:
    return actions.make(queue(round_, cast, unit, stage, **more).pk, round_.at)


def queue(round_: Round, cast: Cast, unit: str, stage: str = "collection", **more) -> Report:
    return actions.ask(
        campaign=round_.campaign,
        stage=stage,
        organisation=cast.units[unit],
        by=cast.manager.user,
        post=cast.manager,
        at=round_.at,
        **more,
    )


@pytest.fixture
def sign_in(client):
    def as_(post):
        client.force_login(post.user)
        return client

    return as_


def listed(response) -> list[str]:
    return [report.organisation.code for report in response.context["reports"]]


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ("province_supervisor", ["4162010730", "622901", "622926", "622900", "620000"]),
        ("city_reviewer", ["622901", "622926", "622900"]),
        ("county_supervisor", ["622926"]),
        ("neighbour_reviewer", ["622901"]),
        ("university_reviewer", ["4162010730"]),
    ],
)
def test_each_sees_reports_of_the_own_subtree(early, cast, sign_in, post, expected):
    for unit in ["province", "city", "county", "neighbour_county", "university"]:
        queue(early, cast, unit)

    response = sign_in(cast.posts[post]).get(reverse("reports:list"))

    assert listed(response) == expected


@pytest.mark.parametrize("post", ["school_clerk", "school_head", "teacher", "administrator"])
def test_who_oversees_nothing_finds_no_reports_page(early, cast, sign_in, post):
    client = sign_in(cast.posts[post])
    report = make(early, cast, "county")

    for response in [
        client.get(reverse("reports:list")),
        client.post(reverse("reports:ask")),
        client.get(reverse("reports:download", args=[report.pk])),
        client.post(reverse("reports:retry", args=[report.pk])),
    ]:
        assert response.status_code == 404


def test_strangers_are_sent_to_sign_in(client, db):
    response = client.get(reverse("reports:list"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("teachers:sign_in"))


def test_the_list_can_be_narrowed(early, cast, sign_in):
    for unit, stage in [("county", "collection"), ("county", "closing"), ("city", "closing")]:
        queue(early, cast, unit, stage)
    client = sign_in(cast.province_supervisor)

    def narrowed(**filters):
        rows = client.get(reverse("reports:list"), filters).context["reports"]
        return [(report.organisation.code, report.stage) for report in rows]

    assert narrowed(stage="closing") == [("622900", "closing"), ("622926", "closing")]
    assert narrowed(unit="622926", stage="collection") == [("622926", "collection")]
    assert narrowed(campaign="2025") == []


def test_an_empty_list_says_what_to_do(early, cast, sign_in):
    response = sign_in(cast.county_supervisor).get(reverse("reports:list"))
    assert "暂无报告" in response.content.decode() or "No report yet" in response.content.decode()


def test_the_page_asks_again_only_while_a_report_is_being_made(early, cast, sign_in):
    report = queue(early, cast, "county")
    client = sign_in(cast.county_supervisor)

    assert b'hx-trigger="every 2s"' in client.get(reverse("reports:list")).content
    part = client.get(reverse("reports:list"), headers={"HX-Request": "true"}).content
    assert b'hx-trigger="every 2s"' in part
    assert b"<html" not in part

    actions.make(report.pk, early.at)
    part = client.get(reverse("reports:list"), headers={"HX-Request": "true"}).content
    assert b"hx-trigger" not in part
    assert reverse("reports:download", args=[report.pk]).encode() in part


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three_rows(
    early, cast, sign_in, count, django_assert_num_queries
):
    for stage in list(StageKind)[:count]:
        queue(early, cast, "county", stage)
    client = sign_in(cast.county_supervisor)
    client.get(reverse("reports:list"))

    with django_assert_num_queries(13):
        response = client.get(reverse("reports:list"))

    assert len(response.context["reports"]) == count


def test_older_reports_are_a_page_further(early, cast, sign_in, monkeypatch):
    monkeypatch.setattr("reports.queries.PAGE", 2)
    for stage in list(StageKind)[:3]:
        queue(early, cast, "county", stage)
    client = sign_in(cast.county_supervisor)

    first = client.get(reverse("reports:list"))
    second = client.get(f"{reverse('reports:list')}?{first.context['older']}")

    stages = [r.stage for page in (first, second) for r in page.context["reports"]]
    assert stages == ["county_review", "collection", "preparation"]
    assert second.context["older"] == ""


def test_asking_on_the_page_queues_a_report(early, cast, sign_in):
    client = sign_in(cast.county_supervisor)
    form = {"campaign": "2026", "stage": "collection", "unit": "622926", "language": "en"}

    response = client.post(reverse("reports:ask"), form)

    assert response.status_code == 302
    report = Report.objects.get()
    assert (report.organisation, report.language, report.asked_by) == (
        cast.county,
        "en",
        cast.county_supervisor.user,
    )


@pytest.mark.parametrize("unit", ["622901", "622900", "2162002291", "999999"])
def test_asking_for_a_unit_out_of_sight_is_a_404(early, cast, sign_in, unit):
    form = {"campaign": "2026", "stage": "collection", "unit": unit, "language": "en"}

    response = sign_in(cast.county_supervisor).post(reverse("reports:ask"), form)

    assert (response.status_code, Report.objects.count()) == (404, 0)


def test_a_download_has_the_bytes_a_name_and_leaves_a_trace(under_way, cast, sign_in):
    report = make(under_way, cast, "county", "county_review")
    client = sign_in(cast.county_supervisor)

    response = client.get(reverse("reports:download", args=[report.pk]))

    assert response.getvalue() == bytes(report.file.content)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(report.size)
    assert response["ETag"] == f'"{report.sha256}"'
    assert unquote(response["Content-Disposition"]).startswith("attachment; filename*=utf-8''东乡")
    entry = AccessEntry.objects.get(action="report_download")
    assert (entry.user, entry.post, entry.subject) == (
        cast.county_supervisor.user,
        cast.county_supervisor,
        f"report {report.pk}: 东乡族自治县",
    )


def test_a_file_already_there_is_not_sent_again(under_way, cast, sign_in):
    report = make(under_way, cast, "county")
    client = sign_in(cast.county_supervisor)

    response = client.get(
        reverse("reports:download", args=[report.pk]),
        headers={"If-None-Match": f'"{report.sha256}"'},
    )

    assert (response.status_code, response.content) == (304, b"")


@pytest.mark.parametrize(
    ("post", "status"),
    [
        ("county_supervisor", 200),
        ("county_reviewer", 200),
        ("city_reviewer", 200),
        ("province_supervisor", 200),
        ("manager", 200),
        ("neighbour_reviewer", 404),
        ("university_reviewer", 404),
        ("school_head", 404),
        ("administrator", 404),
    ],
)
def test_only_overseers_of_the_unit_and_above_get_the_file(early, cast, sign_in, post, status):
    report = make(early, cast, "county")

    response = sign_in(cast.posts[post]).get(reverse("reports:download", args=[report.pk]))

    assert response.status_code == status


def test_the_authority_above_is_not_shown_to_those_below(early, cast, sign_in):
    report = make(early, cast, "city")

    response = sign_in(cast.county_supervisor).get(reverse("reports:download", args=[report.pk]))

    assert response.status_code == 404


def test_an_unfinished_report_has_no_file(early, cast, sign_in):
    report = queue(early, cast, "county")

    response = sign_in(cast.county_supervisor).get(reverse("reports:download", args=[report.pk]))

    assert response.status_code == 404


def test_a_failed_report_shows_why_and_can_be_repeated(early, cast, sign_in):
    report = queue(early, cast, "county")
    Report.objects.filter(pk=report.pk).update(state="failed", error="OSError: disk full")
    client = sign_in(cast.county_supervisor)

    assert b"OSError: disk full" in client.get(reverse("reports:list")).content
    client.post(reverse("reports:retry", args=[report.pk]))

    report.refresh_from_db()
    assert report.state == "queued"


def test_a_report_in_the_making_says_how_far_it_is_and_can_be_called_off(early, cast, sign_in):
    report = queue(early, cast, "county")
    Report.objects.filter(pk=report.pk).update(state="running", frozen_at=early.at, pages_done=7)
    client = sign_in(cast.county_supervisor)

    assert "正在排第 7 页" in client.get(reverse("reports:list")).content.decode()
    client.post(reverse("reports:cancel", args=[report.pk]))

    report.refresh_from_db()
    assert report.state == "cancelled"
    assert "已取消" in client.get(reverse("reports:list")).content.decode()


def test_a_pack_is_asked_for_followed_called_off_and_repeated_on_the_page(early, cast, sign_in):
    client = sign_in(cast.city_reviewer)
    form = {"campaign": "2026", "stage": "collection", "unit": "622900", "language": "zh-hans"}

    client.post(reverse("reports:ask_pack"), form)
    pack = Pack.objects.get()
    Pack.objects.filter(pk=pack.pk).update(state="running", reports_count=9, reports_done=4)
    shown = client.get(reverse("reports:list")).content.decode()
    part = client.get(
        reverse("reports:list"), headers={"HX-Request": "true", "HX-Target": "packs"}
    ).content.decode()
    client.post(reverse("reports:cancel_pack", args=[pack.pk]))
    called_off = Pack.objects.get().state
    client.post(reverse("reports:retry_pack", args=[pack.pk]))

    for text in (shown, part):
        assert "4 / 9" in text
        assert 'id="packs" hx-get=' in text
    assert 'id="reports"' not in part
    assert (pack.organisation, pack.asked_by) == (cast.city, cast.city_reviewer.user)
    assert (called_off, Pack.objects.get().state) == ("cancelled", "queued")


def test_a_refused_pack_says_why(early, cast, sign_in):
    form = {"campaign": "2026", "stage": "collection", "unit": "622926", "language": "zh-hans"}

    response = sign_in(cast.city_reviewer).post(reverse("reports:ask_pack"), form, follow=True)

    assert "东乡族自治县没有下级主管单位" in response.content.decode()
    assert Pack.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_packs_take_the_same_queries_for_one_and_three(
    early, cast, sign_in, count, django_assert_num_queries
):
    for stage in list(StageKind)[:count]:
        pack = actions.ask_pack(
            campaign=early.campaign,
            stage=stage,
            organisation=cast.city,
            by=cast.manager.user,
            post=cast.manager,
            at=early.at,
        )
        PackFile.objects.create(pack=pack, form="zip", content=b"PK", size=2, sha256="2" * 64)
    client = sign_in(cast.city_reviewer)
    client.get(reverse("reports:list"))

    with django_assert_num_queries(14):
        response = client.get(reverse("reports:list"))

    assert len(response.context["packs"]) == count
