"""What can be done to cases (open, claim, decide, recall, settle, cancel, seal) and to desks."""

from .asking import ask
from .calendar_changes import (
    CalendarMoved,
    CannotChangeCalendar,
    Declaration,
    NotYourCalendar,
    change_calendar,
)
from .claiming import WhyMissing, assign, claim, release
from .correcting import CannotAnswer, Unanswered, answer, close_lines
from .deciding import ReasonMissing, UnknownReason, decide
from .delegating import CannotDelegate, NotYourPost, delegate, end_delegation
from .documents import CannotSettle, NotAtThisDesk, open_change, settle
from .extending import CannotExtend, Extended, NotYourUnit, extend
from .handing_over import CannotAppoint, CannotHandOver, HandedOver, NotYourDesk, appoint, hand_over
from .managing import (
    CannotCancel,
    CannotReopen,
    cancel_submission,
    reopen_campaign,
    reopen_submission,
)
from .marking import (
    AlreadyMarked,
    CannotMark,
    LineGone,
    NotAtYourDesk,
    Place,
    change_line,
    mark,
    remove_line,
)
from .opening import Launched, NotForManager, launch
from .problem_cases import end_vanished, open_problems
from .recalling import CannotRecall, recall, withdraw
from .remarking import CannotRemark, remark
from .reminding import Reminded, remind
from .reorganising import reorganise
from .sampling import (
    AlreadyJudged,
    CannotDraw,
    CannotJudge,
    NotYourSample,
    draw,
    judge,
    open_sampled,
)
from .sealing import AlreadySealed, CannotSeal, can_be_sealed, seal, seal_due
from .setting_desks import NoChief, NotForThisDesk, set_desk
from .stages import begin_collection, begin_review, cancel, close

__all__ = [
    "AlreadyMarked",
    "AlreadyJudged",
    "AlreadySealed",
    "CalendarMoved",
    "CannotAnswer",
    "CannotAppoint",
    "CannotCancel",
    "CannotChangeCalendar",
    "CannotDelegate",
    "CannotDraw",
    "CannotExtend",
    "CannotHandOver",
    "CannotMark",
    "CannotJudge",
    "CannotRecall",
    "CannotRemark",
    "CannotReopen",
    "CannotSeal",
    "CannotSettle",
    "Declaration",
    "Extended",
    "HandedOver",
    "Launched",
    "LineGone",
    "NoChief",
    "NotAtThisDesk",
    "NotAtYourDesk",
    "NotForManager",
    "NotForThisDesk",
    "NotYourCalendar",
    "NotYourDesk",
    "NotYourPost",
    "NotYourSample",
    "NotYourUnit",
    "Place",
    "ReasonMissing",
    "Reminded",
    "Unanswered",
    "UnknownReason",
    "WhyMissing",
    "answer",
    "appoint",
    "ask",
    "assign",
    "begin_collection",
    "begin_review",
    "can_be_sealed",
    "cancel",
    "cancel_submission",
    "change_calendar",
    "change_line",
    "claim",
    "close",
    "close_lines",
    "decide",
    "delegate",
    "draw",
    "end_delegation",
    "end_vanished",
    "extend",
    "hand_over",
    "judge",
    "launch",
    "mark",
    "open_change",
    "open_problems",
    "open_sampled",
    "recall",
    "release",
    "remark",
    "remind",
    "remove_line",
    "reopen_campaign",
    "reopen_submission",
    "reorganise",
    "seal",
    "seal_due",
    "set_desk",
    "settle",
    "withdraw",
]
