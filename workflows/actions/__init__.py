"""What can be done to cases: open, decide, recall, cancel."""

from .deciding import ReasonMissing, UnknownReason, decide
from .opening import Launched, NotForManager, launch
from .recalling import CannotRecall, recall
from .stages import begin_collection, begin_review, cancel, close

__all__ = [
    "CannotRecall",
    "Launched",
    "NotForManager",
    "ReasonMissing",
    "UnknownReason",
    "begin_collection",
    "begin_review",
    "cancel",
    "close",
    "decide",
    "launch",
    "recall",
]
