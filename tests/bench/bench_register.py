"""The index system at the province's size: loading it, reading cells, checking documents.

The limit of a check is the bare JSON Schema validator on the same document; ours runs it and then
the rules between fields. Speeds are those of one core.
"""

from datetime import date

from teachers import derive, reading, reference, rules, schema
from tests import documents
from tests.bench.measuring import Figure, core_seconds, median_seconds, most_figure, seconds

AREA = "register"
TODAY = date(2026, 11, 23)
KINDS = "KPSVH"
TIMES = 400
LEAST_CHECKED, LEAST_READ = 3_000, 150_000
#: Seconds a school's page may wait for its form the first time.
LOADING, COMPILING = 3, 1


def at_least(name: str, value: float, unit: str, target: float, limit: float | None = None):
    return Figure(
        area=AREA,
        name=name,
        value=round(value),
        unit=unit,
        limit=None if limit is None else round(limit),
        ratio=None if limit is None else round(value / limit, 2),
        target=target,
        ok=value >= target,
    )


def rate(work, count: int) -> float:
    """The best of three runs: what the core can do when nobody else wants it."""
    return max(count / core_seconds(work) for _ in range(3))


def checked(forms: dict[str, schema.Form]) -> Figure:
    sound = {kind: documents.sound(kind) for kind in KINDS}

    def ours() -> None:
        for kind, form in forms.items():
            for _ in range(TIMES):
                rules.check(
                    form, sound[kind], identity=documents.IDENTITY, identity_type="1", on=TODAY
                )

    def bare() -> None:
        for kind, form in forms.items():
            for _ in range(TIMES):
                form.validator.is_valid(sound[kind])

    count = TIMES * len(KINDS)
    return at_least(
        "check documents", rate(ours, count), "documents/s", LEAST_CHECKED, rate(bare, count)
    )


def derived(forms: dict[str, schema.Form]) -> Figure:
    sound = {kind: documents.sound(kind) for kind in KINDS}

    def work() -> None:
        for kind, form in forms.items():
            for _ in range(TIMES):
                derive.derive(form, sound[kind])

    return at_least("derive values", rate(work, TIMES * len(KINDS)), "documents/s", LEAST_CHECKED)


def read(form: schema.Form) -> Figure:
    """Cells as a spreadsheet gives them: names of codes, texts, dates, numbers."""
    document = documents.sound("P")
    cells = []
    for subset in form.subsets:
        rows = document.get(subset.key) or []
        for row in rows if subset.repeating else [rows]:
            for item in subset.fields:
                cells.append((item, reading.show_value(item, row.get(item.key)) or None))

    def work() -> None:
        for _ in range(TIMES):
            for item, raw in cells:
                reading.read_value(item, raw)

    return at_least("read cells", rate(work, TIMES * len(cells)), "values/s", LEAST_READ)


def run() -> list[Figure]:
    loading = seconds(reference.load)
    again = median_seconds(reference.load, 3)
    version = schema.current_version().pk
    schema.forget_forms()
    compiling = seconds(lambda: schema.form(version, "P"))
    forms = {kind: schema.form(version, kind) for kind in KINDS}
    return [
        most_figure(AREA, "load the reference data", loading, "s", target=LOADING),
        most_figure(AREA, "load it again", again, "s", target=LOADING),
        most_figure(AREA, "compile a form the first time", compiling, "s", target=COMPILING),
        checked(forms),
        derived(forms),
        read(forms["P"]),
    ]
