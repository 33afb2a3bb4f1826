"""Sound documents for tests: what a teacher of each kind of school would report."""

from copy import deepcopy

#: The person of every document: 马晓兰, a woman born on 28 February 1990 in 东乡县.
IDENTITY = "622926199002281020"
IDENTITY_TYPE = "1"

_BASIC = {
    "name": "马晓兰",
    "former_name": "无",
    "sex": "2",
    "staff_no": "0",
    "nationality": "156",
    "id_type": "1",
    "birth_date": "1990-02-28",
    "native_place": "622926",
    "birth_place": "622926",
    "ethnic": "26",
    "political": ["13"],
    "marital": "20",
    "health": "1",
    "work_start": "2012-08",
    "school_start": "2015-08",
    "source": "11",
    "category": "04",
    "in_establishment": "1",
    "contract": "1",
    "ict": "3",
    "person_status": "100",
}
_OWN_BASIC = {
    "K": {
        "category": "03",
        "preschool_grad": "1",
        "preschool_trained": "1",
        "free_normal": "0",
        "grassroots": "0",
        "backbone": "0",
    },
    "P": {
        "normal_grad": "1",
        "special_trained": "0",
        "special_cert": "0",
        "free_normal": "0",
        "grassroots": "0",
        "special_class": "0",
        "backbone": "0",
        "psych": "0",
    },
    "S": {
        "category": "07",
        "special_grad": "1",
        "special_start": "2012-08",
        "special_trained": "1",
        "special_cert": "1",
        "free_normal": "0",
        "grassroots": "0",
        "special_class": "0",
        "backbone": "0",
        "psych": "0",
    },
    "V": {"category": "26", "dual": "0", "vocational_cert": "0", "enterprise_time": "0"},
    "H": {"category": "27", "school_ties": "2", "supervisor": "0"},
}
_ROWS = {
    "learning": [
        {
            "education": "21",
            "edu_country": "156",
            "edu_school": "西北师范大学",
            "major": "小学教育",
            "is_normal": "1",
            "enter": "2008-09",
            "leave": "2012-06",
            "degree_level": "4",
            "degree": "404",
            "degree_country": "156",
            "degree_school": "西北师范大学",
            "degree_date": "2012-06",
            "study_mode": "1",
        }
    ],
    "work": [{"unit": "锁南镇第二小学", "start": "2015-08", "unit_kind": "05", "post": "语文教师"}],
    "post": [
        {"post_category": "1", "post_grade": "111", "start": "2018-09", "school_position": "00"}
    ],
    "title": [{"title": "414", "start": "2018-09"}],
    "pay": [
        {
            "year": "2025",
            "annual_pay": 98000,
            "base_pay": 4200.5,
            "merit_pay": 2300,
            "other_pay": 0,
            "benefits": ["1", "2", "6"],
        }
    ],
    "appraisal": [{"year": "2025", "result": "2"}],
    "qualification": [
        {
            "kind": "2",
            "cert_no": "20126220120001234",
            "subject": "语文",
            "issue_date": "2012-06-30",
            "issuer": "东乡族自治县教育局",
        }
    ],
    "ethics": [
        {
            "exam_date": "2025-12",
            "exam_result": "1",
            "exam_unit": "锁南镇第二小学",
            "punish_kind": "0",
        }
    ],
    "teaching": [{"year": "2025-2026", "semester": "1", "status": "20", "hours": 14}],
    "talent": [{"talent": "00"}],
    "training": [
        {
            "year": "2025",
            "level": "2",
            "project": "国培计划",
            "org": "西北师范大学",
            "mode": "2",
            "hours": 40,
        }
    ],
    "overseas": [{"has": "0"}],
    "rotation": [{"kind": "0"}],
}
_CONTACT = {"mobile": "13900000000", "phone": "0930-7120000", "email": "ma@example.cn"}
_OWN_PAY = {"K": "allowance", "P": "rural_allowance", "S": "special_allowance", "V": "allowance"}
_OWN_TEACHING = {
    "K": {},
    "P": {"stage": "2", "course": ["03"]},
    "S": {"stage": "A", "course": ["03"]},
    "V": {"course_kind": "12", "subject_kind": "加工制造"},
    "H": {"course_kind": "12", "subject_kind": "教育学", "bachelor_class": "1"},
}


def sound(kind: str = "P", **basic: object) -> dict:
    """A document without any issue on 2026-11-23, for the person of IDENTITY.

    `basic` replaces values of the basic sub-set; None takes one away.
    """
    document = deepcopy({"basic": {**_BASIC, **_OWN_BASIC[kind]}, **_ROWS, "contact": _CONTACT})
    if kind in _OWN_PAY:
        document["pay"][0][_OWN_PAY[kind]] = 400
    document["teaching"][0] |= _OWN_TEACHING[kind]
    if kind == "K":
        document["qualification"][0] |= {"kind": "1", "cert_no": "20126220110001234"}
    if kind not in "KPS":
        del document["rotation"]
    for key, value in basic.items():
        if value is None:
            document["basic"].pop(key, None)
        else:
            document["basic"][key] = value
    return document
