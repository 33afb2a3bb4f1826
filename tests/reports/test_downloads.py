"""Files out of the database: streamed, in parts, not twice, and written down."""

from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from reports import actions, byte_ranges, downloads
from reports.byte_ranges import Span, Unsatisfiable
from reports.enums import PackForm
from reports.models import Download, Pack, PackFile, Report
from teachers.models import AccessEntry
from tests.everywhere import visitor

pytestmark = pytest.mark.usefixtures("drawn_once")

CONTENT = bytes(range(256)) * 10


@pytest.fixture
def report(early, cast) -> Report:
    asked = actions.ask(
        campaign=early.campaign,
        stage="collection",
        organisation=cast.county,
        by=cast.manager.user,
        post=cast.manager,
        at=early.at,
    )
    return actions.make(asked.pk, early.at)


@pytest.fixture
def pack(early, cast) -> Pack:
    """The city's pack with a small archive."""
    made = Pack.objects.create(
        campaign=early.campaign,
        stage="collection",
        organisation=cast.city,
        state="done",
        asked_by=cast.manager.user,
        asked_at=early.at,
    )
    PackFile.objects.create(
        pack=made, form=PackForm.ZIP, content=CONTENT, size=len(CONTENT), sha256="a" * 64
    )
    return made


def get(cast, pack: Pack, post: str = "city_reviewer", method: str = "get", **headers):
    address = reverse("reports:pack_file", args=[pack.pk, "zip"])
    names = {key.replace("_", "-"): value for key, value in headers.items()}
    return getattr(visitor(cast, post), method)(address, headers=names)


def had() -> list[tuple]:
    rows = Download.objects.order_by("pk")
    return [(row.by.username, row.post.organisation.name, row.form) for row in rows]


def test_a_report_is_streamed_and_written_down_with_the_post(report, cast):
    response = visitor(cast, "county_supervisor").get(reverse("reports:download", args=[report.pk]))

    assert response.streaming
    assert response.getvalue() == bytes(report.file.content)
    assert response["Accept-Ranges"] == "bytes"
    download = Download.objects.get()
    assert (download.report, download.pack, download.form) == (report, None, "")
    assert (download.by, download.post) == (cast.county_supervisor.user, cast.county_supervisor)


def test_a_pack_has_its_chinese_name_its_type_and_its_length(pack, cast):
    response = get(cast, pack)

    assert response.getvalue() == CONTENT
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Length"] == str(len(CONTENT))
    assert unquote(response["Content-Disposition"]) == (
        "attachment; filename*=utf-8''临夏回族自治州信息采集阶段督查报告汇编.zip"
    )
    assert had() == [("city_reviewer", "临夏回族自治州", "zip")]
    entry = AccessEntry.objects.get(action="report_download")
    assert entry.subject == f"pack {pack.pk} (zip): 临夏回族自治州"


def test_a_large_file_is_never_whole_in_memory(pack, cast, monkeypatch):
    monkeypatch.setattr(downloads, "PIECE", 1000)

    response = get(cast, pack)

    with CaptureQueriesContext(connection) as captured:
        pieces = list(response.streaming_content)
    assert [len(piece) for piece in pieces] == [1000, 1000, 560]
    assert b"".join(pieces) == CONTENT
    assert len(captured) == 3


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        ("bytes=2000-", 2000, 2559),
        ("bytes=-60", 2500, 2559),
        ("bytes=-999999", 0, 2559),
        ("bytes=2500-99999", 2500, 2559),
    ],
)
def test_a_part_is_given_where_one_is_asked_for(pack, cast, asked, first, last):
    response = get(cast, pack, Range=asked)

    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/2560"
    assert response["Content-Length"] == str(last + 1 - first)
    assert response.getvalue() == CONTENT[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=2560-", "bytes=9999-10000", "bytes=-0"])
def test_a_part_that_does_not_exist_is_refused_with_the_size(pack, cast, asked):
    response = get(cast, pack, Range=asked)

    assert (response.status_code, response["Content-Range"]) == (416, "bytes */2560")
    assert had() == []


@pytest.mark.parametrize(
    "header",
    ["", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,5-6", "lines=1-2", f"bytes={10**30}-"],
)
def test_what_is_no_single_range_gets_the_whole(header):
    assert byte_ranges.asked(header, 100) is None


def test_a_file_without_bytes_has_no_parts():
    with pytest.raises(Unsatisfiable):
        byte_ranges.asked("bytes=-5", 0)
    assert byte_ranges.asked("bytes=0-", 1) == Span(0, 0)


def test_who_has_the_file_is_told_so(pack, cast):
    response = get(cast, pack, If_None_Match=f'"{"a" * 64}"')

    assert (response.status_code, response.content, had()) == (304, b"", [])


def test_parts_of_another_file_are_not_mended(pack, cast):
    mended = get(cast, pack, Range="bytes=5-9", If_Range=f'"{"a" * 64}"')
    other = get(cast, pack, Range="bytes=5-9", If_Range=f'"{"b" * 64}"')

    assert (mended.status_code, other.status_code) == (206, 200)
    assert other.getvalue() == CONTENT


def test_a_look_at_the_headers_is_no_download(pack, cast):
    response = get(cast, pack, method="head")

    assert (response.status_code, response["Content-Length"]) == (200, "2560")
    assert had() == []


def test_the_parts_of_one_download_are_written_down_once(pack, cast):
    for first in (0, 1000, 2000):
        get(cast, pack, Range=f"bytes={first}-")
    get(cast, pack, post="manager", Range="bytes=5-")

    assert had() == [
        ("city_reviewer", "临夏回族自治州", "zip"),
        ("manager", "甘肃省", "zip"),
    ]


def test_a_part_fetched_later_is_another_download(pack, cast):
    stored = downloads.of_pack(pack, PackFile.objects.get())
    by = {"by": cast.manager.user, "post": cast.manager, "address": None}
    now = timezone.now()

    for minutes in (0, 59, 60):
        downloads.note(stored, whole=False, at=now + timedelta(minutes=minutes), **by)
    downloads.note(stored, whole=True, at=now + timedelta(minutes=61), **by)

    assert len(had()) == 3


def test_those_who_oversee_read_who_has_had_it(report, pack, cast):
    get(cast, pack)
    visitor(cast, "county_supervisor").get(reverse("reports:download", args=[report.pk]))
    client = visitor(cast, "manager")

    of_report = client.get(reverse("reports:report", args=[report.pk]))
    of_pack = client.get(reverse("reports:pack", args=[pack.pk]))

    assert [row.by for row in of_report.context["downloads"]] == [cast.county_supervisor.user]
    assert [row.by for row in of_pack.context["downloads"]] == [cast.city_reviewer.user]
    assert report.code in of_report.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_report_takes_the_same_queries_for_one_and_three_downloads(
    report, cast, count, django_assert_num_queries
):
    post = cast.county_supervisor
    for _ in range(count):
        Download.objects.create(report=report, by=post.user, post=post, at=timezone.now())
    client = visitor(cast, "manager")
    address = reverse("reports:report", args=[report.pk])
    client.get(address)

    with django_assert_num_queries(6):
        response = client.get(address)

    assert len(response.context["downloads"]) == count


def test_older_downloads_are_a_page_further(report, cast, monkeypatch):
    monkeypatch.setattr("reports.queries.PAGE", 2)
    post = cast.county_supervisor
    rows = [
        Download.objects.create(report=report, by=post.user, post=post, at=timezone.now())
        for _ in range(3)
    ]
    client = visitor(cast, "manager")
    address = reverse("reports:report", args=[report.pk])

    first = client.get(address)
    second = client.get(f"{address}?{first.context['older']}")

    assert first.context["downloads"] == [rows[2], rows[1]]
    assert (second.context["downloads"], second.context["older"]) == ([rows[0]], "")
