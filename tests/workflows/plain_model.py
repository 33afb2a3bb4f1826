"""The engine in words a clerk would use: one case at a time, lists and plain ifs, no database.

Written from the rules in the README, not from the code, and slow on purpose: histories through the
engine's set-based path must come out the same (test_histories.py).
"""

#: School → the authorities on its way, lowest first.
WAYS = {
    "first_school": ["county", "city", "province"],
    "second_school": ["county", "city", "province"],
    "city_school": ["city", "province"],
    "attached_school": ["university", "province"],
    "university": ["province"],
}
STATES = {
    "fill": "draft",
    "sign": "signing",
    "county": "county_review",
    "city": "city_review",
    "university": "authority_review",
    "province": "province_review",
}
Desk = tuple[str, str]  # unit and role


class PlainCase:
    """One school's case. `keeps`: approvals of lower levels survive a return from above."""

    def __init__(self, school: str, keeps: bool) -> None:
        self.school, self.keeps = school, keeps
        self.stops = ["fill", "sign", *WAYS[school]]
        self.state, self.at, self.resume, self.ended = "draft", 0, None, False
        self.tasks = [0]  # the stop of each task that there was; the last is open until the end
        self.said: list[str] = []
        self.attempt = 0

    def desk_of(self, stop: int) -> Desk:
        if stop < 2:
            return self.school, ("clerk", "head")[stop]
        return self.stops[stop], "reviewer"

    @property
    def desk(self) -> Desk | None:
        return None if self.ended else self.desk_of(self.at)

    def task(self, back: int) -> int:
        """Place of the newest task, or of one before it."""
        return max(0, len(self.tasks) - 1 - back)

    def decide(self, back: int, desk: Desk, verdict: str, target: str) -> str:
        """What becomes of one task of this case on a list that somebody at a desk decides."""
        place = self.task(back)
        if self.desk_of(self.tasks[place]) != desk:
            return "not_yours"
        if self.ended or place < len(self.tasks) - 1:
            return "already_decided"
        if verdict != "return":
            following = self.at + 1
            if self.resume is not None and self.at >= 1:
                following = max(following, self.resume)
            self.move(verdict, following)
        elif target in self.stops[: self.at]:
            self.move(verdict, self.stops.index(target))
        else:
            return "wrong_target"
        return "done"

    def move(self, verdict: str, to: int) -> None:
        if verdict == "submit":
            self.attempt += 1
        if verdict == "return" and self.keeps:
            self.resume = max(self.at, self.resume or 0)
        elif self.resume is not None and to >= self.resume:
            self.resume = None
        self.said.append(verdict)
        if to == len(self.stops):
            self.state, self.ended, self.resume = "approved", True, None
            return
        self.at = to
        self.tasks.append(to)
        self.state = "returned" if (verdict, to) == ("return", 0) else STATES[self.stops[to]]

    def recall(self) -> bool:
        """Until the next level has begun: with the head or the first two desks after a hand-over
        by the school itself."""
        if self.ended or self.at not in {1, 2} or self.said[-1:] not in (["submit"], ["sign"]):
            return False
        self.move("recall", 0)
        return True

    def undo(self, number: int, at: int, resume: int | None) -> str:
        """Take decision `number` back, made at stop `at` when the case had this `resume`."""
        later = self.said[number:]
        if later:
            return "already_decided" if later == ["undo"] else "later_level"
        if self.ended:
            return "ended"
        self.move("undo", at)
        self.resume = resume
        return "done"

    def cancel(self) -> None:
        if not self.ended:
            self.said.append("cancel")
            self.state, self.ended, self.resume = "cancelled", True, None


class PlainAct:
    """Many tasks decided by one desk: the outcome of each, and what an undo must know."""

    def __init__(self, desk: Desk, verdict: str) -> None:
        self.desk, self.verdict = desk, verdict
        self.outcomes: list[str] = []
        self.done: list[tuple[PlainCase, int, int, int | None]] = []
        self.undone: list[str] | None = None


class PlainModel:
    """All cases of a campaign, and the acts on them."""

    def __init__(self, *, keeps: bool) -> None:
        self.cases = {school: PlainCase(school, keeps) for school in WAYS}
        self.acts: list[PlainAct] = []
        self.running = True

    def act(
        self,
        desk: Desk,
        verdict: str,
        chosen: list[tuple[str, int]],
        *,
        target: str,
        only: str | None = None,
    ) -> list[str]:
        """Decide the tasks of these (school, how many before the newest); `only` is the school to
        which a deputy is limited."""
        act = PlainAct(desk, verdict)
        for school, back in chosen:
            case = self.cases[school]
            at, resume = case.at, case.resume
            if only is not None and school != only:
                outcome = "not_yours"
            else:
                outcome = case.decide(back, desk, verdict, target)
            if outcome == "done":
                act.done.append((case, len(case.said), at, resume))
            act.outcomes.append(outcome)
        self.acts.append(act)
        return act.outcomes

    def undo(self, nth: int) -> list[str] | None:
        """Take the nth act back; None when that is refused as a whole."""
        act = self.acts[nth]
        if act.undone is None:
            if act.verdict == "submit" or not act.done:
                return None
            act.undone = [case.undo(*before) for case, *before in act.done]
        return act.undone

    def recall(self, school: str) -> bool:
        return self.running and self.cases[school].recall()

    def cancel(self) -> bool:
        was, self.running = self.running, False
        for case in self.cases.values():
            case.cancel()
        return was
