"""Exports of the register: what stands in the workbook, who gets it, what is logged and deleted."""

import io
import tracemalloc
import uuid
from datetime import timedelta

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from teachers import access
from teachers.enums import ExportState
from teachers.exports import actions, columns, keeping, selection, writing
from teachers.models import AccessEntry, RegisterExport, Teacher
from teachers.search import Filters
from tests.campaigns import people

EVERYTHING = Filters()
REASON = "年度统计核对"


@pytest.fixture
def ask(cast, now):
    """Ask for an export as the county's reviewer."""

    def _ask(filters=EVERYTHING, sets=("basic", "learning"), reason=REASON, post=None, **more):
        post = post or cast.county_reviewer
        given = {"language": "zh-hans", "address": "10.0.0.7", **more}
        return actions.ask(
            filters=filters,
            sets=list(sets),
            reason=reason,
            by=post.user,
            post=post,
            at=now,
            **given,
        )

    return _ask


def book_of(export: RegisterExport) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(b"".join(keeping.pieces(export.key))))


def lines(page) -> list[list]:
    return [list(row) for row in page.iter_rows(values_only=True)]


def signed_in(post, **more) -> Client:
    client = Client(**more)
    client.force_login(post.user)
    return client


# --- What stands in it --------------------------------------------------------------------


def test_each_subset_has_its_sheet_linked_by_number_and_masked_identity(ask, cast, now):
    people.register(cast.first_school, [1], now)
    teacher = Teacher.objects.get()

    book = book_of(ask())

    assert book.sheetnames == ["说明", "基本信息", "学习经历"]
    basic = dict(zip(*lines(book["基本信息"]), strict=True))
    study = dict(zip(*lines(book["学习经历"]), strict=True))
    linked = ["教师编号", "身份证件号（脱敏）", "姓名"]
    assert [basic[key] for key in linked[1:]] == [teacher.identity_mask, teacher.name]
    assert [study[key] for key in linked] == [basic[key] for key in linked]
    assert (basic["学校"], basic["状态"]) == ("锁南镇第二小学", "在职")
    assert basic["民族"] == "03-回族"
    assert "21-大学本科毕业" in study.values()


def test_no_whole_identity_number_leaves_the_register(ask, cast, now):
    people.register(cast.first_school, range(3), now)

    book = book_of(ask(sets=[key for key, _name in columns.known_sets("zh-hans")]))

    cells = {str(cell) for page in book for row in lines(page) for cell in row if cell}
    assert not cells & {people.card(number) for number in range(3)}


def test_all_seventeen_subsets_can_be_chosen(db):
    assert len(columns.known_sets("zh-hans")) == 17
    assert columns.known_sets("en")[0] == ("basic", "Basic information")


def test_the_file_says_who_made_it_when_and_why_on_every_page(ask, cast, now):
    people.register(cast.first_school, [1], now)

    export = ask()
    book = book_of(export)

    first = [cell for row in lines(book["说明"]) for cell in row if cell]
    assert {"马建国（东乡族自治县） · 审核员", "2026-11-23 10:00", REASON} <= set(first)
    for page in book:
        assert page.oddHeader.left.text == (
            f"导出人：马建国（东乡族自治县），2026-11-23 10:00，编号 {export.pk}"
        )
        assert page._rels is not None


@pytest.mark.parametrize("value", ["=1+1", "+86", "-1", "@SUM(A1)"])
def test_what_looks_like_a_formula_is_kept_as_text(ask, cast, now, value):
    document = people.document(1, former_name=value)
    people.register(cast.first_school, [1], now, data=document)

    page = book_of(ask())["基本信息"]

    (cell,) = [cell for cell in page[2] if cell.value == value]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_values_of_older_versions_keep_their_column(db):
    keys = [column.key for column in columns.sheets(["basic"], "zh-hans")[0].columns]

    assert "id_no" not in keys
    assert "photo" not in keys
    assert len(keys) == len(set(keys))


def test_a_full_sheet_goes_on_on_a_second_one(tmp_path, db, monkeypatch):
    monkeypatch.setattr(writing, "MOST_LINES", 3)
    sheets = columns.sheets(["basic"], "zh-hans")
    crowd = [person(number) for number in range(5)]

    writing.write(tmp_path / "a.xlsx", sheets, crowd, MARK)

    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["说明", "基本信息", "基本信息 (2)", "基本信息 (3)"]
    assert [len(lines(page)) - 1 for page in book.worksheets[1:]] == [2, 2, 1]


MARK = writing.Mark("导出", "导出人：马建国", [("原因", "核对")])


def person(number: int) -> writing.Person:
    return writing.Person(
        f"6200{number:07d}",
        "622926********0031",
        "马晓兰",
        "学校",
        "1",
        "在职",
        people.document(number),
    )


def test_memory_does_not_grow_with_the_number_of_teachers(tmp_path, db):
    sheets = columns.sheets(["basic", "learning"], "zh-hans")

    def peak(count: int) -> int:
        tracemalloc.start()
        writing.write(tmp_path / "a.xlsx", sheets, (person(n) for n in range(count)), MARK)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    few, many = peak(100), peak(1500)

    assert many < few + 300_000


# --- Who is in it -------------------------------------------------------------------------


def test_only_the_own_subtree_is_exported_and_the_filters_of_the_search_hold(ask, cast, now):
    people.register(cast.first_school, [1, 2], now)
    people.register(cast.second_school, [3], now)
    people.register(cast.neighbour_school, [4], now)

    totals = [
        ask(filters=Filters.read(query), post=post).total
        for query, post in [
            ({}, cast.county_reviewer),
            ({}, cast.school_clerk),
            ({}, cast.city_reviewer),
            ({"school": "达板镇"}, cast.city_reviewer),
            ({"unit": "622901"}, cast.city_reviewer),
            ({"q": people.name(2)}, cast.city_reviewer),
        ]
    ]

    assert totals == [3, 2, 4, 1, 1, 1]


@pytest.mark.parametrize("count", [1, 3])
def test_reading_the_files_takes_one_query_whatever_their_number(cast, now, count):
    people.register(cast.first_school, range(count), now)
    ids = selection.teachers(cast.county_reviewer, EVERYTHING)

    with CaptureQueriesContext(connection) as captured:
        found = list(actions.people(ids, cast.county_reviewer))

    assert (len(found), len(captured)) == (count, 1)


# --- Asking -------------------------------------------------------------------------------


def test_an_export_is_logged_with_count_filter_subsets_reason_and_place(ask, cast, now):
    people.register(cast.first_school, [1, 2], now)

    export = ask(filters=Filters.read({"status": "active"}), sets=["contact", "basic"])

    entry = AccessEntry.objects.get()
    assert (entry.action, entry.subject) == (
        "export",
        f"export {export.pk}: 2 teachers, status=active",
    )
    assert (entry.user, entry.post, entry.reason, entry.address, entry.sets) == (
        cast.county_reviewer.user,
        cast.county_reviewer,
        REASON,
        "10.0.0.7",
        ["basic", "contact"],
    )


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"reason": " 查 "}, access.ReasonTooShort),
        ({"sets": ["nothing"]}, actions.NoSubset),
        ({"filters": Filters.read({"school": "没有的学校"})}, actions.NobodyChosen),
        ({"filters": Filters.read({"q": people.card(1)})}, selection.SecretInSelection),
    ],
)
def test_what_cannot_be_exported_is_refused_and_leaves_no_row(ask, cast, now, changed, refusal):
    people.register(cast.first_school, [1], now)

    with pytest.raises(refusal):
        ask(**changed)

    assert (RegisterExport.objects.count(), AccessEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize("who", ["administrator", "teacher"])
def test_who_may_not_see_files_exports_none(ask, cast, now, who):
    people.register(cast.first_school, [1], now)

    with pytest.raises(actions.NotForThisPost):
        ask(post=cast.posts[who])


def test_a_big_one_waits_for_a_worker_and_only_one_at_a_time(ask, cast, now, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    people.register(cast.first_school, [1, 2], now)

    export = ask()

    assert (export.state, export.total) == (ExportState.QUEUED, 2)
    with pytest.raises(actions.OneIsBeingMade):
        ask()
    made = actions.make(export.pk, at=now)
    assert (made.state, made.attempts) == (ExportState.DONE, 1)
    assert len(lines(book_of(made)["基本信息"])) == 3
    assert actions.make(export.pk, at=now).attempts == 1


def test_what_goes_wrong_leaves_a_failed_row_and_no_file(ask, cast, now, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 0)
    people.register(cast.first_school, [1], now)
    export = ask()

    def full(*_arguments, **_more):
        raise OSError("No space left on device")

    monkeypatch.setattr(writing, "write", full)
    with pytest.raises(OSError, match="No space"):
        actions.make(export.pk, at=now)

    export.refresh_from_db()
    assert export.state == ExportState.FAILED
    assert not keeping.path_of(export.key).exists()
    assert not [path for path in keeping.folder().iterdir() if path.is_dir()]


# --- Keeping and fetching -----------------------------------------------------------------


def test_the_kept_file_is_sealed_and_pieces_cannot_be_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "PIECE", 10)
    source, key = tmp_path / "a", uuid.uuid4()
    source.write_bytes(b"0123456789" * 3)

    assert keeping.keep(source, key) == 30
    kept = keeping.path_of(key).read_bytes()
    assert b"0123456789" not in kept
    assert b"".join(keeping.pieces(key)) == b"0123456789" * 3
    for altered in (kept[: len(kept) * 2 // 3], kept[: len(kept) // 3], kept + kept):
        keeping.path_of(key).write_bytes(altered)
        with pytest.raises(keeping.Damaged):
            list(keeping.pieces(key))


def test_after_a_day_the_file_is_deleted_and_the_row_stays(ask, cast, now):
    people.register(cast.first_school, [1], now)
    export = ask()

    assert actions.sweep(at=now + timedelta(hours=23)) == (0, 0)
    assert actions.sweep(at=now + timedelta(hours=24)) == (1, 0)

    export.refresh_from_db()
    assert export.state == ExportState.EXPIRED
    assert not keeping.path_of(export.key).exists()


def test_what_a_dead_worker_held_is_made_again_three_times_at_most(ask, cast, now, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 0)
    people.register(cast.first_school, [1], now)
    export = ask()
    RegisterExport.objects.update(state=ExportState.RUNNING, attempts=1)

    call_command("sweep_exports")
    assert actions.make(export.pk, at=now).state == ExportState.DONE

    second = ask()
    RegisterExport.objects.filter(pk=second.pk).update(state=ExportState.RUNNING, attempts=3)
    assert actions.sweep(at=now) == (0, 0)
    second.refresh_from_db()
    assert second.state == ExportState.FAILED


# --- The pages ----------------------------------------------------------------------------


def test_a_small_selection_is_answered_with_the_workbook(cast, now):
    people.register(cast.first_school, [1], now)
    reviewer = signed_in(cast.county_reviewer)
    where = reverse("teachers:export") + "?status=active"

    page = reviewer.get(where)
    answer = reviewer.post(where, {"sets": ["basic"], "reason": REASON})

    assert (page.status_code, page.context["total"]) == (200, 1)
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert answer["Cache-Control"] == "private, no-store"
    content = b"".join(answer.streaming_content)
    assert int(answer["Content-Length"]) == len(content)
    assert "基本信息" in openpyxl.load_workbook(io.BytesIO(content)).sheetnames


def test_a_big_one_shows_how_far_it_is_and_is_fetched_later(cast, now, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 0)
    people.register(cast.first_school, [1], now)
    reviewer = signed_in(cast.county_reviewer)

    answer = reviewer.post(reverse("teachers:export"), {"sets": ["basic"], "reason": REASON})
    waiting = reviewer.get(answer.url).content.decode()
    export = RegisterExport.objects.get()
    before = reviewer.get(reverse("teachers:export_file", args=[export.pk])).status_code
    actions.make(export.pk, at=now)
    fetched = reviewer.get(reverse("teachers:export_file", args=[export.pk]))

    assert answer.url == reverse("teachers:exports")
    assert "<progress" in waiting
    assert "hx-trigger" in waiting
    assert before == 404
    assert b"".join(fetched.streaming_content)[:2] == b"PK"
    assert list(AccessEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "export",
        "download_export",
    ]


def test_a_missing_reason_is_asked_for_in_the_form(cast, now):
    people.register(cast.first_school, [1], now)

    answer = signed_in(cast.county_reviewer).post(
        reverse("teachers:export"), {"sets": ["basic"], "reason": "查"}
    )

    assert answer.status_code == 422
    assert "请用几个字说明" in answer.content.decode()


def test_nobody_fetches_the_export_of_another(ask, cast, now):
    people.register(cast.first_school, [1], now)
    export = ask()

    for who in ("county_supervisor", "province_reviewer", "neighbour_reviewer", "school_clerk"):
        answer = signed_in(cast.posts[who]).get(reverse("teachers:export_file", args=[export.pk]))
        assert answer.status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_exports_takes_the_same_queries_for_any_number(ask, cast, now, count):
    people.register(cast.first_school, [1], now)
    for _again in range(count):
        ask()
    reviewer = signed_in(cast.county_reviewer, HTTP_HX_REQUEST="true")

    with CaptureQueriesContext(connection) as captured:
        page = reviewer.get(reverse("teachers:exports"))

    assert page.content.decode().count("Excel</a>") == count
    assert len(captured) == 4
