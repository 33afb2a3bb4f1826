"""A PDF written part by part: read back, each part is as it was."""

import io
from collections.abc import Sequence

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf

from reports.volumes import PER_STREAM, Volume

#: What could be taken for a reference, or for the end of a string.
TEXTS = st.text(max_size=30) | st.sampled_from(
    ["3 0 R", "(3 0 R", ")3 0 R(", "\\", "\\(3 0 R\\)", "<3 0 R>", "第 3 0 R 页", "a\n3 0 R\r"]
)


def part(texts: list[str], content: bytes) -> Pdf:
    """A file whose catalogue leads to the texts, one object each, and to a stream; each leads
    back."""
    made = Pdf.new()
    root = made.Root
    root.Texts = Array(
        [made.make_indirect(Dictionary(Text=pikepdf.String(text), Back=root)) for text in texts]
    )
    root.Content = made.make_stream(content, Back=root)
    return made


def bound(parts: list[Pdf], known: Sequence[int] = ()) -> Pdf:
    """All parts in one file; its catalogue holds their catalogues, and tells what is known."""
    stream = io.BytesIO()
    volume = Volume(stream)
    root, info, pages, told = (volume.number() for _ in range(4))
    known = dict.fromkeys(known, told)
    tops = [volume.take(each, known)[each.Root.objgen[0]] for each in parts]
    held = b" ".join(b"%d 0 R" % top for top in tops)
    volume.put(root, b"<</Type/Catalog/Pages %d 0 R/Parts[%s]>>" % (pages, held))
    volume.put(info, b"<<>>")
    volume.put(pages, b"<</Type/Pages/Kids[]/Count 0>>")
    volume.put(told, b"<</Told/Elsewhere>>")
    volume.finish(root=root, info=info, identifier=b"0123456789abcdef")
    return pikepdf.open(io.BytesIO(stream.getvalue()), attempt_recovery=False)


@given(
    st.lists(
        st.tuples(st.lists(TEXTS, max_size=5), st.binary(max_size=200)), min_size=1, max_size=4
    )
)
def test_each_part_is_as_it_was(parts):
    whole = bound([part(*each) for each in parts])

    read = list(whole.Root.Parts)
    assert [
        ([str(each.Text) for each in top.Texts], top.Content.read_bytes()) for top in read
    ] == parts
    for top in read:
        assert all(each.Back.objgen == top.objgen for each in [*top.Texts, top.Content])
    assert not whole.get_warnings()


@pytest.mark.parametrize("count", [PER_STREAM - 2, PER_STREAM - 1, PER_STREAM, 3 * PER_STREAM])
def test_more_objects_than_one_stream_holds(count):
    texts = [str(number) for number in range(count)]
    whole = bound([part(texts, b"x")])
    assert [str(each.Text) for each in whole.Root.Parts[0].Texts] == texts


def test_an_object_that_is_known_is_not_written_again():
    one = part(["own"], b"")
    stub = one.make_indirect(Dictionary(Stub=True))
    one.Root.Leads = stub

    whole = bound([one], known=[stub.objgen[0]])

    assert whole.Root.Parts[0].Leads.Told == Name.Elsewhere
    assert not any("/Stub" in each for each in whole.objects if isinstance(each, Dictionary))
