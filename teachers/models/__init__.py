from .access import AccessEntry
from .codes import Code, CodeList
from .dossiers import Dossier, DossierRevision, Teacher, TeacherNumber
from .index import IndexVersion, Indicator, IndicatorSet
from .organisations import Organisation
from .users import Post, User

__all__ = [
    "AccessEntry",
    "Code",
    "CodeList",
    "Dossier",
    "DossierRevision",
    "IndexVersion",
    "Indicator",
    "IndicatorSet",
    "Organisation",
    "Post",
    "Teacher",
    "TeacherNumber",
    "User",
]
