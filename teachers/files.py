"""The official file as a series of revisions: read it as of a day, compare two, add the next.

A document maps a sub-set's key to an object (single) or a list of objects (repeating); see
`DossierRevision.data`. Absent values are left out of it, so `None` here means "not there".
"""

import json
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from teachers import schema
from teachers.models import (
    Dossier,
    DossierRevision,
    IndexVersion,
    Organisation,
    Post,
    Teacher,
    User,
)
from teachers.refusals import Refusal

#: What became of the row that a difference belongs to.
CHANGED, ADDED, REMOVED = "changed", "added", "removed"
#: Columns of Teacher that repeat values of the basic sub-set, for lists and searches.
_REPEATED = ("name", "sex", "birth_date")


class MergedFile(Refusal):
    code = "merged_file"


@dataclass(frozen=True)
class Difference:
    """One value that differs between two states of a file.

    row: None in a single sub-set; else the row's place (from 0) in the new list, or in the old one
    if the row was removed. An empty `key` stands for the sub-set (row None) or the row as such.
    """

    set_key: str
    row: int | None
    key: str
    old: object
    new: object
    fate: str = CHANGED


def readable(*, user: User, post: Post | None) -> QuerySet[Teacher]:
    """The teachers whose file somebody may read: those in sight of the post, and the own one."""
    in_sight = Teacher.objects.visible_to(post)
    return Teacher.objects.filter(Q(pk__in=in_sight.values("pk")) | Q(pk=user.teacher_id))


def as_of(teacher: Teacher, day: date) -> DossierRevision | None:
    """The revision that was in force on a day; None before the first."""
    return (
        DossierRevision.objects.filter(teacher=teacher, effective_on__lte=day)
        .order_by("-sequence")
        .first()
    )


def difference(old: dict, new: dict, form: schema.Form | None = None) -> list[Difference]:
    """What turns one document into another, value by value, in the order of the form.

    Sub-sets and values that the form does not know come last, by key: nothing is left out, so that
    `applied(old, difference(old, new)) == new` for any two documents. Rows of a repeating sub-set
    are matched in their order: equal ones first, then the most alike between them.
    """
    found: list[Difference] = []
    for set_key in _in_order(old.keys() | new.keys(), form.by_key if form else ()):
        fields = form.by_key[set_key].by_key if form and set_key in form.by_key else ()
        found += _between(set_key, old.get(set_key), new.get(set_key), fields)
    return found


def applied(document: dict, differences: list[Difference]) -> dict:
    """A copy of the document with the differences made to it (the opposite of `difference`)."""
    result = deepcopy(document)
    by_set: dict[str, list[Difference]] = {}
    for item in differences:
        by_set.setdefault(item.set_key, []).append(item)
    for set_key, items in by_set.items():
        content = _changed(result.get(set_key), items)
        if content is None:
            result.pop(set_key, None)
        else:
            result[set_key] = content
    return result


@transaction.atomic
def write_revision(
    teacher: Teacher,
    *,
    data: dict,
    source: str,
    entered_by: User | None,
    accepted_by: User | None,
    at: datetime,
    effective_on: date,
    organisation: Organisation | None = None,
    index_version: IndexVersion | None = None,
) -> DossierRevision:
    """Add the next revision to a teacher's file and make it the one in force.

    Locks the teacher's row, so that two at once get two sequences. Without `organisation` the
    teacher's school stays; with it the teacher moves there. Without `index_version` the file stays
    under its own, a new file comes under the one published last.
    Side effects: name, sex, birth date and ethnic group of the teacher follow the data, on the
    passed object too. Raises MergedFile; KeyError if the data lack name, sex or birth date.
    """
    locked = Teacher.objects.select_for_update(of=("self",)).get(pk=teacher.pk)
    if locked.merged_into_id is not None:
        raise MergedFile(
            _("This file was merged into another one. Open that file and change it there.")
        )
    file = Dossier.objects.select_related("revision").filter(teacher=locked).first()
    revision = DossierRevision.objects.create(
        teacher=locked,
        sequence=(file.revisions if file else 0) + 1,
        index_version_id=_version(file, index_version),
        organisation_id=organisation.pk if organisation else locked.organisation_id,
        data=data,
        source=source,
        entered_by=entered_by,
        accepted_by=accepted_by,
        accepted_at=at,
        effective_on=effective_on,
    )
    Dossier.objects.update_or_create(
        teacher=locked, defaults={"revision": revision, "revisions": revision.sequence}
    )
    _keep_in_step(teacher, data["basic"], revision.organisation_id)
    return revision


def _version(file: Dossier | None, index_version: IndexVersion | None) -> int:
    if index_version is not None:
        return index_version.pk
    if file is not None and file.revision is not None:
        return file.revision.index_version_id
    return schema.current_version().pk


def _keep_in_step(teacher: Teacher, basic: dict, organisation_id: int) -> None:
    values = {key: basic[key] for key in _REPEATED}
    values["birth_date"] = date.fromisoformat(values["birth_date"])
    values |= {"ethnic": basic.get("ethnic", ""), "organisation_id": organisation_id}
    Teacher.objects.filter(pk=teacher.pk).update(**values)
    for key, value in values.items():
        setattr(teacher, key, value)


# --- Comparing ----------------------------------------------------------------------------
def _in_order(keys, known) -> list[str]:
    """The known ones in their order, then the others by name."""
    return [key for key in known if key in keys] + sorted(keys - set(known))


def _between(set_key: str, old, new, fields) -> list[Difference]:
    if old == new and type(old) is type(new):
        return []
    kinds = {type(side) for side in (old, new) if side is not None}
    if len(kinds) > 1:
        return [Difference(set_key, None, "", old, new)]
    if kinds == {list}:
        found = _rows_between(set_key, old or [], new or [], fields)
    else:
        found = _values_between(set_key, None, old or {}, new or {}, fields, CHANGED)
    if (new is None and not old) or (new is not None and not new):
        found.append(Difference(set_key, None, "", old, new))
    return found


def _values_between(set_key, row, old: dict, new: dict, fields, fate) -> list[Difference]:
    found = [
        Difference(set_key, row, key, old.get(key), new.get(key), fate)
        for key in _in_order(old.keys() | new.keys(), fields)
        if old.get(key) != new.get(key)
    ]
    if fate != CHANGED and not found:
        found = [Difference(set_key, row, "", None, None, fate)]
    return found


def _rows_between(set_key, old: list, new: list, fields) -> list[Difference]:
    found = []
    for before, after in matched(old, new):
        if before is None:
            found += _values_between(set_key, after, {}, new[after], fields, ADDED)
        elif after is None:
            found += _values_between(set_key, before, old[before], {}, fields, REMOVED)
        else:
            found += _values_between(set_key, after, old[before], new[after], fields, CHANGED)
    return found


def matched(old: list[dict], new: list[dict]) -> list[tuple[int | None, int | None]]:
    """Places of the same row in two lists, in order; None where a row is new or gone.

    Equal rows are matched first; what stands between two matches is paired row by row where more
    than half of the values agree, so that a corrected row is a change and not a new one.
    """
    texts = [[json.dumps(row, sort_keys=True) for row in rows] for rows in (old, new)]
    pairs: list[tuple[int | None, int | None]] = []
    blocks = SequenceMatcher(None, *texts, autojunk=False).get_opcodes()
    for kind, first, last, start, end in blocks:
        if kind == "equal":
            pairs += zip(range(first, last), range(start, end), strict=True)
        else:
            pairs += _paired(old, new, range(first, last), range(start, end))
    return pairs


def _paired(old, new, before: range, after: range) -> list[tuple[int | None, int | None]]:
    """The pairing in order with the most agreeing values (rows are few: a small table does)."""
    best: dict[tuple[int, int], tuple[float, list]] = {}

    def best_from(i: int, j: int) -> tuple[float, list]:
        if (i, j) in best:
            return best[i, j]
        gone = [(place, None) for place in before[i:]]
        come = [(None, place) for place in after[j:]]
        choice = (0.0, gone + come)
        if i < len(before) and j < len(after):
            alike = _alike(old[before[i]], new[after[j]])
            score, rest = best_from(i + 1, j + 1)
            options = [(alike + score, [(before[i], after[j]), *rest])] if alike > 0.5 else []
            score, rest = best_from(i + 1, j)
            options.append((score, [(before[i], None), *rest]))
            score, rest = best_from(i, j + 1)
            options.append((score, [(None, after[j]), *rest]))
            choice = max(options, key=lambda option: option[0])
        best[i, j] = choice
        return choice

    return best_from(0, 0)[1]


def _alike(old: dict, new: dict) -> float:
    """The share of values that agree, from 0 to 1."""
    keys = old.keys() | new.keys()
    return sum(old.get(key) == new.get(key) for key in keys) / len(keys) if keys else 1.0


# --- Applying -----------------------------------------------------------------------------
def _changed(content, items: list[Difference]):
    """A sub-set after its differences; None when nothing is left of it."""
    rows = [item for item in items if item.row is not None]
    values = [item for item in items if item.row is None and item.key]
    whole = [item for item in items if item.row is None and not item.key]
    if rows:
        content = _changed_rows(content or [], rows)
    for item in values:
        content = content or {}
        _put(content, item)
    if whole:
        return deepcopy(whole[-1].new)
    return content or None


def _changed_rows(rows: list[dict], items: list[Difference]) -> list[dict]:
    removed = {item.row for item in items if item.fate == REMOVED}
    rows = [row for place, row in enumerate(rows) if place not in removed]
    for place in sorted({item.row for item in items if item.fate == ADDED}):
        rows.insert(place, {})
    for item in items:
        if item.fate != REMOVED and item.key:
            _put(rows[item.row], item)
    return rows


def _put(values: dict, item: Difference) -> None:
    if item.new is None:
        values.pop(item.key, None)
    else:
        values[item.key] = deepcopy(item.new)
