"""Controls of the generated forms, written without a template each.

A record's page holds some three hundred controls with four thousand options; Django's own widgets
render a template for each option, which takes most of a second.
"""

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


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
