"""Drafts of the index system: made from a published version, edited, published or discarded.

Every action locks the version's row, reads again, checks and writes in one transaction; the
database itself refuses any change to a published version.
"""

import hashlib
import json
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from teachers import policies
from teachers.enums import Need, VersionState
from teachers.index import differences
from teachers.index.refusals import (
    ChangedMeanwhile,
    KeyTaken,
    NothingChanged,
    NotTheKeeper,
    Published,
    Unsound,
)
from teachers.index.shapes import PILLARS, Shape, key_problem, problems
from teachers.models import IndexVersion, Indicator, IndicatorSet, Post, User

#: The sub-set that every document has.
CORE = "basic"


def make_draft(
    *, base: IndexVersion, code: str, name: str, by: User, post: Post, at: datetime
) -> IndexVersion:
    """A new draft with everything a published version holds, `based_on` it.

    Raises NotTheKeeper, KeyTaken for a code in use, Unsound for a base that is a draft itself.
    """
    _refuse_unless_keeper(post)
    code, name = code.strip(), " ".join(name.split())
    if not code or not name:
        raise Unsound(_("Give the draft a code and a name."))
    with transaction.atomic():
        # Whoever makes drafts at the same time waits here: one code is taken once.
        list(IndexVersion.objects.select_for_update().order_by("pk").values_list("pk"))
        if base.state != VersionState.PUBLISHED:
            raise Unsound(_("A draft begins from a published version. Choose one."))
        if IndexVersion.objects.filter(code=code).exists():
            raise KeyTaken(_("The code %(code)s is in use. Choose another one.") % {"code": code})
        draft = IndexVersion.objects.create(
            code=code,
            name=name,
            based_on=base,
            created_by=by,
            created_at=at,
            changed_by=by,
            changed_at=at,
        )
        _copy_content(base, draft)
    return draft


def _copy_content(base: IndexVersion, draft: IndexVersion) -> None:
    for own, inside in differences.content(base).values():
        own.pk, own.version, own._state.adding = None, draft, True
        own.save(force_insert=True)
        for item in inside.values():
            item.pk, item.indicator_set = None, own
        Indicator.objects.bulk_create(inside.values())


def add_indicator(
    *,
    version: IndexVersion,
    set_key: str,
    key: str,
    shape: Shape,
    by: User,
    post: Post,
    at: datetime,
) -> Indicator:
    """A new indicator at the end of a sub-set of a draft.

    Raises NotTheKeeper, Published, Unsound and KeyTaken; a key that another version used for
    values of another type is taken too, so that a key always means the same.
    """
    with transaction.atomic():
        draft = _locked(version, post)
        own = draft.sets.filter(key=set_key).first()
        if own is None:
            raise Unsound(_("The sub-set is gone: somebody removed it from the draft meanwhile."))
        _refuse_key(key)
        _refuse_taken(own, key, shape)
        _refuse_unsound(shape, own)
        last = own.indicators.order_by("-position").values_list("position", flat=True).first() or 0
        item = Indicator.objects.create(
            indicator_set=own, key=key, position=last + 1, **shape.values()
        )
        _touch(draft, by, at)
    return item


def save_indicator(
    *, indicator: Indicator, shape: Shape, seen: str, by: User, post: Post, at: datetime
) -> Indicator:
    """Change an indicator of a draft. `seen` is its `fingerprint` when the page was opened.

    The type stays: values under one key must stay readable. Raises NotTheKeeper, Published,
    ChangedMeanwhile, Unsound.
    """
    with transaction.atomic():
        draft, current = _locked_item(indicator, seen, post)
        own = current.indicator_set
        if shape.value_type != current.value_type:
            raise Unsound(
                _("The type of an indicator never changes. Retire it and add one with another key.")
            )
        if (own.key, current.key) in PILLARS:
            _refuse_weaker_pillar(current, shape)
        _refuse_unsound(shape, own)
        for name, value in shape.values().items():
            setattr(current, name, value)
        current.save()
        _touch(draft, by, at)
    return current


def retire_indicator(
    *, indicator: Indicator, seen: str, by: User, post: Post, at: datetime
) -> None:
    """Take an indicator out of a draft. Files under earlier versions keep and show its values.

    Raises NotTheKeeper, Published, ChangedMeanwhile, Unsound for one the system cannot do without
    or the last one of its sub-set.
    """
    with transaction.atomic():
        draft, current = _locked_item(indicator, seen, post)
        own = current.indicator_set
        if (own.key, current.key) in PILLARS:
            raise Unsound(
                _("“%(name)s” says who the person is and cannot be retired.") % {"name": current}
            )
        if own.indicators.count() == 1:
            raise Unsound(_("The last indicator of a sub-set stays. Retire the sub-set instead."))
        current.delete()
        _touch(draft, by, at)


def restore_indicator(
    *, version: IndexVersion, set_key: str, key: str, by: User, post: Post, at: datetime
) -> Indicator:
    """Take an indicator of the version below back into the draft, as it was there.

    Raises NotTheKeeper, Published, KeyTaken when it is there, Unsound when it never was.
    """
    with transaction.atomic():
        draft = _locked(version, post)
        item = Indicator.objects.filter(
            indicator_set__version=draft.based_on_id, indicator_set__key=set_key, key=key
        ).first()
        own = draft.sets.filter(key=set_key).first()
        if item is None or own is None:
            raise Unsound(_("There is no such indicator to take back."))
        if own.indicators.filter(key=key).exists():
            raise KeyTaken(_("The indicator is in the draft already."))
        item.pk, item.indicator_set, item._state.adding = None, own, True
        item.save(force_insert=True)
        _touch(draft, by, at)
    return item


def add_set(
    *,
    version: IndexVersion,
    key: str,
    name: str,
    name_en: str,
    repeating: bool,
    school_kinds: list[str],
    by: User,
    post: Post,
    at: datetime,
) -> IndicatorSet:
    """A new sub-set at the end of a draft; it is asked once it has indicators.

    Raises NotTheKeeper, Published, KeyTaken, Unsound.
    """
    with transaction.atomic():
        draft = _locked(version, post)
        _refuse_key(key)
        if not name.strip() or not school_kinds:
            raise Unsound(_("Give it a name, and say of which kind of school it is asked."))
        if draft.sets.filter(key=key).exists():
            raise KeyTaken(_("The key %(key)s is in use in this draft.") % {"key": key})
        before = IndicatorSet.objects.filter(key=key).exclude(version=draft).first()
        if before is not None and before.repeating != repeating:
            raise KeyTaken(
                _(
                    "The key %(key)s names another sub-set in version %(version)s. "
                    "Choose another one."
                )
                % {"key": key, "version": before.version.code}
            )
        last = draft.sets.order_by("-position").values_list("position", flat=True).first() or 0
        own = IndicatorSet.objects.create(
            version=draft,
            key=key,
            name=name.strip(),
            name_en=name_en.strip(),
            position=last + 1,
            repeating=repeating,
            school_kinds=school_kinds,
        )
        _touch(draft, by, at)
    return own


def retire_set(*, version: IndexVersion, set_key: str, by: User, post: Post, at: datetime) -> None:
    """Take a sub-set with all its indicators out of a draft.

    Raises NotTheKeeper, Published, Unsound for the basic sub-set.
    """
    with transaction.atomic():
        draft = _locked(version, post)
        if set_key == CORE:
            raise Unsound(_("The basic sub-set says who the person is and cannot be retired."))
        own = draft.sets.filter(key=set_key).first()
        if own is not None:
            own.indicators.all().delete()
            own.delete()
            _touch(draft, by, at)


def publish(
    *, version: IndexVersion, seen: datetime | None, by: User, post: Post, at: datetime
) -> IndexVersion:
    """Publish a draft for good. `seen` is its `changed_at` on the page where it was decided.

    From then on new campaigns ask by it; files and campaigns under earlier versions keep theirs.
    Raises NotTheKeeper, Published, ChangedMeanwhile, NothingChanged, Unsound.
    """
    with transaction.atomic():
        draft = _locked(version, post)
        if draft.changed_at != seen:
            raise ChangedMeanwhile(_meanwhile(draft))
        new = differences.content(draft)
        if draft.based_on and not differences.differences(differences.content(draft.based_on), new):
            raise NothingChanged(
                _("The draft changes nothing against %(base)s. There is nothing to publish.")
                % {"base": draft.based_on.code}
            )
        empty = [str(own) for own, inside in new.values() if not inside]
        if empty:
            raise Unsound(
                _("These sub-sets have no indicator: %(names)s. Add one, or retire them.")
                % {"names": "、".join(empty)}
            )
        draft.state, draft.published_at, draft.published_by = VersionState.PUBLISHED, at, by
        draft.save(update_fields=["state", "published_at", "published_by"])
    return draft


def discard(*, version: IndexVersion, post: Post) -> None:
    """Throw a draft away, with the rehearsals that were run on it.

    Raises NotTheKeeper and Published.
    """
    with transaction.atomic():
        draft = _locked(version, post)
        Indicator.objects.filter(indicator_set__version=draft).delete()
        draft.sets.all().delete()
        draft.delete()


def fingerprint(indicator: Indicator) -> str:
    """A short mark of an indicator's present values, to notice a change by somebody else."""
    values = json.dumps(Shape.of(indicator).values(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(values.encode()).hexdigest()[:16]


# --- What every action does first ------------------------------------------------------------


def _refuse_unless_keeper(post: Post) -> None:
    if not policies.keeps_index(post):
        raise NotTheKeeper(_("The index system is kept by the administrators of the province."))


def _locked(version: IndexVersion, post: Post) -> IndexVersion:
    """The draft, locked and read again."""
    _refuse_unless_keeper(post)
    draft = IndexVersion.objects.select_for_update().filter(pk=version.pk).first()
    if draft is None:
        raise ChangedMeanwhile(_("The draft is gone: somebody discarded it meanwhile."))
    if draft.state == VersionState.PUBLISHED:
        raise Published(
            _(
                "Version %(code)s is published and never changes. Make a draft from it to change "
                "something."
            )
            % {"code": draft.code}
        )
    return draft


def _locked_item(indicator: Indicator, seen: str, post: Post) -> tuple[IndexVersion, Indicator]:
    draft = _locked(indicator.indicator_set.version, post)
    current = (
        Indicator.objects.filter(pk=indicator.pk)
        .select_related("indicator_set", "code_list")
        .first()
    )
    if current is None or fingerprint(current) != seen:
        raise ChangedMeanwhile(_meanwhile(draft))
    return draft, current


def _meanwhile(draft: IndexVersion) -> str:
    return _("%(name)s has changed the draft meanwhile. Open it again and look at it.") % {
        "name": draft.changed_by or _("Somebody")
    }


def _touch(draft: IndexVersion, by: User, at: datetime) -> None:
    draft.changed_by, draft.changed_at = by, at
    draft.save(update_fields=["changed_by", "changed_at"])


def _refuse_key(key: str) -> None:
    if problem := key_problem(key):
        raise Unsound(problem)


def _refuse_taken(own: IndicatorSet, key: str, shape: Shape) -> None:
    same = Indicator.objects.filter(indicator_set__key=own.key, key=key)
    for item in same.select_related("indicator_set__version"):
        if item.indicator_set_id == own.pk:
            raise KeyTaken(_("The key %(key)s is in use in this sub-set.") % {"key": key})
        if item.value_type != shape.value_type:
            raise KeyTaken(
                _(
                    "In version %(version)s the key %(key)s means “%(name)s”, of another type. "
                    "A key is never reused for something else: choose another one."
                )
                % {"version": item.indicator_set.version.code, "key": key, "name": item}
            )


def _refuse_unsound(shape: Shape, own: IndicatorSet) -> None:
    found = problems(shape, own.school_kinds)
    if found:
        raise Unsound(next(iter(found.values())))


def _refuse_weaker_pillar(current: Indicator, shape: Shape) -> None:
    weaker = any(
        shape.needs.get(kind) not in (need, Need.REQUIRED) for kind, need in current.needs.items()
    )
    if weaker or shape.code_list_id != current.code_list_id:
        raise Unsound(
            _("“%(name)s” says who the person is: it can be asked neither less nor otherwise.")
            % {"name": current}
        )


__all__ = [
    "add_indicator",
    "add_set",
    "discard",
    "fingerprint",
    "make_draft",
    "publish",
    "restore_indicator",
    "retire_indicator",
    "retire_set",
    "save_indicator",
]
