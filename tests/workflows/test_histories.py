"""Random histories through the engine and through a deliberately plain model must agree."""

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import rounds
from tests.invariants import violations
from workflows import actions
from workflows.enums import Verdict
from workflows.models import Decision

# school: (clerk, head, reviewers on its way, states it passes)
WAYS = {
    "first_school": ("school", ["county", "city", "province"]),
    "city_school": ("city_school", ["city", "province"]),
    "attached_school": ("attached", ["university", "province"]),
    "university": ("university", ["province"]),
}
STATES = {
    "county": "county_review",
    "city": "city_review",
    "university": "authority_review",
    "province": "province_review",
}


class PlainModel:
    """One school, one step at a time, in words a clerk would use."""

    def __init__(self, school: str) -> None:
        self.levels = WAYS[school][1]
        self.state, self.decisions, self.attempt = "draft", 0, 0
        self.fresh = False  # handed up from below, not sent down from above

    def act(self, act: str, actor: str, target: str) -> bool:
        done = getattr(self, act)(actor, target)
        self.decisions += done
        return done

    def submit(self, _actor, _target) -> bool:
        if self.state not in {"draft", "returned"}:
            return False
        self.state, self.fresh, self.attempt = "signing", True, self.attempt + 1
        return True

    def sign(self, _actor, _target) -> bool:
        if self.state != "signing":
            return False
        self.state, self.fresh = STATES[self.levels[0]], True
        return True

    def recall(self, _actor, _target) -> bool:
        if self.state not in {"signing", STATES[self.levels[0]]} or not self.fresh:
            return False
        self.state = "draft"
        return True

    def approve(self, actor, _target) -> bool:
        if actor not in self.levels or self.state != STATES[actor]:
            return False
        following = self.levels.index(actor) + 1
        self.fresh = False
        self.state = STATES[self.levels[following]] if following < len(self.levels) else "approved"
        return True

    def send_back(self, actor, target) -> bool:
        if actor not in self.levels or self.state != STATES[actor]:
            return False
        if target == "school":
            self.state = "returned"
        elif target in self.levels and self.levels.index(target) < self.levels.index(actor):
            self.state = STATES[target]
        else:
            return False
        self.fresh = False
        return True


def through_the_engine(round, school: str, act: str, actor: str, target: str) -> bool:
    """The same act by the public actions; True when it was done."""
    cast, who = round.cast, WAYS[school][0]
    unit, clerk, head = cast.units[school], cast.posts[f"{who}_clerk"], cast.posts[f"{who}_head"]
    if act == "recall":
        try:
            actions.recall(round.submission(unit), by=clerk.user, post=clerk, at=round.at)
        except actions.CannotRecall:
            return False
        return True
    task = round.newest_task(unit).pk
    more = {}
    if act == "send_back":
        to = "fill" if target == "school" else STATES[target]
        more = {"reasons": [rounds.reason()], "words": "请改", "return_to": to}
    post, verdict = {
        "submit": (clerk, Verdict.SUBMIT),
        "sign": (head, Verdict.SIGN),
        "approve": (cast.posts[f"{actor}_reviewer"], Verdict.APPROVE),
        "send_back": (cast.posts[f"{actor}_reviewer"], Verdict.RETURN),
    }[act]
    receipt = actions.decide([task], verdict=verdict, by=post.user, post=post, at=round.at, **more)
    return receipt.outcomes[0].done


acts = st.tuples(
    st.sampled_from(sorted(WAYS)),
    st.sampled_from(["submit", "sign", "approve", "approve", "send_back", "recall"]),
    st.sampled_from(sorted(STATES)),
    st.sampled_from(["school", *sorted(STATES)]),
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=st.lists(acts, max_size=25))
def test_the_engine_agrees_with_the_plain_model(round, history):
    with transaction.atomic():
        models = {school: PlainModel(school) for school in WAYS}
        for school in WAYS:
            round.add_people(round.cast.units[school], round.cast.posts[f"{WAYS[school][0]}_clerk"])

        for school, act, actor, target in history:
            expected = models[school].act(act, actor, target)
            assert through_the_engine(round, school, act, actor, target) == expected

        for school, model in models.items():
            submission = round.submission(round.cast.units[school])
            decisions = Decision.objects.filter(case__submission=submission).count()
            assert (submission.state, submission.attempt, decisions) == (
                model.state,
                model.attempt,
                model.decisions,
            )
        assert violations() == {}
        transaction.set_rollback(True)
