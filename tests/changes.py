"""Change requests on their way, and hands to move them through the public actions."""

from datetime import date, datetime

from teachers import identity
from teachers.enums import ChangeKind
from teachers.models import ChangeRequest, Organisation, Post, Teacher
from tests.rounds import reason
from workflows import actions
from workflows.enums import Verdict
from workflows.flows import step
from workflows.models import Task
from workflows.receipts import Receipt

CARD = "622926198506150024"


def on_the_register(school: Organisation, at: datetime, card: str = CARD) -> Teacher:
    """A teacher in service at a school, without a file yet."""
    return Teacher.objects.create(
        name="马晓兰",
        sex="2",
        birth_date=date(1985, 6, 15),
        identity_hash=identity.search_hash("1", card),
        identity_sealed=identity.seal(card),
        identity_mask=identity.mask(card),
        organisation=school,
        registered_at=at,
    )


def asked(
    kind: ChangeKind, school: Organisation, teacher: Teacher, clerk: Post, at: datetime, **more
) -> ChangeRequest:
    """A change request with its case open, on the clerk's desk; in force next year."""
    change = ChangeRequest.objects.create(
        kind=kind,
        organisation=school,
        teacher=teacher,
        name=teacher.name,
        effective_date=date(2027, 1, 1),
        entered_by=clerk.user,
        entered_at=at,
        **more,
    )
    actions.open_change(change, by=clerk.user, post=clerk, at=at)
    return change


def decide(change: ChangeRequest, post: Post, verdict: Verdict, at: datetime, **more) -> Receipt:
    """Decide its newest task as the post; a return gets a reason and words."""
    if verdict == Verdict.RETURN:
        more = {"reasons": [reason()], "words": "请补充材料。", **more}
    task = Task.objects.filter(process__change=change).latest("pk")
    receipt = actions.decide([task.pk], verdict=verdict, by=post.user, post=post, at=at, **more)
    change.refresh_from_db()
    return receipt


def walk(change: ChangeRequest, at: datetime, *posts: Post) -> list[str]:
    """Let the posts say yes one after another; the state after each."""
    states = []
    for post in posts:
        verdict = task_verdict(Task.objects.filter(process__change=change).latest("pk"))
        receipt = decide(change, post, verdict, at)
        assert receipt.refused == [], receipt.refused
        states.append(change.state)
    return states


def task_verdict(task: Task) -> Verdict:
    """The yes of a task's step."""
    return step(task.step).verdicts[0]
