"""A small world in which every address of the site has something to show, and a walk over them."""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from openpyxl import Workbook

from campaigns import problems
from campaigns.enums import ImportState, RehearsalState, Severity, StageKind
from campaigns.models import (
    Campaign,
    Finding,
    Problem,
    ProblemParty,
    Record,
    RecordDraft,
    Rehearsal,
    Submission,
    WorkbookImport,
)
from reports.enums import PackForm, ReportState
from reports.models import Download, Pack, PackFile, Report, ReportFile
from teachers import attachments, identity, notice
from teachers.enums import AttachmentKind, ChangeKind, ExportState
from teachers.exports import keeping
from teachers.index import drafting
from teachers.models import (
    AccessEntry,
    Attachment,
    ChangeRequest,
    Code,
    Delegation,
    IndexVersion,
    Indicator,
    Post,
    RegisterExport,
    Teacher,
    User,
)
from tests import rounds, samples, staff, uploads
from tests.cast import Cast
from workflows import actions, acts, messages, saved_views
from workflows.enums import MessageKind, ReorganisationKind, Verdict
from workflows.inbox_filters import Filters
from workflows.models import (
    Act,
    CalendarChange,
    Correction,
    Decision,
    DeskSetting,
    Draw,
    Extension,
    Message,
    Remark,
    Reorganisation,
    SampledRecord,
    SavedView,
    Task,
)


@dataclass
class World:
    """What the addresses name: all of it belongs to schools of the county, or to the province.

    filed: the first school's submission, on the county's desk. open: the second school's, still
    with its clerk. draft: a campaign that nobody has launched.
    """

    cast: Cast
    filed: Submission
    open: Submission
    draft: Campaign
    task: Task
    act: Act
    record: Record
    line: Correction
    open_record: Record
    finding: Finding
    workbook: WorkbookImport
    report: Report
    attachment: Attachment
    teacher: Teacher
    export: RegisterExport
    published: IndexVersion
    index_draft: IndexVersion
    indicator: Indicator
    value: Code
    rehearsal: Rehearsal
    change: ChangeRequest
    proof: Attachment
    problem: Problem
    party: ProblemParty
    reorganisation: Reorganisation
    given: Delegation
    message: Message
    view: SavedView
    draw: Draw
    sampled: SampledRecord
    pack: Pack
    school_kind: str = "P"
    pack_form: str = "zip"


def build(cast: Cast, at: datetime) -> World:
    campaign = rounds.launched(cast, at)
    campaign.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    filed, untouched = (
        campaign.submission(cast.first_school),
        campaign.submission(cast.second_school),
    )
    open_record = campaign.add_people(cast.second_school, cast.second_clerk)[0]
    return World(
        cast=cast,
        filed=filed,
        open=untouched,
        draft=rounds.new_campaign(cast, at, code="draft"),
        task=campaign.task(cast.first_school),
        act=_act(campaign, cast, at),
        record=filed.records.get(),
        line=_line(filed, cast, at),
        open_record=open_record,
        finding=_finding(untouched, open_record),
        workbook=_workbook(filed, cast.school_clerk, at),
        report=_report(campaign.campaign, cast, at),
        attachment=_attachment(cast, at),
        teacher=staff.employed(cast.first_school, at, serial=122, name="马晓兰"),
        reorganisation=_reorganisation(cast, at),
        export=_export(cast, at),
        **_index(campaign.campaign, cast, at),
        **_change(cast, at),
        **_problem(campaign, filed, cast, at),
        given=_delegation(cast, at),
        message=_message(cast, at),
        view=_view(cast, at),
        **_draw(campaign, cast, at),
        pack=_pack(campaign.campaign, cast, at),
    )


def _view(cast: Cast, at: datetime) -> SavedView:
    """A view that the county's reviewer has kept."""
    who = {"by": cast.county_reviewer.user, "post": cast.county_reviewer}
    return saved_views.save(name="逾期的小学", filters=Filters(due="overdue"), at=at, **who)


def _draw(campaign: rounds.Round, cast: Cast, at: datetime) -> dict:
    """The county's reviewer has drawn the filed submission and opened its record."""
    samples.asked_for(campaign)
    drawn = samples.draw(campaign, cast.county_reviewer)
    sampled = drawn.records.get()
    actions.open_sampled(sampled, by=cast.county_reviewer.user, post=cast.county_reviewer, at=at)
    return {"draw": drawn, "sampled": sampled}


def _delegation(cast: Cast, at: datetime) -> Delegation:
    """The county's supervisor acts for its reviewer, for a century."""
    return Delegation.objects.create(
        post=cast.county_reviewer,
        to=cast.county_supervisor.user,
        valid_from=at.date(),
        valid_to=at.date() + timedelta(days=36525),
        reason="出差",
        created_by=cast.county_reviewer.user,
        created_at=at,
    )


def _reorganisation(cast: Cast, at: datetime) -> Reorganisation:
    """The record of a division that the province's administrator has carried out."""
    unit = {
        "code": "1",
        "name": "一小",
        "before": "2",
        "before_name": "东乡族自治县",
        "teachers": 1,
    }
    return Reorganisation.objects.create(
        kind=ReorganisationKind.SPLIT,
        organisation=cast.province,
        effective_on=at.date(),
        reason="甘政发〔2026〕12号",
        plan={
            "units": [unit],
            "target": None,
            "founded": {"code": "3", "name": "二小"},
            "cancelled": 0,
            "withdrawn": 0,
        },
        by=cast.administrator.user,
        post=cast.administrator,
        at=at,
    )


def _act(campaign: rounds.Round, cast: Cast, at: datetime) -> Act:
    """The county pressed a button over a task that still lies with a school: nothing was done."""
    return acts.ask(
        key=uuid4(),
        verdict=Verdict.APPROVE,
        by=cast.county_reviewer.user,
        post=cast.county_reviewer,
        at=at,
        tasks=[campaign.task(cast.second_school).pk],
    )


def _line(filed: Submission, cast: Cast, at: datetime) -> Correction:
    """The county's reviewer has marked the whole submission; nothing was sent yet."""
    return actions.mark(
        filed,
        reason="01",
        words="请核对。",
        by=cast.county_reviewer.user,
        post=cast.county_reviewer,
        at=at,
    )


def _message(cast: Cast, at: datetime) -> Message:
    """The county's and the city's reviewer were told of the same thing; this is the county's."""
    people = [cast.county_reviewer.user_id, cast.city_reviewer.user_id]
    messages.tell(
        people,
        kind=MessageKind.ASSIGNED,
        key="assigned:1",
        facts={"by": "马建国", "count": 2},
        at=at,
    )
    return Message.objects.get(user=cast.county_reviewer.user)


def _problem(campaign: rounds.Round, filed: Submission, cast: Cast, at: datetime) -> dict:
    """The kindergarten of the county reports a person of the first school, too."""
    known = filed.records.get()
    Record.objects.create(
        submission=campaign.submission(cast.kindergarten),
        name=known.name,
        identity_hash=known.identity_hash,
        identity_sealed=known.identity_sealed,
        identity_mask=known.identity_mask,
        data=known.data,
        entered_by=cast.kindergarten_clerk.user,
        entered_at=at,
    )
    problems.look_at([known.identity_hash], found_on="save", at=at)
    actions.open_problems(at=at)
    problem = Problem.objects.get()
    return {"problem": problem, "party": problem.parties.get(organisation=cast.first_school)}


def _change(cast: Cast, at: datetime) -> dict:
    """A leave that the first school's clerk is drawing up, with a piece of evidence."""
    proof = _attachment(cast, at)
    teacher = staff.employed(cast.first_school, at)
    change = staff.ask(ChangeKind.LEAVE, cast.school_clerk, at, teacher=teacher, proof=[proof])
    return {"change": change, "proof": proof}


def _index(campaign: Campaign, cast: Cast, at: datetime) -> dict:
    """A draft of the next version, an indicator of it, and a rehearsal that is over."""
    published = campaign.index_version
    draft = drafting.make_draft(
        base=published,
        code="next",
        name="下一版",
        by=cast.administrator.user,
        post=cast.administrator,
        at=at,
    )
    return {
        "published": published,
        "index_draft": draft,
        "indicator": Indicator.objects.get(
            indicator_set__version=draft, indicator_set__key="basic", key="marital"
        ),
        "value": Code.objects.get(code_list__key="train_mode", code="2"),
        "rehearsal": Rehearsal.objects.create(
            version=draft,
            campaign=campaign,
            draft_as_of=at,
            state=RehearsalState.DONE,
            asked_by=cast.administrator.user,
            asked_at=at,
        ),
    }


def _finding(submission: Submission, record: Record) -> Finding:
    return Finding.objects.create(
        submission=submission,
        record=record,
        rule="has_left",
        severity=Severity.WARNING,
        set_key="basic",
        indicator_key="name",
        params={"status": "301"},
    )


def _workbook(submission: Submission, clerk: Post, at: datetime) -> WorkbookImport:
    return WorkbookImport.objects.create(
        submission=submission,
        state=ImportState.REFUSED,
        file_name="teachers.xlsx",
        sha256="0" * 64,
        rows_count=1,
        failed_count=1,
        failed=identity.seal_bytes(_failed_rows()),
        imported_by=clerk.user,
        imported_at=at,
    )


def _failed_rows() -> bytes:
    """A workbook with one row and its reason, as `campaigns/workbooks/failed.py` writes them."""
    book, content = Workbook(), BytesIO()
    book.active.append(["姓名", "问题"])
    book.active.append(["马晓兰", "身份证件号有误"])
    book.save(content)
    return content.getvalue()


def _report(campaign: Campaign, cast: Cast, at: datetime) -> Report:
    report = Report.objects.create(
        campaign=campaign,
        stage=StageKind.COLLECTION,
        organisation=cast.county,
        issue=1,
        code="7F3A-92C4-4B5E",
        state=ReportState.DONE,
        frozen_at=at,
        finished_at=at,
        asked_by=cast.county_supervisor.user,
        asked_at=at,
        sha256="1" * 64,
        size=4,
        pages=1,
    )
    ReportFile.objects.create(report=report, content=b"%PDF")
    return report


def _pack(campaign: Campaign, cast: Cast, at: datetime) -> Pack:
    """The pack of the city."""
    pack = Pack.objects.create(
        campaign=campaign,
        stage=StageKind.COLLECTION,
        organisation=cast.city,
        state=ReportState.DONE,
        asked_by=cast.city_reviewer.user,
        asked_at=at,
        finished_at=at,
    )
    PackFile.objects.create(pack=pack, form=PackForm.ZIP, content=b"PK", size=2, sha256="2" * 64)
    return pack


def _export(cast: Cast, at: datetime) -> RegisterExport:
    """A workbook that the county's reviewer has had made."""
    made = RegisterExport.objects.create(
        post=cast.county_reviewer,
        state=ExportState.DONE,
        described="东乡族自治县",
        sets=["basic"],
        reason="核对",
        total=1,
        size=2,
        asked_at=at,
        expires_at=at + timedelta(hours=24),
    )
    with tempfile.NamedTemporaryFile() as workbook:
        workbook.write(b"PK")
        workbook.flush()
        keeping.keep(Path(workbook.name), made.key)
    return made


def _attachment(cast: Cast, at: datetime) -> Attachment:
    return attachments.take(
        name="证明.pdf",
        content=uploads.pdf(),
        kind=AttachmentKind.EVIDENCE,
        organisation=cast.first_school,
        by=cast.school_clerk.user,
        post=cast.school_clerk,
        at=at,
    )


def addresses() -> Iterator[tuple[str, str]]:
    """(name with namespace, pattern) of every address the project answers."""
    yield from _walk(get_resolver(), "", ())


def _walk(resolver: URLResolver, prefix: str, spaces: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield ":".join([*spaces, entry.name or f"unnamed {pattern}"]), pattern
        else:
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from _walk(entry, pattern, inner)


def path_of(world: World, name: str, arguments: dict) -> str:
    """The address itself; `arguments` maps a converter's name to a dotted path in the world."""
    return reverse(name, kwargs={key: _value(world, where) for key, where in arguments.items()})


def _value(world: World, where: str):
    value = world
    for part in where.split("."):
        value = getattr(value, part)
    return value


def visitor(cast: Cast, name: str, **more) -> Client:
    """A browser: "anonymous", "no_post" (signed in, no post in force), or a post of the cast.

    It sits at a machine of its own: limits that count by address begin anew.
    """
    cache.clear()
    client = Client(**more)
    if name == "no_post":
        client.force_login(
            User.objects.get_or_create(username="no_post", notice_version=notice.VERSION)[0]
        )
    elif name != "anonymous":
        client.force_login(cast.posts[name].user)
    return client


def fingerprint() -> str:
    """A digest of all that visitors could change or learn; the same before and after a refusal."""
    rows = {
        model.__name__: list(model.objects.order_by("pk").values_list(*fields))
        for model, fields in {
            Campaign: ["pk", "state"],
            Submission: ["pk", "state", "attempt", "records_count", "unexplained_count"],
            Record: ["pk", "name", "identity_hash", "data"],
            RecordDraft: ["pk", "by_id", "saved_at"],
            Finding: ["pk", "explanation"],
            ChangeRequest: ["pk", "state", "values", "errors"],
            Task: ["pk", "finished", "owner_id"],
            Decision: ["pk", "verdict"],
            WorkbookImport: ["pk", "state"],
            Report: ["pk", "state"],
            Pack: ["pk", "state"],
            Download: ["pk"],
            AccessEntry: ["pk", "action"],
            IndexVersion: ["pk", "state", "changed_at"],
            Rehearsal: ["pk", "state"],
            Extension: ["pk", "until"],
            DeskSetting: ["pk", "two_steps"],
            Reorganisation: ["pk", "kind"],
            Delegation: ["pk", "ended_at"],
            Post: ["pk", "valid_to"],
            CalendarChange: ["pk", "reason"],
            Message: ["pk", "read_at"],
            Correction: ["pk", "decision_id", "words", "answer", "state"],
            Remark: ["pk", "words"],
            Draw: ["pk"],
            SampledRecord: ["pk", "opened_at", "verdict"],
            SavedView: ["user__username", "name"],
        }.items()
    }
    return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()
