"""The rules that `teachers.rules.check` runs, compiled once for each form.

A check takes the findings, one row and the moment; it adds what it finds and returns nothing. What
follows from data stands in `teachers.conditions`, what does not in `teachers.named_rules`.
"""

from teachers import code_rules, conditions
from teachers.conditions import Condition, Order
from teachers.enums import Need, ValueType
from teachers.named_rules import OWN, Check, Moment
from teachers.rule_texts import named, shown
from teachers.schema import Field, Form, Subset

#: An indicator that a version makes optional is no longer asked by a condition.
_ASKED = (Need.REQUIRED, Need.CONDITIONAL)


def plan(form: Form) -> list[tuple[Subset, list[Check]]]:
    """Each sub-set of a form with the checks of its rows."""
    return [(subset, _checks(subset)) for subset in form.subsets]


def _checks(subset: Subset) -> list[Check]:
    checks = []
    has = subset.by_key
    if has:
        checks.append(_time_check(subset))
    if validity := code_rules.validity_check(subset):
        checks.append(validity)
    for one in conditions.CONDITIONS:
        if one.set_key == subset.key and one.trigger in has:
            checks.append(_condition_check(one, subset))
    for set_key, needed, cause in conditions.TOGETHER:
        both = {needed, cause} <= has.keys()
        if set_key == subset.key and both and has[needed].need in _ASKED:
            checks.append(_together_check(needed, has[cause]))
    for order in conditions.ORDERS:
        if order.set_key == subset.key and {order.earlier, order.later} <= has.keys():
            checks.append(_order_check(order, has[order.earlier]))
    for (set_key, key), alone in conditions.ALONE.items():
        if set_key == subset.key and key in has:
            checks.append(_alone_check(has[key], frozenset(alone)))
    return checks + [own for needs, own in OWN.get(subset.key, ()) if needs <= has.keys()]


# --- Checks made from data -------------------------------------------------------------------


def _time_check(subset: Subset) -> Check:
    """Dates neither before birth nor ahead of today; years neither ahead nor unfinished."""
    place = [(subset.key, item.key) for item in subset.fields]
    days = [
        (key, (set_key, key) not in conditions.MAY_LIE_AHEAD)
        for set_key, key in place
        if subset.by_key[key].value_type in (ValueType.DATE, ValueType.MONTH)
    ]
    later = {key for set_key, key in place if (set_key, key) in conditions.AFTER_BIRTH}
    years = [
        (key, (set_key, key) in conditions.MUST_BE_OVER)
        for set_key, key in place
        if subset.by_key[key].value_type == ValueType.YEAR
    ]

    def look(found, row: dict, moment: Moment) -> None:
        for key, is_past in days:
            value = row.get(key)
            if value is None:
                continue
            if is_past and value > moment.today:
                found.add("in_future", key, row)
            elif value < moment.born or (key in later and value == moment.born):
                found.add("before_birth", key, row)
        for key, is_over in years:
            value = row.get(key)
            if value is None:
                continue
            if is_over and value >= moment.year:
                found.add("year_not_over", key, row, most=str(int(moment.year) - 1))
            elif value[:4] > moment.year:
                found.add("in_future", key, row)
            elif len(value) == 9 and int(value[5:]) != int(value[:4]) + 1:
                found.add("school_year_order", key, row)

    return look


def _condition_check(one: Condition, subset: Subset) -> Check:
    cause = subset.by_key[one.trigger]
    known = subset.by_key
    needed = tuple(key for key in one.needed if key in known and known[key].need in _ASKED)
    dependent = tuple(key for key in (*one.needed, *one.allowed) if key in known)

    def look(found, row: dict, _moment: Moment) -> None:
        value = row.get(one.trigger)
        if value is None:
            if one.empties and not cause.is_required:
                _need_cause(found, row, one.trigger, dependent)
        elif one.is_active(value):
            for key in needed:
                if key not in row:
                    found.add("needed_here", key, row, **_because(cause, value))
        elif one.empties and (filled := [key for key in dependent if key in row]):
            found.add("empty_here", one.trigger, row, **_names(found.subset, filled))

    return look


def _need_cause(found, row: dict, trigger: str, dependent: tuple[str, ...]) -> None:
    """Details are filled in, but what they belong to is not."""
    for key in dependent:
        if key in row:
            found.add("needed_with", trigger, row, **named("cause", found.subset.by_key[key]))
            return


def _names(subset: Subset, keys: list[str]) -> dict[str, str]:
    items = [subset.by_key[key] for key in keys]
    return {
        "others": "、".join(item.name for item in items),
        "others_en": ", ".join(item.name_en or item.name for item in items),
    }


def _together_check(needed: str, cause: Field) -> Check:
    def look(found, row: dict, _moment: Moment) -> None:
        if cause.key in row and needed not in row:
            found.add("needed_with", needed, row, **named("cause", cause))

    return look


def _order_check(order: Order, earlier: Field) -> Check:
    def look(found, row: dict, _moment: Moment) -> None:
        first, second = row.get(order.earlier), row.get(order.later)
        if first is None or second is None:
            return
        length = min(len(first), len(second))
        first_cut, second_cut = first[:length], second[:length]
        if second_cut < first_cut or (order.strict and second_cut == first_cut):
            rule = "not_after" if order.strict else "before"
            found.add(rule, order.later, row, **named("other", earlier), other_value=first)

    return look


def _alone_check(item: Field, alone: frozenset[str]) -> Check:
    def look(found, row: dict, _moment: Moment) -> None:
        values = row.get(item.key)
        if values is not None and len(values) > 1:
            for code in alone.intersection(values):
                found.add("stands_alone", item.key, row, **shown("alone", item, code))
                return

    return look


def _because(cause: Field, value: str) -> dict[str, str]:
    return {**named("cause", cause), **shown("cause_value", cause, value)}
