"""The sub-sets on work: posts, title, pay, appraisal, qualification, ethics, teaching, training."""

from random import Random

from teachers.province.divisions import divisions
from teachers.province.life import DAY, MONTH, Life, flag, month_text

LAST_YEAR = DAY.year - 1
AUGUST = 7  # months are counted from 0
_GRADES = {
    0: ("999",),
    1: ("111", "112"),
    2: ("108", "109", "110"),
    3: ("105", "106", "107"),
    4: ("102", "103", "104"),
}
_BASE_PAY = (2650, 2900, 3450, 4250, 5600)
_UNIT_KINDS = {"K": "06", "P": "08", "S": "07", "V": "09", "H": "04"}
_POSTS = {"00": "教师", "01": "校长", "02": "副校长"}
_SCHOOLS_BEFORE = ("第一", "第二", "第三", "实验", "育才", "东关", "西关")
_PROJECTS = (
    ("1", "“国培计划”中小学骨干教师能力提升培训", "西北师范大学", "2", 80),
    ("2", "甘肃省中小学教师信息技术应用能力提升工程", "甘肃省电化教育中心", "3", 50),
    ("2", "甘肃省乡村教师素养提升培训", "兰州城市学院", "4", 60),
    ("3", "市级学科教学研修", "市教师发展中心", "2", 40),
    ("4", "县级新课程标准培训", "县教师进修学校", "2", 36),
    ("5", "校本研修", "", "5", 24),
)


def work(rng: Random, school, life: Life) -> list[dict[str, str]]:
    now = {
        "unit": school.name,
        "start": month_text(life.school_start),
        "unit_kind": _UNIT_KINDS[school.school_kind],
        "post": _POSTS[life.position].replace("校", "园" if school.school_kind == "K" else "校"),
    }
    if life.school_start <= life.work_start + 3:
        return [now]
    county = divisions()[life.region]["name_zh"]
    before = {
        "unit": f"{county}{rng.choice(_SCHOOLS_BEFORE)}学校",
        "start": month_text(life.work_start),
        "end": month_text(life.school_start - 1),
        "unit_kind": "08",
        "post": "教师",
    }
    return [before, now]


def post(rng: Random, life: Life) -> dict[str, str]:
    since = life.school_start
    if not life.is_new:
        since = min(since + rng.randint(0, 60), MONTH - 1)
    grade = "998" if life.rank == 0 and life.years < 1 else rng.choice(_GRADES[life.rank])
    row = {
        "post_category": "1",
        "post_grade": grade,
        "start": month_text(since),
        "school_position": life.position,
    }
    if life.position != "00":
        row["position_start"] = month_text(since)
    return row


def title(rng: Random, life: Life) -> dict[str, str]:
    if life.rank == 0:
        return {"title": "999"}
    years = (0, 1, 6, 13, 18)[life.rank]
    earliest = min(life.work_start + 12 * years, MONTH - 1)
    return {
        "title": life.level.titles[life.rank - 1],
        "start": month_text(rng.randint(earliest, min(earliest + 72, MONTH - 1))),
    }


def pay(rng: Random, school, life: Life) -> list[dict[str, object]]:
    if life.years < 1:
        return []
    base = _BASE_PAY[life.rank] + round(life.years * 28) + rng.randint(0, 30) * 5
    merit = 1500 + life.rank * 320 + rng.randint(0, 80) * 10
    if not life.established:
        base, merit = round(base * 0.72), round(merit * 0.6)
    row: dict[str, object] = {"year": str(LAST_YEAR), "base_pay": base, "merit_pay": merit}
    kind, extra = school.school_kind, 0
    if kind == "P":
        extra = rng.choice((300, 350, 400, 500)) if school.urban_rural >= "2" else 0
        row["rural_allowance"] = extra
    elif kind == "S":
        extra = row["special_allowance"] = round(base * 0.15)
    elif kind in "KV":
        extra = row["allowance"] = rng.choice((200, 300, 400, 550))
    other = row["other_pay"] = rng.choice((0, 0, 50, 100, 120))
    row["annual_pay"] = 12 * (base + merit + extra + other) + (base if life.established else 0)
    if life.established:
        row["benefits"] = ["1", "2", "3", "4", "5", "6"]
    else:
        row["benefits"] = ["1", "2", "3", "4", "5"] if rng.random() < 0.85 else ["0"]
    return [row]


def appraisal(rng: Random, life: Life) -> list[dict[str, str]]:
    years = range(max(LAST_YEAR - 1, life.work_start // 12 + 1), LAST_YEAR + 1)
    return [{"year": str(year), "result": "1" if rng.random() < 0.14 else "2"} for year in years]


def qualification(rng: Random, school, life: Life) -> dict[str, str]:
    without = 0.04 if school.organiser_kind in {"citizen", "social"} else 0.003
    if rng.random() < without:
        return {"kind": "0"}
    kind = life.level.qualification
    year = max(min(life.work_start // 12, LAST_YEAR), 1996)
    area = divisions()[life.region]
    city = divisions().get(area["parent"], area)["name_zh"]
    issuer = {"7": "甘肃省教育厅", "4": f"{city}教育局", "5": f"{city}教育局"}.get(
        kind, f"{area['name_zh']}教育局"
    )
    return {
        "kind": kind,
        "cert_no": f"{year}{life.region[:5]}{kind}{life.sex}{rng.randrange(1_000_000):06d}",
        "subject": life.subject,
        "issue_date": f"{year}-{rng.choice(('06-30', '07-01', '12-20'))}",
        "issuer": issuer,
    }


def ethics(rng: Random, school, life: Life) -> dict[str, str]:
    row = {
        "exam_date": f"{LAST_YEAR}-12" if life.years >= 1 else month_text(life.school_start),
        "exam_result": "1",
        "exam_unit": school.name,
        "punish_kind": "0",
    }
    if rng.random() < 0.09 and life.years > 2:
        rank = rng.choice("345")
        giver = {"3": "市（州）教育局", "4": "县（区）教育局", "5": school.name}[rank]
        row |= {
            "honor_level": rank,
            "honor": rng.choice(("优秀教师", "师德先进个人", "优秀班主任", "教学能手")),
            "honor_date": f"{DAY.year - rng.randint(1, 2)}-09-08",
            "honor_unit": giver,
        }
    return row


def _term(count: int) -> tuple[str, str]:
    """School year and term of a month; August counts to the term it prepares."""
    year, number = divmod(count, 12)
    first = year if number >= AUGUST else year - 1
    return f"{first}-{first + 1}", "2" if 0 < number < AUGUST else "1"


def teaching(rng: Random, school, life: Life) -> dict[str, object]:
    kind, level = school.school_kind, life.level
    year, semester = _term(life.school_start if life.years < 1 else MONTH - 2)
    row: dict[str, object] = {
        "year": year,
        "semester": semester,
        "status": "20",
        "hours": rng.randint(*level.hours) if life.position == "00" else rng.randint(2, 6),
    }
    if kind in "PS":
        row["stage"] = level.stage
        second = rng.random()
        row["course"] = [life.course, "25"] if second < 0.08 else [life.course]
    elif kind in "VH":
        row["course_kind"] = rng.choice(("11", "12", "12", "00"))
        row["subject_kind"] = life.subject
    if kind == "H":
        row["bachelor_class"] = flag(school.school_type in {"411", "412"})
        row["main_field"] = life.studies[-1].major
    if level.stage and life.position == "00" and rng.random() < 0.25:
        row["concurrent"] = "01"
    return row


def training(rng: Random, school) -> dict[str, object]:
    level, project, org, mode, hours = rng.choice(_PROJECTS)
    return {
        "year": str(LAST_YEAR),
        "level": level,
        "project": project,
        "org": org or school.name,
        "mode": mode,
        "hours": hours,
    }
