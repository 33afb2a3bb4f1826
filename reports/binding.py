"""A pack as one PDF: contents, then every document as it was printed, with bookmarks by unit.

The pages are taken over, not drawn again. Their tags go along, so that the whole stays PDF/A of
level A; their signatures do not: they are valid for the single documents only. Links inside a
document keep leading to where they led.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from django.template.loader import render_to_string
from django.utils.translation import override, pgettext
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf

from reports import documents, titles, words
from reports.models import Pack

#: Links of the contents name the document by its place; they are turned into links to its page.
PLACE = "https://place.invalid/"
AT_ONCE = 16


@dataclass(frozen=True)
class Entry:
    """A line of the contents. `page` counts from 1 in the whole; `depth` below the pack's unit."""

    title: str
    depth: int
    page: int
    pages: int


def write(pack: Pack, parts: list, target: Path) -> None:
    """Bind the parts (reports.pack_files.Part). The same parts give the same bytes.

    A few at a time are added to what is bound so far, on the disk beside `target`: in memory are
    the objects of those few and, at the end, of the whole once.
    """
    with override(pack.language):
        pages = _contents(pack, parts, 0).pages
        bound = target.with_suffix(".0")
        bound.write_bytes(_contents(pack, parts, pages).content)
        for first in range(0, len(parts), AT_ONCE):
            bound = _bound_further(bound, parts[first : first + AT_ONCE])
        entries = _entries(pack, parts, pages)
        with Pdf.open(bound) as whole:
            _link_contents(whole, entries, pages)
            _bookmark(whole, entries, pgettext("pack", "Contents"))
            _save(whole, target)
        bound.unlink()


def _bound_further(bound: Path, parts: list) -> Path:
    """Add some parts to what is bound so far; returns the file that takes its place."""
    further = bound.with_suffix(f".{int(bound.suffix[1:]) + len(parts)}")
    with ExitStack() as open_files:
        whole = open_files.enter_context(Pdf.open(bound))
        tags = _Tags(whole)
        for part in parts:
            _append(whole, open_files.enter_context(Pdf.open(part.path)), tags)
        tags.finish()
        _save(whole, further)
    bound.unlink()
    return further


def _save(whole: Pdf, target: Path) -> None:
    packed = pikepdf.ObjectStreamMode.generate
    whole.save(target, deterministic_id=True, object_stream_mode=packed)


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


# --- Taking pages over --------------------------------------------------------------------
def _append(whole: Pdf, source: Pdf, tags: "_Tags") -> None:
    first = len(whole.pages)
    targets = _named_places(source)
    links = []
    for number, page in enumerate(source.pages):
        links += _loosened(page, number, targets)
    whole.pages.extend(source.pages)
    for number, place, (page, how) in links:
        link = whole.pages[first + number].obj.Annots[place]
        link.Dest = Array([whole.pages[first + page].obj, *how])
    tags.take(source, first)


def _named_places(source: Pdf) -> dict[str, tuple[int, list]]:
    """Name of each place that a link may lead to: (number of its page, where on the page)."""
    names = source.Root.get("/Names", Dictionary()).get("/Dests", Dictionary()).get("/Names", [])
    flat = list(names)
    numbers = {page.obj.objgen: number for number, page in enumerate(source.pages)}
    return {
        str(name): (numbers[place[0].objgen], list(place)[1:])
        for name, place in zip(flat[::2], flat[1::2], strict=True)
    }


def _loosened(page, number: int, targets: dict) -> list:
    """Take the signature's field off a page and the names off its links.

    Returns (page, place of the link on it, where it leads) of each.
    """
    if "/Annots" not in page.obj:
        return []
    kept = [note for note in page.obj.Annots if note.get("/Subtype") != "/Widget"]
    if not kept:
        del page.obj["/Annots"]
        return []
    page.obj.Annots = Array(kept)
    links = []
    for place, note in enumerate(kept):
        if "/Dest" in note:
            target = targets.get(str(note.Dest))
            del note["/Dest"]
            if target:
                links.append((number, place, target))
    return links


class _Tags:
    """The structure trees of all documents under one root.

    Each page and each annotation names its place in the root's list (the parent tree) by a number:
    those of a document that is added follow on the last one so far.
    """

    def __init__(self, whole: Pdf) -> None:
        self._whole, self._root = whole, whole.Root.StructTreeRoot
        self._tops, self._list = list(_many(self._root.K)), list(self._root.ParentTree.Nums)
        self._next = self._following()

    def _following(self) -> int:
        return max((int(number) for number in self._list[::2]), default=-1) + 1

    def take(self, source: Pdf, first: int) -> None:
        """Add the tree of a document whose pages begin at `first`."""
        shift = self._next
        for page in list(self._whole.pages)[first:]:
            _shift(page.obj, Name.StructParents, shift)
            for note in page.obj.get("/Annots", []):
                _shift(note, Name.StructParent, shift)
        tree = self._whole.copy_foreign(source.Root.StructTreeRoot)
        for top in _many(tree.K):
            top.P = self._root
            self._tops.append(top)
        numbers = list(tree.ParentTree.Nums)
        for number, elements in zip(numbers[::2], numbers[1::2], strict=True):
            self._list += [int(number) + shift, elements]
        self._next = self._following()

    def finish(self) -> None:
        self._root.K = Array(self._tops)
        self._root.ParentTree.Nums = Array(self._list)
        self._root.ParentTreeNextKey = self._next


def _many(children) -> list:
    return list(children) if isinstance(children, Array) else [children]


def _shift(thing, key: Name, by: int) -> None:
    if key in thing:
        thing[key] = int(thing[key]) + by


# --- Finding one's way --------------------------------------------------------------------
def _link_contents(whole: Pdf, entries: list[Entry], pages: int) -> None:
    for page in list(whole.pages)[:pages]:
        for note in page.obj.get("/Annots", []):
            address = str(note.get("/A", Dictionary()).get("/URI", ""))
            if address.startswith(PLACE):
                entry = entries[int(address.removeprefix(PLACE))]
                del note["/A"]
                note.Dest = Array([whole.pages[entry.page - 1].obj, Name.Fit])
                note.Contents = pikepdf.String(entry.title)


def _bookmark(whole: Pdf, entries: list[Entry], contents: str) -> None:
    """The contents, then each unit below the authority that it belongs to."""
    with whole.open_outline() as outline:
        outline.root[:] = [OutlineItem(contents, 0)]
        branches = [outline.root]
        for entry in entries:
            item = OutlineItem(entry.title, entry.page - 1)
            del branches[entry.depth + 1 :]
            branches[-1].append(item)
            branches.append(item.children)
