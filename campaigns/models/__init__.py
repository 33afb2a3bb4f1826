from .campaigns import Campaign, CampaignStage
from .records import Finding, Record
from .submissions import Submission
from .workbooks import WorkbookImport

__all__ = [
    "Campaign",
    "CampaignStage",
    "Finding",
    "Record",
    "Submission",
    "WorkbookImport",
]
