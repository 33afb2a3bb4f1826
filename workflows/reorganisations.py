"""What a reorganisation wants, and whether it can be: nothing here writes."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from teachers.enums import OrganisationKind
from teachers.models import Organisation, Post
from teachers.refusals import NotAllowed, Refusal
from workflows.enums import ReorganisationKind
from workflows.policies import may_reorganise

Kind = OrganisationKind
#: Which authorities may stand directly above a unit of a kind; other kinds do not move.
ABOVE = {
    Kind.SCHOOL: {Kind.COUNTY, Kind.CITY, Kind.UNIVERSITY, Kind.DEPARTMENT, Kind.PROVINCE},
    Kind.COUNTY: {Kind.CITY},
}


class NotAboveThem(NotAllowed):
    code = "not_above_them"


class CannotReorganise(Refusal):
    code = "cannot_reorganise"


@dataclass(frozen=True)
class Plan:
    """One act. `target` is the new authority (move) or the unit into which they go (merger);
    `founded` are code and name of the new school (division)."""

    kind: ReorganisationKind
    units: list[Organisation]
    effective_on: date
    reason: str
    target: Organisation | None = None
    founded: tuple[str, str] | None = None
    moves: list[tuple[Organisation, Organisation]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "moves", list(self._moves()))

    def _moves(self):
        """(unit, new authority) of all that change their place: of an authority that merges into
        another, the units below it."""
        if self.kind == ReorganisationKind.MOVE and self.target:
            yield from ((unit, self.target) for unit in self.units)
        if self.kind == ReorganisationKind.MERGE and self.target:
            for unit in self.units:
                for child in unit.children.order_by("path"):
                    yield child, self.target

    @property
    def ending(self) -> list[Organisation]:
        """The units that exist no more afterwards."""
        ends = {ReorganisationKind.MERGE, ReorganisationKind.CLOSE}
        return self.units if self.kind in ends else []


def check(plan: Plan, *, post: Post, at: datetime) -> None:
    """Raise NotAboveThem or CannotReorganise with one sentence that says what is wrong."""
    concerned = [*plan.units, *([plan.target] if plan.target else [])]
    if not may_reorganise(post, plan.units, plan.target):
        raise NotAboveThem(
            _("The administrator of an authority above all units concerned reorganises them.")
        )
    if not plan.units or not plan.reason.strip():
        raise CannotReorganise(_("Name the units, and say why."))
    today = timezone.localdate(at)
    if plan.effective_on > today:
        raise CannotReorganise(
            _("%(day)s is still to come: carry it out on its day.") % {"day": plan.effective_on}
        )
    for unit in concerned:
        if unit.valid_to is not None and unit.valid_to <= today:
            raise CannotReorganise(
                _("%(unit)s (%(code)s) exists no more since %(day)s.")
                % {"unit": unit, "code": unit.code, "day": unit.valid_to}
            )
        if unit.valid_from >= plan.effective_on:
            raise CannotReorganise(
                _("%(unit)s (%(code)s) was founded on %(day)s: choose a later day.")
                % {"unit": unit, "code": unit.code, "day": unit.valid_from}
            )
    _CHECKS[plan.kind](plan)


def _check_move(plan: Plan) -> None:
    if plan.target is None:
        raise CannotReorganise(_("Name the new authority."))
    for unit in plan.units:
        if unit.kind not in ABOVE:
            raise CannotReorganise(
                _("%(unit)s (%(code)s) is neither a school nor a county: it cannot be moved.")
                % {"unit": unit, "code": unit.code}
            )
        if plan.target.kind not in ABOVE[Kind(unit.kind)]:
            raise CannotReorganise(
                _("%(target)s cannot be the authority of %(unit)s.")
                % {"target": plan.target, "unit": unit}
            )
        if unit.parent_id == plan.target.pk:
            raise CannotReorganise(
                _("%(unit)s (%(code)s) belongs to %(target)s already.")
                % {"unit": unit, "code": unit.code, "target": plan.target}
            )
    _check_apart(plan)


def _check_merge(plan: Plan) -> None:
    if plan.target is None:
        raise CannotReorganise(_("Name the unit into which the others go."))
    for unit in plan.units:
        if unit.kind != plan.target.kind or unit.kind == Kind.PROVINCE:
            raise CannotReorganise(
                _("%(unit)s and %(target)s are not of one kind: they cannot merge.")
                % {"unit": unit, "target": plan.target}
            )
    _check_apart(plan)


def _check_apart(plan: Plan) -> None:
    """No unit is named twice, in another one, or as its own target."""
    paths = [unit.path for unit in plan.units]
    for place, path in enumerate(paths):
        others = paths[:place] + paths[place + 1 :]
        if any(path.startswith(other) for other in others) or plan.target.path.startswith(path):
            raise CannotReorganise(
                _("%(unit)s is named twice, or lies within another unit that is named.")
                % {"unit": plan.units[place]}
            )


def _check_close(plan: Plan) -> None:
    for unit in plan.units:
        if unit.children.filter(valid_to=None).exists():
            raise CannotReorganise(
                _("There are units below %(unit)s: move them or merge it instead.") % {"unit": unit}
            )


def _check_split(plan: Plan) -> None:
    if len(plan.units) != 1 or plan.units[0].kind != Kind.SCHOOL:
        raise CannotReorganise(_("Name the one school from which a new one is founded."))
    code, name = plan.founded or ("", "")
    if not code.isascii() or not code.isdigit() or not 6 <= len(code) <= 20 or not name.strip():
        raise CannotReorganise(
            _("The new school needs a name and a code of 6 to 20 digits, not “%(code)s”.")
            % {"code": code}
        )
    if taken := Organisation.objects.filter(code=code).first():
        raise CannotReorganise(
            _("The code %(code)s belongs to %(unit)s: choose another.")
            % {"code": code, "unit": taken}
        )


_CHECKS = {
    ReorganisationKind.MOVE: _check_move,
    ReorganisationKind.MERGE: _check_merge,
    ReorganisationKind.CLOSE: _check_close,
    ReorganisationKind.SPLIT: _check_split,
}
