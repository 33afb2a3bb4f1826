"""Which way open cases go when the tree of organisations has changed."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass

from django.db.models import Q

from campaigns.models import ProblemParty
from teachers.enums import OrganisationKind
from teachers.models import ChangePolicy, ChangeRequest, Organisation
from workflows import routes
from workflows.enums import ReorganisationKind
from workflows.flows import ChangeFlow, Standing, SubmissionFlow, step
from workflows.models import Case
from workflows.reorganisations import Plan
from workflows.routes import Stop

#: How far a document has come by its state; a university or department stands beside the city.
LEVELS = {
    "draft": 0,
    "signing": 1,
    "county_review": 2,
    "city_review": 3,
    "authority_review": 3,
    "province_review": 4,
    "releasing": 5,
    "releasing_review": 6,
    "superior_review": 7,
}


class Tree:
    """The organisations as they stand once the plan is carried out; nothing is written.

    Holds every authority and the schools asked for, as copies with their coming paths.
    """

    def __init__(self, schools: Iterable[int], plan: Plan | None = None) -> None:
        authorities = ~Q(kind=OrganisationKind.SCHOOL)
        found = Organisation.objects.filter(authorities | Q(pk__in=set(schools)))
        self.by_id = {unit.pk: copy(unit) for unit in found}
        for moving, under in plan.moves if plan else ():
            for unit in self.by_id.values():
                if unit.path.startswith(moving.path):
                    unit.path = under.path_below(moving.code) + unit.path[len(moving.path) :]
        self.by_path = {unit.path: unit for unit in self.by_id.values()}

    def above(self, organisation_id: int) -> dict:
        """Kind to organisation of the authorities above one, nearest first."""
        return routes.authorities_above(self.by_id[organisation_id], self.by_path)

    def superior(self, units: Iterable[int]) -> Organisation:
        """The lowest organisation above all of these; of one school, its authority."""
        places = [self.by_id[pk] for pk in sorted(set(units))]
        path = places[0].path
        for place in places[1:]:
            path = routes.superior_of(Organisation(path=path), place)
        if any(place.path == path for place in places) and path.count("/") > 1:
            path = path.rstrip("/").rpartition("/")[0] + "/"
        return self.by_path[path]


@dataclass(frozen=True)
class Course:
    """What becomes of one open case: where it stands, and where it will (None: it is cancelled).

    desk_id is the case's own organisation afterwards. stops are its new route.
    """

    case: Case
    old: tuple[Stop, ...]
    stops: tuple[Stop, ...]
    target: int | None
    desk_id: int

    @property
    def stays(self) -> bool:
        """Nothing changes for it."""
        return self.old == self.stops and self.desk_id == self.case.organisation_id

    @property
    def resume_at(self) -> int | None:
        """Where it goes on after a correction, on the new route."""
        if self.case.resume_at is None or self.target is None:
            return None
        place = place_on(self.stops, self.old[self.case.resume_at].step)
        return place if place > self.target else None


def affected(plan: Plan) -> list[Case]:
    """The open cases of the units, of all below them, and of problem data about them (by path)."""
    of_unit, of_other, of_party = Q(), Q(), Q()
    for unit in {*plan.units, *(moving for moving, _under in plan.moves)}:
        of_unit |= Q(organisation__path__startswith=unit.path)
        of_other |= Q(change__counterpart__path__startswith=unit.path)
        of_party |= Q(organisation__path__startswith=unit.path)
    parties = ProblemParty.objects.filter(of_party).values("problem")
    found = Case.objects.filter(finished=None).filter(of_unit | of_other | Q(problem__in=parties))
    return list(found.select_related("organisation", "change", "submission").order_by("pk"))


def courses(plan: Plan, cases: list[Case], *, tree: Tree) -> list[Course]:
    """What becomes of each of these cases; those for which nothing changes are left out."""
    ending = {unit.pk for unit in plan.ending}
    merging = ending if plan.kind == ReorganisationKind.MERGE else set()
    read = _Read(tree, cases)
    found = []
    for case in cases:
        old = routes.stops_of(case.route_id)
        sides = {case.organisation_id, case.change.counterpart_id} if case.change_id else set()
        closes = case.submission_id is not None and case.organisation_id in ending
        if closes or merging & sides:
            found.append(Course(case, old, old, None, case.organisation_id))
            continue
        stops, desk = read.way_of(case, old)
        place = place_on(stops, old[case.position].step)
        found.append(Course(case, old, stops, place, desk))
    return [course for course in found if course.target is None or not course.stays]


def way_of_submission(organisation_id: int, tree: Tree, two_steps: frozenset[int]) -> list[Stop]:
    """The stops of a submission by the tree as it stands."""
    standing = Standing(own=tree.above(organisation_id), two_steps=two_steps)
    return routes.trace(SubmissionFlow, standing)


class _Read:
    """What the new ways are found from, read once."""

    def __init__(self, tree: Tree, cases: list[Case]) -> None:
        self.tree, self.two_steps = tree, routes.two_step_desks()
        self.policies = {policy.kind: policy for policy in ChangePolicy.objects.all()}
        self.parties: dict[int, list[int]] = {}
        problems = [case.problem_id for case in cases if case.problem_id]
        rows = ProblemParty.objects.filter(problem__in=problems)
        for problem, unit in rows.values_list("problem", "organisation"):
            self.parties.setdefault(problem, []).append(unit)

    def way_of(self, case: Case, old: tuple[Stop, ...]) -> tuple[tuple[Stop, ...], int]:
        """The new stops of a case, and its own organisation."""
        if case.problem_id:
            return old, self.tree.superior(self.parties[case.problem_id]).pk
        if case.change_id:
            standing = _standing_of(case.change, self.policies[case.change.kind], self.tree)
            return tuple(routes.trace(ChangeFlow, standing)), case.organisation_id
        stops = way_of_submission(case.organisation_id, self.tree, self.two_steps)
        return tuple(stops), case.organisation_id


def _standing_of(change: ChangeRequest, policy: ChangePolicy, tree: Tree) -> Standing:
    other = tree.by_id.get(change.counterpart_id)
    return routes.standing_between(tree.by_id[change.organisation_id], other, tree.by_path, policy)


def schools_of(cases: Iterable[Case]) -> set[int]:
    """Every organisation that these cases name, so that a Tree holds it."""
    cases = list(cases)
    problems = [case.problem_id for case in cases if case.problem_id]
    parties = ProblemParty.objects.filter(problem__in=problems)
    named = {case.organisation_id for case in cases}
    named |= {case.change.counterpart_id for case in cases if case.change_id}
    return (named | set(parties.values_list("organisation", flat=True))) - {None}


def place_on(stops: Iterable[Stop], name: str) -> int:
    """Where a case that stands at a step goes on: at the same step if the way has it, else at the
    first one that is as far or farther, else at the last one."""
    stops = list(stops)
    same = next((stop.position for stop in stops if stop.step == name), None)
    if same is not None:
        return same
    reached = LEVELS[step(name).state]
    farther = (s.position for s in stops if LEVELS[step(s.step).state] >= reached)
    return next(farther, stops[-1].position)
