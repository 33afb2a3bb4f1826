"""Names, numbers and dates of a report in the language that is active."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from campaigns import rules
from campaigns.enums import StageKind
from reports.enums import ReportKind
from teachers import rules as document_rules
from workflows.rule_names import NAMES

#: So many signs, punctuation counted, make the shortest last line of a Chinese sentence.
TOGETHER = 5
CHINESE_DIGITS = "〇一二三四五六七八九"


def in_english() -> bool:
    return get_language() == "en"


def name(row: dict, key: str = "name") -> str:
    """The English name where there is one and English is asked for."""
    return row.get(f"{key}_en") if in_english() and row.get(f"{key}_en") else row[key]


def percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.1f}%"


def number(value: int) -> str:
    return f"{value:,}"


def change(now: float | None, then: float | None, none: str = "—") -> str:
    """Difference of two rates in percentage points, with a sign that needs no colour: ▲ 1.2."""
    if now is None or then is None:
        return none
    points = round(now - then, 1)
    return f"{'▲' if points > 0 else '▼' if points < 0 else '＝'} {abs(points):.1f}"


def difference(now: int | None, then: int | None) -> str:
    """Difference of two numbers: +1,204, −3, 0."""
    if now is None or then is None:
        return "—"
    sign = "+" if now > then else "−" if now < then else ""
    return f"{sign}{abs(now - then):,}"


def ordinal(place: int) -> str:
    """The number of a section: 一、 to 九十九、, or 1 in English."""
    return str(place) if in_english() else f"{_chinese(place)}、"


def sub_ordinal(section: int, place: int) -> str:
    """The number of a part of a section: （一）, or 3.1 in English."""
    return f"{section}.{place}" if in_english() else f"（{_chinese(place)}）"


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    before = "" if tens < 2 else CHINESE_DIGITS[tens]
    return f"{before}{'十' if tens else ''}{CHINESE_DIGITS[ones] if ones else ''}"


def day(value: str | date | None) -> str:
    """Day and month in words: 12月9日, December 9."""
    if value is None:
        return "—"
    value = parse_date(value) if isinstance(value, str) else value
    if in_english():
        return date_format(value, "MONTH_DAY_FORMAT")
    return f"{value.month}月{value.day}日"


def day_before(value: str) -> str:
    """The last day of a period that is given by the day after it."""
    return day(parse_date(value) - timedelta(days=1))


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


def with_note(text: str, note: str) -> str:
    """A name with a figure behind it, in brackets of the language."""
    return pgettext("a name and its figure", "%(name)s (%(figure)s)") % {
        "name": text,
        "figure": note,
    }


def whole_end(text: str) -> SafeString:
    """A Chinese sentence (text, or HTML that is safe) whose last signs stay together: no line of it
    is left with one sign and a full stop. As it is where those signs hold a tag or an entity."""
    html = str(conditional_escape(text))
    head, end = html[:-TOGETHER], html[-TOGETHER:]
    if in_english() or not head or set(end) & set("<>&; "):
        return SafeString(html)
    return SafeString(f'{head}<span class="end-of-line">{end}</span>')


def counted(value: int | None) -> str:
    """A number that is left out where it is too small to be shown."""
    return pgettext("report", "not shown") if value is None else number(value)


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


def document_title(kind: str, stage: str) -> str:
    """What the document is called on its cover."""
    if kind == ReportKind.CAMPAIGN:
        return _("Supervision report on the whole campaign")
    if kind == ReportKind.ETHNIC:
        return _("Report on teachers in ethnic education")
    return _("%(stage)s stage: supervision report") % {"stage": stage_title(stage)}


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
    """What a rule of the checks looks for: its title, else its first sentence without values, or a
    few words where that sentence begins with one."""
    known = rules.RULES.get(code) or document_rules.RULES.get(code)
    if known is None:
        return code
    if known.title:
        return str(known.title)
    text = str(known.text) % _Gap()
    if text.startswith("…") and code in NAMES:
        return str(NAMES[code])
    ends = [text.find(mark) for mark in (". ", ": ", "。", "：", "；") if text.find(mark) > 0]
    return text[: min(ends)] if ends else text.rstrip(".。")
