"""Charts of a report: Vega-Lite specifications made with Altair, drawn to SVG without a browser.

The fonts are those of the document and are registered once per process; nothing is fetched.
"""

import base64
import functools
import json
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pylopdf_fonts_zh_cn
from django.utils.translation import pgettext

from reports import words
from reports.measures import BEHIND_BELOW

if TYPE_CHECKING:
    import altair

FONT_DIR = Path(pylopdf_fonts_zh_cn.__file__).parent
FONT = "Noto Sans SC"
INK, SOFT, LINE, BRAND, GOOD, BAD = (
    "#18212c",
    "#4c5866",
    "#dde2e7",
    "#1d4f91",
    "#1a7a48",
    "#b3271e",
)
WIDTH = 470
#: The longest curve; older days are left out.
MOST_DAYS = 120


@functools.cache
def _engine():
    """vl-convert with the fonts of the report (imported late: it is not needed by web pages)."""
    import vl_convert

    vl_convert.register_font_directory(str(FONT_DIR))
    return vl_convert


def _svg(chart: "altair.TopLevelMixin") -> str:
    chart = (
        chart.configure(font=FONT, background="transparent", padding=2)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=SOFT,
            labelFontSize=9,
            titleColor=SOFT,
            titleFontSize=9,
            titleFontWeight="normal",
            gridColor=LINE,
            domainColor=SOFT,
            tickColor=SOFT,
        )
    )
    return _drawn(json.dumps(chart.to_dict(), ensure_ascii=False, sort_keys=True))


@functools.lru_cache(maxsize=256)
def _drawn(specification: str) -> str:
    """The drawing of a specification, kept by the process while the figures do not change."""
    svg = _engine().vegalite_to_svg(json.loads(specification), allowed_base_urls=[])
    return svg.replace(FONT, "Report Sans")


def image(svg: str) -> str:
    """The address of a drawing inside the document."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _days(figures: dict) -> list[dict]:
    """Cumulated counts for every day from the first event to the day of the report."""
    events = {row["day"]: row for row in figures["daily"]}
    first = date.fromisoformat(min(events))
    last = date.fromisoformat(max(words.local_day(figures["at"]), max(events)))
    rows, signed, passed = [], 0, 0
    for offset in range((last - first).days + 1):
        day = (first + timedelta(days=offset)).isoformat()
        event = events.get(day, {"signed": 0, "passed": 0})
        signed, passed = signed + event["signed"], passed + event["passed"]
        rows.append({"day": day, "signed": signed, "passed": passed})
    return rows[-MOST_DAYS:]


def curve(figures: dict) -> str | None:
    """Handed in and passed by day, against the number asked and the last day of the stage."""
    if not figures["daily"]:
        return None
    import altair as alt

    stage = figures["stage"]
    rows = _days(figures)
    asked = figures["totals"]["asked"]
    format_ = "%b %-d" if words.in_english() else "%-m月%-d日"
    x = alt.X(
        "day:T",
        title=None,
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(format=format_, tickCount=6, grid=False, labelFlush=True, labelOverlap=True),
    )
    top = alt.Scale(domain=[0, max(asked, rows[-1]["signed"])], nice=True)
    y = alt.Y(
        "count:Q",
        title=None,
        scale=top,
        axis=alt.Axis(tickCount=min(4, max(asked, 1)), format=",d"),
    )
    series = [("signed", pgettext("report", "Handed in"), SOFT, [4, 3])]
    if stage["kind"] not in {"preparation", "collection"}:
        series.append(("passed", words.passed(stage["kind"], figures["unit"]), BRAND, [1, 0]))
    else:
        series = [("signed", pgettext("report", "Handed in"), BRAND, [1, 0])]
    # Labels of two lines that end close together step aside, one up, one down.
    close = abs(rows[-1]["signed"] - rows[-1]["passed"]) < 0.09 * max(asked, 1)
    layers = []
    for key, label, colour, dash in series:
        data = alt.Data(values=[{"day": row["day"], "count": row[key]} for row in rows])
        base = alt.Chart(data).encode(x=x, y=y)
        layers.append(
            base.mark_line(
                color=colour,
                strokeWidth=1.8,
                strokeDash=dash,
                interpolate="step-after",
                point={"color": colour, "size": 14} if len(rows) < 15 else False,
            )
        )
        end = alt.Data(values=[{"day": rows[-1]["day"], "count": rows[-1][key], "text": label}])
        aside = 0 if not close or len(series) < 2 else -6 if key == "signed" else 6
        layers.append(
            alt.Chart(end)
            .mark_text(align="left", dx=6, dy=aside, fontSize=9, color=colour)
            .encode(x=x, y=y, text="text:N")
        )
    goal = alt.Chart(alt.Data(values=[{"count": asked}]))
    layers.append(goal.mark_rule(color=INK, strokeDash=[2, 2], strokeWidth=0.8).encode(y=y))
    if stage["ends_on"] and rows[0]["day"] <= stage["ends_on"] <= rows[-1]["day"]:
        end = alt.Chart(alt.Data(values=[{"day": stage["ends_on"]}]))
        layers.append(end.mark_rule(color=BAD, strokeWidth=0.8).encode(x=x))
    return _svg(alt.layer(*layers).properties(width=WIDTH - 78, height=96))


def rates(figures: dict) -> str | None:
    """Rate of each subordinate unit as a bar, lowest at the bottom, with the mark at 90 %."""
    groups = [group for group in figures["groups"] if group["key"] != "own"]
    if not groups or len(groups[0]["rows"]) < 2:
        return None
    import altair as alt

    rows = sorted(groups[0]["rows"], key=lambda row: (-(row["passed_rate"] or 0), row["code"]))
    values = [
        {
            "unit": f"{i:02d}{words.name(row)}",
            "rate": row["passed_rate"] or 0,
            "text": ("▼ " if row["behind"] else "") + words.percent(row["passed_rate"]),
            "behind": row["behind"],
        }
        for i, row in enumerate(rows)
    ]
    base = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y(
            "unit:N",
            sort=None,
            title=None,
            axis=alt.Axis(
                labelExpr="slice(datum.label, 2)",
                ticks=False,
                domain=False,
                labelPadding=6,
                labelLimit=190,
                labelColor=INK,
            ),
        ),
        x=alt.X(
            "rate:Q",
            title=None,
            scale=alt.Scale(domain=[0, 100]),
            axis=alt.Axis(values=[0, 25, 50, 75, 100], labelExpr="datum.label + '%'"),
        ),
    )
    colour = alt.condition("datum.behind", alt.value(BAD), alt.value(BRAND))
    filling = alt.condition("datum.behind", alt.value("#ffffff"), alt.value(BRAND))
    bars = base.mark_bar(height=8, strokeWidth=0.9).encode(fill=filling, stroke=colour)
    texts = base.mark_text(align="right", fontSize=9).encode(
        x=alt.value(WIDTH - 130), text="text:N", color=colour
    )
    mark = alt.Chart(alt.Data(values=[{"rate": BEHIND_BELOW}])).mark_rule(
        color=INK, strokeDash=[2, 2], strokeWidth=0.8
    )
    chart = alt.layer(bars, texts, mark.encode(x="rate:Q"))
    return _svg(chart.properties(width=WIDTH - 180, height=alt.Step(14)))
