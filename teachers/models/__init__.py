from .access import AccessEntry
from .attachments import Attachment
from .calendar import SpecialDay
from .changes import ChangePolicy, ChangeRequest, FieldLock
from .codes import Code, CodeList
from .delegations import Delegation
from .dossiers import (
    Dossier,
    DossierRevision,
    FileConfirmation,
    FormerIdentity,
    Teacher,
    TeacherNumber,
)
from .employments import Employment
from .exports import RegisterExport
from .index import IndexVersion, Indicator, IndicatorSet
from .organisations import Organisation
from .users import Post, User

__all__ = [
    "AccessEntry",
    "Attachment",
    "ChangePolicy",
    "ChangeRequest",
    "Code",
    "CodeList",
    "Delegation",
    "Dossier",
    "DossierRevision",
    "Employment",
    "FieldLock",
    "FileConfirmation",
    "FormerIdentity",
    "IndexVersion",
    "Indicator",
    "IndicatorSet",
    "Organisation",
    "Post",
    "RegisterExport",
    "SpecialDay",
    "Teacher",
    "TeacherNumber",
    "User",
]
