"""Which campaigns and files count when claims to a person are compared."""

from campaigns.enums import CampaignState
from teachers.enums import FileStatus

#: Records of these campaigns are claims.
RUNNING = [
    str(state)
    for state in (CampaignState.LAUNCHED, CampaignState.COLLECTING, CampaignState.IN_REVIEW)
]
#: A file in one of these says that the person no longer works there.
LEFT = [str(status) for status in (FileStatus.RETIRED, FileStatus.LEFT, FileStatus.DECEASED)]
