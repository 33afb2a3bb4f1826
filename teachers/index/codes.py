"""Values of code lists, added and ended on screen: never deleted, never used for something else.

What is changed today holds from tomorrow on at the earliest, so that every process that keeps the
lists for the day agrees on what may be chosen (see `teachers.code_tables`).
"""

import re
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from teachers import policies
from teachers.index.refusals import KeyTaken, NotTheKeeper, Unsound, ValueStays
from teachers.models import Code, CodeList, Post, User

_CODE = re.compile(r"[0-9A-Za-z]{1,12}")

#: Values that rules and derived values of the system go by: they cannot be ended.
NEEDED = {
    "gb2261_1_sex": {"1", "2"},
    "id_type": {"1"},
    "yes_no": {"0", "1"},
    "in_establishment": {"0", "1"},
    "gb2659_country": {"156"},
    "gb4658_education": {"0"},
    "degree_level": {"0"},
    "gb8561_title": {"999"},
    "qualification": {"0"},
    "person_status": {"100"},
}


def add_value(
    *,
    code_list: CodeList,
    code: str,
    name: str,
    name_en: str,
    valid_from: date,
    reason: str,
    by: User,
    post: Post,
    at: datetime,
) -> Code:
    """A new value at the end of a list, to be chosen from a day after today on.

    Raises NotTheKeeper, KeyTaken (a code, or a name in use, is there already), Unsound.
    """
    _refuse_unless_keeper(post)
    name, reason = " ".join(name.split()), " ".join(reason.split())
    _refuse_unsound(code, name, reason)
    _refuse_today(valid_from, at)
    try:
        with transaction.atomic():
            CodeList.objects.select_for_update().get(pk=code_list.pk)
            _refuse_twin(code_list, code, name, valid_from)
            last = code_list.codes.aggregate(last=Max("position"))["last"] or 0
            return Code.objects.create(
                code_list=code_list,
                code=code,
                name=name,
                name_en=" ".join(name_en.split()),
                position=last + 1,
                valid_from=valid_from,
                changed_by=by,
                changed_at=at,
                reason=reason,
            )
    except IntegrityError as error:
        raise KeyTaken(_taken(code)) from error


def end_value(
    *, code: Code, valid_to: date, reason: str, by: User, post: Post, at: datetime
) -> Code:
    """From `valid_to` on the value can no longer be chosen; it stays readable for ever.

    A day that has not come yet may still be moved. Raises NotTheKeeper, Unsound, ValueStays.
    """
    _refuse_unless_keeper(post)
    reason = " ".join(reason.split())
    if not reason:
        raise Unsound(_("Say why: the standard or the document that asks for it."))
    _refuse_today(valid_to, at)
    with transaction.atomic():
        current = Code.objects.select_for_update().select_related("code_list").get(pk=code.pk)
        if current.code in NEEDED.get(current.code_list.key, ()):
            raise ValueStays(
                _("The system's rules go by “%(name)s”: it cannot be ended.") % {"name": current}
            )
        if current.valid_to is not None and current.valid_to <= localdate(at):
            raise ValueStays(
                _("“%(name)s” has been out of use since %(day)s already.")
                % {"name": current, "day": current.valid_to}
            )
        if current.valid_from is not None and valid_to <= current.valid_from:
            raise Unsound(_("A value ends after it has begun. Choose a later day."))
        current.valid_to, current.reason = valid_to, reason
        current.changed_by, current.changed_at = by, at
        current.save(update_fields=["valid_to", "reason", "changed_by", "changed_at"])
    return current


def lists(on: date) -> QuerySet[CodeList]:
    """Every list with how many values are in use, retired and coming on a day."""
    retired = Q(codes__valid_to__lte=on)
    coming = Q(codes__valid_from__gt=on)
    return CodeList.objects.annotate(
        all_values=Count("codes"),
        retired=Count("codes", filter=retired),
        coming=Count("codes", filter=coming),
    ).order_by("key")


def values(code_list: CodeList, *, on: date, state: str = "", words: str = "") -> QuerySet[Code]:
    """Values of a list in order: those "used", "retired" or "coming" on a day, or all of them;
    `words` is a part of a code or a name."""
    found = code_list.codes.select_related("changed_by").order_by("position", "pk")
    if state == "used":
        found = found.usable_on(on)
    elif state == "retired":
        found = found.filter(valid_to__lte=on)
    elif state == "coming":
        found = found.filter(valid_from__gt=on)
    if words:
        found = found.filter(
            Q(code__startswith=words) | Q(name__contains=words) | Q(name_en__icontains=words)
        )
    return found


def _refuse_unless_keeper(post: Post) -> None:
    if not policies.keeps_index(post):
        raise NotTheKeeper(_("Code lists are kept by the administrators of the province."))


def _refuse_unsound(code: str, name: str, reason: str) -> None:
    if not _CODE.fullmatch(code):
        raise Unsound(_("A code has one to twelve letters or digits."))
    if not name:
        raise Unsound(_("Give the value a name."))
    if not reason:
        raise Unsound(_("Say why: the standard or the document that asks for it."))


def _refuse_today(day: date, at: datetime) -> None:
    if day <= localdate(at):
        raise Unsound(
            _("Lists change from one day to the next. Choose tomorrow or later, not %(day)s.")
            % {"day": day}
        )


def _refuse_twin(code_list: CodeList, code: str, name: str, day: date) -> None:
    if code_list.codes.filter(code__iexact=code).exists():
        raise KeyTaken(_taken(code))
    if code_list.codes.filter(name=name).filter(Q(valid_to=None) | Q(valid_to__gt=day)).exists():
        raise KeyTaken(
            _("“%(name)s” is in use in this list already. End that value first.") % {"name": name}
        )


def _taken(code: str) -> str:
    return _("The code %(code)s is or was in this list. A code is never reused.") % {"code": code}
