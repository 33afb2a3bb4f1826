"""From frozen figures to a PDF. Needs no database: the same figures give the same bytes."""

import atexit
import base64
import functools
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass

from django.template.loader import get_template, render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from campaigns.enums import StageKind
from reports import charts, conclusions, marks, tables, words
from reports.figures import fingerprint
from reports.measures import rate
from reports.page_progress import pages_told
from reports.terms import terms

TEMPLATES = "reports/document/"
#: For filing (ISO 19005-2) with tags for those who listen: level A.
ARCHIVAL = "pdf/a-2a"
FONTS = {"Report Sans": "NotoSansSC-Regular.otf", "Report Serif": "NotoSerifSC-Regular.otf"}
CHINESE_DIGITS = "〇一二三四五六七八九十"


@dataclass(frozen=True)
class Document:
    """A PDF. `signed_as`: the name on the certificate that signed it, empty while unsigned."""

    content: bytes
    pages: int
    signed_as: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def pdf(
    figures: dict,
    *,
    issue: int,
    language: str,
    code: str = "",
    told: Callable[[int], None] | None = None,
) -> Document:
    """Draw the report. Raises what WeasyPrint or the chart engine raises; writes nothing.

    code: by which it is verified, printed on its last page. told: called with the number of each
    page when its layout begins (some are laid out twice); what it raises ends the drawing.
    """
    with override(language), pages_told(told):
        return printed(html(figures, issue=issue, code=code), fingerprint(figures))


def html(figures: dict, *, issue: int, code: str = "") -> str:
    """The document before it is laid out, in the active language."""
    return render_to_string(f"{TEMPLATES}report.html", _context(figures, issue, code))


@functools.cache
def _style(sheet: str):
    """Style sheet and fonts, prepared once per process."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    atexit.register(_style.cache_clear)  # fontconfig must still be there when it is let go
    faces = "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: 400; '
        f'src: url("{(charts.FONT_DIR / file).as_uri()}") }}\n'
        for family, file in FONTS.items()
    )
    source = get_template(f"{TEMPLATES}{sheet}").template.source
    return CSS(string=faces + source, font_config=fonts, url_fetcher=_fetcher()), fonts


@functools.cache
def _fetcher():
    """Fonts from the disk and charts from the document itself; never the network."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=["file", "data"])


def printed(source: str, mark: str, sheet: str = "report.css") -> Document:
    """Lay a page of HTML out as a tagged PDF/A. `mark` makes the same content the same bytes."""
    from weasyprint import HTML

    style, fonts = _style(sheet)
    layout = HTML(string=source, url_fetcher=_fetcher()).render(
        stylesheets=[style], font_config=fonts, pdf_variant=ARCHIVAL
    )
    target = io.BytesIO()
    layout.write_pdf(
        target, pdf_variant=ARCHIVAL, pdf_identifier=mark.encode(), custom_metadata=False
    )
    return Document(content=target.getvalue(), pages=len(layout.pages))


# --- What the template writes -------------------------------------------------------------
def _context(figures: dict, issue: int, code: str) -> dict:
    unit, campaign = figures["unit"], figures["campaign"]
    stage = words.stage_title(figures["stage"]["kind"])
    before, between, after = (
        pgettext("report", "Page {page} of {pages}").replace("{pages}", "{page}").split("{page}")
    )
    mark = fingerprint(figures)
    return {
        "lang": "en" if words.in_english() else "zh-Hans",
        "title": _("%(stage)s stage: supervision report") % {"stage": stage},
        "campaign": words.name(campaign),
        "stage": stage,
        "unit": words.name(unit),
        "office": words.office(unit),
        "number": _("%(year)s, issue %(issue)s") % {"year": figures["at"][:4], "issue": issue},
        "published_on": words.full_day(words.local_day(figures["at"])),
        "band": _("%(run_by)s teacher information: supervision bulletin")
        % {"run_by": words.name(campaign, "run_by")},
        "fingerprint": mark,
        "foot": _("Fingerprint %(mark)s · data as of %(moment)s")
        % {"mark": mark, "moment": words.stamp(figures["at"])},
        "demo": pgettext("report", "Demonstration data") if figures["demonstration"] else "",
        "demo_long": _("Demonstration data: every person and every number here is invented."),
        "page_before": before,
        "page_between": between,
        "page_after": after,
        "at_iso": figures["at"],
        "cover": _cover(figures),
        "verification": marks.verification(figures.get("site", ""), code) if code else None,
        "points": conclusions.conclusions(figures),
        "terms": _columns(terms(figures)),
        **_body(figures),
    }


def _columns(rows: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Two columns of about the same length of text."""
    half = sum(len(meaning) + 20 for _term, meaning in rows) / 2
    left, used = 0, 0
    while left < len(rows) and used < half:
        used += len(rows[left][1]) + 20
        left += 1
    return [rows[:left], rows[left:]]


def _cover(figures: dict) -> list[tuple[str, str]]:
    stage, totals = figures["stage"], figures["totals"]
    asked = figures["readiness"]["asked"] if figures["readiness"] else totals["asked"]
    scope = _("%(unit)s: %(asked)s units, %(teachers)s teachers recorded") % {
        "unit": words.everywhere(figures["unit"]),
        "asked": words.number(asked),
        "teachers": words.number(totals["records"]),
    }
    days = "—"
    if stage["starts_on"]:
        days = _("%(first)s to %(last)s") % {
            "first": words.full_day(stage["starts_on"]),
            "last": words.full_day(stage["ends_on"]),
        }
    return [
        (pgettext("report", "Campaign"), words.name(figures["campaign"])),
        (pgettext("report", "Stage"), words.stage_title(stage["kind"])),
        (pgettext("report", "Days of the stage"), days),
        (pgettext("report", "Scope"), scope),
        (pgettext("report", "Data as of"), words.moment(figures["at"])),
        (pgettext("report", "Signed by"), ""),
    ]


def _body(figures: dict) -> dict:
    if figures["stage"]["kind"] == StageKind.PREPARATION:
        return _preparation(figures)
    work = [table for table in (tables.steps(figures), tables.findings(figures)) if table]
    parts = [
        (pgettext("report", "Conclusions"), "conclusions"),
        (pgettext("report", "Progress as a whole"), "progress"),
        (pgettext("report", "Progress by unit"), "units"),
        (pgettext("report", "Who is behind"), "behind"),
        (pgettext("report", "Returns"), "returns"),
    ]
    if work:
        parts.append((pgettext("report", "Decisions and findings"), "work"))
    if figures["results"]:
        parts.insert(3, (pgettext("report", "What was published"), "published"))
    if figures["composition"]["people"]:
        parts.append((pgettext("report", "The teachers recorded"), "people"))
    parts.append((pgettext("report", "How the figures are counted"), "terms"))
    return {
        "parts": _numbered(parts),
        "boxes": _boxes(figures),
        "funnel": _funnel(figures),
        "table": tables.units(figures),
        "schools": tables.schools(figures),
        "lists": tables.behind(figures),
        "nobody": _("No unit is behind."),
        "work": work,
        "published": tables.published(figures) if figures["results"] else None,
        **_drawn(figures),
        **_returns(figures),
        **_people(figures),
    }


def _preparation(figures: dict) -> dict:
    ready = figures["readiness"]
    parts = [
        (pgettext("report", "Conclusions"), "conclusions"),
        (pgettext("report", "Readiness by unit"), "units"),
        (_("Who is still to be named"), "behind"),
        (pgettext("report", "How the figures are counted"), "terms"),
    ]
    boxes = [
        _box(pgettext("report", "Units asked"), words.number(ready["asked"])),
        _box(
            pgettext("report", "In place"),
            words.percent(rate(ready["ready"], ready["asked"])),
            words.number(ready["ready"]),
            bad=ready["ready"] < ready["asked"],
        ),
        _box(
            pgettext("report", "Without clerk or head"),
            words.number(len(ready["lacking"])),
            bad=bool(ready["lacking"]),
        ),
        _box(
            pgettext("report", "Authorities without reviewer"),
            words.number(len(ready["reviewerless"])),
            bad=bool(ready["reviewerless"]),
        ),
    ]
    return {
        "parts": _numbered(parts),
        "boxes": boxes,
        "table": tables.preparation(figures),
        "lists": tables.lacking(figures),
        "nobody": _("Nobody is missing."),
    }


def _numbered(parts: list[tuple[str, str]]) -> list[dict]:
    return [
        {
            "title": f"{i}. {title}" if words.in_english() else f"{CHINESE_DIGITS[i]}、{title}",
            "template": f"{TEMPLATES}_{template}.html",
            "key": template,
        }
        for i, (title, template) in enumerate(parts, start=1)
    ]


def _box(label: str, value: str, note: str = "", bad: bool = False) -> dict:
    return {"label": label, "value": value, "note": note, "bad": bad}


def _boxes(figures: dict) -> list[dict]:
    """The four key figures, with the change since the last issue."""
    totals, before = figures["totals"], figures["previous"] or {}
    stage = figures["stage"]["kind"]

    def change(key: str) -> str:
        if before.get(key) is None or totals[key] is None:
            return ""
        points = round(totals[key] - before[key], 1)
        return f"{'▲' if points > 0 else '▼' if points < 0 else '＝'} {abs(points):.1f}"

    def share(key: str) -> str:
        return f"{words.number(totals[key])} / {words.number(totals['asked'])}"

    boxes = [
        _box(
            pgettext("report", "Rate handed in"),
            words.percent(totals["signed_rate"]),
            f"{share('signed')} {change('signed_rate')}",
        ),
        _box(
            words.passed(stage, figures["unit"]),
            words.percent(totals["passed_rate"]),
            f"{share('passed')} {change('passed_rate')}",
            totals["behind"],
        ),
        _box(
            pgettext("report", "Returned units"),
            words.number(totals["returned"]),
            _still_open(figures),
        ),
        _box(
            pgettext("report", "Overdue tasks"),
            words.number(totals["overdue"]),
            _("up to %(days)s days") % {"days": totals["days"]} if totals["overdue"] else "",
            totals["overdue"] > 0,
        ),
    ]
    if stage == StageKind.COLLECTION:
        boxes[1] = _box(pgettext("report", "Teachers recorded"), words.number(totals["records"]))
    return boxes


def _still_open(figures: dict) -> str:
    still = figures["returns"]["open"]
    return _("%(count)s with the schools") % {"count": words.number(still)} if still else ""


def _funnel(figures: dict) -> list[dict]:
    return [
        {
            "label": words.measure(row["key"], figures["unit"]),
            "width": f"{row['rate'] or 0:.1f}",
            "count": words.number(row["count"]),
            "rate": words.percent(row["rate"]),
        }
        for row in figures["funnel"]
    ]


def _image(svg: str | None) -> str:
    if svg is None:
        return ""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _drawn(figures: dict) -> dict:
    groups = figures["groups"]
    title = tables.GROUP_TITLES[groups[0]["key"]]() if groups else ""
    goal = words.passed(figures["stage"]["kind"], figures["unit"])
    return {
        "curve": _image(charts.curve(figures)),
        "curve_text": _(
            "Running totals by day. The dotted line is the number asked; the red line, if shown, "
            "the last day of the stage."
        ),
        "rates": _image(charts.rates(figures)),
        "rates_title": _("%(group)s by rate: %(goal)s") % {"group": title, "goal": goal},
        "rates_text": _("Bars of the rate of each unit; the dotted line is the mark at 90%."),
    }


def _returns(figures: dict) -> dict:
    found = figures["returns"]
    given = sum(row["count"] for row in found["reasons"])
    most = max((row["count"] for row in found["reasons"]), default=1)
    text = _("Nothing was returned.")
    if found["decisions"]:
        text = _(
            "Returns: %(decisions)s, units concerned: %(submissions)s; answered by a new "
            "signature: %(answered)s, still with the schools: %(open)s."
        ) % {
            key: words.number(found[key]) for key in found if key not in {"reasons", "answer_days"}
        }
    reasons = [
        {
            "label": words.name(row),
            "width": f"{100 * row['count'] / most:.1f}",
            "count": words.number(row["count"]),
            "rate": words.percent(rate(row["count"], given)),
        }
        for row in found["reasons"]
    ]
    return {"returns_text": text, "reasons": reasons}


def _people(figures: dict) -> dict:
    found = figures["composition"]
    names = {
        "male": pgettext("report", "Men"),
        "female": pgettext("report", "Women"),
        "yes": pgettext("report", "On the establishment"),
        "no": pgettext("report", "Under contract"),
        "graduate": pgettext("report", "Graduate degree studies"),
        "bachelor": pgettext("report", "Bachelor's level"),
        "college": pgettext("report", "College level"),
        "upper": pgettext("report", "Upper secondary level"),
        "other": pgettext("report", "Other or not stated"),
        "small": pgettext("report", "Other groups"),
    }

    def block(title: str, key: str) -> dict:
        rows = [
            {
                "label": names.get(row["key"]) or words.name(row),
                "count": words.number(row["count"]),
                "rate": words.percent(rate(row["count"], found["people"])),
                "width": f"{100 * row['count'] / found['people']:.1f}",
            }
            for row in found[key]
        ]
        return {"title": title, "rows": rows}

    text = _("Teachers recorded: %(people)s, of them new to the register: %(new)s.")
    return {
        "people_text": text
        % {"people": words.number(found["people"]), "new": words.number(found["new"])},
        "people": [
            [
                block(pgettext("report", "Sex"), "sex"),
                block(pgettext("report", "Establishment"), "established"),
            ]
            + [block(pgettext("report", "Highest education"), "education")],
            [block(pgettext("report", "Ethnic group"), "ethnic")],
        ]
        if found["people"]
        else [],
    }
