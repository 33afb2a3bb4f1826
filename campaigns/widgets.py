"""Controls of the generated forms, written without a template each.

A record's page holds some three hundred controls with four thousand options; Django's own widgets
render a template for each option, which takes most of a second.
"""

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from teachers.attachments import picture_address
from teachers.upload_forms import PHOTO_TYPES


class QuickInput(forms.TextInput):
    """One `<input>`."""

    def render(self, name: str, value: object, attrs=None, renderer=None) -> SafeString:  # noqa: ARG002
        shown = self.format_value(value)
        own = {"type": self.input_type, "name": name}
        if shown not in (None, ""):
            own["value"] = shown
        return format_html("<input{}>", flatatt(self.build_attrs({**own, **self.attrs}, attrs)))


class QuickSelect(forms.Select):
    """One `<select>` without groups."""

    def render(self, name: str, value: object, attrs=None, renderer=None) -> SafeString:  # noqa: ARG002
        chosen = "" if value is None else str(value)
        mark = SafeString(" selected")
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((code, mark if str(code) == chosen else "", label) for code, label in self.choices),
        )
        own = flatatt(self.build_attrs({"name": name, **self.attrs}, attrs))
        return format_html("<select{}>{}</select>", own, options)


class PhotoInput(forms.FileInput):
    """The photo that is kept, a control for another one, a box that takes it away.

    Gives the file, False to take the photo away, or None to leave it as it is.
    """

    def __init__(self, photo: bytes | None, attrs: dict | None = None) -> None:
        self.photo = photo
        super().__init__({"accept": PHOTO_TYPES, **(attrs or {})})

    def value_from_datadict(self, data, files, name: str):
        upload = super().value_from_datadict(data, files, name)
        return upload or (False if data.get(f"{name}-remove") else None)

    def value_omitted_from_data(self, data, files, name: str) -> bool:
        return super().value_omitted_from_data(data, files, name) and f"{name}-remove" not in data

    def render(self, name: str, value: object, attrs=None, renderer=None) -> SafeString:  # noqa: ARG002
        own = flatatt(self.build_attrs({"type": "file", "name": name, **self.attrs}, attrs))
        if self.photo is None:
            kept, remove = SafeString('<span class="photo empty" data-preview></span>'), ""
        else:
            kept = format_html(
                '<img class="photo" data-preview alt="{}" src="{}">',
                _("Photo"),
                picture_address(self.photo),
            )
            remove = format_html(
                '<label class="choice small"><input type="checkbox" name="{}-remove"> {}</label>',
                name,
                _("Remove the photo"),
            )
        return format_html(
            '<span class="photo-entry">{}<span class="stack"><input{}>{}</span></span>',
            kept,
            own,
            remove,
        )
