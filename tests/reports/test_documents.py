"""The PDF as an independent reader sees it."""

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader

from reports import documents
from reports.figures import figures, fingerprint


def printed(figures_: dict, language: str = "zh-hans") -> PdfReader:
    document = documents.pdf(figures_, issue=3, language=language)
    reader = PdfReader(io.BytesIO(document.content))
    assert len(reader.pages) == document.pages
    return reader


def text(reader: PdfReader) -> list[str]:
    return [page.extract_text() for page in reader.pages]


@pytest.fixture
def county(under_way, cast):
    return figures(
        under_way.campaign, "county_review", cast.county, under_way.at + timedelta(days=9)
    )


def test_the_document_is_chinese_titled_tagged_and_bookmarked(county):
    reader = printed(county)

    cover, *rest = text(reader)
    assert "东乡族自治县教育局" in cover
    assert "县级审核阶段督查报告" in cover
    assert "督查通报" in cover.replace(" ", "")
    assert "达板镇中心小学" in "".join(rest)
    assert reader.metadata.title == "县级审核阶段督查报告 · 东乡族自治县 · 2026 年第 3 期"
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "zh-Hans"
    assert root["/MarkInfo"]["/Marked"]
    assert [entry.title for entry in reader.outline if not isinstance(entry, list)] == [
        "一、结论",
        "二、主要指标",
        "三、各单位进度",
        "四、进度滞后单位",
        "五、退回与整改",
        "六、问题数据与校验",
        "七、审核工作量与用时",
        "八、延期、豁免、代办与回避",
        "九、填报教师构成",
        "十、统计口径",
    ]


def test_the_contents_name_the_page_on_which_each_section_begins(county):
    pages = text(printed(county))

    for line in pages[1].splitlines():
        found = re.match(r"([一二三四五六七八九十]+、[^. ]+)[. ]+(\d+)$", line)
        if found:
            title, page = found.groups()
            assert title in pages[int(page) - 1]
    assert len(re.findall(r"^[一二三四五六七八九十]+、", pages[1], re.M)) == 10


@pytest.mark.parametrize("unit", ["city", "province"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_conclusions_fill_one_page_even_when_every_rule_has_something_to_say(
    under_way, cast, language, unit
):
    at = under_way.at + timedelta(days=40)
    found = figures(under_way.campaign, "closing", cast.units[unit], at)
    name = "积石山保安族东乡族撒拉族自治县寄宿制第一中心小学"
    found["counties"] = [
        {**row, "name": name, "place": place}
        for place, row in enumerate(found["counties"] * 4, start=1)
    ]
    desk = {"code": "1", "name": name, "step": "city_review", "count": 4, "days": 12}
    desk |= {"due": "2026-12-01", "since": "2026-12-01"}
    found["waiting"] = {"days": 10, "count": 12, "desks": [desk] * 3}
    found["problems"] = [
        {"kind": "same_identity", "found": 9, "settled": 1, "vanished": 0, "open": 8}
    ]
    found["separation"] = {"count": 2, "rows": []}
    found["totals"] |= {"errors": 4, "unexplained": 3, "again": 9, "overdue": 9}
    found["steps"][0] |= {"step": "city_review", "median_hours": 99.0}
    found["previous"] = {
        "issue": 1,
        "at": found["at"],
        "totals": {**found["totals"], "passed_rate": 99.0, "overdue": 0},
        "parts": {row["code"]: 99.0 for row in found["groups"][0]["rows"]},
        "waiting": 0,
        "problems": 0,
    }

    pages = text(printed(found, language))

    heads = {"zh-hans": ("一、结论", "下步要求", "二、主要指标")}
    first, last, after = heads.get(
        language, ("1Conclusions", "What is to be done by when", "2Key figures")
    )
    with_conclusions = [page for page in pages[2:] if last in page]
    assert first in pages[2].replace(" ", "").replace("1 C", "1C")
    assert with_conclusions == [pages[2]]
    assert after in pages[3].replace("2 K", "2K")


def test_a_table_that_goes_over_pages_repeats_its_head(county):
    school = county["schools"][0]
    many = [{**school, "name": f"第{i}小学", "code": str(i)} for i in range(120)]

    pages = [page for page in text(printed({**county, "schools": many})) if "小学" in page]

    with_rows = [page for page in pages if len(re.findall(r"第\d+小学", page)) > 10]
    assert len(with_rows) > 3
    assert all("逾期天数" in re.sub(r"\s", "", page) for page in with_rows)


def test_every_page_but_the_cover_names_campaign_unit_moment_and_fingerprint(county):
    _cover, *rest = text(printed(county))

    for page in rest:
        assert "2026 年度教师信息采集" in page
        assert f"指纹 {fingerprint(county)}" in page
        assert "数据截至 2026-12-07 10:00" in page


def test_invented_data_say_so_on_every_page_and_real_data_do_not(county):
    assert all("演示数据" in page for page in text(printed(county)))

    real = printed({**county, "demonstration": False})
    assert not any("演示数据" in page for page in text(real))


def test_both_fonts_are_embedded_and_no_other(county):
    fonts = {}
    for page in printed(county).pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font["/DescendantFonts"][0].get_object()
            descriptor = descendant["/FontDescriptor"]
            fonts[font["/BaseFont"].split("+")[1]] = "/FontFile3" in descriptor

    assert fonts == {"Report-Sans": True, "Report-Serif": True}


@pytest.mark.parametrize(
    "stage",
    [
        "preparation",
        "collection",
        "county_review",
        "city_review",
        "province_review",
        "closing",
    ],
)
@pytest.mark.parametrize("unit", ["province", "city", "county", "university", "department"])
def test_every_stage_of_every_authority_can_be_printed_in_english(under_way, cast, unit, stage):
    found = figures(under_way.campaign, stage, cast.units[unit], under_way.at)

    source = documents.html(found, issue=1)

    assert "None" not in source
    assert cast.units[unit].name in source


def test_the_english_document_has_english_furniture(county):
    reader = printed(county, "en")

    assert reader.trailer["/Root"]["/Lang"] == "en"
    pages = text(reader)
    assert "County review stage" in pages[0]
    assert "How the figures are counted" in pages[1]
    assert "Seal of the ledger of decisions" in pages[-1]
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]


def test_a_unit_where_nothing_is_asked_still_gets_a_document(early, cast):
    found = figures(early.campaign, "county_review", cast.department, early.at)
    nothing = {**found, "totals": {**found["totals"], "asked": 0, "passed": 0}, "schools": []}

    assert len(printed(nothing).pages) >= 2
