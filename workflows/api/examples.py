"""Invented answers for the documentation."""

from campaigns.api.examples import COUNTY, FINDING, SCHOOL, SUBMISSION

TASK = {
    "id": 52093,
    "step": "county_review",
    "title": "County review",
    "due_date": "2026-12-04",
    "overdue": False,
    "since": "2026-11-20T15:20:00+08:00",
    "claimed_by": None,
    "verdicts": ["approve", "return"],
    "campaign": "2026",
    "organisation": SCHOOL,
    "submission": 4711,
    "attempt": 1,
    "records_count": 34,
    "errors_count": 0,
    "warnings_count": 2,
}
TASK_DETAIL = {
    **TASK,
    "return_to": [{"step": "fill", "title": "Filling in", "organisation": SCHOOL}],
}
APPROVE = {"tasks": [52093, 52094], "verdict": "approve"}
RETURN = {
    "tasks": [52093],
    "verdict": "return",
    "reasons": ["01"],
    "words": "请核对学历证书。",
    "return_to": "fill",
}
CLAIM = {"tasks": [52093, 52094]}
ASSIGN = {"tasks": [52093], "to": "second_reviewer", "reason": "请今天看完。"}
CLAIMED = {
    "verdict": "claim",
    "done": 0,
    "refused": 1,
    "outcomes": [
        {
            "task": 52094,
            "kind": "claimed",
            "done": False,
            "submission": 4712,
            "organisation": "达板镇中心小学",
            "text": "马建国 has claimed it.",
            "decided_by": "",
            "decided_at": None,
            "acting_for": "",
            "claimed_by": "马建国",
            "rules": [],
        }
    ],
}
RECEIPT = {
    "verdict": "approve",
    "done": 1,
    "refused": 1,
    "outcomes": [
        {
            "task": 52093,
            "kind": "done",
            "done": True,
            "submission": 4711,
            "organisation": "锁南镇第二小学",
            "text": "Done",
            "decided_by": "",
            "decided_at": None,
            "acting_for": "",
            "claimed_by": "",
            "rules": [],
        },
        {
            "task": 52094,
            "kind": "already_decided",
            "done": False,
            "submission": 4712,
            "organisation": "达板镇中心小学",
            "text": "马建国 decided this on 2026-11-30 09:12: Approved.",
            "decided_by": "马建国",
            "decided_at": "2026-11-30T09:12:00+08:00",
            "acting_for": "",
            "claimed_by": "",
            "rules": [],
        },
    ],
}
REASONS = [{"code": "01", "name": "Required information is missing"}]
SUBMISSION_DETAIL = {
    **SUBMISSION,
    "path": [
        {
            "position": 2,
            "step": "county_review",
            "title": "County review",
            "organisation": COUNTY,
            "state": "now",
            "since": "2026-11-20T15:20:00+08:00",
        }
    ],
    "history": [
        {
            "sequence": 2,
            "verdict": "sign",
            "step": "sign",
            "attempt": 1,
            "organisation": SCHOOL,
            "by": "马成龙",
            "acting_for": None,
            "at": "2026-11-20T15:20:00+08:00",
            "reasons": [],
            "words": "",
            "hash": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
        }
    ],
    "findings": [FINDING],
}
LAUNCHED = {"opened": 15412, "existing": 0}
ACT = {
    "id": 815,
    "key": "0b7f2f4e-3c1d-4d0a-9a57-0f6f6f0f7a11",
    "verdict": "approve",
    "state": "done",
    "by": "马建国",
    "acting_for": None,
    "organisation": COUNTY,
    "asked_at": "2026-11-30T09:12:00+08:00",
    "finished_at": "2026-11-30T09:12:00+08:00",
    "reasons": [],
    "words": "",
    "return_to": "",
    "filters": {"look": "clean"},
    "items_count": 212,
    "handled_count": 212,
    "done_count": 211,
    "refused_count": 1,
    "undo_until": "2026-11-30T09:42:00+08:00",
    "undone_by": None,
    "undoes": None,
}
ACT_DETAIL = {**ACT, "counts": {"done": 211, "already_decided": 1}}
ACT_QUEUED = {
    **ACT,
    "state": "queued",
    "finished_at": None,
    "items_count": 1540,
    "handled_count": 0,
    "done_count": 0,
    "refused_count": 0,
    "undo_until": None,
    "counts": {},
}
ACT_ITEM = {
    "position": 7,
    "task": 52094,
    "kind": "already_decided",
    "document": "submission",
    "document_id": 4712,
    "organisation": "达板镇中心小学",
    "text": "马建国 decided this on 2026-11-30 09:12: Approved.",
    "decided_by": "马建国",
    "decided_at": "2026-11-30T09:12:00+08:00",
}
ASK_TASKS = {
    "key": "0b7f2f4e-3c1d-4d0a-9a57-0f6f6f0f7a11",
    "tasks": [52093, 52094],
    "verdict": "approve",
}
ASK_VIEW = {
    "key": "5f0c1d5e-6a64-4c02-8f3c-1e1c0a0a7d20",
    "filters": {"look": "clean", "unit": "622926"},
    "verdict": "approve",
    "seen": "2026-11-30T09:10:00+08:00",
}
