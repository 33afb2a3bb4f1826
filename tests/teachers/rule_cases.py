"""Values that break a rule of `teachers.rules`, one line each, and values that break none."""

from tests import documents

ABROAD = {
    "has": "1",
    "country": "826",
    "start": "2023-09-01",
    "end": "2024-06-30",
    "org": "伦敦大学学院",
    "project": "访学",
    "organizer": "甘肃省教育厅",
}
ROTATION = {
    "kind": "2",
    "move_personnel": "0",
    "start": "2020-09",
    "end": "2021-07",
    "from_unit": "锁南镇第二小学",
    "to_unit": "达板镇中心小学",
}
OTHER_POST = {"concurrent": "1", "concurrent_category": "3", "concurrent_grade": "209"}
BAD_GRADE = {"concurrent_grade": "111"}
HONOUR = {
    "honor_level": "3",
    "honor": "优秀教师",
    "honor_date": "2024-09-10",
    "honor_unit": "州教育局",
}
PUNISHED = {"punish_kind": "1", "punish_reason": "09", "punish_date": "2024-09-10"}
SERVED = {"grassroots": "11", "grassroots_start": "2013-08", "grassroots_end": "2016-07"}
OTHER_KIND = "20126220130001234"
OTHER_YEAR = "20136220120001234"
OTHER_SEX = "20126220121001234"
CERTIFICATE = {"issue_date": "2014-05", "issuer": "省语委", "cert_no": "6214"}
NO_QUALIFICATION = {
    "kind": "0",
    "cert_no": None,
    "subject": None,
    "issue_date": None,
    "issuer": None,
}
ACHIEVEMENT = {"kind": "03", "title": "东乡语儿歌与识字", "date": "2023-05", "role": "2"}
SENIOR_SCHOOL = {
    "education": "61",
    "major": None,
    "is_normal": None,
    "degree_level": "0",
    "degree": None,
    "degree_country": None,
    "degree_school": None,
    "degree_date": None,
}

# Each line: form, row changed, values, then rule and indicator found (and nothing else).
BROKEN = [
    # what the schema refuses
    ("P", "basic", {"name": None}, "required", "name"),
    ("P", "basic", {"name": ""}, "required", "name"),
    ("P", "basic", {"political": []}, "required", "political"),
    ("H", "contact", {"email": None}, "required", "email"),
    ("P", "basic", {"ethnic": "99"}, "unknown_code", "ethnic"),
    ("P", "basic", {"political": ["13", "99"]}, "unknown_code", "political"),
    ("P", "basic", {"political": ["01", "01"]}, "repeated_value", "political"),
    ("P", "basic", {"name": "马" * 37}, "too_long", "name"),
    ("P", "basic", {"supervisor": "0"}, "not_asked", ""),
    ("P", "basic", {"id_no": documents.IDENTITY}, "not_asked", ""),
    ("P", "basic", {"name": 7}, "wrong_form", "name"),
    ("P", "basic", {"birth_date": "1990-02-30"}, "not_a_date", "birth_date"),
    ("P", "basic", {"work_start": "2012-8"}, "not_a_month", "work_start"),
    ("P", "pay.0", {"year": "25"}, "not_a_year", "year"),
    ("P", "teaching.0", {"year": "2025"}, "not_a_school_year", "year"),
    ("P", "pay.0", {"annual_pay": "98000"}, "not_a_number", "annual_pay"),
    ("P", "pay.0", {"annual_pay": -1}, "too_small", "annual_pay"),
    ("P", "pay.0", {"annual_pay": 1_000_000}, "too_large", "annual_pay"),
    ("P", "training.0", {"hours": 4.5}, "not_whole", "hours"),
    ("P", "teaching.0", {"hours": 169}, "too_large", "hours"),
    # what one value asks of another
    ("P", "basic", {"ethnic": None}, "needed_here", "ethnic"),
    ("P", "basic", {"political": None}, "needed_here", "political"),
    ("P", "basic", {"in_establishment": "0"}, "needed_here", "employment_form"),
    ("P", "basic", {"employment_form": "1"}, "empty_here", "in_establishment"),
    ("P", "basic", {"grassroots": "11"}, "needed_here", "grassroots_start"),
    ("P", "basic", {"grassroots_end": "2015-08"}, "empty_here", "grassroots"),
    ("P", "learning.0", {"education": "0"}, "empty_here", "education"),
    ("P", "learning.0", {"major": None}, "needed_here", "major"),
    ("P", "learning.0", {"enter": None}, "needed_here", "enter"),
    ("P", "learning.0", {"degree": None}, "needed_here", "degree"),
    ("P", "learning.0", {"degree_level": "0"}, "empty_here", "degree_level"),
    ("P", "post.0", {**OTHER_POST, "concurrent_grade": None}, "needed_here", "concurrent_grade"),
    ("P", "post.0", {"school_position": "01"}, "needed_here", "position_start"),
    ("P", "post.0", {"position_start": "2020-08"}, "empty_here", "school_position"),
    ("P", "title.0", {"start": None}, "needed_here", "start"),
    ("P", "title.0", {"title": "999"}, "empty_here", "title"),
    ("P", "qualification.0", {"cert_no": None}, "needed_here", "cert_no"),
    ("P", "qualification.0", {"subject": None}, "needed_here", "subject"),
    ("P", "ethics.0", {**HONOUR, "honor_unit": None}, "needed_here", "honor_unit"),
    ("P", "ethics.0", {"honor_level": "0", "honor": "优秀教师"}, "empty_here", "honor_level"),
    ("P", "ethics.0", {"honor": "优秀教师"}, "needed_with", "honor_level"),
    ("P", "ethics.0", {**PUNISHED, "punish_reason": None}, "needed_here", "punish_reason"),
    ("P", "ethics.0", {"punish_date": "2024-09-10"}, "empty_here", "punish_kind"),
    ("P", "teaching.0", {"hours": None}, "needed_here", "hours"),
    ("P", "teaching.0", {"course": None}, "needed_here", "course"),
    ("V", "teaching.0", {"course_kind": None}, "needed_here", "course_kind"),
    ("P", "teaching.0", {"concurrent": "99"}, "needed_here", "concurrent_other"),
    ("P", "teaching.0", {"concurrent": "01", "concurrent_other": "x"}, "empty_here", "concurrent"),
    ("P", "talent.0", {"talent": "08"}, "needed_here", "year"),
    ("P", "talent.0", {"year": "2020"}, "empty_here", "talent"),
    ("P", "overseas.0", {"country": "826"}, "empty_here", "has"),
    ("P", "skill.0", {"lang": "en"}, "needed_with", "lang_level"),
    ("P", "skill.0", {"other_skill": "书法"}, "needed_with", "other_level"),
    ("P", "skill.0", {"cert_type": "2", **CERTIFICATE}, "needed_here", "lang_cert"),
    ("P", "skill.0", {"cert_type": "1", **CERTIFICATE}, "needed_here", "cert"),
    ("P", "rotation.0", {"to_unit": "达板镇中心小学"}, "empty_here", "kind"),
    ("P", "basic", {"political": ["05", "12"]}, "stands_alone", "political"),
    ("P", "pay.0", {"benefits": ["0", "1"]}, "stands_alone", "benefits"),
    ("P", "achievement.0", {**ACHIEVEMENT, "amount": 2.5}, "empty_here", "kind"),
    ("P", "achievement.0", {**ACHIEVEMENT, "words": 12}, "empty_here", "kind"),
    ("P", "achievement.0", {**ACHIEVEMENT, "kind": "04", "index": "01"}, "empty_here", "kind"),
    ("P", "title.1", {"title": "999"}, "none_beside_rows", "title"),
    ("P", "contact", {"address_area": "620824"}, "retired_value", "address_area"),
    # what comes after what
    ("P", "basic", {"work_start": "1990-02"}, "before_birth", "work_start"),
    ("P", "work.0", {"start": "2011-08"}, "worked_before", "start"),
    ("P", "basic", {"school_start": "2012-07"}, "before", "school_start"),
    ("P", "learning.0", {"leave": "2008-09"}, "not_after", "leave"),
    ("P", "work.0", {"end": "2015-07"}, "before", "end"),
    ("P", "title.0", {"end": "2018-08"}, "before", "end"),
    ("P", "basic", {**SERVED, "grassroots_end": "2013-07"}, "before", "grassroots_end"),
    ("P", "qualification.0", {"first_reg_date": "2012-06-29"}, "before", "first_reg_date"),
    ("P", "title.0", {"start": "2026-12"}, "in_future", "start"),
    ("P", "appraisal.0", {"year": "2027"}, "in_future", "year"),
    ("P", "learning.0", {"enter": "1989-09"}, "before_birth", "enter"),
    ("P", "pay.0", {"year": "2026"}, "year_not_over", "year"),
    ("P", "teaching.0", {"year": "2025-2027"}, "school_year_order", "year"),
    ("P", "basic", {"work_start": "2004-01"}, "started_young", "work_start"),
    # what does not go together
    ("P", "post.0", {"post_grade": "205"}, "grade_does_not_fit", "post_grade"),
    ("P", "post.0", {**OTHER_POST, **BAD_GRADE}, "grade_does_not_fit", "concurrent_grade"),
    ("P", "learning.0", {"degree": "304"}, "degree_does_not_fit", "degree"),
    ("P", "qualification.0", {"cert_no": "2012622012000123"}, "certificate_number_form", "cert_no"),
    ("P", "qualification.0", {"cert_no": OTHER_KIND}, "certificate_kind_differs", "cert_no"),
    ("P", "qualification.0", {"cert_no": OTHER_YEAR}, "certificate_year_differs", "cert_no"),
    ("P", "qualification.0", {"cert_no": OTHER_SEX}, "certificate_sex_differs", "cert_no"),
    ("P", "achievement.0", {**ACHIEVEMENT, "kind": "04", "role": "3"}, "role_does_not_fit", "role"),
    ("P", "contact", {"mobile": "1390000000"}, "mobile_form", "mobile"),
    ("P", "contact", {"mobile": "23900000000"}, "mobile_form", "mobile"),
    ("P", "contact", {"email": "ma@example"}, "email_form", "email"),
    ("P", "teaching.0", {"hours": 41}, "many_hours", "hours"),
    ("P", "basic", {"contract": "0"}, "established_without_contract", "contract"),
    ("P", "basic", {"name": "马晓兰2"}, "name_unlikely", "name"),
    ("P", "qualification.0", NO_QUALIFICATION, "no_qualification", "kind"),
    # what the identity number says
    ("P", "basic", {"birth_date": "1990-03-01"}, "birth_date_differs", "birth_date"),
    ("P", "basic", {"sex": "1"}, "sex_differs", "sex"),
    ("P", "basic", {"nationality": "392"}, "identity_nationality", "nationality"),
    ("P", "basic", {"id_type": "A"}, "identity_type_differs", "id_type"),
]  # fmt: skip

#: Rules broken by more than one changed row, or by another person: each has a test of its own.
BROKEN_ELSEWHERE = {
    "rows_missing",
    "same_year_twice",
    "not_abroad",
    "same_school",
    "age_unlikely",
    "coming_value",
}

#: The identity number, its type, and the rule that it breaks.
BROKEN_NUMBERS = [
    ("", "1", "identity_missing"),
    ("622926199002281021", "1", "identity_check_character"),
    ("62292619900228102", "1", "identity_form"),
    ("620102198502300012", "1", "identity_birth_date"),
    ("629999198506150016", "1", "identity_region"),
    ("62292619900228102", "6", "identity_document_form"),
    ("622999199002281029", "1", "identity_region_unknown"),
]

#: How a value was typed, in which field, and why it cannot be read.
UNREADABLE = [
    ("contact", "phone", True, "not_text"),
    ("contact", "phone", 6.201021985061e17, "digits_lost"),
    ("basic", "birth_date", "2024-03", "day_missing"),
    ("basic", "work_start", 2024.1, "month_ambiguous"),
]

#: Each rule with a value that comes close to breaking it and does not: form, row, values.
SOUND = {
    "retired_value": ("P", "basic", {"native_place": "620824"}),
    "coming_value": ("P", "contact", {"address_area": "620881"}),
    "required": ("P", "basic", {"name": "马"}),
    "rows_missing": ("P", "learning.0", SENIOR_SCHOOL),
    "unknown_code": ("P", "basic", {"ethnic": "97"}),
    "repeated_value": ("P", "basic", {"political": ["01", "04"]}),
    "too_long": ("P", "contact", {"address": "路" * 180}),
    "too_small": ("P", "pay.0", {"annual_pay": 0}),
    "too_large": ("P", "pay.0", {"annual_pay": 999_999.99}),
    "not_asked": ("H", "basic", {"supervisor": "0"}),
    "wrong_form": ("P", "basic", {"name": "马·兰"}),
    "not_a_date": ("P", "qualification.0", {"issue_date": "2012-02-29"}),
    "not_a_month": ("P", "basic", {"work_start": "2012-07"}),
    "not_a_year": ("P", "pay.0", {"year": "1999"}),
    "not_a_school_year": ("P", "teaching.0", {"year": "2024-2025"}),
    "not_a_number": ("P", "pay.0", {"annual_pay": 98000.5}),
    "not_whole": ("P", "training.0", {"hours": 4}),
    "needed_here": ("P", "basic", {"in_establishment": "0", "employment_form": "2"}),
    "empty_here": ("P", "achievement.0", {**ACHIEVEMENT, "index": "01"}),
    "needed_with": ("P", "skill.0", {"lang": "en", "lang_level": "3"}),
    "stands_alone": ("P", "basic", {"political": ["12"]}),
    "not_after": ("P", "learning.0", {"leave": "2008-10"}),
    "before": ("P", "basic", {"school_start": "2012-08"}),
    "in_future": ("P", "appraisal.0", {"year": "2026"}),
    "before_birth": ("P", "learning.0", {"enter": "1990-02"}),
    "year_not_over": ("P", "pay.0", {"year": "2025"}),
    "school_year_order": ("P", "teaching.0", {"year": "2026-2027"}),
    "started_young": ("P", "basic", {"work_start": "2004-02"}),
    "same_year_twice": ("P", "appraisal.1", {"year": "2024", "result": "2"}),
    "worked_before": ("P", "work.0", {"start": "2012-08"}),
    "grade_does_not_fit": ("P", "post.0", {"post_grade": "113"}),
    "degree_does_not_fit": ("P", "learning.0", {"degree_level": "3", "degree": "304"}),
    "certificate_number_form": ("P", "qualification.0", {"cert_no": "20126220120001234"}),
    "certificate_kind_differs": ("P", "qualification.0", {"kind": "3", "cert_no": OTHER_KIND}),
    "certificate_year_differs": ("P", "qualification.0", {"issue_date": "2012-12-31"}),
    "certificate_sex_differs": ("P", "qualification.0", {"cert_no": "20126220122001234"}),
    "role_does_not_fit": ("P", "achievement.0", {**ACHIEVEMENT, "role": "3"}),
    "none_beside_rows": ("P", "title.1", {"title": "413", "start": "2012-09"}),
    "mobile_form": ("P", "contact", {"mobile": "19900000000"}),
    "email_form": ("P", "contact", {"email": "ma.xiaolan@school.edu.cn"}),
    "not_abroad": ("P", "overseas.0", ABROAD),
    "same_school": ("P", "rotation.0", ROTATION),
    "no_qualification": ("P", "post.0", {"post_category": "3", "post_grade": "209"}),
    "many_hours": ("P", "teaching.0", {"hours": 40}),
    "established_without_contract": ("P", "basic", {"contract": "3"}),
    "name_unlikely": ("P", "basic", {"name": "阿依古丽·哈孜别克"}),
    "birth_date_differs": ("P", "basic", {"birth_date": "1990-02-28"}),
    "sex_differs": ("P", "basic", {"sex": "2"}),
    "identity_nationality": ("P", "basic", {"nationality": "156"}),
    "identity_type_differs": ("P", "basic", {"id_type": "1"}),
    "age_unlikely": ("P", "basic", {}),
}

#: The same for identity numbers: number and type of document, born on the day the number says.
SOUND_NUMBERS = {
    "identity_missing": ("A1234", "A"),
    "identity_form": (documents.IDENTITY, "1"),
    "identity_check_character": ("620102199002281024", "1"),
    "identity_birth_date": ("620102198002290022", "1"),
    "identity_region": ("623027198810052043", "1"),
    "identity_document_form": ("H12345678", "6"),
    "identity_region_unknown": ("620824198002290029", "1"),
}

#: The same for what is typed: field, what was typed, what is read.
READABLE = {
    "not_text": ("contact", "phone", "0930-7120000", "0930-7120000"),
    "digits_lost": ("contact", "phone", 13912345678.0, "13912345678"),
    "day_missing": ("basic", "birth_date", "2024-03-01", "2024-03-01"),
    "month_ambiguous": ("basic", "work_start", "2024.10", "2024-10"),
}

PERMITTED = [
    ("P", "basic", {"nationality": "392", "id_type": "A", "ethnic": None, "political": None}),
    ("P", "basic", {"in_establishment": "0", "employment_form": "2", "contract": "2"}),
    ("P", "basic", SERVED),
    ("P", "basic", {"school_start": "2012-08"}),
    ("P", "basic", {"political": ["12"]}),
    ("P", "basic", {"name": "阿依古丽·哈孜别克"}),
    ("P", "basic", {"person_status": "205"}),
    ("P", "post.0", {"school_position": "01", "position_start": "2020-08"}),
    ("P", "post.0", {"post_grade": "998"}),
    ("P", "post.0", OTHER_POST),
    ("P", "title.0", {"title": "999", "start": None}),
    ("P", "title.0", {"end": "2030-08"}),
    ("P", "work.0", {"end": "2015-08"}),
    ("P", "ethics.0", HONOUR),
    ("P", "ethics.0", PUNISHED),
    ("P", "teaching.0", {"status": "10", "hours": None, "course": None}),
    ("P", "teaching.0", {"concurrent": "99", "concurrent_other": "校史馆讲解"}),
    ("P", "teaching.0", {"year": "2026-2027"}),
    ("P", "talent.0", {"talent": "08", "year": "2020"}),
    ("P", "overseas.0", ABROAD),
    ("P", "rotation.0", ROTATION),
    ("P", "skill.0", {"lang": "en", "lang_level": "3"}),
    ("P", "skill.0", {"cert_type": "2", "lang_cert": "03", **CERTIFICATE}),
    ("P", "pay.0", {"benefits": ["0"]}),
    ("P", "qualification.0", {"cert_no": "甘教资字第120号", "issue_date": "1998-07-01"}),
    ("P", "learning.0", SENIOR_SCHOOL),
]  # fmt: skip
