"""Files as people hand them in: small, but real."""

import io

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject


def pdf(pages: int = 1) -> bytes:
    """A plain PDF with empty A4 pages."""
    writer, content = PdfWriter(), io.BytesIO()
    for _page in range(pages):
        writer.add_blank_page(width=595, height=842)
    writer.write(content)
    return content.getvalue()


def pdf_with_script(*, hidden: bool) -> bytes:
    """A PDF that runs a script when it is opened; `hidden` spells its names in another way."""
    writer, content = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=595, height=842)
    action = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert(1)"),
        }
    )
    named = ArrayObject([TextStringObject("a"), writer._add_object(action)])
    tree = DictionaryObject({NameObject("/Names"): named})
    writer._root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): tree})
    writer.write(content)
    if hidden:
        spelled = content.getvalue().replace(b"/JavaScript", b"/J#61vaScript")
        return spelled.replace(b"/JS", b"/J#53")
    return content.getvalue()


def picture(width: int, height: int, kind: str = "JPEG") -> bytes:
    content = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(content, kind)
    return content.getvalue()


def photo(shade: int = 0) -> bytes:
    """A photo of 260 × 320 pixels; `shade` makes another one of it."""
    content = io.BytesIO()
    Image.new("RGB", (260, 320), (shade, 120, 120)).save(content, "JPEG")
    return content.getvalue()
