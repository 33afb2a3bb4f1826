"""A person whom two counties of one city claim: found on submit, answered, settled by the city."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns import actions as collecting
from campaigns.enums import PartyAnswer, ProblemKind, ProblemOutcome, ProblemState
from campaigns.models import Campaign, Problem
from campaigns.problems import parties
from teachers import identity
from teachers.enums import FileStatus, Role
from teachers.models import Organisation, Teacher
from teachers.upload_forms import Upload
from workflows import actions
from workflows.demonstration.changes import scanned_page
from workflows.demonstration.people import Desks

SAID = {
    PartyAnswer.OURS: "本学期已在我校任教，附调动通知。",
    PartyAnswer.NOT_OURS: "已调离我校，档案尚未转出。",
}
RULING = "经核对双方证明，该教师已调入新单位，由新单位报送。"


@dataclass
class Duplicate:
    """`home` has the teacher on the register; `claiming`, in the next county, reports her too."""

    teacher: Teacher
    home: Organisation
    claiming: Organisation

    def plant(self, campaign: Campaign, desks: Desks, at: datetime) -> None:
        """The clerk of the claiming school enters the teacher by hand."""
        clerk = desks.post(self.claiming.pk, Role.CLERK)
        submission = campaign.submissions.select_related("organisation", "campaign").get(
            organisation=self.claiming
        )
        collecting.save_record(
            submission=submission,
            data=self.teacher.dossier.revision.data,
            identity=identity.unseal(self.teacher.identity_sealed),
            identity_type=self.teacher.identity_type,
            by=clerk.user,
            post=clerk,
            at=at,
        )

    def settle(self, campaign: Campaign, desks: Desks, at: datetime) -> Problem | None:
        """Both schools answered a day after it was found; now the city decides."""
        found = Problem.objects.open().filter(
            kind=ProblemKind.SAME_IDENTITY, campaign=campaign, parties__teacher=self.teacher
        )
        problem = found.order_by("pk").first()
        if problem is None:
            return None
        actions.open_problems(at=problem.raised_at)
        for party in problem.parties.order_by("position"):
            clerk = desks.post(party.organisation_id, Role.CLERK)
            ours = party.organisation_id == self.claiming.pk
            said = PartyAnswer.OURS if ours else PartyAnswer.NOT_OURS
            parties.answer(
                party,
                answer=said,
                words=SAID[said],
                evidence=[Upload("证明.png", scanned_page())],
                seen_at=None,
                by=clerk.user,
                post=clerk,
                at=problem.raised_at + timedelta(days=1),
            )
        reviewer = desks.post(problem.organisation_id, Role.REVIEWER)
        actions.settle(
            problem,
            outcome=ProblemOutcome.TRANSFER,
            keeps=problem.parties.get(organisation=self.claiming),
            words=RULING,
            by=reviewer.user,
            post=reviewer,
            at=at,
        )
        return problem


def choose(campaign: Campaign, desks: Desks) -> Duplicate | None:
    """A teacher in service, and a school of the same kind in another county of the city."""
    asked = set(campaign.submissions.values_list("organisation", flat=True))
    for claiming, home in _pairs():
        staffed = all(desks.holds(school.pk, Role.CLERK) for school in (claiming, home))
        if not staffed or not {claiming.pk, home.pk} <= asked:
            continue
        people = Teacher.objects.filter(
            organisation=home, status=FileStatus.ACTIVE, dossier__isnull=False
        )
        teacher = people.select_related("dossier__revision").order_by("pk").first()
        if teacher is not None:
            return Duplicate(teacher, home, claiming)
    return None


def _pairs() -> Iterator[tuple[Organisation, Organisation]]:
    """Schools of one kind in two counties of a city."""
    schools = Organisation.objects.filter(kind="school", parent__kind="county")
    rows = schools.select_related("parent").order_by("path")
    first: dict[tuple[int, str], Organisation] = {}
    for school in rows:
        known = first.setdefault((school.parent.parent_id, school.school_kind), school)
        if known.parent_id != school.parent_id:
            yield school, known


def counted(campaign: Campaign) -> dict[str, int]:
    """Cases of a campaign: found, settled, and those settled by a city between its counties."""
    rows = Problem.objects.filter(campaign=campaign)
    settled = rows.filter(state=ProblemState.SETTLED)
    return {
        "found": rows.count(),
        "settled": settled.count(),
        "settled_by_a_city": settled.filter(organisation__kind="city").count(),
        "open": rows.filter(state=ProblemState.OPEN).count(),
    }
