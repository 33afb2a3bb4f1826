"""The rules on one person's document: what is missing, what cannot be, what is worth a question.

`check` runs the compiled JSON Schema first; values it refuses are reported and left out of what
follows, so that one wrong value does not draw a chain of others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from teachers import conditions, identity, named_rules, row_rules
from teachers.enums import ValueType
from teachers.fields import is_sensitive
from teachers.rule_texts import ERROR, RULES, WARNING, Rule, issue_text, named, shown
from teachers.schema import Field, Form, Subset

__all__ = ["ERROR", "RULES", "WARNING", "Issue", "Rule", "check", "issue_text"]

#: Stands in an issue's text for a value that is sealed in the document.
HIDDEN = "＊＊＊"
_NOT_OF_ITS_TYPE = {
    ValueType.DATE: "not_a_date",
    ValueType.MONTH: "not_a_month",
    ValueType.NUMBER: "not_a_number",
    ValueType.WHOLE: "not_whole",
}


@dataclass(frozen=True, slots=True)
class Issue:
    """What a rule found. `row` counts the rows of a repeating sub-set from 0, None in a single one;
    `indicator_key` is empty when the issue is about a whole sub-set."""

    rule: str
    severity: str
    set_key: str
    row: int | None
    indicator_key: str
    params: dict


class Findings:
    """Collects the issues of one document; the place is set before the rules of a row run."""

    def __init__(
        self, form: Form, identity: str | None, identity_type: str, on: date, file: dict | None
    ) -> None:
        self.form, self.identity, self.identity_type, self.on = form, identity, identity_type, on
        self.file = file
        self.issues: list[Issue] = []
        self.subset: Subset | None = None
        self.row: int | None = None

    def add(self, rule: str, key: str, row: dict, **more: object) -> None:
        """An issue about the value of `key` in the present row; `more` fills the text."""
        item = self.subset.by_key[key]
        params = {**named("field", item), **more}
        value = row.get(key)
        if value is not None and "value" not in more:
            params |= _quoted(self.subset.key, item, value)
        self.put(rule, self.subset.key, self.row, key, params)

    def put(self, rule: str, set_key: str, row: int | None, key: str, params: dict) -> None:
        self.issues.append(Issue(rule, RULES[rule].severity, set_key, row, key, params))


def _quoted(set_key: str, item: Field, value: object) -> dict[str, str]:
    """The value for an issue's text. A sealed one is left out: issues are stored in plain. Its
    mark tells whether it has changed, so that an explanation does not outlive it."""
    if not is_sensitive(set_key, item.key):
        return shown("value", item, value)
    return {"value": HIDDEN, "mark": identity.search_hash(f"{set_key}.{item.key}", str(value))[:16]}


def check(
    form: Form,
    document: dict,
    *,
    identity: str | None,
    identity_type: str,
    on: date,
    file: dict | None = None,
) -> list[Issue]:
    """Everything the rules find in a document, in the order of the form.

    `identity` is the normalised number (None leaves out what is said about it), `on` the day that
    counts as today. `file` is what the person's official file says: a retired value that stands
    there already may stay (see `code_rules`). Nothing is changed.
    """
    found = Findings(form, identity, identity_type, on, file)
    refused: set[tuple] = set()
    if not form.validator.is_valid(document):
        document = _refused_by_schema(found, document)
        refused = {(issue.set_key, issue.row, issue.indicator_key) for issue in found.issues}
    if identity is not None:
        named_rules.check_identity(found, document.get("basic") or {})
    plan = form.compiled.get("rules") or form.compiled.setdefault("rules", row_rules.plan(form))
    moment = named_rules.Moment.of(document, on)
    for subset, checks in plan:
        rows = document.get(subset.key)
        found.subset = subset
        if subset.repeating:
            _check_rows(found, subset, checks, rows or [], moment)
        elif rows:
            found.row = None
            for one in checks:
                one(found, rows, moment)
    named_rules.check_whole(found, document)
    if refused:
        return [issue for issue in found.issues if not _is_echo(issue, refused)]
    return found.issues


def _is_echo(issue: Issue, refused: set[tuple]) -> bool:
    """A value that was refused is not missing as well."""
    return (
        issue.rule in ("needed_here", "needed_with")
        and (issue.set_key, issue.row, issue.indicator_key) in refused
    )


def _check_rows(found: Findings, subset: Subset, checks: list, rows: list, moment) -> None:
    if not rows and subset.key in conditions.ROW_NEEDED:
        found.put("rows_missing", subset.key, None, "", named("set", subset))
    for number, row in enumerate(rows):
        found.row = number
        for one in checks:
            one(found, row, moment)
    if subset.key in conditions.ONCE_A_YEAR and len(rows) > 1:
        named_rules.check_years(found, rows)
    if subset.key in conditions.NONE and len(rows) > 1:
        named_rules.check_none(found, rows)


# --- What the JSON Schema refuses ------------------------------------------------------------


def _refused_by_schema(found: Findings, document: dict) -> dict:
    """Report the errors of the schema; returns the document without the values refused."""
    kept = _copied(document)
    for error in found.form.validator.iter_errors(document):
        path = list(error.instance_path)
        for place in _places(path, error.kind):
            _report(found, place, error.kind, error.instance)
            if error.kind.name != "required":
                _remove(kept, place)
    return kept


def _copied(value):
    """A copy of plain JSON; several times as fast as copying whatever there may be."""
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copied(inner) for inner in value]
    return value


def _places(path: list, kind) -> Iterable[list]:
    """Where an error belongs: at a missing or unexpected key rather than at its object."""
    if kind.name == "required":
        return [[*path, kind.property]]
    if kind.name == "additionalProperties":
        return [[*path, key] for key in kind.unexpected]
    return [path]


def _remove(document: dict, place: list) -> None:
    """Take out the value at a place; a wrong member takes its whole list of codes with it."""
    target = document
    depth = len(place)
    if depth >= 3 and isinstance(place[-1], int):
        place = place[:-1]
    for step in place[:-1]:
        target = target[step] if isinstance(target, list) else target.get(step)
        if target is None:
            return
    if isinstance(target, dict):
        target.pop(place[-1], None)
    elif isinstance(target, list) and isinstance(place[-1], int):
        target[place[-1]] = {}


def _report(found: Findings, place: list, kind, value: object) -> None:
    set_key = str(place[0]) if place else ""
    subset = found.form.by_key.get(set_key)
    keys = [step for step in place[1:] if isinstance(step, str)]
    row = place[1] if len(place) > 1 and isinstance(place[1], int) else None
    item = subset.by_key.get(keys[0]) if subset and keys else None
    if item is None or item.is_sealed:
        unknown = keys[0] if keys else set_key
        if subset is not None and not keys:
            rule = "required" if kind.name == "required" else "wrong_form"
            found.put(rule, set_key, row, "", {**named("field", subset), "value": ""})
        else:
            found.put("not_asked", set_key if subset else "", row, "", {"value": unknown})
        return
    rule, more = _rule_of(item, kind)
    params = {**named("field", item), **more}
    if rule != "required":
        if is_sensitive(set_key, item.key):
            params |= _quoted(set_key, item, value)
        else:
            params["value"] = str(value)[:60]
    found.put(rule, set_key, row, item.key, params)


def _rule_of(item: Field, kind) -> tuple[str, dict]:
    match kind.name:
        case "required" | "minLength" | "minItems":
            return "required", {}
        case "enum":
            codes = item.codes
            return "unknown_code", {"list": codes.name, "list_en": codes.name_en}
        case "maxLength":
            return "too_long", {"most": kind.limit}
        case "minimum":
            return "too_small", {"least": kind.limit}
        case "maximum":
            return "too_large", {"most": kind.limit}
        case "exclusiveMaximum":
            least_step = 10**-item.decimals if item.decimals else 1
            return "too_large", {"most": f"{kind.limit - least_step:.{item.decimals}f}"}
        case "uniqueItems":
            return "repeated_value", {}
    if item.value_type == ValueType.YEAR:
        return ("not_a_school_year" if item.length == 9 else "not_a_year"), {}
    return _NOT_OF_ITS_TYPE.get(item.value_type, "wrong_form"), {}
