"""All that changes campaigns, submissions and records. Each function is one transaction."""

from .campaigns import (
    CodeTaken,
    NotTheManager,
    WrongQuestions,
    WrongScope,
    WrongTimetable,
    create_campaign,
    everything_asked,
)
from .drafts import (
    DraftMeanwhile,
    DraftTooLarge,
    content_of,
    drafts_of,
    end_draft,
    end_old_drafts,
    keep_draft,
)
from .editing import (
    CampaignNotRunning,
    ChangedMeanwhile,
    NotOpenForSchool,
    NotYourSchool,
    RecordGone,
)
from .prefill import prefill, prefill_many
from .records import (
    Entry,
    IdentityMissing,
    NothingToExplain,
    PersonAlreadyRecorded,
    WordsMissing,
    explain,
    remove_record,
    save_record,
    save_records,
)
from .rehearsals import NothingToRehearse, rehearse
from .workbooks import take_workbook, write_workbook

__all__ = [
    "CampaignNotRunning",
    "ChangedMeanwhile",
    "CodeTaken",
    "DraftMeanwhile",
    "DraftTooLarge",
    "Entry",
    "IdentityMissing",
    "NotOpenForSchool",
    "NotTheManager",
    "NotYourSchool",
    "NothingToExplain",
    "NothingToRehearse",
    "PersonAlreadyRecorded",
    "RecordGone",
    "WordsMissing",
    "WrongQuestions",
    "WrongScope",
    "WrongTimetable",
    "content_of",
    "create_campaign",
    "drafts_of",
    "end_draft",
    "end_old_drafts",
    "everything_asked",
    "explain",
    "keep_draft",
    "prefill",
    "prefill_many",
    "rehearse",
    "remove_record",
    "save_record",
    "save_records",
    "take_workbook",
    "write_workbook",
]
