"""What the template of a report writes down: cover, furniture, contents, sections."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports import marks, words
from reports.enums import ReportKind
from reports.figures import fingerprint
from reports.sections import sections


def context(figures: dict, issue: int, code: str = "") -> dict:
    """Everything in the active language. code: by which the document is verified, if it has one."""
    unit, campaign = figures["unit"], figures["campaign"]
    title = words.document_title(figures["kind"], figures["stage"]["kind"])
    return {
        "lang": "en" if words.in_english() else "zh-Hans",
        "title": title,
        "unit": words.name(unit),
        "office": words.office(unit),
        "number": _("%(year)s, issue %(issue)s") % {"year": figures["at"][:4], "issue": issue},
        "published_on": words.full_day(words.local_day(figures["at"])),
        "run_by": _("%(run_by)s teacher information") % {"run_by": words.name(campaign, "run_by")},
        "bulletin": pgettext("report", "Supervision bulletin"),
        "fingerprint": fingerprint(figures),
        "at_iso": figures["at"],
        "campaign": words.name(campaign),
        "cover": _cover(figures),
        "first_issue": figures["previous"] is None,
        "sections": sections(figures),
        "verification": marks.verification(figures["site"], code) if code else None,
        **_furniture(figures, code),
    }


def _furniture(figures: dict, code: str) -> dict:
    """What stands at the head and at the foot of every page."""
    before, between, after = (
        pgettext("report", "Page {page} of {pages}").replace("{pages}", "{page}").split("{page}")
    )
    foot = _("Fingerprint %(mark)s · data as of %(moment)s") % {
        "mark": fingerprint(figures),
        "moment": words.stamp(figures["at"]),
    }
    if code:
        foot = _("Code %(code)s · %(foot)s") % {"code": code, "foot": foot}
    return {
        "stage": _subject(figures),
        "foot": foot,
        "demo": pgettext("report", "Demonstration data") if figures["demonstration"] else "",
        "demo_long": _("Demonstration data: every person and every number here is invented."),
        "page_before": before,
        "page_between": between,
        "page_after": after,
    }


def _cover(figures: dict) -> list[tuple[str, str]]:
    stage, totals = figures["stage"], figures["totals"]
    asked = figures["readiness"]["asked"] if figures["readiness"] else totals["asked"]
    scope = _("%(unit)s: units asked %(asked)s, teachers recorded %(teachers)s") % {
        "unit": words.everywhere(figures["unit"]),
        "asked": words.number(asked),
        "teachers": words.number(totals["records"]),
    }
    first, last = stage["starts_on"], stage["ends_on"]
    if figures["stages"]:
        first = figures["stages"][0]["starts_on"]
    days = "—"
    if first:
        days = _("%(first)s to %(last)s") % {
            "first": words.full_day(first),
            "last": words.full_day(last),
        }
    before = figures["previous"]
    rows = [
        (pgettext("report", "Campaign"), words.name(figures["campaign"])),
        (pgettext("report", "Stage"), _stages(figures)),
        (pgettext("report", "Period"), days),
        (pgettext("report", "Scope"), scope),
        (pgettext("report", "Data as of"), words.moment(figures["at"])),
    ]
    if before:
        said = _("no. %(issue)s, data as of %(moment)s") % {
            "issue": before["issue"],
            "moment": words.moment(before["at"]),
        }
        rows.append((pgettext("report", "Issue before"), said))
    return [*rows, (pgettext("report", "Signed by"), "")]


def _subject(figures: dict) -> str:
    """What the report is on, short enough for the head of a page."""
    if figures["kind"] == ReportKind.ETHNIC:
        return pgettext("report", "Ethnic education")
    return _stages(figures)


def _stages(figures: dict) -> str:
    if figures["stages"]:
        return pgettext("report", "All stages")
    return words.stage_title(figures["stage"]["kind"])
