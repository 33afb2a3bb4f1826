"""Who reaches what: every address of the site, asked by every role, the neighbour included.

An address that is not in TABLE fails the first test: whoever adds a page says here who may see it.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.everywhere import World, addresses, build, fingerprint, path_of, visitor

pytestmark = pytest.mark.usefixtures("nothing_printed")


# --- Who asks -----------------------------------------------------------------------------
SCHOOL = {"school_clerk", "school_head"}
ABOVE = {
    "county_reviewer",
    "county_supervisor",
    "city_reviewer",
    "province_reviewer",
    "manager",
}
PROVINCE = {"province_reviewer", "manager"}
COUNTY = {"county_reviewer", "county_supervisor"}
ELSEWHERE = {"neighbour_reviewer", "neighbour_clerk", "university_reviewer"}
WITHOUT_FILES = {"teacher", "administrator", "county_officer"}
OVERSEERS = ABOVE | {"neighbour_reviewer", "university_reviewer"}
GIVERS_OF_TIME = OVERSEERS - {"county_supervisor"}
KEEPERS_OF_DAYS = {"manager", "administrator"}
SCHOOLS = SCHOOL | {"second_clerk", "neighbour_clerk"}
POSTS = SCHOOLS | ABOVE | ELSEWHERE | WITHOUT_FILES
VISITORS = sorted(POSTS) + ["no_post", "anonymous"]
#: These must learn nothing and change nothing in the county.
OUTSIDERS = sorted(ELSEWHERE | WITHOUT_FILES) + ["no_post", "anonymous"]


# --- What they are answered ---------------------------------------------------------------
@dataclass(frozen=True)
class Address:
    """`seen_by` get `seen`, the others `hidden`, apart from the visitors named in `but`.

    `body` is what a POST sends, such that it would work for the right post; an outsider's POST is
    answered with `refused`, apart from those in `refused_but`, and changes nothing. `done_by` are
    outsiders of the county whose POST does work: administrators keep the index system.
    """

    args: dict = field(default_factory=dict)
    seen_by: frozenset = frozenset()
    seen: int = 200
    hidden: int = 404
    but: dict = field(default_factory=dict)
    body: object = None
    refused: int = 404
    refused_but: dict = field(default_factory=dict)
    done_by: frozenset = frozenset()

    def expected(self, who: str) -> int:
        return self.but.get(who, self.seen if who in self.seen_by else self.hidden)


def page(seen_by: set, args: dict | None = None, **more) -> Address:
    but = {"anonymous": 302, **more.pop("but", {})}
    more["refused_but"] = {"anonymous": 302, **more.get("refused_but", {})}
    return Address(args or {}, frozenset(seen_by), but=but, **more)


def button(args: dict | None = None, **more) -> Address:
    """A page that only takes a POST."""
    return page(set(), args, hidden=405, body=more.pop("body", {}), **more)


def endpoint(seen_by: set, args: dict | None = None, **more) -> Address:
    but = {"anonymous": 401, "no_post": 403, **more.pop("but", {})}
    more["refused_but"] = {"anonymous": 401, "no_post": 403, **more.get("refused_but", {})}
    return Address(args or {}, frozenset(seen_by), but=but, **more)


def act(args: dict | None = None, **more) -> Address:
    """An endpoint that only takes a POST."""
    return endpoint(set(), args, hidden=405, body=more.pop("body", {}), **more)


EVERYBODY = set(VISITORS)
CAMPAIGN, DRAFT = {"code": "filed.campaign.code"}, {"code": "draft.code"}
FILED, OPEN, TASK = {"pk": "filed.pk"}, {"submission_id": "open.pk"}, {"pk": "task.pk"}
ACT = {"pk": "act.pk"}
RECORD = {**OPEN, "pk": "open_record.pk"}
READING = {"pk": "filed.pk", "record_pk": "record.pk"}
PERSON = {"pk": "teacher.pk"}
LINE = {"pk": "line.pk"}
WORKBOOK, REPORT = {"import_id": "workbook.pk"}, {"pk": "report.pk"}
PACK = {"pk": "pack.pk"}
APPROVE = {"task": "task.pk", "verdict": "approve"}
ASK = {"campaign": "2026", "stage": "collection", "unit": "622926"}
PUBLISHED, NEXT = {"code": "published.code"}, {"code": "index_draft.code"}
SUBSET = {**NEXT, "set_key": "indicator.indicator_set.key"}
INDICATOR = {**SUBSET, "key": "indicator.key"}
LISTING = {"key": "value.code_list.key"}
CHANGE = {"pk": "change.pk"}
PROBLEM = {"pk": "problem.pk"}
ANSWER = {**PROBLEM, "party_pk": "party.pk"}
KEEPS = {"done_by": frozenset({"administrator"})}
HELD = {"pk": "cast.county_reviewer.pk"}
DESKS = SCHOOLS | {
    "county_reviewer",
    "city_reviewer",
    "province_reviewer",
    "neighbour_reviewer",
    "university_reviewer",
}
STAFF = {"manager", "administrator", "county_supervisor"}
WORDS = {"words": "请核对。", "reason": "01"}
CLOSURE = {
    "kind": "close",
    "units": "2162002318",
    "effective_on": "2026-01-05",
    "reason": "撤销",
    "confirmed": "1",
}
SNOW = {
    "whose": "country",
    "becomes": "off",
    "first_day": (date.today() + timedelta(days=30)).isoformat(),
    "name": "大雪停课",
    "reason": "通知",
}

TABLE = {
    # the site
    "home": page(POSTS, seen=302, hidden=200),
    "schema": Address(seen_by=frozenset(EVERYBODY)),
    "set_language": Address(seen_by=frozenset(EVERYBODY), seen=302),
    "teachers:sign_in": Address(seen_by=frozenset({"anonymous"}), hidden=302),
    "teachers:sign_out": Address(hidden=405),
    "teachers:choose_post": button({"pk": "cast.county_reviewer.pk"}),
    "teachers:act_for": button({**HELD, "delegation": "given.pk"}),
    "teachers:search": page(
        POSTS - WITHOUT_FILES,
        body={"q": "马"},
        refused=302,
        refused_but=dict.fromkeys([*WITHOUT_FILES, "no_post"], 404),
    ),
    "teachers:my_file": page(EVERYBODY),
    "teachers:confirm_file": button(body={"revision": "1"}),
    "workflows:file": page(ABOVE | SCHOOL, PERSON),
    "teachers:export": page(
        POSTS - WITHOUT_FILES,
        body={"sets": ["basic"], "reason": "核对"},
        refused_but=dict.fromkeys(ELSEWHERE, 422),
    ),
    "teachers:exports": page(POSTS - WITHOUT_FILES),
    "teachers:export_file": page({"county_reviewer"}, {"pk": "export.pk"}),
    "teachers:attachment": page(ABOVE | SCHOOL, {"key": "attachment.key"}),
    # privacy
    "teachers:notice": page(EVERYBODY),
    "teachers:access_log": page({"county_officer"}),
    "teachers:access_log_export": page({"county_officer"}),
    "teachers:reveal": button({"pk": "teacher.pk"}, body={"reason": "核对身份"}),
    # campaigns
    "campaigns:list": page(OVERSEERS),
    "campaigns:create": page({"manager"}, body={"code": "x"}),
    "campaigns:progress": page(OVERSEERS, CAMPAIGN),
    "campaigns:preview": page(PROVINCE, DRAFT),
    "workflows:launch": button(DRAFT),
    "workflows:stage": button(CAMPAIGN, body={"move": "cancel", "words": "取消。"}),
    "workflows:seals": page(OVERSEERS, CAMPAIGN, body={"stage": "county_review"}),
    "workflows:extensions": page(OVERSEERS | SCHOOLS),
    "workflows:extend": page(
        GIVERS_OF_TIME,
        CAMPAIGN,
        body={"unit": "622926", "stage": "collection", "until": "2099-12-31", "reason": "停电"},
        refused_but=dict.fromkeys(GIVERS_OF_TIME & ELSEWHERE, 422),
    ),
    # working days and messages
    "workflows:calendar": page(POSTS),
    "workflows:calendar_change": page(
        KEEPERS_OF_DAYS,
        body=SNOW,
        refused_but={"administrator": 200},
    ),
    "workflows:calendar_moves": page(KEEPERS_OF_DAYS, seen=302),
    "workflows:messages": page(EVERYBODY),
    "workflows:messages_bell": page(EVERYBODY, but={"anonymous": 204}),
    "workflows:messages_read_all": button(refused=302),
    "workflows:message_read": button({"pk": "message.pk"}),
    # the school's desk
    "workflows:school": page(SCHOOLS),
    "campaigns:prefill": button(OPEN),
    "campaigns:record_new": page({"second_clerk"}, OPEN, body={}),
    "campaigns:record": page(ABOVE | {"second_clerk"}, RECORD, body={}),
    "campaigns:record_remove": button(RECORD),
    "campaigns:draft": button(RECORD, body={"contact-mobile": "1"}),
    "campaigns:draft_new": button(OPEN, body={"contact-mobile": "1"}),
    "campaigns:drop": button(RECORD),
    "campaigns:drop_new": button(OPEN),
    "campaigns:explain": button({"pk": "finding.pk"}, body=WORDS),
    "campaigns:template": page({"second_clerk"}, OPEN),
    "campaigns:import": button(OPEN),
    "campaigns:import_result": page(SCHOOL, WORKBOOK),
    "campaigns:failed_rows": page(SCHOOL, WORKBOOK),
    "workflows:submit": button({"pk": "open.pk"}),
    "workflows:sign": button(FILED),
    "workflows:send_back": button(FILED, body=WORDS),
    "workflows:recall": button(FILED),
    # desks
    "workflows:inbox": page(POSTS),
    "workflows:inbox_news": page(POSTS),
    "workflows:view_save": button(
        body={"name": "", "view": "?due=overdue"}, refused=302, refused_but={"no_post": 404}
    ),
    "workflows:view_delete": button({"pk": "view.pk"}),
    "workflows:pane": page({"county_reviewer"}, TASK),
    "workflows:decide": button(body=APPROVE, refused=200, refused_but={"no_post": 404}),
    "workflows:sampling": page(OVERSEERS),
    "workflows:sampling_draw": button(
        body={"campaign": "2026"},
        refused_but=dict.fromkeys(["neighbour_reviewer", "university_reviewer"], 302),
    ),
    "workflows:sampling_shown": page(ABOVE, {"pk": "draw.pk"}),
    "workflows:sampling_judge": button({"pk": "sampled.pk"}, body={"verdict": "right"}),
    "workflows:desk_settings": page(
        {"administrator"},
        body={"steps": "two"},
        refused_but={"administrator": 422},
    ),
    "workflows:reorganisations": page({"administrator"}),
    "workflows:reorganisation": page({"administrator"}, {"pk": "reorganisation.pk"}),
    "workflows:reorganise": page({"administrator"}, body=CLOSURE, **KEEPS),
    "workflows:acts": page(POSTS),
    "workflows:act": page({"county_reviewer"}, ACT),
    "workflows:act_undo": button(ACT),
    "workflows:act_retry": button(ACT),
    "workflows:act_resume": button(ACT),
    "workflows:claim": button(body={"task": "task.pk"}, refused=200, refused_but={"no_post": 404}),
    "workflows:release": button(
        body={"task": "task.pk"}, refused=200, refused_but={"no_post": 404}
    ),
    "workflows:assign": button(
        body={"task": "task.pk", "to": "1"},
        refused=200,
        refused_but={"no_post": 404},
    ),
    "workflows:desk": page(DESKS),
    "workflows:figures": page(DESKS),
    "workflows:delegate": page(
        {"county_reviewer", "manager", "administrator"},
        HELD,
        body={"reason": "出差"},
        refused_but={"administrator": 422},
    ),
    "workflows:delegation_end": button(
        {"pk": "given.pk"}, body={}, done_by=frozenset({"administrator"})
    ),
    "workflows:hand_over": page(
        {"county_reviewer", "manager", "administrator"},
        HELD,
        body={"reason": "调动"},
        done_by=frozenset({"administrator"}),
    ),
    "workflows:desks": page(STAFF),
    "workflows:delegations": page(STAFF),
    "workflows:separations": page(STAFF - {"administrator"}),
    "workflows:appoint": page(
        {"administrator"},
        {"code": "cast.county.code", "role": "cast.county_reviewer.role"},
        body={"username": "x"},
        refused_but={"administrator": 422},
    ),
    "workflows:submission": page(ABOVE | SCHOOL, FILED),
    "workflows:cancel_submission": button(FILED, body={"words": "学校已撤并。"}),
    "workflows:reopen_submission": button(FILED, body={"words": "漏报一人。"}),
    "workflows:record": page(ABOVE | SCHOOL, READING),
    "workflows:record_list": page(ABOVE | SCHOOL, FILED, seen=302),
    "workflows:reveal": button(READING, body={"reason": "核对身份"}),
    # lists of corrections
    "workflows:corrections": page(ABOVE | SCHOOL, FILED),
    "workflows:corrections_sheet": page(ABOVE | SCHOOL, FILED),
    "reports:corrections": page(ABOVE | SCHOOL, FILED),
    "reports:submission_form": page(ABOVE | SCHOOL, FILED),
    "workflows:correction_mark": page({"county_reviewer"}, FILED, body=WORDS),
    "workflows:correction_change": page({"county_reviewer"}, LINE, body=WORDS),
    "workflows:correction_remove": button(LINE),
    "workflows:correction_answer": button(LINE, body={"answer": "corrected"}),
    "workflows:remark": button(FILED, body={"words": "请核对。"}),
    "workflows:corrections_close": button(FILED, body={"all": "1"}),
    # change requests
    "workflows:changes": page(POSTS),
    "workflows:change_new": page(
        {"school_clerk", "second_clerk", "neighbour_clerk"},
        body={},
        refused_but={"neighbour_clerk": 200},
    ),
    "workflows:change": page(ABOVE | SCHOOL, CHANGE),
    "workflows:change_edit": page({"school_clerk"}, CHANGE, body={}),
    "workflows:change_decide": button(CHANGE, body={"verdict": "withdraw"}),
    "workflows:change_evidence": button(CHANGE),
    "workflows:change_evidence_remove": button({**CHANGE, "key": "proof.pk"}),
    # problem data
    "workflows:problems": page(POSTS),
    "workflows:problem": page(ABOVE | SCHOOL, PROBLEM),
    "workflows:problem_answer": button(ANSWER, body={"answer": "ours", "words": "在岗。"}),
    "workflows:problem_settle": button(PROBLEM, body={"outcome": "correct", "words": "更正。"}),
    # reports
    "reports:verify": Address(seen_by=frozenset(EVERYBODY)),
    "reports:verify_code": Address({"code": "report.code"}, frozenset(EVERYBODY)),
    "reports:dossier": page(ABOVE | SCHOOL, PERSON),
    "reports:list": page(OVERSEERS),
    "reports:ask": button(body=ASK),
    "reports:report": page(ABOVE, REPORT),
    "reports:retry": button(REPORT),
    "reports:cancel": button(REPORT),
    "reports:ask_pack": button(body={**ASK, "unit": "622900"}),
    "reports:pack": page(ABOVE - COUNTY, PACK),
    "reports:retry_pack": button(PACK),
    "reports:cancel_pack": button(PACK),
    "reports:pack_file": page(ABOVE - COUNTY, {**PACK, "form": "pack_form"}),
    "reports:download": page(ABOVE, REPORT),
    # the index system
    "teachers:index_versions": page(POSTS),
    "teachers:index_version": page(POSTS, PUBLISHED),
    "teachers:form_schema": page(POSTS, {**PUBLISHED, "kind": "school_kind"}),
    "teachers:index_differences": page({"administrator"}, NEXT),
    "teachers:index_draft": button(PUBLISHED, body={"code": "2030", "name": "新"}, **KEEPS),
    "teachers:index_publish": button(NEXT, **KEEPS),
    "teachers:index_discard": button(NEXT, **KEEPS),
    "teachers:index_set_new": page({"administrator"}, NEXT, body={"key": "extra"}, **KEEPS),
    "teachers:index_set_retire": button(SUBSET, **KEEPS),
    "teachers:index_indicator_new": page({"administrator"}, SUBSET, body={"key": "x"}, **KEEPS),
    "teachers:index_indicator": page({"administrator"}, INDICATOR, body={"name": "x"}, **KEEPS),
    "teachers:index_indicator_retire": button(INDICATOR, **KEEPS),
    "teachers:index_indicator_restore": button(INDICATOR, **KEEPS),
    "teachers:code_lists": page(POSTS),
    "teachers:code_list": page(POSTS, LISTING),
    "teachers:code_value_add": button(LISTING, body={"code": "77", "name": "x"}, **KEEPS),
    "teachers:code_value_end": button({**LISTING, "code": "value.code"}, **KEEPS),
    "campaigns:rehearsals": page({"administrator"}, NEXT),
    "campaigns:rehearse": button(NEXT, body={"campaign": "2026"}, **KEEPS),
    "campaigns:rehearsal": page({"administrator"}, {"pk": "rehearsal.pk"}),
    # the API
    "teachers_api:form_schema": endpoint(POSTS, {**PUBLISHED, "kind": "school_kind"}),
    "teachers_api:token": Address(
        hidden=405, but={"anonymous": 401}, body={"username": ""}, refused=400
    ),
    "teachers_api:me": endpoint(POSTS),
    "teachers_api:teachers": endpoint(POSTS - WITHOUT_FILES, hidden=403),
    "teachers_api:by_identity": act(
        body={"number": ""}, refused=400, refused_but=dict.fromkeys(WITHOUT_FILES, 403)
    ),
    "campaigns_api:campaigns": endpoint(POSTS),
    "campaigns_api:campaign": endpoint(POSTS, CAMPAIGN),
    "campaigns_api:preview": endpoint(PROVINCE, DRAFT, but={"administrator": 403}),
    "campaigns_api:progress": endpoint(OVERSEERS, CAMPAIGN, hidden=403),
    "campaigns_api:submissions": endpoint(POSTS),
    "campaigns_api:findings": endpoint(ABOVE | SCHOOL, FILED),
    "campaigns_api:imports": endpoint(ABOVE | SCHOOL, FILED, body={}),
    "campaigns_api:failed_rows": endpoint(SCHOOL, {"pk": "workbook.pk"}),
    "workflows_api:launch": act(DRAFT, refused_but={"administrator": 403}),
    "workflows_api:submission": endpoint(ABOVE | SCHOOL, FILED),
    "workflows_api:recall": act(FILED),
    "workflows_api:cancel": act(FILED, body={"words": "学校已撤并。"}),
    "workflows_api:reopen": act(FILED, body={"words": "漏报一人。"}),
    "workflows_api:tasks": endpoint(POSTS),
    "workflows_api:task": endpoint({"county_reviewer"}, TASK),
    "workflows_api:decide": act(body={"tasks": ["task.pk"], "verdict": "approve"}, refused=200),
    "workflows_api:claim": act(body={"tasks": ["task.pk"]}, refused=200),
    "workflows_api:release": act(body={"tasks": ["task.pk"]}, refused=200),
    "workflows_api:assign": act(body={"tasks": ["task.pk"], "to": "county_reviewer"}, refused=200),
    "workflows_api:reasons": endpoint(POSTS),
    "workflows_api:acts": endpoint(
        POSTS, body={"key": "a new UUID", "tasks": ["task.pk"], "verdict": "approve"}, refused=200
    ),
    "workflows_api:act": endpoint({"county_reviewer"}, ACT),
    "workflows_api:act_items": endpoint({"county_reviewer"}, ACT),
    "workflows_api:act_undo": act(ACT),
    "workflows_api:act_resume": act(ACT),
    "reports_api:reports": endpoint(
        POSTS, body=ASK, refused_but={"administrator": 403, "county_officer": 403}
    ),
    "reports_api:report": endpoint(ABOVE, REPORT),
    "reports_api:document": endpoint(ABOVE, REPORT),
    "reports_api:report_cancel": act(REPORT),
    "reports_api:report_retry": act(REPORT),
    "reports_api:packs": endpoint(
        POSTS,
        body={**ASK, "unit": "622900"},
        refused_but={"administrator": 403},
    ),
    "reports_api:pack": endpoint(ABOVE - COUNTY, PACK),
    "reports_api:cancel_pack": act(PACK),
    "reports_api:retry_pack": act(PACK),
    "reports_api:pack_file": endpoint(ABOVE - COUNTY, {**PACK, "form": "pack_form"}),
    "api_nothing_here": Address(),
}


# --- The walk -----------------------------------------------------------------------------
ADMINISTRATION = "admin:"


@pytest.fixture
def world(cast, now) -> World:
    return build(cast, now)


def where(world: World, name: str) -> str:
    if name == "api_nothing_here":
        return "/api/v1/nothing/here/"
    return path_of(world, name, TABLE[name].args)


def resolved(world: World, value):
    """The body with dotted paths like "task.pk" replaced by what they name."""
    if isinstance(value, dict):
        return {key: resolved(world, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolved(world, inner) for inner in value]
    if value == "a new UUID":
        return str(uuid4())
    if isinstance(value, str) and value.endswith(".pk"):
        first, _dot, rest = value.partition(".")
        return getattr(getattr(world, first), rest)
    return value


def send(world: World, client, name: str):
    body = resolved(world, TABLE[name].body)
    in_json = "_api:" in name and name != "campaigns_api:imports"
    more = {"content_type": "application/json"} if in_json else {}
    return client.post(where(world, name), body, **more)


def test_every_address_says_who_may_see_it():
    known = {name for name, _pattern in addresses() if not name.startswith(ADMINISTRATION)}

    assert known - TABLE.keys() == set(), "add the new addresses to TABLE"
    assert TABLE.keys() - known == set(), "these addresses are gone"


def test_every_role_gets_what_the_table_says(world):
    wrong = {}
    for who in VISITORS:
        client = visitor(world.cast, who)
        for name, address in TABLE.items():
            got = client.get(where(world, name)).status_code
            if got != address.expected(who):
                wrong[name, who] = (got, address.expected(who))

    assert wrong == {}


def test_outsiders_change_nothing_and_learn_nothing(world):
    before, wrong = fingerprint(), {}
    for who in OUTSIDERS:
        client = visitor(world.cast, who)
        for name, address in TABLE.items():
            if address.body is None or who in address.done_by:
                continue
            answer = send(world, client, name)
            expected = address.refused_but.get(who, address.refused)
            if answer.status_code != expected:
                wrong[name, who] = (answer.status_code, expected)
            if world.record.identity_mask.encode() in answer.content:
                wrong[name, who] = "shows a person"

    assert wrong == {}
    assert fingerprint() == before


def test_the_right_post_does_what_the_outsiders_could_not(world):
    """The bodies above do work: otherwise the test above would prove nothing."""
    does = {
        "workflows:claim": "county_reviewer",
        "workflows:view_delete": "county_reviewer",
        "workflows:decide": "county_reviewer",
        "workflows:sampling_judge": "county_reviewer",
        "workflows:reveal": "county_reviewer",
        "teachers:reveal": "county_reviewer",
        "campaigns:explain": "second_clerk",
        "campaigns:draft": "second_clerk",
        "campaigns:drop": "second_clerk",
        "campaigns:record_remove": "second_clerk",
        "workflows:launch": "manager",
        "reports_api:reports": "county_supervisor",
        "teachers:index_draft": "administrator",
        "campaigns:rehearse": "administrator",
        "teachers:index_discard": "administrator",
        "workflows:reorganise": "administrator",
        "workflows:cancel_submission": "manager",
        "workflows:stage": "manager",
        "workflows:hand_over": "county_reviewer",
        "workflows:message_read": "county_reviewer",
        "workflows:messages_read_all": "city_reviewer",
    }
    unchanged = []
    for name, who in does.items():
        before = fingerprint()
        answer = send(world, visitor(world.cast, who), name)
        if answer.status_code >= 400 or fingerprint() == before:
            unchanged.append((name, answer.status_code))

    assert unchanged == []


def test_no_post_goes_through_without_the_csrf_token(world):
    before, open_doors = fingerprint(), []
    for who in ("county_reviewer", "school_clerk", "manager"):
        client = visitor(world.cast, who, enforce_csrf_checks=True)
        for name, address in TABLE.items():
            if address.body is None or name == "teachers_api:token":
                continue
            status = send(world, client, name).status_code
            if status != 403:
                open_doors.append((name, who, status))

    assert open_doors == []
    assert fingerprint() == before


FILTERS = (
    "by school ethnic status unit q after before cursor page_size campaign stage order tab look "
    "due kind show overdue state on from to revision outcome short year day sample row"
)
NONSENSE = ["\0", "\u0660'\"<", "9" * 40, "-1", "2026-02-30.1"]


def test_nonsense_in_the_query_breaks_no_page(world):
    broken = []
    for who in ("county_reviewer", "school_clerk", "county_officer"):
        client = visitor(world.cast, who, raise_request_exception=False)
        for name, address in TABLE.items():
            if address.expected(who) == 200:
                for value in NONSENSE:
                    query = dict.fromkeys(FILTERS.split(), value)
                    if client.get(where(world, name), query).status_code >= 500:
                        broken.append((name, value))

    assert broken == []


def test_a_nul_character_in_a_form_is_refused_before_anything_is_written(world):
    before, clerk = fingerprint(), visitor(world.cast, "second_clerk")

    answer = clerk.post(where(world, "campaigns:explain"), {"words": "a\0b"})

    assert (answer.status_code, fingerprint()) == (400, before)


@pytest.mark.parametrize("path", ["campaigns/a%00b/", "campaigns/%00/progress/"])
def test_a_key_that_no_row_can_have_is_not_found(world, path):
    client = visitor(world.cast, "county_reviewer")

    assert client.get(f"/api/v1/{path}").status_code == 404


def test_the_administration_is_closed_to_every_post_of_the_cast(world):
    inside = [
        (name, who, answer.status_code)
        for who in ("administrator", "manager", "county_reviewer", "teacher", "anonymous")
        for name in ("index", "teachers_user_changelist", "teachers_post_add", "jsi18n")
        if (
            answer := visitor(world.cast, who).get(path_of(world, f"{ADMINISTRATION}{name}", {}))
        ).status_code
        != 302
    ]

    assert inside == []
