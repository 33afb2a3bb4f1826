"""Refusals: why an action did not happen, in words for the person who asked."""

from django.utils.functional import Promise


class Refusal(Exception):
    """Base of every refusal. `code` is stable (the API shows it), `message` is translated text."""

    code = "refused"

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = message


class NotAllowed(Refusal):
    """The post may not do this at all, whatever the state of things (the API answers 403)."""

    code = "not_allowed"
