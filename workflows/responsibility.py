"""Who answers for a revision of a file: who entered it, and who passed it on the way.

Whoever reports answers for it, whoever reviews answers for it (谁填报谁负责, 谁审核谁负责).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from campaigns.models import Problem, Record, Submission
from teachers.models import ChangeRequest, DossierRevision, Organisation, Post, User
from workflows.enums import Verdict
from workflows.flows import ChangeFlow, ProblemFlow, SubmissionFlow, step_titles
from workflows.models import Case, Decision

FLOWS = (SubmissionFlow, ChangeFlow, ProblemFlow)
#: Verdicts that carry a case onward; the others take back what was passed before.
FORWARD = {Verdict.SUBMIT, Verdict.SIGN, Verdict.APPROVE, Verdict.SETTLE}


@dataclass(frozen=True)
class Passed:
    """One level that passed it: the step in words, where, who, when, and for whom."""

    title: str
    verdict: str
    organisation: Organisation
    by: User
    at: datetime
    acting_for: User | None = None


@dataclass(frozen=True)
class Chain:
    """Where a revision came from. `view` names the page of `key`, if the reader may open it."""

    revision: DossierRevision
    title: str
    view: str
    key: int | None
    entered_by: User | None
    entered_at: datetime | None
    passed: tuple[Passed, ...]


@dataclass(frozen=True)
class Source:
    """`DossierRevision.source` taken apart: "campaign/2026/2162002318", "change/17", "baseline"."""

    kind: str
    parts: tuple[str, ...]

    @classmethod
    def of(cls, revision: DossierRevision) -> "Source":
        kind, *parts = revision.source.split("/")
        return cls(kind, tuple(parts))

    @property
    def key(self) -> int | None:
        """The key of the change request or the problem case."""
        first = self.parts[0] if self.parts else ""
        return int(first) if first.isdecimal() and len(first) < 19 else None


def chains(revisions: Sequence[DossierRevision], *, post: Post | None) -> dict[int, Chain]:
    """Revision key to its chain of responsibility, for revisions of one file.

    A fixed number of queries, however many there are: the cases, their decisions, the records
    they were entered in, and which of the sources the post may open.
    """
    sources = {revision.pk: Source.of(revision) for revision in revisions}
    cases = _cases(sources.values())
    decisions = _decisions(cases.values())
    entered = _entered(revisions, cases.values())
    open_to = _open_to(cases.values(), post)
    return {
        revision.pk: _chain(
            revision,
            sources[revision.pk],
            _case_of(sources[revision.pk], cases),
            decisions,
            entered,
            open_to,
        )
        for revision in revisions
    }


def _chain(revision, source, case, decisions, entered, open_to) -> Chain:
    entered_at = None
    if case is not None and case.change_id:
        entered_at = case.change.entered_at
    elif case is not None and case.submission_id:
        entered_at = entered.get(case.submission_id)
    return Chain(
        revision=revision,
        title=_title(source, case, revision),
        **_place(case, open_to),
        entered_by=revision.entered_by,
        entered_at=entered_at,
        passed=_passed(decisions.get(case.pk, ()), revision.accepted_at) if case else (),
    )


def _title(source: Source, case: Case | None, revision: DossierRevision) -> str:
    if case is not None and case.submission_id:
        return str(case.campaign)
    if case is not None and case.change_id:
        return _("%(kind)s, request %(number)s") % {
            "kind": case.change.get_kind_display(),
            "number": case.change_id,
        }
    if case is not None:
        return _("Problem data, case %(number)s") % {"number": case.problem_id}
    if source.kind == "baseline":
        return _("Taken over from the register before")
    return revision.source


def _cases(sources: Iterable[Source]) -> dict[tuple, Case]:
    """The cases by ("campaign", code, unit), ("change", key) or ("problem", key)."""
    wanted = Q(pk=None)
    for source in set(sources):
        if source.kind == "campaign" and len(source.parts) == 2:
            campaign, unit = source.parts
            wanted |= Q(campaign__code=campaign, submission__organisation__code=unit)
        elif source.kind in ("change", "problem") and source.key is not None:
            wanted |= Q(**{f"{source.kind}_id": source.key})
    found = Case.objects.filter(wanted).select_related(
        "submission__organisation", "campaign", "change", "problem"
    )
    return {_key(case): case for case in found}


def _key(case: Case) -> tuple:
    if case.submission_id:
        return "campaign", case.campaign.code, case.submission.organisation.code
    return ("change", case.change_id) if case.change_id else ("problem", case.problem_id)


def _case_of(source: Source, cases: dict[tuple, Case]) -> Case | None:
    if source.kind == "campaign":
        return cases.get((source.kind, *source.parts))
    return cases.get((source.kind, source.key))


def _decisions(cases: Iterable[Case]) -> dict[int, list[Decision]]:
    """Case to its decisions, the oldest first."""
    found: dict[int, list[Decision]] = {}
    rows = Decision.objects.filter(case__in=[case.pk for case in cases])
    rows = rows.select_related("by", "organisation", "post__user")
    for row in rows.order_by("case_id", "sequence"):
        found.setdefault(row.case_id, []).append(row)
    return found


def held(decisions: Iterable[Decision], *, until: datetime) -> tuple[Passed, ...]:
    """The levels that have passed what a case holds, as their decisions stand at a moment."""
    return _passed(decisions, until)


def _passed(decisions: Iterable[Decision], until: datetime) -> tuple[Passed, ...]:
    """Those of a case's decisions that held when a revision was accepted: a return takes back what
    was passed from where it went on. What is decided after the case was opened again is about the
    next revision."""
    held: dict[float, Decision] = {}
    for decision in decisions:
        if decision.at > until:
            break
        if decision.verdict in FORWARD:
            held[decision.from_position] = decision
        elif decision.verdict == Verdict.REROUTE:
            held = _on_the_new_route(held, decision.to_position)
        elif decision.to_position is not None:
            held = {place: row for place, row in held.items() if place < decision.to_position}
    titles = {name: title for flow in FLOWS for name, title in step_titles(flow).items()}
    return tuple(
        Passed(
            title=str(titles.get(row.step, row.step)),
            verdict=row.get_verdict_display(),
            organisation=row.organisation,
            by=row.by,
            at=row.at,
            acting_for=row.acting_for,
        )
        for _place, row in sorted(held.items())
    )


def _on_the_new_route(held: dict[float, Decision], place: int) -> dict[float, Decision]:
    """What was passed holds: levels that the new route does not have stand just before the stop at
    which it goes on."""
    late = sorted(number for number in held if number >= place)
    between = {place - 1 + n / (len(late) + 1): held[at] for n, at in enumerate(late, start=1)}
    return {number: row for number, row in held.items() if number < place} | between


def _entered(revisions: Sequence[DossierRevision], cases: Iterable[Case]) -> dict[int, datetime]:
    """Submission to the moment the person's record was entered there."""
    teachers = {revision.teacher_id for revision in revisions}
    submissions = [case.submission_id for case in cases if case.submission_id]
    rows = Record.objects.filter(submission__in=submissions, teacher__in=teachers)
    return dict(rows.values_list("submission_id", "entered_at"))


def _open_to(cases: Iterable[Case], post: Post | None) -> dict[str, set[int]]:
    """Keys of the submissions, change requests and problem cases that the post may open."""
    found = {}
    for kind, model in [
        ("submission", Submission),
        ("change", ChangeRequest),
        ("problem", Problem),
    ]:
        keys = [key for case in cases if (key := getattr(case, f"{kind}_id"))]
        visible = model.objects.visible_to(post).filter(pk__in=keys) if keys else []
        found[kind] = {row.pk for row in visible}
    return found


def _place(case: Case | None, open_to: dict[str, set[int]]) -> dict:
    for kind in open_to if case else ():
        key = getattr(case, f"{kind}_id")
        if key in open_to[kind]:
            return {"view": f"workflows:{kind}", "key": key}
    return {"view": "", "key": None}
