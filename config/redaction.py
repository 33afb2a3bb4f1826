"""No identity number in a log line, an error report or a debug page, wherever it came from."""

import logging
import re
import traceback

from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

_GAP = r"(?:[ \-+]|%20)?"
#: 18 digits (the last may be X) or 15, alone or with a gap after area and birth date.
_NUMBER = re.compile(
    rf"(?<!\d)(\d{{6}}){_GAP}(?:\d{{8}}{_GAP}\d{{3}}[\dXxＸｘ]|\d{{6}}{_GAP}\d{{3}})(?!\d)"
)
#: Names of variables, form fields and query parameters that are never quoted in an error report.
_HIDDEN = re.compile(
    "API|AUTH|TOKEN|KEY|SECRET|PASS|SIGNATURE|HTTP_COOKIE|IDENTITY|NUMBER|SEALED|HEALTH|MOBILE"
    "|DOCUMENT|CONTENT",
    flags=re.I,
)


def mask(text: str) -> str:
    """The text with everything that reads like an identity number cut to its area code."""
    return _NUMBER.sub(lambda found: f"{found[1]}********", text)


class MaskedRecord(logging.LogRecord):
    """A log line that masks its message and its traceback, whatever handler writes it."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.exc_info and self.exc_info[0] is not None:
            self.exc_text = mask("".join(traceback.format_exception(*self.exc_info)).rstrip("\n"))

    def getMessage(self) -> str:  # noqa: N802 - the name is the standard library's
        return mask(super().getMessage())


def install() -> None:
    """Make every log line of this process a masked one."""
    logging.setLogRecordFactory(MaskedRecord)


class HidingFilter(SafeExceptionReporterFilter):
    """Leaves out form fields and the variables whose names tell what they hold, always."""

    hidden_settings = _HIDDEN

    def is_active(self, _request) -> bool:
        return True

    def get_post_parameters(self, request) -> dict:
        """The names of what was sent, never the values: forms here hold people's data."""
        return dict.fromkeys(request.POST if request else (), self.cleansed_substitute)

    def get_traceback_frame_variables(self, request, tb_frame):
        return [
            (name, self.cleansed_substitute if _HIDDEN.search(name) else value)
            for name, value in super().get_traceback_frame_variables(request, tb_frame)
        ]


class MaskingReporter(ExceptionReporter):
    """The debug page and the mailed report, masked as a whole: variables, SQL, addresses."""

    def get_traceback_html(self) -> str:
        return mask(super().get_traceback_html())

    def get_traceback_text(self) -> str:
        return mask(super().get_traceback_text())
