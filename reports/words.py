"""Names, numbers and dates of a report in the language that is active."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from campaigns import rules
from campaigns.enums import StageKind
from teachers import rules as document_rules


def in_english() -> bool:
    return get_language() == "en"


def name(row: dict, key: str = "name") -> str:
    """The English name where there is one and English is asked for."""
    return row.get(f"{key}_en") if in_english() and row.get(f"{key}_en") else row[key]


def percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.1f}%"


def number(value: int) -> str:
    return f"{value:,}"


def day(value: str | date | None) -> str:
    """Day and month in words: 12月9日, December 9."""
    if value is None:
        return "—"
    value = parse_date(value) if isinstance(value, str) else value
    return date_format(value, "MONTH_DAY_FORMAT")


def full_day(value: str | date | None) -> str:
    if value is None:
        return "—"
    value = parse_date(value) if isinstance(value, str) else value
    return date_format(value, "DATE_FORMAT")


def moment(value: str | datetime) -> str:
    """2026年12月4日 18:00."""
    value = parse_datetime(value) if isinstance(value, str) else value
    local = timezone.localtime(value)
    return f"{date_format(local, 'DATE_FORMAT')} {local:%H:%M}"


def local_day(value: str) -> str:
    """The calendar day of a moment here, as YYYY-MM-DD."""
    return timezone.localdate(parse_datetime(value)).isoformat()


def stamp(value: str | datetime) -> str:
    """2026-12-04 18:00."""
    value = parse_datetime(value) if isinstance(value, str) else value
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"


def listed(names: list[str], most: int = 3) -> str:
    """The first few names, and how many there are when some are left out."""
    shown = pgettext("between names in a list", ", ").join(names[:most])
    if len(names) <= most:
        return shown
    return _("%(names)s and others (%(count)s in all)") % {"names": shown, "count": len(names)}


def office(unit: dict) -> str:
    """The authority that signs: an education bureau or department, or the institution itself."""
    titles = {
        "province": _("Education Department of %(name)s"),
        "city": _("Education Bureau of %(name)s"),
        "county": _("Education Bureau of %(name)s"),
    }
    return titles.get(unit["kind"], "%(name)s") % {"name": name(unit)}


def everywhere(unit: dict) -> str:
    """How the whole unit is called in a sentence or a total."""
    titles = {
        "province": pgettext("report", "Whole province"),
        "city": pgettext("report", "Whole city or prefecture"),
        "county": pgettext("report", "Whole county"),
        "university": pgettext("report", "Whole university"),
        "department": pgettext("report", "Whole department"),
    }
    return titles.get(unit["kind"], pgettext("report", "Total"))


def stage_title(kind: str) -> str:
    return StageKind(kind).label


def first_review(unit: dict) -> str:
    """What the first review is called on the routes below a unit."""
    if unit["kind"] in {"university", "department"}:
        return pgettext("report", "Own review passed")
    return pgettext("report", "County stage passed")


def measure(key: str, unit: dict) -> str:
    titles = {
        "asked": pgettext("report", "Asked"),
        "filled": pgettext("report", "Begun"),
        "signed": pgettext("report", "Handed in"),
        "first": first_review(unit),
        "second": pgettext("report", "City stage passed"),
        "approved": pgettext("report", "Approved by the province"),
    }
    return titles[key]


def passed(stage: str, unit: dict) -> str:
    """What "passed" means in the stage, as a column head or a label."""
    titles = {
        "collection": pgettext("report", "Handed in"),
        "county_review": first_review(unit),
        "city_review": pgettext("report", "City stage passed"),
    }
    return titles.get(stage, pgettext("report", "Approved by the province"))


def step(key: str) -> str:
    titles = {
        "fill": pgettext("report", "Filling in"),
        "sign": pgettext("report", "Signing by the head"),
        "county_review": pgettext("report", "Review by the county"),
        "county_chief_review": pgettext("report", "Decision by the county's chief"),
        "city_review": pgettext("report", "Review by the city"),
        "city_chief_review": pgettext("report", "Decision by the city's chief"),
        "authority_review": _("Review by the university or department"),
        "authority_chief_review": _("Decision by the chief of the university or department"),
        "province_review": pgettext("report", "Review by the province"),
        "province_chief_review": pgettext("report", "Decision by the province's chief"),
    }
    return titles.get(key, key)


def waiting(hours: float) -> str:
    """A median waiting time in the unit that reads best."""
    if hours < 24:
        return _("%(hours)s hours") % {"hours": f"{hours:.1f}"}
    return _("%(days)s days") % {"days": f"{hours / 24:.1f}"}


class _Gap(dict):
    """Fills every place of a text with an ellipsis."""

    def __missing__(self, _key: str) -> str:
        return "…"


def rule(code: str) -> str:
    """What a rule of the checks looks for: its title, else its first sentence without values."""
    known = rules.RULES.get(code) or document_rules.RULES.get(code)
    if known is None:
        return code
    if known.title:
        return str(known.title)
    text = str(known.text) % _Gap()
    ends = [text.find(mark) for mark in (". ", ": ", "。", "：", "；") if text.find(mark) > 0]
    return text[: min(ends)] if ends else text.rstrip(".。")
