"""A case of problem data laid out for reading: the claims side by side, and who has said what."""

from dataclasses import dataclass

from django.utils.translation import get_language

from campaigns import asked
from campaigns.enums import ProblemState
from campaigns.models import Problem, ProblemParty
from campaigns.problems.parties import may_answer
from teachers import schema
from teachers.models import Attachment, Dossier, DossierRevision, Employment, Post, Teacher
from teachers.policies import oversees
from teachers.reading import show_value

#: What two persons are told apart by; the rest of the file is not the case's business.
COMPARED = ("basic", "contact")
#: So many entries of each history are shown.
SHOWN = 12


@dataclass(frozen=True)
class Side:
    """One claim. `is_open`: the reader may see its values, words, evidence and history."""

    party: ProblemParty
    is_open: bool
    is_mine: bool
    document: dict
    form: schema.Form | None
    employments: list[Employment]
    revisions: list[DossierRevision]
    evidence: list[Attachment]


@dataclass(frozen=True)
class Line:
    """One value of every open side; `differs` when they are not all the same."""

    label: str
    values: list[str]
    differs: bool


@dataclass(frozen=True)
class Duel:
    problem: Problem
    sides: list[Side]
    lines: list[Line]

    @property
    def open_sides(self) -> list[Side]:
        return [side for side in self.sides if side.is_open]

    @property
    def differing(self) -> list[Line]:
        return [line for line in self.lines if line.differs]

    @property
    def alike(self) -> list[Line]:
        return [line for line in self.lines if not line.differs]

    @property
    def mine(self) -> list[Side]:
        return [side for side in self.sides if side.is_mine]

    @property
    def is_open(self) -> bool:
        return self.problem.state == ProblemState.OPEN


def sees_all(post: Post, problem: Problem) -> bool:
    """Who settles the case, and those above, see every side in full."""
    return oversees(post) and post.organisation.contains(problem.organisation)


def read(problem: Problem, post: Post) -> Duel:
    """The case as the post may see it: its own side, or all when it stands above them.

    The number of queries does not depend on the number of sides.
    """
    parties = list(
        problem.parties.select_related(
            "organisation", "record__submission__campaign", "teacher", "answered_by"
        )
        .prefetch_related("evidence")
        .order_by("position")
    )
    everything = sees_all(post, problem)
    opened = [p for p in parties if everything or post.organisation.contains(p.organisation)]
    ids = {party.teacher_id for party in opened if party.teacher_id}
    files, employments, revisions = _files(ids), _employments(ids), _revisions(ids)
    sides = [
        Side(
            party=party,
            is_open=party in opened,
            is_mine=may_answer(post, party),
            document=_document(party, files) if party in opened else {},
            form=_form(party, files) if party in opened else None,
            employments=employments.get(party.teacher_id, []) if party in opened else [],
            revisions=revisions.get(party.teacher_id, []) if party in opened else [],
            evidence=list(party.evidence.all()) if party in opened else [],
        )
        for party in parties
    ]
    return Duel(problem, sides, _lines([side for side in sides if side.is_open]))


def _files(ids: set[int]) -> dict[int, DossierRevision]:
    rows = Dossier.objects.filter(teacher__in=ids, revision__isnull=False)
    return {row.teacher_id: row.revision for row in rows.select_related("revision__organisation")}


def _employments(ids: set[int]) -> dict[int, list[Employment]]:
    rows = Employment.objects.filter(teacher__in=ids).select_related("organisation")
    found: dict[int, list[Employment]] = {}
    for row in rows.order_by("-from_date", "-pk"):
        found.setdefault(row.teacher_id, []).append(row)
    return {pk: rows[:SHOWN] for pk, rows in found.items()}


def _revisions(ids: set[int]) -> dict[int, list[DossierRevision]]:
    rows = DossierRevision.objects.filter(teacher__in=ids).defer("data")
    found: dict[int, list[DossierRevision]] = {}
    for row in rows.select_related("organisation", "accepted_by").order_by("-sequence"):
        found.setdefault(row.teacher_id, []).append(row)
    return {pk: rows[:SHOWN] for pk, rows in found.items()}


def _document(party: ProblemParty, files: dict[int, DossierRevision]) -> dict:
    if party.record:
        return party.record.data
    file = files.get(party.teacher_id)
    return _as_registered(party.teacher, file.data if file else {}) if party.teacher else {}


def _as_registered(teacher: Teacher, document: dict) -> dict:
    """The file, with what the register itself says about birth date and sex."""
    said = {"name": teacher.name, "sex": teacher.sex, "birth_date": teacher.birth_date.isoformat()}
    return {**document, "basic": {**document.get("basic", {}), **said}}


def _form(party: ProblemParty, files: dict[int, DossierRevision]) -> schema.Form | None:
    if party.record:
        submission = party.record.submission
        submission.organisation = party.organisation
        return asked.form_of(submission)
    file = files.get(party.teacher_id)
    if file is None:
        return None
    return schema.form(file.index_version_id, party.organisation.school_kind)


def _lines(sides: list[Side]) -> list[Line]:
    language = get_language() or ""
    fields = {}
    for side in sides:
        for set_key in COMPARED if side.form else ():
            subset = side.form.by_key.get(set_key)
            for field in subset.fields if subset else ():
                if not field.is_sealed:
                    fields.setdefault((set_key, field.key), field)
    lines = []
    for (set_key, key), field in fields.items():
        raw = [side.document.get(set_key, {}).get(key) for side in sides]
        if any(value not in (None, "", []) for value in raw):
            words = ["" if v is None else show_value(field, v, language) for v in raw]
            lines.append(Line(field.label(language), words, len({str(v) for v in raw}) > 1))
    return lines
