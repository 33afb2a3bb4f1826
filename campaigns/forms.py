"""The form of one person, generated from the index system; no field is written by hand.

    form = RecordForm(asked.form_of(submission), document=record.data, mask=record.identity_mask)
    form = RecordForm(asked.form_of(submission), data=request.POST, document=record.data, …)
    form.is_valid() → form.document(), form.uploads(), form.identity, form.identity_type,
        form.seen_at

Fields are named `basic-name` in single sub-sets and `learning-0-education` in repeating ones;
`learning-rows` says how many rows came, `learning-0-remove` takes one out. A template walks
`form.sections()`; `section.blank` is the row to copy for "add another", its index `__row__`.
A photo comes in with `files=request.FILES`; `photo` is the one that is kept now. Without files
a photo stays as it is.
Long code lists are text inputs with a `<datalist>`: see `form.datalists()`.
"""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaigns import rules
from campaigns.widgets import PhotoInput, QuickInput, QuickSelect
from campaigns.workbooks.layout import IDENTITY_TYPE, how_to_write
from teachers import reading
from teachers.enums import ValueType
from teachers.schema import SEALED, CodeTable, Field, Form, Subset
from teachers.upload_forms import PhotoField, Upload

#: Code lists up to this length are drop-downs; longer ones are inputs with suggestions.
SHORT_LIST = 80
MOST_ROWS = 60
BLANK_ROW = "__row__"

_INPUT_TYPES = {
    ValueType.DATE: "date",
    ValueType.MONTH: "month",
    ValueType.WHOLE: "number",
    ValueType.NUMBER: "number",
}


class TypedInput(QuickInput):
    """A text input of another type; its value is shown exactly as stored."""

    def __init__(self, input_type: str, attrs: dict) -> None:
        self.input_type = input_type
        super().__init__(attrs)

    def format_value(self, value: object) -> str | None:
        return None if value in (None, "") else str(value)


class CodeInput(QuickInput):
    """A text input with suggestions; shows `code-name`, reads code, name or both."""

    def __init__(self, table: CodeTable, attrs: dict) -> None:
        self.table = table
        super().__init__({**attrs, "list": f"codes-{table.key}", "autocomplete": "off"})

    def format_value(self, value: object) -> str | None:
        if value in (None, ""):
            return None
        name = self.table.by_code.get(str(value))
        return f"{value}-{name}" if name else str(value)


class ValueField(forms.Field):
    """One indicator: what comes in is read by the register's rules for its type."""

    def __init__(self, indicator: Field) -> None:
        self.indicator = indicator
        super().__init__(
            required=False,
            label=indicator.label(get_language() or ""),
            help_text=how_to_write(indicator),
            widget=_widget(indicator),
            disabled=not indicator.is_entered,
        )

    @property
    def asked(self) -> str:
        """How strongly it is asked (a `Need` letter): the template marks "R" with a star."""
        return self.indicator.need

    @property
    def is_wide(self) -> bool:
        """Whether it wants more than one column of the page."""
        return (
            self.indicator.value_type == ValueType.CODES
            or self.indicator.value_type == ValueType.TEXT
            and (self.indicator.length or 0) > 60
        )

    def clean(self, value: object) -> object:
        if self.disabled:
            return value
        if isinstance(value, list):
            value = "、".join(value)
        try:
            return reading.read_value(self.indicator, value)
        except reading.Unreadable as unreadable:
            text = rules.text(unreadable.rule, unreadable.params)
            raise ValidationError(text, code=unreadable.rule) from unreadable


def _widget(indicator: Field) -> forms.Widget:
    attrs: dict = {}
    if indicator.is_required:
        attrs["aria-required"] = "true"
    if indicator.codes is not None:
        return _code_widget(indicator, indicator.codes, attrs)
    if indicator.value_type in _INPUT_TYPES:
        if indicator.value_type == ValueType.NUMBER:
            attrs["step"] = "any"
        return TypedInput(_INPUT_TYPES[indicator.value_type], attrs)
    if indicator.length:
        attrs["maxlength"] = indicator.length
    return QuickInput(attrs)


def _code_widget(indicator: Field, table: CodeTable, attrs: dict) -> forms.Widget:
    language = get_language() or ""
    choices = [(code, f"{code}-{table.label(code, language)}") for code, _name in table.choices()]
    if indicator.value_type == ValueType.CODES:
        return forms.CheckboxSelectMultiple(choices=choices)
    if len(choices) > SHORT_LIST:
        return CodeInput(table, attrs)
    return QuickSelect(attrs, choices=[("", ""), *choices])


@dataclass(frozen=True)
class FormRow:
    """The bound fields of one row; `remove` is its tick box (repeating sub-sets only)."""

    index: int | str
    fields: list[forms.BoundField]
    remove: forms.BoundField | None = None

    @property
    def has_errors(self) -> bool:
        return any(item.errors for item in self.fields)


@dataclass(frozen=True)
class Section:
    """One sub-set on the page."""

    subset: Subset
    title: str
    rows: list[FormRow]
    rows_field: forms.BoundField | None = None
    blank: FormRow | None = None

    @property
    def key(self) -> str:
        return self.subset.key

    @property
    def has_errors(self) -> bool:
        return any(row.has_errors for row in self.rows)


class RecordForm(forms.Form):
    """All sub-sets of one person (or those of `only`). Converts and checks input; saves nothing.

    `document` is what is recorded now: it gives first values, the read-only ones, and the
    sub-sets that are not on this page. `opened` carries it, sealed, to the saving. `mask` shows a
    known identity number; leaving the field empty keeps it.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        form: Form,
        *args,
        document: dict | None = None,
        mask: str = "",
        seen_at: datetime | None = None,
        opened: str = "",
        only: tuple[str, ...] | None = None,
        photo: bytes | None = None,
        **kwargs,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.photo = photo
        self.form = form
        self.recorded = document or {}
        self.mask = mask
        self.subsets = [part for part in form.subsets if only is None or part.key in only]
        self.fields["seen"].initial = seen_at.isoformat() if seen_at else ""
        self.fields["opened"].initial = opened
        for subset in self.subsets:
            if subset.repeating:
                self._add_rows(subset)
            else:
                self._add_fields(subset, subset.key, self.recorded.get(subset.key) or {})

    def _add_fields(self, subset: Subset, prefix: str, values: dict) -> None:
        for indicator in subset.fields:
            if indicator.value_type == ValueType.FILE:
                if prefix == subset.key:
                    self.fields[f"{prefix}-{indicator.key}"] = self._photo_field(indicator)
                continue
            if (indicator.set_key, indicator.key) == SEALED:
                self.fields[f"{prefix}-{indicator.key}"] = self._identity_field(indicator)
                continue
            item = ValueField(indicator)
            default = indicator.default if not self.recorded else ""
            item.initial = values.get(indicator.key, default or None)
            self.fields[f"{prefix}-{indicator.key}"] = item

    def _photo_field(self, indicator: Field) -> forms.Field:
        item = PhotoField(
            label=indicator.label(get_language() or ""),
            help_text=_(
                "JPEG of less than 60 KB, 26 × 32 mm, at least 150 dpi, for example 260 × 320"
                " pixels."
            ),
            widget=PhotoInput(self.photo),
        )
        item.indicator, item.asked, item.is_wide = indicator, indicator.need, False
        return item

    def _identity_field(self, indicator: Field) -> forms.Field:
        item = forms.CharField(
            required=not self.mask,
            max_length=30,
            label=indicator.label(get_language() or ""),
            help_text=_("Leave it empty to keep %(mask)s.") % {"mask": self.mask}
            if self.mask
            else "",
            widget=forms.TextInput(
                {"placeholder": self.mask, "autocomplete": "off", "inputmode": "text"}
            ),
        )
        item.indicator, item.asked, item.is_wide = indicator, indicator.need, False
        return item

    def _add_rows(self, subset: Subset) -> None:
        recorded = self.recorded.get(subset.key) or []
        name = f"{subset.key}-rows"
        self.fields[name] = forms.IntegerField(
            required=False,
            min_value=0,
            max_value=MOST_ROWS,
            initial=len(recorded),
            widget=forms.HiddenInput,
        )
        for index in range(self._row_count(subset)):
            values = recorded[index] if index < len(recorded) else {}
            self._add_fields(subset, f"{subset.key}-{index}", values)
            self.fields[f"{subset.key}-{index}-remove"] = forms.BooleanField(
                required=False, label=_("Remove")
            )

    def _row_count(self, subset: Subset) -> int:
        """As many rows as came in, else as many as are recorded."""
        recorded = len(self.recorded.get(subset.key) or [])
        if not self.is_bound:
            return recorded
        sent = str(self.data.get(self.add_prefix(f"{subset.key}-rows"), ""))
        return min(int(sent), MOST_ROWS) if sent.isascii() and sent.isdigit() else recorded

    def sections(self) -> list[Section]:
        """What the template walks: every sub-set with its rows of bound fields."""
        return [self._section(subset) for subset in self.subsets]

    def _section(self, subset: Subset) -> Section:
        title = subset.label(get_language() or "")
        if not subset.repeating:
            return Section(subset, title, [self._row(subset, subset.key, 0)])
        rows = [
            self._row(subset, f"{subset.key}-{index}", index)
            for index in range(self._row_count(subset))
        ]
        return Section(subset, title, rows, self[f"{subset.key}-rows"], self._blank_row(subset))

    def _row(self, subset: Subset, prefix: str, index: int) -> FormRow:
        names = [f"{prefix}-{item.key}" for item in subset.fields]
        remove = f"{prefix}-remove"
        return FormRow(
            index,
            [self[name] for name in names if name in self.fields],
            self[remove] if remove in self.fields else None,
        )

    def _blank_row(self, subset: Subset) -> FormRow:
        bound = []
        for indicator in subset.fields:
            if indicator.value_type == ValueType.FILE:
                continue
            item = ValueField(indicator)
            item.initial = indicator.default or None
            empty = forms.Form(prefix=self.prefix)
            name = f"{subset.key}-{BLANK_ROW}-{indicator.key}"
            empty.fields[name] = item
            bound.append(empty[name])
        return FormRow(BLANK_ROW, bound)

    def datalists(self) -> list[CodeTable]:
        """The long code lists the inputs refer to, each once, as `codes-<key>`."""
        tables = {
            item.codes.key: item.codes
            for subset in self.subsets
            for item in subset.fields
            if item.codes is not None and len(item.codes.choices()) > SHORT_LIST
        }
        return list(tables.values())

    def document(self) -> dict:
        """The person's document after `is_valid()`: only values that are there, without the
        identity number; sub-sets that are not on this page as recorded."""
        shown = {subset.key for subset in self.subsets}
        found = {key: part for key, part in self.recorded.items() if key not in shown}
        for subset in self.subsets:
            part = self._rows(subset) if subset.repeating else self._values(subset, subset.key)
            if part:
                found[subset.key] = part
        return found

    def _rows(self, subset: Subset) -> list[dict]:
        rows = []
        for index in range(self._row_count(subset)):
            prefix = f"{subset.key}-{index}"
            if not self.cleaned_data.get(f"{prefix}-remove"):
                rows.append(self._values(subset, prefix))
        return [row for row in rows if row]

    def _values(self, subset: Subset, prefix: str) -> dict:
        recorded = self._recorded_values(prefix)
        found = {}
        for indicator in subset.fields:
            if (indicator.set_key, indicator.key) == SEALED:
                continue
            value = self.cleaned_data.get(f"{prefix}-{indicator.key}")
            if indicator.value_type == ValueType.FILE:
                value = None if value is False else recorded.get(indicator.key)
            if value not in (None, "", []):
                found[indicator.key] = value
        return found

    def _recorded_values(self, prefix: str) -> dict:
        key, _dash, index = prefix.partition("-")
        part = self.recorded.get(key) or {}
        if not index:
            return part
        return part[int(index)] if int(index) < len(part) else {}

    def uploads(self) -> dict[tuple[str, str], Upload]:
        """The new files by (sub-set, indicator); the action that saves puts their keys in."""
        return {
            (subset.key, item.key): upload
            for subset in self.subsets
            for item in subset.fields
            if item.value_type == ValueType.FILE
            and (upload := self.cleaned_data.get(f"{subset.key}-{item.key}"))
        }

    @property
    def identity(self) -> str:
        """The number as entered, "" when the known one is kept."""
        return self.cleaned_data.get("-".join(SEALED), "")

    @property
    def identity_type(self) -> str:
        return self.cleaned_data.get("-".join(IDENTITY_TYPE)) or "1"

    @property
    def seen_at(self) -> datetime | None:
        """When the record had been saved last, as this page was opened."""
        return read_moment(self.cleaned_data.get("seen"))


def read_moment(text: str | None) -> datetime | None:
    """A moment as a hidden field carries it; None for none and for nonsense."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None
