"""What happens to files between campaigns: a transfer, a key correction, a retirement."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from django.utils import timezone
from PIL import Image, ImageDraw

from teachers import attachments
from teachers.changes import editing
from teachers.enums import AttachmentKind, ChangeKind, ChangeState, FileStatus, Role
from teachers.models import ChangeRequest, Organisation, Post, Teacher
from workflows import actions
from workflows.demonstration.people import Desks
from workflows.flows import step
from workflows.models import Task

SCAN = (595, 842)  # pixels: an A4 page at 72 dpi


@dataclass
class Changes:
    """Moves change requests from desk to desk on one day, by the actions that the pages use."""

    desks: Desks
    at: datetime

    def play(self) -> dict[str, int]:
        """One of each kind; kind to number in force. Kinds that find nobody are left out."""
        for act in (self.transfer_across_counties, self.correct_a_name, self.retire):
            act()
        return in_force()

    def begin(self) -> None:
        """A transfer and a leave, asked and signed, wait for visitors on an authority's desk."""
        self.transfer_across_counties(signed_only=True)
        teacher = self._somebody("-pk")
        if teacher is not None:
            self._through(
                kind=ChangeKind.LEAVE,
                organisation=teacher.organisation,
                teacher=teacher,
                reason="参加省级骨干教师脱产培训。",
                signed_only=True,
            )

    def transfer_across_counties(self, *, signed_only: bool = False) -> ChangeRequest | None:
        """A school asks for a teacher of another county of its city; the city decides."""
        for receiving, releasing in _pairs_across_counties():
            teacher = _in_service(releasing).exclude(pk__in=_busy()).order_by("pk").first()
            if teacher is None or not self._staffed(receiving, releasing):
                continue
            return self._through(
                kind=ChangeKind.TRANSFER_COUNTIES,
                organisation=receiving,
                teacher=teacher,
                reason="夫妻两地分居，双方学校已协商一致。",
                signed_only=signed_only,
            )
        return None

    def correct_a_name(self) -> ChangeRequest | None:
        """A teacher has taken another name; the police's note is the evidence."""
        teacher = self._somebody("pk")
        if teacher is None:
            return None
        return self._through(
            kind=ChangeKind.KEY_CORRECTION,
            organisation=teacher.organisation,
            teacher=teacher,
            values={"basic": {"name": f"{teacher.name[0]}文{teacher.name[1:2]}"}},
            reason="本人更名，公安机关已办理变更登记。",
            evidence="公安机关变更证明",
        )

    def retire(self) -> ChangeRequest | None:
        """The eldest member of staff retires."""
        teacher = self._somebody("birth_date", "pk")
        if teacher is None:
            return None
        return self._through(
            kind=ChangeKind.RETIREMENT,
            organisation=teacher.organisation,
            teacher=teacher,
            reason="到达法定退休年龄。",
        )

    def _somebody(self, *order: str) -> Teacher | None:
        """The first teacher in service, in that order, whom no change request holds."""
        people = Teacher.objects.filter(status=FileStatus.ACTIVE, dossier__isnull=False)
        rows = people.exclude(pk__in=_busy()).select_related("organisation").order_by(*order)
        return next((row for row in rows[:50] if self._staffed(row.organisation)), None)

    def _staffed(self, *schools: Organisation) -> bool:
        """Clerk and head are there."""
        return all(
            self.desks.holds(s.pk, role) for s in schools for role in (Role.CLERK, Role.HEAD)
        )

    def _through(
        self, *, organisation, evidence: str = "", signed_only: bool = False, **asked
    ) -> ChangeRequest:
        """Ask for a change, hand it in, and let every desk of its route (or the school) say yes."""
        clerk = self.desks.post(organisation.pk, Role.CLERK)
        by = {"by": clerk.user, "post": clerk, "at": self.at}
        proofs = [self._scan(evidence, organisation, by)] if evidence else []
        change = editing.draft(
            organisation=organisation,
            effective_date=timezone.localdate(self.at),
            evidence=proofs,
            **asked,
            **by,
        )
        actions.open_change(change, **by)
        while (task := Task.objects.open().filter(process__change=change).first()) is not None:
            if signed_only and task.role == Role.REVIEWER:
                break
            self._say_yes(task)
        change.refresh_from_db()
        return change

    def _say_yes(self, task: Task) -> None:
        self.at += timedelta(minutes=20)
        post: Post = self.desks.post(task.organisation_id, task.role)
        verdict = step(task.step).verdicts[0]
        receipt = actions.decide([task.pk], verdict=verdict, by=post.user, post=post, at=self.at)
        if receipt.refused:
            raise RuntimeError(f"{task.step} at {task.organisation}: {receipt.refused[0].text}")

    def _scan(self, title: str, organisation: Organisation, by: dict):
        """The scanned page as evidence."""
        return attachments.take(
            name=f"{title}.png",
            content=scanned_page(),
            kind=AttachmentKind.EVIDENCE,
            organisation=organisation,
            **by,
        )


def scanned_page() -> bytes:
    """A page that says it is only a demonstration, as if it had been scanned (PNG)."""
    page = Image.new("RGB", SCAN, "white")
    ImageDraw.Draw(page).text((60, 80), "DEMONSTRATION - not a real document", fill="black")
    content = BytesIO()
    page.save(content, "PNG")
    return content.getvalue()


def in_force() -> dict[str, int]:
    """Kind of change to how many are in force, in the order of the kinds."""
    kinds = ChangeRequest.objects.filter(state=ChangeState.IN_FORCE).values_list("kind", flat=True)
    counts = {kind.value: 0 for kind in ChangeKind}
    for kind in kinds:
        counts[kind] += 1
    return {kind: count for kind, count in counts.items() if count}


def _busy():
    """Whom a change request was about already."""
    return ChangeRequest.objects.exclude(teacher=None).values("teacher")


def _in_service(school: Organisation):
    return Teacher.objects.filter(
        organisation=school, status=FileStatus.ACTIVE, dossier__isnull=False
    )


def _pairs_across_counties():
    """Pairs of schools in two counties of one city, one pair a city."""
    schools = Organisation.objects.filter(kind="school", parent__kind="county")
    for city in Organisation.objects.filter(kind="city").order_by("path"):
        found = {}
        for school in schools.within(city).select_related("parent").order_by("path"):
            found.setdefault(school.parent_id, school)
            if len(found) == 2:
                yield tuple(found.values())
                break
