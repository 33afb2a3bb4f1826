from .packs import Download, Pack, PackFile
from .people import PeopleCount
from .reports import Report, ReportFile

__all__ = ["Download", "Pack", "PackFile", "PeopleCount", "Report", "ReportFile"]
