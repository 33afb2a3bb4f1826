"""Lists of corrections: marked at a desk, sent with a return, answered by the school, looked at."""

from datetime import timedelta
from uuid import uuid4

import pytest

from campaigns.actions import NotOpenForSchool, NotYourSchool, remove_record
from campaigns.models import Submission
from teachers.enums import Role
from teachers.models import Post, User
from tests.at_once import at_once
from tests.cast import BEGAN
from tests.invariants import violations
from tests.rounds import launched
from workflows import actions, acts
from workflows.actions import Place
from workflows.enums import CorrectionAnswer, CorrectionState, Verdict
from workflows.models import Correction, Decision

ETHNIC = Place("basic", None, "ethnic")
MOBILE = Place("contact", None, "mobile")


@pytest.fixture
def filed(round, cast):
    """The first school's submission with three records on the county's desk."""
    return file(round)


def file(round) -> Submission:
    cast = round.cast
    round.add_people(cast.first_school, cast.school_clerk, 3)
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    return round.submission(cast.first_school)


def mark(round, submission, post, record=None, place=actions.marking.WHOLE, **more) -> Correction:
    return actions.mark(
        submission,
        reason=more.pop("reason", "01"),
        words=more.pop("words", "请核对。"),
        by=more.pop("by", post.user),
        post=post,
        at=round.at,
        record=record,
        place=place,
        **more,
    )


def give_back(round, post, **more):
    return acts.return_one(
        round.task(round.cast.first_school).pk,
        key=more.pop("key", uuid4()),
        by=post.user,
        post=post,
        at=round.at,
        **more,
    )


def answer(round, line, answer=CorrectionAnswer.CORRECTED, words="", **more) -> Correction:
    clerk = round.cast.school_clerk
    return actions.answer(
        line,
        answer=answer,
        words=words,
        by=more.pop("by", clerk.user),
        post=more.pop("post", clerk),
        at=round.at,
        **more,
    )


def later(round) -> None:
    round.at += timedelta(minutes=10)


# --- The basket ------------------------------------------------------------------------------
def test_a_mark_lies_in_the_basket_of_the_desk_and_nowhere_else(round, cast, filed):
    record = filed.records.order_by("pk")[0]
    line = mark(round, filed, cast.county_reviewer, record, ETHNIC)

    assert Correction.objects.values_list(
        "submission",
        "decision",
        "organisation",
        "role",
        "record",
        "name",
        "identity_mask",
        "set_key",
        "row",
        "indicator_key",
        "reason",
        "words",
        "marked_by",
        "marked_at",
        "state",
    ).get() == (
        filed.pk,
        None,
        cast.county.pk,
        Role.REVIEWER,
        record.pk,
        record.name,
        record.identity_mask,
        "basic",
        None,
        "ethnic",
        "01",
        "请核对。",
        cast.county_reviewer.user_id,
        round.at,
        CorrectionState.OPEN,
    )
    assert list(Correction.objects.in_basket_of(cast.county_reviewer)) == [line]
    assert list(Correction.objects.in_basket_of(cast.city_reviewer)) == []
    assert list(Correction.objects.sent()) == []


@pytest.mark.parametrize("who", ["city_reviewer", "neighbour_reviewer", "county_supervisor"])
def test_only_the_desk_that_has_it_marks(round, cast, filed, who):
    with pytest.raises(actions.NotAtYourDesk):
        mark(round, filed, cast.posts[who])
    with pytest.raises(actions.NotAtYourDesk):
        mark(round, filed, cast.county_reviewer, by=cast.posts[who].user)
    assert not Correction.objects.exists()


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place("basic", None, "nonsense"), "没有此字段"),
        (Place("pay", None, "salary"), "没有此字段"),
        (Place("basic", 0, "ethnic"), "没有此字段"),
    ],
)
def test_a_place_that_the_form_does_not_have_is_refused(round, cast, filed, place, words):
    with pytest.raises(actions.CannotMark, match=words):
        mark(round, filed, cast.county_reviewer, filed.records.first(), place)


def test_a_mark_needs_a_reason_of_the_list(round, cast, filed):
    with pytest.raises(actions.CannotMark, match="请从列表中选择一个原因"):
        mark(round, filed, cast.county_reviewer, reason="x")


def test_the_same_place_is_marked_once(round, cast, filed):
    record = filed.records.first()
    mark(round, filed, cast.county_reviewer, record, ETHNIC)

    with pytest.raises(actions.AlreadyMarked, match="马建国"):
        mark(round, filed, cast.county_reviewer, record, ETHNIC)
    mark(round, filed, cast.county_reviewer, record)
    mark(round, filed, cast.county_reviewer)
    assert Correction.objects.count() == 3


def test_a_line_is_changed_and_taken_out_by_its_desk_only(round, cast, filed):
    line = mark(round, filed, cast.county_reviewer)
    other = {"by": cast.city_reviewer.user, "post": cast.city_reviewer}
    mine = {"by": cast.county_reviewer.user, "post": cast.county_reviewer}

    with pytest.raises(actions.LineGone):
        actions.change_line(line, reason="02", words="", at=round.at, **other)
    with pytest.raises(actions.LineGone):
        actions.remove_line(line, **other)
    changed = actions.change_line(line, reason="02", words=" 学历 不符 ", at=round.at, **mine)
    assert (changed.reason, changed.words) == ("02", "学历 不符")
    actions.remove_line(line, **mine)
    assert not Correction.objects.exists()


def test_what_was_not_sent_stays_for_the_desk_when_the_submission_goes_on(round, cast, filed):
    line = mark(round, filed, cast.county_reviewer)
    round.decide(cast.first_school, cast.county_reviewer, Verdict.APPROVE)

    with pytest.raises(actions.NotAtYourDesk):
        mark(round, filed, cast.county_reviewer, filed.records.first())
    assert list(Correction.objects.in_basket_of(cast.county_reviewer)) == [line]
    round.send_back(cast.first_school, cast.city_reviewer, to="county_review")
    assert list(Correction.objects.sent()) == []
    give_back(round, cast.county_reviewer)
    assert list(Correction.objects.sent()) == [line]


def test_a_recall_leaves_the_basket_with_the_desk(round, cast, filed):
    line = mark(round, filed, cast.county_reviewer)
    actions.recall(filed, by=cast.school_clerk.user, post=cast.school_clerk, at=round.at)

    assert list(Correction.objects.in_basket_of(cast.county_reviewer)) == [line]
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    assert list(Correction.objects.in_basket_of(cast.county_reviewer)) == [line]


# --- The return ------------------------------------------------------------------------------
def test_a_return_takes_the_basket_along_with_its_reasons(round, cast, filed):
    first, second = filed.records.order_by("pk")[:2]
    lines = [
        mark(round, filed, cast.county_reviewer, first, ETHNIC, reason="02"),
        mark(round, filed, cast.county_reviewer, second, reason="01"),
    ]
    act = give_back(round, cast.county_reviewer, reasons=["99"])

    decision = Decision.objects.get(verdict=Verdict.RETURN)
    assert (act.done_count, decision.reasons) == (1, ["99", "02", "01"])
    assert decision.words == "请按整改清单逐条整改，共 2 条。"
    assert list(Correction.objects.sent().order_by("pk")) == lines
    assert set(Correction.objects.values_list("decision", flat=True)) == {decision.pk}
    assert violations() == {}


def test_pressing_twice_returns_once(round, cast, filed):
    mark(round, filed, cast.county_reviewer)
    task, key = round.task(cast.first_school), uuid4()
    asked = {"key": key, "by": cast.county_reviewer.user, "post": cast.county_reviewer}

    first = acts.return_one(task.pk, at=round.at, **asked)
    assert acts.return_one(task.pk, at=round.at, **asked) == first
    assert Decision.objects.filter(verdict=Verdict.RETURN).count() == 1


def test_a_return_without_lines_still_needs_reasons_and_words(round, cast, filed):
    with pytest.raises(actions.ReasonMissing):
        give_back(round, cast.county_reviewer)
    give_back(round, cast.county_reviewer, reasons=["01"], words="请核对。")
    assert round.submission(cast.first_school).state == "returned"
    assert not Correction.objects.exists()


def test_a_bulk_return_takes_each_basket_with_its_submission(round, cast, filed):
    round.hand_in(cast.second_school, cast.second_clerk, cast.second_head)
    second = round.submission(cast.second_school)
    lines = [mark(round, one, cast.county_reviewer) for one in (filed, second)]
    tasks = [round.task(cast.first_school).pk, round.task(cast.second_school).pk]
    actions.decide(
        tasks,
        verdict=Verdict.RETURN,
        by=cast.county_reviewer.user,
        post=cast.county_reviewer,
        at=round.at,
        reasons=["01"],
        words="请核对。",
    )

    sent = Correction.objects.sent().order_by("pk")
    assert [(one, one.decision.case.submission_id) for one in sent] == [
        (lines[0], filed.pk),
        (lines[1], second.pk),
    ]


def test_taking_a_return_back_puts_its_lines_into_the_basket_again(round, cast, filed):
    line = mark(round, filed, cast.county_reviewer)
    act = give_back(round, cast.county_reviewer)
    mine = {"by": cast.county_reviewer.user, "post": cast.county_reviewer}
    acts.undo(act, key=uuid4(), at=round.at, **mine)

    assert list(Correction.objects.in_basket_of(cast.county_reviewer)) == [line]
    assert violations() == {}


def test_a_return_that_the_school_has_answered_is_not_taken_back(round, cast, filed):
    line = mark(round, filed, cast.county_reviewer)
    act = give_back(round, cast.county_reviewer)
    later(round)
    answer(round, line)
    undone = acts.undo(
        act, key=uuid4(), by=cast.county_reviewer.user, post=cast.county_reviewer, at=round.at
    )

    assert undone.done_count == 0
    assert round.submission(cast.first_school).state == "returned"


# --- The school's answer ---------------------------------------------------------------------
@pytest.fixture
def returned(round, cast, filed):
    """Two lines with the school: a value of the first record, and the second record."""
    first, second = filed.records.order_by("pk")[:2]
    lines = [
        mark(round, filed, cast.county_reviewer, first, ETHNIC),
        mark(round, filed, cast.county_reviewer, second),
    ]
    give_back(round, cast.county_reviewer)
    later(round)
    return lines


def test_nothing_is_handed_in_while_a_line_has_no_answer(round, cast, returned):
    answer(round, returned[0])
    submit = {"verdict": Verdict.SUBMIT, "by": cast.school_clerk.user, "post": cast.school_clerk}
    task = round.task(cast.first_school).pk

    with pytest.raises(actions.Unanswered, match="锁南镇第二小学的整改清单还有 1 条未答复"):
        actions.decide([task], at=round.at, **submit)
    with pytest.raises(actions.Unanswered):
        acts.decide_now([task], key=uuid4(), at=round.at, **submit)
    answer(round, returned[1], CorrectionAnswer.EXPLAINED, "毕业证已核对。")
    assert actions.decide([task], at=round.at, **submit).done
    assert violations() == {}


def test_a_stranger_learns_nothing_of_the_list_by_handing_in(round, cast, returned):
    receipt = actions.decide(
        [round.task(cast.first_school).pk],
        verdict=Verdict.SUBMIT,
        by=cast.neighbour_clerk.user,
        post=cast.neighbour_clerk,
        at=round.at,
    )
    assert [one.kind for one in receipt.outcomes] == ["not_yours"]


def test_an_explanation_needs_words_and_the_answer_can_be_changed(round, cast, returned):
    with pytest.raises(actions.CannotAnswer, match="请简要说明"):
        answer(round, returned[0], CorrectionAnswer.EXPLAINED)
    said = answer(round, returned[0])
    later(round)
    again = answer(round, said, CorrectionAnswer.EXPLAINED, "证书无误。", seen=said.answered_at)
    assert (again.answer, again.answer_words, again.answered_by) == (
        "explained",
        "证书无误。",
        cast.school_clerk.user,
    )


def test_a_colleague_s_answer_is_not_overwritten_unseen(round, cast, returned):
    answer(round, returned[0])
    with pytest.raises(actions.CannotAnswer, match="汪晓梅"):
        answer(round, returned[0], CorrectionAnswer.EXPLAINED, "证书无误。")


@pytest.mark.parametrize("who", ["school_head", "second_clerk", "county_reviewer"])
def test_only_the_clerk_of_the_school_answers(round, cast, returned, who):
    post = cast.posts[who]
    with pytest.raises(NotYourSchool):
        answer(round, returned[0], by=post.user, post=post)


def test_nothing_is_answered_before_it_is_sent_or_after_handing_in(round, cast, filed):
    line = mark(round, filed, cast.county_reviewer)
    with pytest.raises(NotOpenForSchool):
        answer(round, line)
    give_back(round, cast.county_reviewer)
    later(round)
    answer(round, line)
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    with pytest.raises(NotOpenForSchool):
        answer(round, line)


def test_a_record_that_the_school_removes_leaves_its_name_on_the_list(round, cast, returned):
    line = returned[1]
    remove_record(
        submission=line.submission,
        record=line.record,
        by=cast.school_clerk.user,
        post=cast.school_clerk,
        at=round.at,
    )
    kept = Correction.objects.get(pk=line.pk)
    assert (kept.record, kept.name) == (None, line.name)


# --- The next look ---------------------------------------------------------------------------
@pytest.fixture
def answered(round, cast, returned):
    """Both lines answered, and the submission on the county's desk again."""
    for line in returned:
        answer(round, line)
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    later(round)
    return returned


def test_the_desk_closes_its_lines(round, cast, answered):
    closed = actions.close_lines(
        answered[0].submission,
        [line.pk for line in answered],
        by=cast.county_reviewer.user,
        post=cast.county_reviewer,
        at=round.at,
    )
    assert closed == 2
    assert set(Correction.objects.values_list("state", "looked_at_by", "looked_at")) == {
        ("closed", cast.county_reviewer.user_id, round.at)
    }
    assert not Correction.objects.to_look_at(cast.county_reviewer).exists()


def test_another_level_closes_nothing(round, cast, answered):
    with pytest.raises(actions.NotAtYourDesk):
        actions.close_lines(
            answered[0].submission,
            [answered[0].pk],
            by=cast.city_reviewer.user,
            post=cast.city_reviewer,
            at=round.at,
        )


def test_a_line_asked_again_is_followed_by_a_new_one(round, cast, answered):
    line = answered[0]
    new = mark(
        round, line.submission, cast.county_reviewer, line.record, ETHNIC, again=line, reason="02"
    )
    old = Correction.objects.get(pk=line.pk)
    assert (old.state, old.again, old.looked_at_by) == (
        "again",
        new,
        cast.county_reviewer.user,
    )
    actions.remove_line(new, by=cast.county_reviewer.user, post=cast.county_reviewer)
    old.refresh_from_db()
    assert (old.state, old.again, old.looked_at_by) == ("open", None, None)


def test_a_line_is_asked_again_once(round, cast, answered):
    line = answered[0]
    mark(round, line.submission, cast.county_reviewer, line.record, ETHNIC, again=line)
    with pytest.raises(actions.LineGone):
        mark(round, line.submission, cast.county_reviewer, line.record, MOBILE, again=line)


def test_what_was_asked_again_must_be_answered_again(round, cast, answered):
    line = answered[0]
    new = mark(round, line.submission, cast.county_reviewer, line.record, ETHNIC, again=line)
    give_back(round, cast.county_reviewer)

    assert list(Correction.objects.unanswered()) == [new]
    later(round)
    answer(round, new)
    assert round.decide(cast.first_school, cast.school_clerk, Verdict.SUBMIT).done


# --- Two at once -----------------------------------------------------------------------------
@pytest.fixture
def committed(transactional_db, reference, cast, now):
    return launched(cast, now)


def colleague(cast) -> Post:
    user = User.objects.create(username="colleague", name="同事")
    return Post.objects.create(
        user=user, organisation=cast.county, role=Role.REVIEWER, valid_from=BEGAN
    )


def test_two_reviewers_who_mark_the_same_field_make_one_line(committed):
    submission = file(committed)
    record = submission.records.first()
    posts = [committed.cast.county_reviewer, colleague(committed.cast)]

    results = at_once(
        *(lambda post=post: mark(committed, submission, post, record, ETHNIC) for post in posts)
    )

    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["AlreadyMarked", "Correction"]
    assert Correction.objects.count() == 1


def test_a_mark_against_a_return_goes_along_or_is_refused(committed):
    submission = file(committed)
    cast, other = committed.cast, colleague(committed.cast)
    mark(committed, submission, cast.county_reviewer)

    _act, result = at_once(
        lambda: give_back(committed, cast.county_reviewer),
        lambda: mark(committed, submission, other, submission.records.first(), reason="02"),
    )

    decision = Decision.objects.get(verdict=Verdict.RETURN)
    sent = list(Correction.objects.sent().values_list("reason", flat=True).order_by("pk"))
    assert decision.reasons == sent
    assert not Correction.objects.in_basket_of(cast.county_reviewer).exists()
    assert isinstance(result, Correction if len(sent) == 2 else actions.NotAtYourDesk)
    assert violations() == {}


def test_an_answer_against_handing_in_leaves_no_line_without_one(committed):
    submission = file(committed)
    cast = committed.cast
    line = mark(committed, submission, cast.county_reviewer)
    give_back(committed, cast.county_reviewer)
    later(committed)

    _said, receipt = at_once(
        lambda: answer(committed, line),
        lambda: committed.decide(cast.first_school, cast.school_clerk, Verdict.SUBMIT),
    )

    handed_in = not isinstance(receipt, actions.Unanswered)
    assert committed.submission(cast.first_school).state == ("signing" if handed_in else "returned")
    assert not Correction.objects.unanswered().exists()
    assert violations() == {}


def test_two_clerks_who_answer_one_line_do_not_overwrite_each_other(committed):
    submission = file(committed)
    cast = committed.cast
    line = mark(committed, submission, cast.county_reviewer)
    give_back(committed, cast.county_reviewer)
    later(committed)
    user = User.objects.create(username="clerk2", name="同事")
    other = Post.objects.create(
        user=user, organisation=cast.first_school, role=Role.CLERK, valid_from=BEGAN
    )

    results = at_once(
        lambda: answer(committed, line),
        lambda: answer(committed, line, "explained", "证书无误。", by=user, post=other),
    )

    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["CannotAnswer", "Correction"]
