"""PDF/A-2 of level A, read back with pikepdf: what filing and screen readers ask for."""

import io
import xml.etree.ElementTree as ElementTree
from datetime import timedelta

import pikepdf
import pytest

from reports import making, signing
from reports.figures import figures

pytestmark = pytest.mark.usefixtures("drawn_once")

PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
CODE = "7F3A-92C4-4B5E"


@pytest.fixture(params=[False, True], ids=["unsigned", "signed"])
def document(request, under_way, cast, settings, tmp_path) -> pikepdf.Pdf:
    settings.VAR_DIR, settings.REPORT_SIGNING_KEY = tmp_path, ""
    if request.param:
        signing.make_demonstration_key()
    found = figures(
        under_way.campaign, "county_review", cast.county, under_way.at + timedelta(days=9)
    )
    drawn = making.draw(found, issue=3, language="zh-hans", code=CODE)
    assert bool(drawn.signed_as) == request.param
    return pikepdf.open(io.BytesIO(drawn.content))


def test_it_says_that_it_is_pdf_a_in_packet_and_dictionary_alike(document):
    packet = ElementTree.fromstring(document.Root.Metadata.read_bytes())
    said = {name: value for node in packet.iter() for name, value in node.attrib.items()}
    texts = {node.tag: node.text for node in packet.iter()}

    assert (said[f"{PDFA}part"], said[f"{PDFA}conformance"]) == ("2", "A")
    assert texts[f"{XMP}CreateDate"] == texts[f"{XMP}ModifyDate"] == "2026-12-07T10:00:00+08:00"
    created = str(document.docinfo["/CreationDate"])
    assert created == str(document.docinfo["/ModDate"]) == "D:20261207100000+08'00"
    title = "县级审核阶段督查报告 · 东乡族自治县 · 2026 年第 3 期"
    assert str(document.docinfo["/Title"]) == title
    assert title in [node.text for node in packet.iter()]


def test_it_is_tagged_titled_and_in_a_language(document):
    root = document.Root

    assert root.MarkInfo.Marked
    assert root.ViewerPreferences.DisplayDocTitle
    assert str(root.Lang) == "zh-Hans"
    assert {str(kind) for kind in tags(root.StructTreeRoot)} >= {
        "/Document",
        "/H1",
        "/H2",
        "/Table",
        "/TR",
        "/TH",
        "/TD",
        "/Figure",
    }


def tags(node) -> list:
    """Types of all structure elements below a node."""
    return [element.S for element in elements(node) if "/S" in element]


def elements(node) -> list:
    """A node of the structure and all below it, in the order of reading."""
    children = [child for child in pieces(node) if isinstance(child, pikepdf.Dictionary)]
    return [node, *(below for child in children for below in elements(child))]


def pieces(node) -> list:
    children = node.get("/K", [])
    return list(children) if isinstance(children, pikepdf.Array) else [children]


def test_every_figure_says_what_it_shows(document):
    found = elements(document.Root.StructTreeRoot)
    said = [str(each.get("/Alt", "")) for each in found if each.get("/S") == "/Figure"]
    assert "本文件核验页面的二维码" in said
    assert all(said)


def test_each_piece_of_text_belongs_to_its_cell_or_paragraph(document):
    """And the page's list of its pieces names the element that holds the piece."""
    root = document.Root.StructTreeRoot
    cells = [each for each in elements(root) if each.get("/S") in ("/TD", "/TH")]
    assert len(cells) > 50
    assert all(isinstance(piece, int) for cell in cells for piece in pieces(cell))

    numbers = list(root.ParentTree.Nums)
    holders = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
    for page in document.pages:
        listed = list(holders[int(page.obj.StructParents)])
        assert listed
        for number, holder in enumerate(listed):
            in_margins = holder.get("/P") is None or holder.P not in elements(root)
            assert number in pieces(holder) or in_margins
            assert holder.Pg == page.obj


def test_each_header_says_whether_it_heads_a_column_or_a_row(document):
    headers = [each for each in elements(document.Root.StructTreeRoot) if each.get("/S") == "/TH"]
    said = {(str(each.P.P.S), str(each.A.Scope)) for each in headers}
    assert said == {("/THead", "/Column"), ("/TBody", "/Row")}


def test_colours_are_of_a_named_space_and_every_font_is_inside(document):
    (intent,) = document.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1"
    assert intent.DestOutputProfile.N == 3

    fonts = [thing for thing in document.objects if is_a(thing, "/FontDescriptor")]
    assert fonts
    assert all({"/FontFile2", "/FontFile3"} & set(font.keys()) for font in fonts)


def test_nothing_in_it_is_forbidden_in_an_archive(document):
    actions = [thing.S for thing in document.objects if is_a(thing, "/Action")]
    notes = [thing for thing in document.objects if is_a(thing, "/Annot")]

    assert not {"/JavaScript", "/Launch"} & set(map(str, actions))
    assert not document.is_encrypted
    assert "/EmbeddedFiles" not in document.Root.get("/Names", {})
    assert all(int(note.F) & 0b111 == 0b100 for note in notes), "printed, never hidden"
    assert len(document.trailer.ID) == 2


def is_a(thing, kind: str) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == kind


def test_the_last_page_shows_the_code(document):
    from pypdf import PdfReader

    target = io.BytesIO()
    document.save(target)
    assert CODE in PdfReader(target).pages[-1].extract_text()
