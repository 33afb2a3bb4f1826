"""Values that follow from others: defaults of the index system, highest education, present post."""

from teachers import resident_cards
from teachers.schema import Form

#: Completed education (GB/T 4658) from the highest down; what was not completed comes after it.
_COMPLETED = (10, 11, 14, 17, 20, 21, 28, 30, 31, 40, 41, 44, 47, 60, 61, 70, 71, 80, 81)
_EDUCATION_RANK = {str(code): rank for rank, code in enumerate(_COMPLETED)}
#: Degree levels from the highest down: an honorary doctorate is no academic degree.
_DEGREE_RANK = {code: rank for rank, code in enumerate("2341")}

ESTABLISHED_CONTRACT = "1"


def derive(form: Form, document: dict, *, identity: str = "", identity_type: str = "1") -> dict:
    """A copy of a document with everything filled in that follows from the rest.

    Defaults fill only what is empty; derived values replace what was there, when the sub-set they
    come from is asked. A resident number gives an empty birth date and sex.
    """
    derived = dict(document)
    for subset in form.subsets:
        rows = document.get(subset.key)
        if not rows:
            continue
        defaults = _defaults(form, subset)
        if subset.repeating:
            if defaults:
                derived[subset.key] = [{**defaults, **row} for row in rows]
        else:
            derived[subset.key] = {**defaults, **rows}
    if "basic" in form.by_key and "basic" in derived:
        known = form.by_key["basic"].by_key
        basic = derived["basic"]
        _follow(basic, "contract", _contract(basic), known)
        if identity and identity_type == resident_cards.RESIDENT_CARD:
            for key, value in _from_card(identity).items():
                _follow(basic, key, value, known)
        for source, values in (("learning", _education), ("post", _post), ("title", _title)):
            if source in form.by_key:
                _replace(basic, values(derived.get(source) or []), known)
    return derived


def _defaults(form: Form, subset) -> dict[str, str]:
    """Defaults of a sub-set's indicators, kept with the form."""
    kept = form.compiled.setdefault("defaults", {})
    if subset.key not in kept:
        kept[subset.key] = {
            item.key: item.default for item in subset.fields if item.default and item.is_entered
        }
    return kept[subset.key]


def _follow(basic: dict, key: str, value: str | None, known: dict) -> None:
    if value is not None and key in known:
        basic.setdefault(key, value)


def _replace(basic: dict, values: dict[str, str | None], known: dict) -> None:
    for key, value in values.items():
        if key in known:
            if value is None:
                basic.pop(key, None)
            else:
                basic[key] = value


def _contract(basic: dict) -> str | None:
    """Who is on the establishment has a contract of employment unless the school says otherwise."""
    return ESTABLISHED_CONTRACT if basic.get("in_establishment") == "1" else None


def _from_card(number: str) -> dict[str, str]:
    try:
        card = resident_cards.read(number)
    except resident_cards.UnsoundNumber:
        return {}
    return {"birth_date": card.birth_date.isoformat(), "sex": card.sex}


def _education(rows: list[dict]) -> dict[str, str | None]:
    """Highest completed education and highest degree, each with its institution."""
    highest = min(
        (row for row in rows if row.get("education")),
        key=lambda row: (_EDUCATION_RANK.get(row["education"], 99), row["education"] == "0"),
        default={},
    )
    degree = min(
        (row for row in rows if row.get("degree_level") in _DEGREE_RANK),
        key=lambda row: _DEGREE_RANK[row["degree_level"]],
        default={},
    )
    return {
        "top_education": highest.get("education"),
        "top_education_school": highest.get("edu_school"),
        "top_degree_level": degree.get("degree_level", "0" if rows else None),
        "top_degree": degree.get("degree"),
        "top_degree_school": degree.get("degree_school"),
    }


def _newest(rows: list[dict]) -> dict:
    """The row that began last; of two, the one entered later."""
    return max(reversed(rows), key=lambda row: row.get("start", ""), default={})


def _post(rows: list[dict]) -> dict[str, str | None]:
    newest = _newest(rows)
    return {"post_category": newest.get("post_category"), "post_grade": newest.get("post_grade")}


def _title(rows: list[dict]) -> dict[str, str | None]:
    return {"title": _newest(rows).get("title")}
