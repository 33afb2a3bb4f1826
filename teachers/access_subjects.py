"""What a look was at, for reading: the log keeps it in plain English words and keys."""

import re

from django.utils.translation import pgettext_lazy

_WORDS = {
    "attachment": pgettext_lazy("what was looked at", "attachment"),
    "change": pgettext_lazy("what was looked at", "change"),
    "export": pgettext_lazy("what was looked at", "export"),
    "import": pgettext_lazy("what was looked at", "import"),
    "lines": pgettext_lazy("what was looked at", "lines"),
    "nobody found": pgettext_lazy("what was looked at", "nobody found"),
    "notice": pgettext_lazy("what was looked at", "notice"),
    "post": pgettext_lazy("what was looked at", "post"),
    "problem": pgettext_lazy("what was looked at", "problem"),
    "record": pgettext_lazy("what was looked at", "record"),
    "report": pgettext_lazy("what was looked at", "report"),
    "revision": pgettext_lazy("what was looked at", "revision"),
    "submission": pgettext_lazy("what was looked at", "submission"),
    "teacher": pgettext_lazy("what was looked at", "teacher"),
    "teachers": pgettext_lazy("what was looked at", "teachers"),
}
_WORD = re.compile(rf"\b({'|'.join(sorted(_WORDS, key=len, reverse=True))})\b")


def in_words(subject: str) -> str:
    """ "submission 4553, record 906" in the reader's language; keys and unknown words stay."""
    return _WORD.sub(lambda found: str(_WORDS[found.group()]), subject)
