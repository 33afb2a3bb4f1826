from .packs import Download, Pack, PackFile
from .reports import Report, ReportFile

__all__ = ["Download", "Pack", "PackFile", "Report", "ReportFile"]
