"""The processes. The order of steps is written here and nowhere else."""

from collections.abc import Iterator
from functools import cache

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import nodes
from viewflow.workflow.base import Edge, Flow

from campaigns.enums import StageKind, SubmissionState
from teachers.enums import OrganisationKind, Role
from workflows.models import Case, Task

Kind = OrganisationKind


class Step(nodes.View):
    """A step that a person does.

    role: who does it. state: the submission's state while it waits here. stage: whose last day is
    its due date. done_by: the kinds of authority that do it; empty means the case's own
    organisation. returns_to: the steps to which it may be sent back.
    """

    #: How much room the flow's chart leaves for it (workflows/charts.py draws it).
    shape = {"width": 150, "height": 54, "text-align": "middle", "svg": ""}

    def __init__(
        self,
        title,
        *,
        role: Role,
        state: SubmissionState,
        stage: StageKind,
        done_by: tuple[Kind, ...] = (),
        returns_to: tuple = (),
    ) -> None:
        super().__init__(view=None)
        self.task_title = title
        self.role, self.state, self.stage, self.done_by = role, state, stage, done_by
        self.returns_to = returns_to

    @property
    def is_review(self) -> bool:
        return self.role == Role.REVIEWER

    def _resolve(self, instance) -> None:
        super()._resolve(instance)
        self.returns_to = tuple(this.resolve(instance, node) for node in self.returns_to)

    def _outgoing(self) -> Iterator[Edge]:
        yield from super()._outgoing()
        for node in self.returns_to:
            yield Edge(src=self, dst=node, edge_class="return")


def managed_by(*kinds: Kind):
    """Condition of a gateway: the school's managing authority is of one of these kinds."""

    def condition(authorities: dict[Kind, object]) -> bool:
        return bool(authorities) and next(iter(authorities)) in kinds

    return condition


class SubmissionFlow(Flow):
    """One school's answer, from filling in to publication.

    A county school goes county, city, province; a city-run school city, province; a school run by a
    university or department goes to it, then the province; a university goes to the province.
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
    ).Next(this.city_review)
    city_review = Step(
        _("City review"),
        role=Role.REVIEWER,
        state=SubmissionState.CITY_REVIEW,
        stage=StageKind.CITY_REVIEW,
        done_by=(Kind.CITY,),
        returns_to=(this.fill, this.county_review),
    ).Next(this.province_review)
    authority_review = Step(
        _("University or department review"),
        role=Role.REVIEWER,
        state=SubmissionState.AUTHORITY_REVIEW,
        stage=StageKind.CITY_REVIEW,
        done_by=(Kind.UNIVERSITY, Kind.DEPARTMENT),
        returns_to=(this.fill,),
    ).Next(this.province_review)
    province_review = Step(
        _("Province review"),
        role=Role.REVIEWER,
        state=SubmissionState.PROVINCE_REVIEW,
        stage=StageKind.PROVINCE_REVIEW,
        done_by=(Kind.PROVINCE,),
        returns_to=(this.fill, this.county_review, this.city_review, this.authority_review),
    ).Next(this.published)
    published = nodes.End().Annotation(title=_("Published"))


def step(name: str) -> Step:
    """The step of the submission flow with this name. Raises KeyError for another node."""
    node = SubmissionFlow.instance.node(name)
    if not isinstance(node, Step):
        raise KeyError(name)
    return node


@cache
def steps() -> tuple[Step, ...]:
    """The steps in the order of the flow: the graph without its returns, sorted topologically."""
    found: list = []

    def visit(node) -> None:
        if node in found:
            return
        onward = [edge.dst for edge in node._outgoing() if edge.edge_class != "return"]
        for following in reversed(onward):
            visit(following)
        found.append(node)

    visit(SubmissionFlow.instance.node("opening"))
    return tuple(node for node in reversed(found) if isinstance(node, Step))


def step_titles() -> dict[str, str]:
    """Step name to translated title, in the order of the flow."""
    return {node.name: node.task_title for node in steps()}
