"""The PDF as an independent reader sees it."""

import io
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
    assert "达板镇中心小学" in "".join(rest)
    assert reader.metadata.title == "县级审核阶段督查报告 · 东乡族自治县 · 2026 年第 3 期"
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "zh-Hans"
    assert root["/MarkInfo"]["/Marked"]
    assert [entry.title[:4] for entry in reader.outline if not isinstance(entry, list)] == [
        "一、结论",
        "二、总体",
        "三、各单",
        "四、进度",
        "五、退回",
        "六、审核",
        "七、填报",
        "八、统计",
    ]


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
    assert "How the figures are counted" in pages[-1]
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]


def test_a_unit_where_nothing_is_asked_still_gets_a_document(early, cast):
    found = figures(early.campaign, "county_review", cast.department, early.at)
    nothing = {**found, "totals": {**found["totals"], "asked": 0, "passed": 0}, "schools": []}

    assert len(printed(nothing).pages) >= 2
