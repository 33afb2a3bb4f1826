"""Form fields for files: checked as they come in, handed on as names and bytes.

    class AnswerForm(forms.Form):
        evidence = EvidenceField(label=_("Evidence"), required=False)

    for upload in form.cleaned_data["evidence"]:
        attachments.take(name=upload.name, content=upload.content, kind=…, …)

The page's form needs enctype="multipart/form-data".
"""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from teachers import attachments, media
from teachers.enums import AttachmentKind

MOST_FILES = 10
EVIDENCE_TYPES = "application/pdf,image/jpeg,image/png,.pdf,.jpg,.jpeg,.png"
PHOTO_TYPES = "image/jpeg,.jpg,.jpeg"


@dataclass(frozen=True)
class Upload:
    """A file that was looked at and may be taken."""

    name: str
    content: bytes


def read_upload(file: UploadedFile, kind: str) -> Upload:
    """Read and check one file. Raises ValidationError with the sentence of the refusal."""
    name = attachments.clean_name(file.name or "")
    most = settings.ATTACHMENT_MAX_BYTES[kind]
    if (file.size or 0) > most:
        raise ValidationError(media.too_large(name, most), code="too_large")
    content = file.read()
    try:
        media.inspect(content, name=name, kind=kind)
    except media.FileRefused as refused:
        raise ValidationError(str(refused), code=refused.code) from refused
    return Upload(name, content)


class FilesInput(forms.FileInput):
    """A file control that takes several at once."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__({"multiple": True, "accept": EVIDENCE_TYPES, **(attrs or {})})


class EvidenceField(forms.FileField):
    """Up to MOST_FILES pieces of evidence; cleans to a list of `Upload`."""

    widget = FilesInput
    default_error_messages = {"required": _("Choose at least one file.")}

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("help_text", _("PDF, JPEG or PNG, at most 10 MB each."))
        super().__init__(**kwargs)

    def clean(self, data: object, initial: object = None) -> list[Upload]:
        files = [file for file in (data if isinstance(data, list) else [data]) if file]
        if not files and not initial and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(files) > MOST_FILES:
            text = ngettext(
                "At most %(most)s file at a time.", "At most %(most)s files at a time.", MOST_FILES
            )
            raise ValidationError(text % {"most": MOST_FILES}, code="too_many")
        uploads, wrong = [], []
        for file in files:
            try:
                uploads.append(read_upload(file, AttachmentKind.EVIDENCE))
            except ValidationError as error:
                wrong.append(error)
        if wrong:
            raise ValidationError(wrong)
        return uploads


class PhotoField(forms.FileField):
    """One photo; cleans to an `Upload`, to None, or to False: the widget says "take it away"."""

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("widget", forms.FileInput({"accept": PHOTO_TYPES}))
        super().__init__(**{"required": False, **kwargs})

    def clean(self, data: object, initial: object = None) -> Upload | bool | None:  # noqa: ARG002
        if not data:
            return False if data is False else None
        return read_upload(data, AttachmentKind.PHOTO)
