"""What makes an indicator sound, whoever describes it: the form on screen or a program."""

import re
from dataclasses import asdict, dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from teachers.enums import Need, ValueType
from teachers.models import Indicator

CODED = {ValueType.CODE, ValueType.CODES, ValueType.YES_NO}
MEASURED = {ValueType.TEXT, ValueType.WHOLE, ValueType.NUMBER}
MOST_LENGTH = 4000
#: More digits than this do not fit a number of the JSON document exactly.
MOST_DIGITS = 15
_KEY = re.compile(r"[a-z][a-z0-9_]{1,29}")

#: Without these there is no person to speak of: identity, sex, birth, status, the name.
PILLARS = {
    ("basic", key)
    for key in ("name", "id_type", "id_no", "sex", "birth_date", "ethnic", "person_status")
}


@dataclass(frozen=True)
class Shape:
    """What can be said about an indicator. `needs` maps a form letter to a `Need` letter; a form
    that is not in it is not asked. `length` counts characters, or all digits of a number."""

    name: str
    name_en: str = ""
    value_type: str = ValueType.TEXT
    length: int | None = None
    decimals: int = 0
    code_list_id: int | None = None
    needs: dict[str, str] = field(default_factory=dict)
    default: str = ""
    note: str = ""

    @classmethod
    def of(cls, indicator: Indicator) -> "Shape":
        return cls(**{name: getattr(indicator, name) for name in cls.__dataclass_fields__})

    def values(self) -> dict:
        """The columns of the table, by name."""
        return asdict(self)


def key_problem(key: str) -> Promise | None:
    """Why a key cannot name a sub-set or an indicator."""
    if not _KEY.fullmatch(key):
        return _("Use two to thirty small letters, digits or underscores, a letter first.")
    return None


def problems(shape: Shape, kinds: list[str], usable: set[str] | None = None) -> dict[str, Promise]:
    """What is wrong with a shape, by field. `kinds` are the forms of its sub-set, `usable` the
    codes of its list that may be chosen (None: not known, the default is not compared)."""
    found: dict[str, Promise] = {}
    if not shape.name.strip():
        found["name"] = _("Give it a name.")
    if not shape.needs:
        found["needs"] = _("Say of which kind of school it is asked.")
    elif not set(shape.needs) <= set(kinds) or not set(shape.needs.values()) <= set(Need.values):
        found["needs"] = _("Its sub-set is not asked of this kind of school.")
    if shape.value_type in CODED and shape.code_list_id is None:
        found["code_list"] = _("Choose the code list its values come from.")
    if shape.value_type not in CODED and shape.code_list_id is not None:
        found["code_list"] = _("Only coded values have a code list.")
    found |= _length_problems(shape)
    if usable is not None and shape.default and shape.default not in usable:
        found["default"] = _("The default must be a code of the list that is in use.")
    return found


def _length_problems(shape: Shape) -> dict[str, Promise]:
    number = shape.value_type in (ValueType.WHOLE, ValueType.NUMBER)
    if shape.value_type in MEASURED and not shape.length:
        return {"length": _("Say how long it may be.")}
    if shape.length and shape.length > (MOST_DIGITS if number else MOST_LENGTH):
        return {"length": _("That is longer than the system can keep.")}
    if shape.decimals and shape.value_type != ValueType.NUMBER:
        return {"decimals": _("Only numbers have decimals.")}
    if shape.decimals and shape.length and shape.decimals >= shape.length:
        return {"decimals": _("Fewer decimals than digits, please.")}
    return {}
