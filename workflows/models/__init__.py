from .acts import Act, ActItem
from .cases import Case, Route, RouteStop
from .corrections import Correction
from .deadlines import CalendarChange, Extension, Message, Reminder
from .decisions import Decision
from .desk_counts import DeskCount, DeskCountChange
from .desks import DeskSetting, Reorganisation
from .holdings import Holding
from .remarks import Remark, SavedView
from .sampling import Draw, SampledRecord
from .seals import Seal, SealedHead
from .tasks import Task

__all__ = [
    "Act",
    "ActItem",
    "CalendarChange",
    "Case",
    "Correction",
    "Decision",
    "DeskCount",
    "DeskCountChange",
    "DeskSetting",
    "Draw",
    "Extension",
    "Holding",
    "Message",
    "Remark",
    "Reminder",
    "Reorganisation",
    "Route",
    "RouteStop",
    "SampledRecord",
    "SavedView",
    "Seal",
    "SealedHead",
    "Task",
]
