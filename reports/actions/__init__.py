"""What is done with reports and packs: asking, making, calling off, trying again."""

from .asking import ask, cancel, queue, retry
from .making import fail, finish, freeze, make, start
from .packing import ask_pack, cancel_pack, retry_pack
from .refusals import (
    NotEthnic,
    NothingBelow,
    NothingToCancel,
    NothingToRetry,
    NotLaunched,
    NotYourUnit,
)

__all__ = [
    "NotEthnic",
    "NotLaunched",
    "NotYourUnit",
    "NothingBelow",
    "NothingToCancel",
    "NothingToRetry",
    "ask",
    "ask_pack",
    "cancel",
    "cancel_pack",
    "fail",
    "finish",
    "freeze",
    "make",
    "queue",
    "retry",
    "retry_pack",
    "start",
]
