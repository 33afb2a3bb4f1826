"""Messages: who is told of what, on screen and by e-mail, once."""

from datetime import date, timedelta
from io import StringIO
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from campaigns.enums import StageKind
from teachers.enums import ChangeKind
from teachers.models import Post, SpecialDay, User
from tests import changes, rounds
from tests.at_once import at_once
from tests.jobs import do_waiting_jobs
from workflows import actions, mailing, messages
from workflows.enums import MessageKind, Verdict
from workflows.message_texts import lines, title
from workflows.models import Message, Task


def told() -> set[tuple[str, str]]:
    return set(Message.objects.values_list("user__username", "kind"))


def said(post: Post) -> Message:
    return Message.objects.get(user=post.user_id)


def words(message: Message, language: str = "zh-hans") -> list[str]:
    with translation.override(language):
        return [title(message), *(line.words for line in lines(message))]


def tell(people, at, key="k", kind=MessageKind.ACT, **facts) -> int:
    return messages.tell([post.user_id for post in people], kind=kind, key=key, facts=facts, at=at)


# --- Telling -----------------------------------------------------------------------------------
def test_each_person_is_told_once_of_each_thing(cast, now):
    User.objects.filter(pk=cast.city_reviewer.user_id).update(is_active=False)
    people = [cast.county_reviewer, cast.school_clerk, cast.school_clerk, cast.city_reviewer]

    assert [tell(people, now), tell(people, now), tell(people, now, key="other")] == [2, 0, 2]
    assert Message.objects.count() == 4


def test_telling_is_one_statement_for_one_person_and_for_all(cast, now):
    people = list(Post.objects.all())
    counts = []
    for some in (people[:1], people):
        with CaptureQueriesContext(connection) as queries:
            tell(some, now)
        counts.append(len(queries))

    assert counts == [1, 1]


# --- Returns -------------------------------------------------------------------------------------
@pytest.fixture
def with_province(round, cast):
    """The first school's answer on the province's desk, approved by county and city."""
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    for post in (cast.county_reviewer, cast.city_reviewer):
        round.decide(cast.first_school, post, Verdict.APPROVE)
    return round


def test_a_return_to_the_school_is_told_to_its_clerk_and_to_the_levels_between(with_province, cast):
    with_province.send_back(cast.first_school, cast.province_reviewer)

    assert told() == {
        ("school_clerk", "returned"),
        ("county_reviewer", "returned"),
        ("city_reviewer", "returned"),
    }
    answer = with_province.submission(cast.first_school)
    assert words(said(cast.school_clerk))[0] == "甘肃省退回 1 件，请修改后重新报送"
    assert words(said(cast.county_reviewer))[0] == "您审核通过的材料被甘肃省退回 1 件"
    assert words(said(cast.county_reviewer), "en")[0] == (
        "Gansu Province returned what you had approved: 1 document"
    )
    assert lines(said(cast.county_reviewer))[1].address == f"/submissions/{answer.pk}/"
    assert "锁南镇第二小学 · 报送" in words(said(cast.city_reviewer))


def test_a_return_to_a_lower_level_is_told_to_those_who_had_approved_only(with_province, cast):
    with_province.send_back(cast.first_school, cast.province_reviewer, to="city_review")

    assert told() == {("city_reviewer", "returned")}


def test_the_words_of_a_return_stay_on_the_site(with_province, cast):
    """They may name teachers, and messages are mailed."""
    with_province.send_back(cast.first_school, cast.province_reviewer)

    assert "学历证书" not in str(list(Message.objects.values_list("facts", flat=True)))


def test_many_returns_at_once_are_one_message_a_person_and_one_statement(round, cast):
    schools = [("first_school", "school"), ("second_school", "second"), ("kindergarten",) * 2]
    for name, who in schools:
        round.hand_in(cast.units[name], cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"])
        round.decide(cast.units[name], cast.county_reviewer, Verdict.APPROVE)
    tasks = list(Task.objects.open().for_post(cast.city_reviewer).values_list("pk", flat=True))
    counts = []
    for some in (tasks[:1], tasks[1:]):
        with CaptureQueriesContext(connection) as queries:
            actions.decide(
                some,
                verdict=Verdict.RETURN,
                by=cast.city_reviewer.user,
                post=cast.city_reviewer,
                at=round.at,
                reasons=[rounds.reason()],
                words="请核对。",
            )
        counts.append(sum("workflows_message" in query["sql"] for query in queries))

    assert counts == [1, 1]
    assert [
        message.facts["count"]
        for message in Message.objects.filter(user=cast.county_reviewer.user).order_by("pk")
    ] == [1, 2]


def test_an_approval_tells_nobody_and_costs_nothing_more(round, cast):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    with CaptureQueriesContext(connection) as queries:
        round.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)

    assert not [query for query in queries if "workflows_message" in query["sql"]]
    assert not Message.objects.exists()


def test_a_returned_change_request_is_told_to_the_school_s_clerk(cast, now):
    teacher = changes.on_the_register(cast.first_school, now)
    change = changes.asked(ChangeKind.LEAVE, cast.first_school, teacher, cast.school_clerk, now)
    changes.decide(change, cast.school_clerk, Verdict.SUBMIT, now)
    changes.decide(change, cast.school_head, Verdict.RETURN, now)

    assert told() == {("school_clerk", "returned")}
    assert lines(said(cast.school_clerk))[-1].address == f"/changes/{change.pk}/"


def test_more_time_is_told_to_those_who_do_the_stage_s_work(round, cast):
    actions.extend(
        round.campaign,
        stage=StageKind.COLLECTION,
        organisation=cast.county,
        until=date(2026, 12, 2),
        reason="停电三天",
        by=cast.manager.user,
        post=cast.manager,
        at=round.at,
    )

    names = ["school", "second", "kindergarten"]
    assert told() == {
        (f"{name}_{role}", "extended") for name in names for role in ("clerk", "head")
    }
    assert words(said(cast.school_head)) == [
        "东乡族自治县的时限已延至 2026-12-02",
        "2026 年度教师信息采集 · 信息采集",
        "甘肃省：停电三天",
    ]


def test_more_time_for_a_review_is_told_to_its_desk(round, cast):
    actions.extend(
        round.campaign,
        stage=StageKind.COUNTY_REVIEW,
        organisation=cast.county,
        until=date(2026, 12, 9),
        reason="停电三天",
        by=cast.manager.user,
        post=cast.manager,
        at=round.at,
    )

    assert told() == {("county_reviewer", "extended")}


# --- Words ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "facts", "chinese", "english"),
    [
        (
            MessageKind.ASSIGNED,
            {"by": "马建国", "count": 3},
            ["马建国分派给您 3 件待办", "打开待办"],
            ["马建国 assigned 3 tasks to you", "Open the inbox"],
        ),
        (
            MessageKind.DELEGATED,
            {
                "by": "马建国",
                "first": "2026-12-01",
                "last": "2026-12-20",
                "role": "reviewer",
                "desk": {"name": "东乡族自治县", "name_en": ""},
            },
            ["2026-12-01 至 2026-12-20 由您代理马建国办理", "东乡族自治县 · 审核员"],
            ["You act for 马建国 from 2026-12-01 until 2026-12-20", "东乡族自治县 · Reviewer"],
        ),
        (
            MessageKind.ACT,
            {"verdict": "approve", "done": 618, "items": 620},
            ["审核通过：620 件中完成 618 件", "办理结果见回执"],
            ["Approved: 618 of 620 done", "The receipt says what became of each"],
        ),
        (
            MessageKind.ACT,
            {"verdict": "approve", "done": 5, "items": 620, "failed": True},
            ["审核通过：已中止，620 件中完成 5 件", "办理结果见回执"],
            ["Approved: broken off after 5 of 620", "The receipt says what became of each"],
        ),
        (
            MessageKind.REROUTED,
            {
                "desk": {"name": "临夏市", "name_en": "Linxia"},
                "count": 2,
                "reason": "并校",
            },
            ["2 件办件改由临夏市办理", "并校"],
            ["2 cases go to Linxia now", "并校"],
        ),
    ],
)
def test_every_kind_speaks_both_languages(kind, facts, chinese, english):
    message = Message(kind=kind, facts=facts)

    assert (words(message), words(message, "en")) == (chinese, english)


@pytest.mark.parametrize("kind", MessageKind)
def test_facts_that_are_missing_break_no_page(kind):
    message = Message(kind=kind, facts={"count": 1} if kind == MessageKind.RETURNED else {})

    assert words(message)[0]


# --- By e-mail -----------------------------------------------------------------------------------
@pytest.fixture
def addressed(cast):
    """Two people with an address; everybody else has none."""
    for post, address in [(cast.county_reviewer, "ma"), (cast.city_reviewer, "tuo")]:
        User.objects.filter(pk=post.user_id).update(email=f"{address}@example.cn")
    return cast


def test_messages_are_mailed_in_chinese_once_to_those_with_an_address(addressed, now, settings):
    settings.SITE_URL = "https://teachers.example"
    cast = addressed
    tell([cast.county_reviewer, cast.school_clerk], now, verdict="approve", done=2, items=3)
    results = [mailing.send(at=now), mailing.send(at=now)]

    assert [(result.sent, result.failed) for result in results] == [(1, 0), (0, 0)]
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        (["ma@example.cn"], "审核通过：3 件中完成 2 件")
    ]
    assert "https://teachers.example/messages/" in mail.outbox[0].body
    assert said(cast.county_reviewer).mailed_at == now
    assert said(cast.school_clerk).mailed_at is None


def test_old_news_is_not_mailed(addressed, now):
    tell([addressed.county_reviewer], now - timedelta(days=4))

    assert mailing.send(at=now).sent == 0


def test_without_a_mail_server_nothing_is_sent_and_nothing_noted(addressed, now, settings):
    settings.EMAIL_BACKEND = mailing.SILENT
    tell([addressed.county_reviewer], now)
    told_on_the_terminal = StringIO()
    call_command("send_messages", stdout=told_on_the_terminal)

    assert mailing.send(at=now).sent == 0
    assert said(addressed.county_reviewer).mailed_at is None
    assert "EMAIL_URL" in told_on_the_terminal.getvalue()


class Refusing(EmailBackend):
    """A server that knows one of the two addresses only."""

    def send_messages(self, letters):
        if letters[0].to == ["ma@example.cn"]:
            raise SMTPRecipientsRefused({"ma@example.cn": (550, b"unknown")})
        return super().send_messages(letters)


class Lost(EmailBackend):
    """A server that hangs up."""

    def send_messages(self, letters):
        raise SMTPServerDisconnected("Connection unexpectedly closed")


def test_what_cannot_be_sent_keeps_its_reason_and_the_others_go_out(addressed, now, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    tell([addressed.county_reviewer, addressed.city_reviewer], now)
    first, second = mailing.send(at=now), mailing.send(at=now)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    again = mailing.send(at=now, again=True)

    assert [(r.sent, r.failed) for r in (first, second, again)] == [(1, 1), (0, 0), (1, 0)]
    assert [letter.to for letter in mail.outbox] == [["tuo@example.cn"], ["ma@example.cn"]]
    assert said(addressed.county_reviewer).mail_error == ""


def test_a_server_that_hangs_up_leaves_the_rest_for_later(addressed, now, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Lost"
    tell([addressed.county_reviewer, addressed.city_reviewer], timezone.now())
    with pytest.raises(CommandError, match="does not answer"):
        call_command("send_messages")

    states = Message.objects.order_by("pk").values_list("mailed_at", "mail_error")
    assert list(states) == [
        (None, "SMTPServerDisconnected: Connection unexpectedly closed"),
        (None, ""),
    ]


def test_two_senders_at_once_send_each_message_once(transactional_db, cast, now):
    User.objects.update(email="all@example.cn")
    people = list(Post.objects.all())
    for number in range(12):
        tell(people, now, key=f"k{number}")

    results = at_once(*(lambda: mailing.send(at=now) for _ in range(3)))

    assert sum(result.sent for result in results) == 12 * len(people) == len(mail.outbox)
    assert not Message.objects.filter(mailed_at=None).exists()


def test_the_commands_remind_and_send(round, cast, addressed):
    """On whatever day the suite runs: the province works on it."""
    today = timezone.localdate()
    SpecialDay.objects.create(organisation=cast.province, day=today, is_working=True, name="上班")
    task = round.task(cast.first_school)
    Task.objects.exclude(pk=task.pk).update(due_date=today + timedelta(days=99))
    Task.objects.filter(pk=task.pk).update(
        due_date=today - timedelta(days=1), organisation=cast.county, role="reviewer"
    )
    swept, sent = StringIO(), StringIO()
    call_command("sweep_deadlines", stdout=swept)
    jobs = do_waiting_jobs("send_messages")
    call_command("send_messages", stdout=sent)

    assert swept.getvalue() == "1 reminders, 1 people told\n"
    assert (jobs, [letter.to for letter in mail.outbox]) == (1, [["ma@example.cn"]])
    assert sent.getvalue() == "0 sent, 0 could not be sent\n"


# --- On screen -----------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(
    cast, now, client, count, django_assert_num_queries
):
    for number in range(count):
        tell([cast.county_reviewer], now, key=f"k{number}", verdict="approve", done=1, items=1)
    client.force_login(cast.county_reviewer.user)
    client.get("/messages/")
    with django_assert_num_queries(6):
        page = client.get("/messages/").content.decode()

    assert page.count('class="new"') == count


def test_reading_one_message_and_all(cast, now, client):
    for number in range(3):
        tell([cast.county_reviewer, cast.city_reviewer], now, key=f"k{number}")
    client.force_login(cast.county_reviewer.user)
    first = Message.objects.filter(user=cast.county_reviewer.user).first()
    counts = []
    for address in (f"/messages/{first.pk}/read/", "/messages/read/"):
        client.post(address)
        counts.append(messages.unread_count(cast.county_reviewer.user))

    assert counts == [2, 0]
    assert messages.unread_count(cast.city_reviewer.user) == 3
    assert "没有未读消息" in client.get("/messages/?show=unread").content.decode()


def test_somebody_else_s_message_is_not_there(cast, now, client):
    tell([cast.city_reviewer], now)
    client.force_login(cast.county_reviewer.user)

    assert client.post(f"/messages/{said(cast.city_reviewer).pk}/read/").status_code == 404
    assert "暂无消息" in client.get("/messages/").content.decode()


def test_a_long_list_is_paged_by_key(cast, now, client):
    for number in range(120):
        tell([cast.county_reviewer], now + timedelta(minutes=number // 2), key=f"k{number}")
    client.force_login(cast.county_reviewer.user)
    address, seen = "/messages/", []
    while address:
        page = client.get(address)
        seen += [row.message.key for row in page.context["rows"]]
        after = page.context["after"]
        address = f"/messages/?after={after.replace('+', '%2B')}" if after else ""

    assert seen == [f"k{number}" for number in reversed(range(120))]


def test_the_bell_counts_what_is_unread_in_two_queries_more_than_nothing(
    cast, now, client, django_assert_num_queries
):
    client.force_login(cast.county_reviewer.user)
    nothing = client.get("/messages/bell/").content.decode()
    for number in range(120):
        tell([cast.county_reviewer], now, key=f"k{number}")
    with django_assert_num_queries(4):  # session, user, posts, the count
        many = client.get("/messages/bell/").content.decode()

    assert ("<b" in nothing, "99+" in many) == (False, True)
    client.logout()
    assert client.get("/messages/bell/").status_code == 204


def test_a_page_asks_for_the_bell_afterwards(cast, client):
    client.force_login(cast.county_reviewer.user)

    assert 'hx-get="/messages/bell/"' in client.get("/inbox/").content.decode()
