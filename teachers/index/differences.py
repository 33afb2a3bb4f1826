"""What a version changes against the one it is based on, indicator by indicator."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from teachers.enums import Need, SchoolKind, ValueType
from teachers.models import IndexVersion, Indicator, IndicatorSet

ADDED, RETIRED, CHANGED = "added", "retired", "changed"
TIGHTER, LOOSER = "tighter", "looser"

#: The strength of a need: from not asked at all to required.
_STRENGTH = {None: 0, Need.READ_ONLY: 1, Need.DERIVED: 1, Need.OPTIONAL: 2, Need.CONDITIONAL: 3}
_STRENGTH[Need.REQUIRED] = 4

Content = dict[str, tuple[IndicatorSet, dict[str, Indicator]]]


@dataclass(frozen=True)
class Change:
    """One property that differs; `effect` is "tighter", "looser" or neither."""

    label: str | Promise
    old: str
    new: str
    effect: str = ""


@dataclass(frozen=True)
class Difference:
    """One sub-set (`indicator` is None) or indicator that was added, retired or changed."""

    what: str
    indicator_set: IndicatorSet
    indicator: Indicator | None = None
    changes: tuple[Change, ...] = ()

    @property
    def item(self) -> IndicatorSet | Indicator:
        return self.indicator or self.indicator_set

    @property
    def place(self) -> tuple[str, str]:
        return self.indicator_set.key, self.indicator.key if self.indicator else ""


def content(version: IndexVersion) -> Content:
    """Everything a version holds, in order: two queries."""
    sets = {own.pk: (own, {}) for own in version.sets.order_by("position", "pk")}
    rows = Indicator.objects.filter(indicator_set__version=version).select_related("code_list")
    for row in rows.order_by("position", "pk"):
        sets[row.indicator_set_id][1][row.key] = row
    return {own.key: (own, inside) for own, inside in sets.values()}


def differences(old: Content, new: Content) -> list[Difference]:
    """From one version's content to another's: in the order of the new one, what was retired at
    the end of its sub-set."""
    found = []
    for key, (own, inside) in new.items():
        before = old.get(key)
        if before is None:
            found.append(Difference(ADDED, own))
        elif changes := _set_changes(before[0], own):
            found.append(Difference(CHANGED, own, None, changes))
        found += _inside(own, before[1] if before else {}, inside)
    found += [Difference(RETIRED, own) for key, (own, _inside) in old.items() if key not in new]
    return found


def _inside(own: IndicatorSet, old: dict, new: dict) -> list[Difference]:
    found = []
    for key, item in new.items():
        if key not in old:
            found.append(Difference(ADDED, own, item))
        elif changes := changes_between(old[key], item):
            found.append(Difference(CHANGED, own, item, changes))
    return found + [Difference(RETIRED, own, item) for key, item in old.items() if key not in new]


def _set_changes(old: IndicatorSet, new: IndicatorSet) -> tuple[Change, ...]:
    pairs = [
        (gettext_lazy("Name"), old.name, new.name, ""),
        (gettext_lazy("English name"), old.name_en, new.name_en, ""),
        (
            gettext_lazy("Forms"),
            " ".join(old.school_kinds),
            " ".join(new.school_kinds),
            "",
        ),
    ]
    return tuple(Change(*pair) for pair in pairs if pair[1] != pair[2])


def changes_between(old: Indicator, new: Indicator) -> tuple[Change, ...]:
    """The properties in which two editions of an indicator differ."""
    found = [
        Change(gettext_lazy("Name"), old.name, new.name),
        Change(gettext_lazy("English name"), old.name_en, new.name_en),
        Change(
            gettext_lazy("Type"),
            ValueType(old.value_type).label,
            ValueType(new.value_type).label,
        ),
        Change(
            gettext_lazy("Length"), measure(old), measure(new), _compare(_room(new), _room(old))
        ),
        Change(gettext_lazy("Code list"), str(old.code_list or ""), str(new.code_list or "")),
        *_need_changes(old.needs, new.needs),
        Change(gettext_lazy("Default"), old.default, new.default),
        Change(gettext_lazy("Note"), old.note, new.note),
    ]
    return tuple(change for change in found if change.old != change.new)


def _need_changes(old: dict[str, str], new: dict[str, str]) -> list[Change]:
    return [
        Change(
            kind.label,
            need_word(old.get(kind)),
            need_word(new.get(kind)),
            _compare(_STRENGTH[old.get(kind)], _STRENGTH[new.get(kind)]),
        )
        for kind in SchoolKind
        if old.get(kind) != new.get(kind)
    ]


def need_word(need: str | None) -> str:
    """A need in words; one that is not there is "not asked"."""
    return Need(need).label if need else _("Not asked")


def need_sign(need: str | None) -> str:
    """A need in one sign, for the cells of a table."""
    signs = {
        Need.REQUIRED: pgettext("sign of a need", "R"),
        Need.OPTIONAL: pgettext("sign of a need", "O"),
        Need.CONDITIONAL: pgettext("sign of a need", "C"),
        Need.DERIVED: pgettext("sign of a need", "D"),
        Need.READ_ONLY: pgettext("sign of a need", "RO"),
    }
    return signs[need] if need else ""


def measure(item: Indicator) -> str:
    """The length as it stands in a table: "36", or "8,2" with decimals."""
    if item.length is None:
        return ""
    return f"{item.length},{item.decimals}" if item.decimals else str(item.length)


def _room(item: Indicator) -> int:
    """How much fits: characters, or digits before the point."""
    return (item.length or 10**6) - item.decimals


def _compare(less: int, more: int) -> str:
    """Whether going to `more` from `less` asks more of a school."""
    if less == more:
        return ""
    return TIGHTER if more > less else LOOSER
