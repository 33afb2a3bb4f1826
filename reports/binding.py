"""A pack as one PDF: contents, then every document as it was printed, with bookmarks by unit.

The pages are taken over, not drawn again. Their tags go along, so that the whole stays PDF/A of
level A; their signatures do not: they are valid for the single documents only. Links inside a
document keep leading to where they led.
"""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import pikepdf
from django.template.loader import render_to_string
from django.utils.translation import override, pgettext
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf

from reports import documents, titles, words
from reports.models import Pack
from reports.volumes import Volume

#: Links of the contents name the document by its place; they are turned into links to its page.
PLACE = "https://place.invalid/"
#: The number of what nothing leads to.
NOWHERE = 0


@dataclass(frozen=True)
class Entry:
    """A line of the contents. `page` counts from 1 in the whole; `depth` below the pack's unit."""

    title: str
    depth: int
    page: int
    pages: int


def write(pack: Pack, parts: list, target: Path) -> None:
    """Bind the parts (reports.pack_files.Part). The same parts give the same bytes.

    One part at a time is in memory; the pages in front, which lead to all others, come last.
    """
    with override(pack.language), target.open("wb") as stream:
        pages = _contents(pack, parts, 0).pages
        entries = _entries(pack, parts, pages)
        bound = _Bound(stream)
        for part in parts:
            with Pdf.open(part.path) as source:
                bound.add(source)
        with Pdf.open(BytesIO(_contents(pack, parts, pages).content)) as front:
            bound.finish(front, entries, _identifier(parts))


def _identifier(parts: list) -> bytes:
    marks = "".join(part.report.sha256 for part in parts)
    return hashlib.sha256(marks.encode()).digest()[:16]


def _entries(pack: Pack, parts: list, before: int) -> list[Entry]:
    entries, page = [], before + 1
    for part in parts:
        report = part.report
        depth = report.organisation.depth - pack.organisation.depth
        entries.append(Entry(str(report.organisation), depth, page, report.pages))
        page += report.pages
    return entries


def _contents(pack: Pack, parts: list, before: int) -> documents.Document:
    """The pages in front; `before`: how many they are themselves."""
    entries = _entries(pack, parts, before)
    newest = max(part.report.frozen_at for part in parts)
    mark = parts[0].report.sha256[:32]
    context = {
        "lang": "en" if words.in_english() else "zh-Hans",
        "title": titles.pack_title(pack),
        "campaign": pack.campaign.name_en
        if words.in_english() and pack.campaign.name_en
        else pack.campaign.name,
        "stage": words.stage_title(pack.stage),
        "moment": words.moment(newest),
        "at_iso": newest.isoformat(),
        "documents": len(parts),
        "pages": sum(entry.pages for entry in entries),
        "entries": [(f"{PLACE}{place}", entry) for place, entry in enumerate(entries)],
    }
    source = render_to_string(f"{documents.TEMPLATES}bound.html", context)
    return documents.printed(source, mark, "bound.css")


class _Bound:
    """The file that is bound: what its pages and tags hang on is written when all is known.

    Each page and each annotation names its place in one list of tags (the parent tree) by a
    number: those of a document that is added follow on the last one so far.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._volume = Volume(stream)
        self._pages_root, self._tags_root, self._places_root = (
            self._volume.number() for _ in range(3)
        )
        self._pages: list[list[int]] = []
        self._tops: list[list[int]] = []
        self._places: list[tuple[int, int]] = []

    def add(self, source: Pdf) -> None:
        """Write the pages and tags of a document behind those so far."""
        with Pdf.new() as part:
            links = _loosened(source)
            part.pages.extend(source.pages)
            for number, place, (page, how) in links:
                note = part.pages[number].obj.Annots[place]
                note.Dest = Array([part.pages[page].obj, *how])
            part.Root.StructTreeRoot = part.copy_foreign(source.Root.StructTreeRoot)
            self._take(part, {part.Root.objgen[0]: NOWHERE})

    def finish(self, front: Pdf, entries: list[Entry], identifier: bytes) -> None:
        """Write the pages in front with their catalogue, and what holds the whole together."""
        starts = [front.make_indirect(Dictionary()) for _ in entries]
        _link_contents(front, entries, starts)
        _bookmark(front, entries, starts, pgettext("pack", "Contents"))
        first_pages = [pages[0] for pages in self._pages]
        numbers = self._take(
            front,
            {start.objgen[0]: page for start, page in zip(starts, first_pages, strict=True)},
        )
        for own in (self._pages, self._tops):
            own.insert(0, own.pop())
        self._put_roots()
        self._volume.finish(
            root=numbers[front.Root.objgen[0]],
            info=numbers[front.docinfo.objgen[0]],
            identifier=identifier,
        )

    def _take(self, part: Pdf, known: dict[int, int]) -> dict[int, int]:
        tree, shift = part.Root.StructTreeRoot, self._next_place()
        for page in part.pages:
            _shift(page.obj, Name.StructParents, shift)
            for note in page.obj.get("/Annots", []):
                _shift(note, Name.StructParent, shift)
        tops, listed = _many(tree.K), list(tree.ParentTree.Nums)
        places = [
            (int(number) + shift, part.make_indirect(elements).objgen[0])
            for number, elements in zip(listed[::2], listed[1::2], strict=True)
        ]
        roots = {
            part.Root.Pages.objgen[0]: self._pages_root,
            tree.objgen[0]: self._tags_root,
            tree.ParentTree.objgen[0]: self._places_root,
        }
        numbers = self._volume.take(part, roots | known)
        self._pages.append([numbers[page.obj.objgen[0]] for page in part.pages])
        self._tops.append([numbers[top.objgen[0]] for top in tops])
        self._places += [(number, numbers[own]) for number, own in places]
        return numbers

    def _next_place(self) -> int:
        return self._places[-1][0] + 1 if self._places else 0

    def _put_roots(self) -> None:
        pages, tops = (list(chain.from_iterable(own)) for own in (self._pages, self._tops))
        put = self._volume.put
        put(
            self._pages_root,
            b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), _references(pages)),
        )
        put(
            self._tags_root,
            b"<</Type/StructTreeRoot/K[%s]/ParentTree %d 0 R/ParentTreeNextKey %d>>"
            % (_references(tops), self._places_root, self._next_place()),
        )
        places = b" ".join(b"%d %d 0 R" % place for place in self._places)
        put(self._places_root, b"<</Nums[%s]>>" % places)


def _references(numbers: list[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


def _many(children) -> list:
    return list(children) if isinstance(children, Array) else [children]


def _shift(thing, key: Name, by: int) -> None:
    if key in thing:
        thing[key] = int(thing[key]) + by


# --- Finding one's way --------------------------------------------------------------------
def _loosened(source: Pdf) -> list:
    """Take the field of the signature off the pages, and the names off their links.

    Returns (number of the page, place of the link on it, where it leads) of each link.
    """
    targets, links = _named_places(source), []
    for number, page in enumerate(source.pages):
        notes = [note for note in page.obj.get("/Annots", []) if note.Subtype != Name.Widget]
        page.obj.Annots = Array(notes)
        for place, note in enumerate(notes):
            if Name.Dest in note:
                target = targets.get(str(note.Dest))
                del note.Dest
                if target:
                    links.append((number, place, target))
    return links


def _named_places(source: Pdf) -> dict[str, tuple[int, list]]:
    """Name of each place that a link may lead to: (number of its page, where on the page)."""
    names = source.Root.get("/Names", Dictionary()).get("/Dests", Dictionary()).get("/Names", [])
    flat = list(names)
    numbers = {page.obj.objgen: number for number, page in enumerate(source.pages)}
    return {
        str(name): (numbers[place[0].objgen], list(place)[1:])
        for name, place in zip(flat[::2], flat[1::2], strict=True)
    }


def _link_contents(front: Pdf, entries: list[Entry], starts: list) -> None:
    for page in front.pages:
        for note in page.obj.get("/Annots", []):
            address = str(note.get("/A", Dictionary()).get("/URI", ""))
            if address.startswith(PLACE):
                place = int(address.removeprefix(PLACE))
                del note["/A"]
                note.Dest = Array([starts[place], Name.Fit])
                note.Contents = pikepdf.String(entries[place].title)


def _bookmark(front: Pdf, entries: list[Entry], starts: list, contents: str) -> None:
    """The contents, then each unit below the authority that it belongs to."""
    with front.open_outline() as outline:
        outline.root[:] = [OutlineItem(contents, 0)]
        branches = [outline.root]
        for entry, start in zip(entries, starts, strict=True):
            item = OutlineItem(entry.title, Array([start, Name.Fit]))
            del branches[entry.depth + 1 :]
            branches[-1].append(item)
            branches.append(item.children)
