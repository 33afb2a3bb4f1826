from .campaigns import Campaign, CampaignStage
from .counts import SubmissionCount, SubmissionCountChange
from .drafts import RecordDraft
from .problems import IdentityTrace, Problem, ProblemParty
from .records import Finding, Record
from .rehearsals import Rehearsal, RehearsalFailure
from .submissions import Submission
from .workbooks import WorkbookImport

__all__ = [
    "Campaign",
    "CampaignStage",
    "Finding",
    "IdentityTrace",
    "Problem",
    "ProblemParty",
    "Record",
    "RecordDraft",
    "Rehearsal",
    "RehearsalFailure",
    "Submission",
    "SubmissionCount",
    "SubmissionCountChange",
    "WorkbookImport",
]
