"""A change as data: which values it carries, and what the file reads like afterwards."""

from copy import deepcopy
from datetime import date

from teachers import identity as identities
from teachers import schema
from teachers.changes import kinds
from teachers.derive import derive
from teachers.enums import ChangeKind
from teachers.models import ChangeRequest, Teacher
from teachers.schema import Form


def form_of(kind: ChangeKind, school_kind: str) -> Form:
    """What the newest published index version asks in a change of this kind."""
    sets = kinds.HIRE_SETS if kind in kinds.ARRIVALS else None
    return schema.form(schema.current_version().pk, school_kind, sets)


def file_of(teacher: Teacher | None) -> dict:
    """The document of the revision in force; empty when there is none yet."""
    dossier = getattr(teacher, "dossier", None) if teacher else None
    return dossier.revision.data if dossier and dossier.revision_id else {}


def merged(data: dict, values: dict) -> dict:
    """`data` with the values of a change: a None takes an indicator away, a list replaces rows."""
    result = deepcopy(data)
    for set_key, part in values.items():
        if isinstance(part, list):
            result[set_key] = deepcopy(part)
            continue
        row = result.setdefault(set_key, {})
        for key, value in part.items():
            if value is None:
                row.pop(key, None)
            else:
                row[key] = value
    return {key: part for key, part in result.items() if part}


def changed_values(form: Form, old: dict, new: dict, *, kind: ChangeKind) -> dict:
    """What `new` says otherwise than `old`, as ChangeRequest.values.

    Of the indicators only those that a change of this kind may touch and that a person enters:
    derived ones follow by themselves.
    """
    found = {}
    for subset in form.subsets:
        before, after = old.get(subset.key), new.get(subset.key)
        if subset.repeating:
            if kind == ChangeKind.CORRECTION and (after or []) != (before or []):
                found[subset.key] = after or []
            continue
        part = {
            item.key: (after or {}).get(item.key)
            for item in subset.fields
            if may_touch(kind, subset.key, item.key)
            and item.is_entered
            and (after or {}).get(item.key) != (before or {}).get(item.key)
        }
        if part:
            found[subset.key] = part
    return found


def may_touch(kind: ChangeKind, set_key: str, key: str) -> bool:
    """Key fields belong to one kind of correction, all others to the other."""
    if kind == ChangeKind.KEY_CORRECTION:
        return set_key == "basic" and key in kinds.KEY_FIELDS
    return not (set_key == "basic" and key in kinds.NOT_CORRECTED)


def identity_of(change: ChangeRequest, teacher: Teacher | None) -> tuple[str, str]:
    """Type and number of the document after the change; empty if nobody knows it yet."""
    if change.identity_sealed:
        return change.identity_type, identities.unseal(change.identity_sealed)
    if teacher is not None:
        return teacher.identity_type, identities.unseal(teacher.identity_sealed)
    return change.identity_type, ""


def resulting(change: ChangeRequest, teacher: Teacher | None, *, on: date | None = None) -> dict:
    """The file after the change, with all that follows from it.

    on: the day from which it holds, its effective date if not given. Reads the form of the school
    where the person is then.
    """
    data = merged(file_of(teacher), change.values)
    basic = data.setdefault("basic", {})
    moves = change.kind in (*kinds.TRANSFERS, *kinds.ARRIVALS)
    if moves and change.kind in kinds.TRANSFERS:
        basic["school_start"] = f"{on or change.effective_date:%Y-%m}"
    if change.identity_type:
        basic["id_type"] = change.identity_type
    school = change.organisation if moves else getattr(teacher, "organisation", None)
    kind = (school or change.organisation).school_kind
    id_type, number = identity_of(change, teacher)
    full = schema.form(schema.current_version().pk, kind)
    return derive(full, data, identity=number, identity_type=id_type or "1")
