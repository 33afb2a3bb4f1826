"""The processes. The order of steps is written here and nowhere else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import nodes
from viewflow.workflow.base import Edge, Flow

from campaigns.enums import ProblemState, StageKind, SubmissionState
from teachers.enums import ChangeState, OrganisationKind, Reach, Role
from teachers.models import Organisation
from workflows.enums import Verdict
from workflows.models import Case, Task

Kind = OrganisationKind
#: What can be said at a step if it does not name its own verdicts.
SAID_BY = {
    Role.CLERK: (Verdict.SUBMIT,),
    Role.HEAD: (Verdict.SIGN, Verdict.RETURN),
    Role.REVIEWER: (Verdict.APPROVE, Verdict.RETURN),
    Role.CHIEF: (Verdict.APPROVE, Verdict.RETURN),
}
#: A review that may also end the matter with a no.
JUDGES = (Verdict.APPROVE, Verdict.RETURN, Verdict.REFUSE)


@dataclass(frozen=True)
class Standing:
    """Where a case stands in the tree: what gateways ask and from which steps take their desk.

    own and other: kind to organisation of the authorities above the school that asks and above the
    other school, nearest first (dicts keep their order). two_steps: the authorities where a chief
    decides after the reviewer (DeskSetting). The last three come from ChangePolicy.
    """

    own: dict[Kind, Organisation] = field(default_factory=dict)
    other: dict[Kind, Organisation] = field(default_factory=dict)
    counterpart: Organisation | None = None
    superior: Organisation | None = None
    two_steps: frozenset[int] = frozenset()
    reach: str = Reach.FULL
    releasing: bool = False
    superior_decides: bool = False

    @property
    def nearest(self) -> Organisation | None:
        return next(iter(self.own.values()), None)

    @property
    def nearest_other(self) -> Organisation | None:
        return next(iter(self.other.values()), None)


Desk = Callable[[Standing], Organisation | None]


class Step(nodes.View):
    """A step that a person does.

    role: who does it. state: the document's state while it waits here. stage: whose last day is
    its due date (submissions). done_by: the kinds of authority above the asking school that do it,
    or a function that finds the organisation; empty means the case's own organisation.
    returns_to: the steps to which it may be sent back. verdicts: what may be said here.
    """

    #: How much room the flow's chart leaves for it (workflows/charts.py draws it).
    shape = {"width": 150, "height": 54, "text-align": "middle", "svg": ""}

    def __init__(
        self,
        title,
        *,
        role: Role,
        state: str,
        stage: StageKind | None = None,
        done_by: tuple[Kind, ...] | Desk = (),
        returns_to: tuple = (),
        verdicts: tuple[Verdict, ...] = (),
    ) -> None:
        super().__init__(view=None)
        self.task_title = title
        self.role, self.state, self.stage, self.done_by = role, state, stage, done_by
        self.returns_to = returns_to
        self.verdicts = verdicts or SAID_BY[role]

    @property
    def is_review(self) -> bool:
        """Whether it judges what others entered."""
        return self.role in {Role.REVIEWER, Role.CHIEF}

    def desk(self, standing: Standing) -> Organisation | None:
        """Who does it; None means the case's own organisation.

        Raises LookupError when no such organisation stands above the school.
        """
        if not self.done_by:
            return None
        if callable(self.done_by):
            found = self.done_by(standing)
        else:
            found = next((standing.own[k] for k in self.done_by if k in standing.own), None)
        if found is None:
            raise LookupError(f"{self.name}: nobody stands there above the school")
        return found

    def _resolve(self, instance) -> None:
        super()._resolve(instance)
        self.returns_to = tuple(this.resolve(instance, node) for node in self.returns_to)

    def _outgoing(self) -> Iterator[Edge]:
        yield from super()._outgoing()
        for node in self.returns_to:
            yield Edge(src=self, dst=node, edge_class="return")


def managed_by(*kinds: Kind):
    """Condition of a gateway: the school's managing authority is of one of these kinds."""

    def condition(standing: Standing) -> bool:
        return bool(standing.own) and next(iter(standing.own)) in kinds

    return condition


def chief_at(*kinds: Kind):
    """Condition of a gateway: the authority of one of these kinds works in two steps."""

    def condition(standing: Standing) -> bool:
        level = next((standing.own[kind] for kind in kinds if kind in standing.own), None)
        return level is not None and level.pk in standing.two_steps

    return condition


def _chief_after(kinds: tuple[Kind, ...], chief, onward) -> nodes.Switch:
    """The gateway behind a review: to the chief of that level where it has two steps, or onward."""
    gateway = nodes.Switch().Annotation(title=_("Two steps?"))
    return gateway.Case(chief, chief_at(*kinds)).Default(onward)


class SubmissionFlow(Flow):
    """One school's answer, from filling in to publication.

    A county school goes county, city, province; a city-run school city, province; a school run by a
    university or department goes to it, then the province; a university goes to the province. Where
    an authority works in two steps its chief decides after its reviewer, in the same state.
    """

    process_class = Case
    task_class = Task
    process_title = _("Submission")

    opening = nodes.StartHandle().Annotation(title=_("Opened")).Next(this.fill)
    fill = Step(
        _("Filling in"), role=Role.CLERK, state=SubmissionState.DRAFT, stage=StageKind.COLLECTION
    ).Next(this.sign)
    sign = Step(
        _("Head's signature"),
        role=Role.HEAD,
        state=SubmissionState.SIGNING,
        stage=StageKind.COLLECTION,
        returns_to=(this.fill,),
    ).Next(this.authority)
    authority = (
        nodes.Switch()
        .Annotation(title=_("Who manages the staff?"))
        .Case(this.county_review, managed_by(Kind.COUNTY))
        .Case(this.city_review, managed_by(Kind.CITY))
        .Case(this.authority_review, managed_by(Kind.UNIVERSITY, Kind.DEPARTMENT))
        .Default(this.province_review)
    )
    county_review = Step(
        _("County review"),
        role=Role.REVIEWER,
        state=SubmissionState.COUNTY_REVIEW,
        stage=StageKind.COUNTY_REVIEW,
        done_by=(Kind.COUNTY,),
        returns_to=(this.fill,),
    ).Next(this.county_steps)
    county_steps = _chief_after((Kind.COUNTY,), this.county_chief_review, this.city_review)
    county_chief_review = Step(
        _("County decision"),
        role=Role.CHIEF,
        state=SubmissionState.COUNTY_REVIEW,
        stage=StageKind.COUNTY_REVIEW,
        done_by=(Kind.COUNTY,),
        returns_to=(this.fill, this.county_review),
    ).Next(this.city_review)
    city_review = Step(
        _("City review"),
        role=Role.REVIEWER,
        state=SubmissionState.CITY_REVIEW,
        stage=StageKind.CITY_REVIEW,
        done_by=(Kind.CITY,),
        returns_to=(this.fill, this.county_review),
    ).Next(this.city_steps)
    city_steps = _chief_after((Kind.CITY,), this.city_chief_review, this.province_review)
    city_chief_review = Step(
        _("City decision"),
        role=Role.CHIEF,
        state=SubmissionState.CITY_REVIEW,
        stage=StageKind.CITY_REVIEW,
        done_by=(Kind.CITY,),
        returns_to=(this.fill, this.county_review, this.city_review),
    ).Next(this.province_review)
    authority_review = Step(
        _("University or department review"),
        role=Role.REVIEWER,
        state=SubmissionState.AUTHORITY_REVIEW,
        stage=StageKind.CITY_REVIEW,
        done_by=(Kind.UNIVERSITY, Kind.DEPARTMENT),
        returns_to=(this.fill,),
    ).Next(this.authority_steps)
    authority_steps = _chief_after(
        (Kind.UNIVERSITY, Kind.DEPARTMENT), this.authority_chief_review, this.province_review
    )
    authority_chief_review = Step(
        _("University or department decision"),
        role=Role.CHIEF,
        state=SubmissionState.AUTHORITY_REVIEW,
        stage=StageKind.CITY_REVIEW,
        done_by=(Kind.UNIVERSITY, Kind.DEPARTMENT),
        returns_to=(this.fill, this.authority_review),
    ).Next(this.province_review)
    province_review = Step(
        _("Province review"),
        role=Role.REVIEWER,
        state=SubmissionState.PROVINCE_REVIEW,
        stage=StageKind.PROVINCE_REVIEW,
        done_by=(Kind.PROVINCE,),
        returns_to=(this.fill, this.county_review, this.city_review, this.authority_review),
    ).Next(this.province_steps)
    province_steps = _chief_after((Kind.PROVINCE,), this.province_chief_review, this.published)
    province_chief_review = Step(
        _("Province decision"),
        role=Role.CHIEF,
        state=SubmissionState.PROVINCE_REVIEW,
        stage=StageKind.PROVINCE_REVIEW,
        done_by=(Kind.PROVINCE,),
        returns_to=(
            this.fill,
            this.county_review,
            this.city_review,
            this.authority_review,
            this.province_review,
        ),
    ).Next(this.published)
    published = nodes.End().Annotation(title=_("Published"))
    #: On no route: here the campaign's manager gives an ended case back to the school.
    reopening = Step(
        _("Opening again"),
        role=Role.MANAGER,
        state=SubmissionState.RETURNED,
        verdicts=(Verdict.REOPEN,),
    )


def _line_to(*kinds: Kind):
    """Condition: the policy goes beyond the school, and its managing authority is one of these."""
    managed = managed_by(*kinds)
    return lambda standing: standing.reach != Reach.SCHOOL and managed(standing)


def _goes_all_the_way(standing: Standing) -> bool:
    return standing.reach == Reach.FULL


def _other_consents(standing: Standing) -> bool:
    return standing.releasing and standing.counterpart is not None


def _other_authority_consents(standing: Standing) -> bool:
    """Not asked again if it is the authority that has approved already."""
    return standing.reach == Reach.SCHOOL or standing.nearest_other != standing.nearest


def _superior_decides(standing: Standing) -> bool:
    """Not asked again if it stands on the asking school's line and has approved already."""
    if not standing.superior_decides or standing.superior is None:
        return False
    passed = {
        Reach.SCHOOL: [],
        Reach.NEAREST: [standing.nearest],
        Reach.FULL: list(standing.own.values()),
    }[Reach(standing.reach)]
    return standing.superior not in passed


class ChangeFlow(Flow):
    """One change to a file: the school asks, its line approves, the other side consents.

    How far it goes and who is asked comes from the policy of its kind (teachers.ChangePolicy).
    """

    process_class = Case
    task_class = Task
    process_title = _("Change request")

    asked = nodes.StartHandle().Annotation(title=_("Asked")).Next(this.prepare)
    prepare = Step(_("Preparing"), role=Role.CLERK, state=ChangeState.DRAFT).Next(this.confirm)
    confirm = Step(
        _("Head's confirmation"),
        role=Role.HEAD,
        state=ChangeState.SIGNING,
        returns_to=(this.prepare,),
    ).Next(this.line)
    line = (
        nodes.Switch()
        .Annotation(title=_("Who manages the staff, and is it asked?"))
        .Case(this.county_check, _line_to(Kind.COUNTY))
        .Case(this.city_check, _line_to(Kind.CITY))
        .Case(this.authority_check, _line_to(Kind.UNIVERSITY, Kind.DEPARTMENT))
        .Case(this.province_check, _line_to(Kind.PROVINCE))
        .Default(this.other_side)
    )
    county_check = Step(
        _("County check"),
        role=Role.REVIEWER,
        state=ChangeState.COUNTY_REVIEW,
        done_by=(Kind.COUNTY,),
        returns_to=(this.prepare,),
        verdicts=JUDGES,
    ).Next(this.above_county)
    above_county = (
        nodes.Switch()
        .Annotation(title=_("Whole line?"))
        .Case(this.city_check, _goes_all_the_way)
        .Default(this.other_side)
    )
    city_check = Step(
        _("City check"),
        role=Role.REVIEWER,
        state=ChangeState.CITY_REVIEW,
        done_by=(Kind.CITY,),
        returns_to=(this.prepare,),
        verdicts=JUDGES,
    ).Next(this.above_city)
    above_city = (
        nodes.Switch()
        .Annotation(title=_("Whole line?"))
        .Case(this.province_check, _goes_all_the_way)
        .Default(this.other_side)
    )
    authority_check = Step(
        _("University or department check"),
        role=Role.REVIEWER,
        state=ChangeState.AUTHORITY_REVIEW,
        done_by=(Kind.UNIVERSITY, Kind.DEPARTMENT),
        returns_to=(this.prepare,),
        verdicts=JUDGES,
    ).Next(this.above_city)
    province_check = Step(
        _("Province check"),
        role=Role.REVIEWER,
        state=ChangeState.PROVINCE_REVIEW,
        done_by=(Kind.PROVINCE,),
        returns_to=(this.prepare,),
        verdicts=JUDGES,
    ).Next(this.other_side)
    other_side = (
        nodes.Switch()
        .Annotation(title=_("Must another school consent?"))
        .Case(this.release, _other_consents)
        .Default(this.judge)
    )
    release = Step(
        _("Consent of the other school"),
        role=Role.HEAD,
        state=ChangeState.RELEASING,
        done_by=lambda standing: standing.counterpart,
        returns_to=(this.prepare,),
        verdicts=JUDGES,
    ).Next(this.other_authority)
    other_authority = (
        nodes.Switch()
        .Annotation(title=_("Another authority?"))
        .Case(this.release_check, _other_authority_consents)
        .Default(this.judge)
    )
    release_check = Step(
        _("Consent of its authority"),
        role=Role.REVIEWER,
        state=ChangeState.RELEASING_REVIEW,
        done_by=lambda standing: standing.nearest_other,
        returns_to=(this.prepare,),
        verdicts=JUDGES,
    ).Next(this.judge)
    judge = (
        nodes.Switch()
        .Annotation(title=_("Does the common superior decide?"))
        .Case(this.superior_check, _superior_decides)
        .Default(this.approved)
    )
    superior_check = Step(
        _("Decision of the common superior"),
        role=Role.REVIEWER,
        state=ChangeState.SUPERIOR_REVIEW,
        done_by=lambda standing: standing.superior,
        returns_to=(this.prepare,),
        verdicts=JUDGES,
    ).Next(this.approved)
    approved = nodes.End().Annotation(title=_("Approved"))


class ProblemFlow(Flow):
    """A case of problem data: the schools answer, the lowest common superior settles it."""

    process_class = Case
    task_class = Task
    process_title = _("Problem data")

    found = nodes.StartHandle().Annotation(title=_("Found")).Next(this.settle)
    settle = Step(
        _("Settling"),
        role=Role.REVIEWER,
        state=ProblemState.OPEN,
        verdicts=(Verdict.SETTLE,),
    ).Next(this.settled)
    settled = nodes.End().Annotation(title=_("Settled"))


FLOWS = (SubmissionFlow, ChangeFlow, ProblemFlow)


@cache
def _steps_by_name() -> dict[str, Step]:
    found = [node for flow in FLOWS for node in flow.instance.nodes() if isinstance(node, Step)]
    by_name = {node.name: node for node in found}
    if len(by_name) != len(found):
        raise LookupError("Two steps have one name: name each step of all flows differently.")
    return by_name


def step(name: str) -> Step:
    """The step with this name, of whichever flow. Raises KeyError for another node."""
    return _steps_by_name()[name]


@cache
def steps(flow: type[Flow] = SubmissionFlow) -> tuple[Step, ...]:
    """The steps in the order of the flow: the graph without its returns, sorted topologically."""
    found: list = []

    def visit(node) -> None:
        if node in found:
            return
        onward = [edge.dst for edge in node._outgoing() if edge.edge_class != "return"]
        for following in reversed(onward):
            visit(following)
        found.append(node)

    visit(start(flow))
    return tuple(node for node in reversed(found) if isinstance(node, Step))


def start(flow: type[Flow]) -> nodes.StartHandle:
    """Where the flow begins."""
    return next(node for node in flow.instance.nodes() if isinstance(node, nodes.StartHandle))


def step_titles(flow: type[Flow] = SubmissionFlow) -> dict[str, str]:
    """Step name to translated title, in the order of the flow."""
    return {node.name: node.task_title for node in steps(flow)}
