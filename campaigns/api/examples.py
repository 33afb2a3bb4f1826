"""Invented answers for the documentation."""

SCHOOL = {"code": "2162002291", "name": "锁南镇第二小学", "kind": "school", "school_kind": "P"}
COUNTY = {"code": "622926", "name": "东乡族自治县", "kind": "county", "school_kind": ""}
PROVINCE = {"code": "620000", "name": "甘肃省", "kind": "province", "school_kind": ""}
CAMPAIGN = {
    "code": "2026",
    "name": "2026 年度教师信息采集",
    "state": "collecting",
    "organisation": PROVINCE,
    "school_kinds": ["K", "P", "S", "V", "H"],
    "organiser_kinds": ["government", "enterprise", "social", "citizen"],
    "created_at": "2026-10-26T09:00:00+08:00",
    "launched_at": "2026-11-13T16:00:00+08:00",
    "closed_at": None,
}
CAMPAIGN_DETAIL = {
    **CAMPAIGN,
    "return_days": 5,
    "sampling_share": 10,
    "sampling_least": 5,
    "sampling_limit": 5,
    "asked": {"K": ["basic", "contact"], "P": ["basic", "contact", "learning"]},
    "scope": [PROVINCE],
    "stages": [
        {"kind": "preparation", "starts_on": "2026-11-02", "ends_on": "2026-11-13"},
        {"kind": "collection", "starts_on": "2026-11-16", "ends_on": "2026-11-27"},
    ],
}
PREVIEW = {
    "schools": 182,
    "teachers": 4114,
    "problems": 1,
    "rows": [
        {
            "authority": COUNTY,
            "schools": 182,
            "teachers": 4114,
            "no_clerk": 3,
            "no_head": 0,
            "problems": ["Schools without a clerk: 3."],
        }
    ],
}
COUNTS = {
    "asked": 182,
    "submitted": 170,
    "in_review": 40,
    "approved": 130,
    "returned": 6,
    "overdue": 12,
    "teachers": 4011,
    "errors": 3,
}
PROGRESS = {"unit": COUNTY, "total": COUNTS, "rows": [{"unit": SCHOOL, **COUNTS, "asked": 1}]}
SUBMISSION = {
    "id": 4711,
    "campaign": "2026",
    "organisation": SCHOOL,
    "state": "county_review",
    "attempt": 1,
    "records_count": 34,
    "errors_count": 0,
    "warnings_count": 2,
    "unexplained_count": 0,
    "checked_at": "2026-11-20T15:12:00+08:00",
    "submitted_at": "2026-11-20T15:20:00+08:00",
    "approved_at": None,
}
FINDING = {
    "id": 90211,
    "rule": "birth_date_differs",
    "severity": "error",
    "text": "The birth date differs from the one in the identity number.",
    "record": {"id": 30118, "name": "马晓兰", "identity_mask": "622926********0031"},
    "set_key": "basic",
    "row": None,
    "indicator_key": "birth_date",
    "explanation": "",
}
IMPORT = {
    "id": 812,
    "submission": 4711,
    "state": "partly",
    "message": "“teachers.xlsx”: 2 of 34 rows were held back, the others are taken over.",
    "file_name": "teachers.xlsx",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "rows_count": 34,
    "taken_count": 32,
    "failed_count": 2,
    "failed_workbook": "https://jszx.example.gov.cn/api/v1/imports/812/failed/",
    "imported_at": "2026-11-20T15:05:00+08:00",
}
