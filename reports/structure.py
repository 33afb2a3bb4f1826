"""The tags of a document, made as plain as they can be before the file is written.

WeasyPrint wraps each piece of text in an element of its own inside the cell or paragraph that says
what it is, and names the headers of each cell one by one without the index that a reader would
look the names up in. Here a piece of text belongs to its cell at once, and a header says whether it
heads a column or a row (ISO 32000-1, 14.8.4.4 and table 349). Half of the objects of a report with
long tables go, and with them their share of writing, signing and binding it.
"""

import zlib
from collections.abc import Iterator

import pydyf

#: Elements that say nothing of what they hold; and those that may hold text themselves.
EMPTY_WORDS = {"/Span", "/NonStruct"}
WORDY = {"/P", "/TD", "/TH", "/LBody", "/Lbl", "/Caption", "/Span", "/NonStruct"} | {
    f"/H{level}" for level in range(1, 7)
}


def plain(_layout, pdf: pydyf.PDF) -> None:
    """For WeasyPrint's `finisher`: make the tags of `pdf` plain, and its streams written once."""
    elements = _elements(pdf)
    _say_what_headers_head(elements)
    _fold(pdf, elements)
    for element in elements.values():
        del element["Type"]  # it may be left out, as may the brackets around a single piece
        if len(element["K"]) == 1:
            element["K"] = element["K"][0]
    _compress(pdf)


def _elements(pdf: pydyf.PDF) -> dict[bytes, pydyf.Dictionary]:
    """The elements of structure by their reference, each after the one that it is in."""
    return {
        each.reference: each
        for each in pdf.objects
        if isinstance(each, pydyf.Dictionary) and each.get("Type") == "/StructElem"
    }


def _say_what_headers_head(elements: dict[bytes, pydyf.Dictionary]) -> None:
    for element in elements.values():
        if element["S"] == "/TH":
            rows = elements[elements[element["P"]]["P"]]
            element.pop("ID", None)
            element["A"]["Scope"] = "/Column" if rows["S"] == "/THead" else "/Row"
        elif element["S"] == "/TD":
            element["A"].pop("Headers", None)
            if len(element["A"]) == 1:  # only whose attributes these would be
                del element["A"]


def _fold(pdf: pydyf.PDF, elements: dict[bytes, pydyf.Dictionary]) -> None:
    """Give the text of elements without a meaning to the element around them."""
    gone = {}
    for reference, element in reversed(elements.items()):
        around = elements.get(element["P"])
        if around is not None and _says_nothing(element, around):
            place = around["K"].index(reference)
            around["K"][place : place + 1] = element["K"]
            gone[reference] = element["P"]
    for places in _places(pdf):
        places[:] = [_heir(reference, gone) for reference in places]
    for reference in gone:
        number = elements[reference].number
        pdf.objects[number] = _Free()


def _says_nothing(element: pydyf.Dictionary, around: pydyf.Dictionary) -> bool:
    return (
        element["S"] in EMPTY_WORDS
        and around["S"] in WORDY
        and element["Pg"] == around["Pg"]
        and all(isinstance(piece, int) for piece in element["K"])
    )


def _places(pdf: pydyf.PDF) -> Iterator[pydyf.Array]:
    """For each page, the elements that its pieces of content belong to."""
    (root,) = (
        each
        for each in pdf.objects
        if isinstance(each, pydyf.Dictionary) and each.get("Type") == "/StructTreeRoot"
    )
    (tree,) = (each for each in pdf.objects if each.reference == root["ParentTree"])
    yield from (part for part in tree["Nums"] if isinstance(part, pydyf.Array))


def _heir(reference: bytes, gone: dict[bytes, bytes]) -> bytes:
    while reference in gone:
        reference = gone[reference]
    return reference


def _compress(pdf: pydyf.PDF) -> None:
    """Now, since pydyf would do it twice: once for the identifier of the file, once to write."""
    for stream in pdf.objects:
        if isinstance(stream, pydyf.Stream) and stream.compress:
            written = pydyf.Stream(stream.stream).data
            content = written.split(b"\nstream\n", 1)[1].removesuffix(b"\nendstream")
            stream.stream, stream.compress = [zlib.compress(content)], False
            stream.extra["Filter"] = "/FlateDecode"


class _Free(pydyf.Object):
    """The place of an object that is gone: an entry of the cross references that leads nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.number, self.generation, self.free = 0, 1, "f"
