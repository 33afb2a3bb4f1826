"""Draw one person's life: who, when born, studied where, working since when, in which post."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random

from teachers.province import ethnic, levels
from teachers.province.divisions import divisions
from teachers.province.levels import BACHELOR, DOCTOR, JUNIOR_COLLEGE, MASTER, SECONDARY_SCHOOL
from teachers.province.names import draw_name

# The day as of which files are written; everything in them lies before it.
DAY = date(2026, 9, 1)
RETIREMENT = {"1": 60, "2": 55}
_LEAVING_AGE = {SECONDARY_SCHOOL: 19, JUNIOR_COLLEGE: 21, BACHELOR: 22, MASTER: 25, DOCTOR: 28}
_YEARS = {SECONDARY_SCHOOL: 3, JUNIOR_COLLEGE: 3, BACHELOR: 4, MASTER: 3, DOCTOR: 3}
_COLLEGES = {
    SECONDARY_SCHOOL: (
        "兰州师范学校",
        "平凉师范学校",
        "临夏师范学校",
        "武威师范学校",
        "陇西师范学校",
    ),
    JUNIOR_COLLEGE: (
        "陇南师范高等专科学校",
        "定西师范高等专科学校",
        "甘肃民族师范学院",
        "陇东学院",
        "河西学院",
        "兰州城市学院",
    ),
    BACHELOR: (
        "西北师范大学",
        "西北师范大学",
        "天水师范学院",
        "陇东学院",
        "河西学院",
        "兰州城市学院",
        "甘肃民族师范学院",
        "西北民族大学",
        "兰州文理学院",
        "陕西师范大学",
    ),
    MASTER: ("西北师范大学", "兰州大学", "西北民族大学", "陕西师范大学", "兰州理工大学"),
    DOCTOR: (
        "兰州大学",
        "西北师范大学",
        "西安交通大学",
        "四川大学",
        "中国农业大学",
        "北京师范大学",
    ),
}


@dataclass(slots=True)
class Study:
    """One stretch of study that ended with a certificate."""

    education: str
    school: str
    major: str
    entered: int
    left: int
    mode: str  # 1 full time, 3 beside work
    degree_level: str = "0"
    degree: str = ""


@dataclass(slots=True)
class Life:
    """The facts from which a file is written. Months are counted as year * 12 + month - 1."""

    name: str
    sex: str
    born: date
    ethnic: str
    region: str
    identity: str
    level: levels.Level
    course: str
    subject: str
    studies: list[Study]
    work_start: int
    school_start: int
    established: bool
    rank: int  # 0 none, 1 junior, 2 middle, 3 senior, 4 full professor grade
    position: str  # school_position
    language: tuple[str, str] | None = None
    is_new: bool = False  # hired after the build: has no post, pay or appraisal from before

    @property
    def years(self) -> float:
        return (MONTH - self.work_start) / 12


def month(year: int, number: int) -> int:
    return year * 12 + number - 1


def month_text(count: int) -> str:
    """ "2024-03" for the month counted as 2024 * 12 + 2."""
    return f"{count // 12}-{count % 12 + 1:02d}"


def flag(true: bool) -> str:
    """A yes/no value of the index system."""
    return "1" if true else "0"


MONTH = month(DAY.year, DAY.month)


@cache
def _counties() -> tuple[str, ...]:
    return tuple(code for code, row in divisions().items() if row["level"] == "county")


@cache
def _neighbours(area_code: str) -> tuple[str, ...]:
    city = area_code[:4]
    return tuple(code for code in _counties() if code[:4] == city) or (area_code,)


def draw(rng: Random, school, deal, *, position: str = "00", hired: date | None = None) -> Life:
    """A person at a school (anything with the attributes of Organisation).

    `deal(rng, region, born, sex)` gives an identity number or None; `hired` makes a beginner who
    starts that month. The order of the draws is part of what makes a build repeatable.
    """
    random = rng.random
    level = levels.level_of(rng, school.school_kind, school.school_type)
    codes, shares = ethnic.mix(school.area_code)
    group = rng.choices(codes, cum_weights=shares)[0]
    leader = position != "00"
    sex = "2" if random() < (level.women if not leader or level.key == "K" else 0.3) else "1"
    region = _region(rng, school.area_code)
    education = _education(rng, level, leader)
    if leader and level.stage == "" and school.school_kind == "H":
        education = DOCTOR if level.key == "H" else MASTER
    identity = None
    while identity is None:
        born = _born(rng, level, sex, education, leader, hired)
        identity = deal(rng, region, born, sex)
    language = ethnic.LANGUAGES[group] if group in ethnic.bilingual(school.area_code) else None
    if language and (level.stage == "" or random() > 0.55):
        language = None
    course, subject, major = rng.choice(level.courses)
    if language:
        course, subject, major = "26", language[1], f"{language[1][:-1]}言文学"
    studies = _studies(rng, level, education, born, major)
    start = month(studies[0].left, rng.choice((7, 8, 8, 9)) if studies[0].left < DAY.year else 8)
    if len(studies) > 1 and studies[-1].mode == "1":
        start = month(studies[-1].left, 8)
    school_start = start if random() < 0.4 else rng.randint(start, MONTH - 1)
    if hired:
        start = school_start = month(hired.year, hired.month)
    established = random() < _established_share(school, level)
    return Life(
        name=draw_name(rng, group, sex, born.year),
        sex=sex,
        born=born,
        ethnic=group,
        region=region,
        identity=identity,
        level=level,
        course=course,
        subject=subject,
        studies=studies,
        work_start=start,
        school_start=school_start,
        established=established,
        rank=max(_rank(rng, level, (MONTH - start) / 12, established), _least_rank(leader, level)),
        position=position,
        language=language,
        is_new=hired is not None,
    )


def _region(rng: Random, area_code: str) -> str:
    drawn = rng.random()
    if drawn < 0.78 and area_code:
        return area_code
    return rng.choice(_neighbours(area_code) if drawn < 0.93 else _counties())


def _education(rng: Random, level: levels.Level, leader: bool) -> str:
    codes, shares = level.education
    drawn = rng.choices(codes, cum_weights=shares)[0]
    return BACHELOR if leader and drawn in {SECONDARY_SCHOOL, JUNIOR_COLLEGE} else drawn


def _born(rng, level, sex, education, leader, hired) -> date:
    youngest = _LEAVING_AGE[education] + 0.3
    oldest = RETIREMENT[sex] - 0.05
    if hired:
        return date.fromordinal(hired.toordinal() - int((youngest + 1 + rng.random() * 3) * 365.25))
    if leader:
        youngest = max(youngest, 34)
    youngest = max(youngest, 22)
    age = rng.triangular(youngest, oldest, min(max(level.typical_age, youngest + 1), oldest))
    return date.fromordinal(DAY.toordinal() - int(age * 365.25))


def _studies(rng: Random, level, education: str, born: date, major: str) -> list[Study]:
    """Earliest first: what a person began work with, then what was added."""
    if education == DOCTOR:
        return [_study(rng, MASTER, born, major, level), _study(rng, DOCTOR, born, major, level)]
    if education == MASTER:
        return [_study(rng, BACHELOR, born, major, level), _study(rng, MASTER, born, major, level)]
    if education == BACHELOR and born.year < 1986 and level.key != "H" and rng.random() < 0.65:
        earlier = SECONDARY_SCHOOL if born.year < 1979 and rng.random() < 0.6 else JUNIOR_COLLEGE
        first = _study(rng, earlier, born, major, level)
        later = _study(rng, BACHELOR, born, major, level)
        later.mode = "3"
        later.entered = first.left + rng.randint(2, 8)
        later.left = later.entered + 3
        if rng.random() < 0.8:
            later.degree_level, later.degree = "0", ""
        return [first, later]
    return [_study(rng, education, born, major, level)]


def _study(rng: Random, education: str, born: date, major: str, level) -> Study:
    late = 1 if born.month > 8 else 0
    left = min(born.year + _LEAVING_AGE[education] + late, DAY.year)
    study = Study(
        education=education,
        school=rng.choice(_COLLEGES[education]),
        major=major if education != SECONDARY_SCHOOL else "普通师范",
        entered=left - _YEARS[education],
        left=left,
        mode="1",
    )
    study.degree_level, study.degree = _degree(education, major, level)
    return study


_SCIENCES = "数学物理化学生物科学地理计算机机械电子车辆"


def _degree(education: str, major: str, level) -> tuple[str, str]:
    if education in {SECONDARY_SCHOOL, JUNIOR_COLLEGE}:
        return "0", ""
    science = any(major.startswith(_SCIENCES[i : i + 2]) for i in range(0, len(_SCIENCES), 2))
    field_code = "07" if science else "05" if "文" in major or "英语" in major else "04"
    if education == DOCTOR:
        return "2", f"2{field_code}"
    if education == MASTER:
        return "3", f"3{field_code}" if level.key in {"H", "college"} else "342"
    return "4", f"4{field_code}"


def _established_share(school, level) -> float:
    if school.organiser_kind in {"citizen", "social"}:
        return 0.0
    if school.organiser_kind == "enterprise":
        return 0.35
    return 0.62 if level.key == "K" else 0.95


def _least_rank(leader: bool, level: levels.Level) -> int:
    return 0 if not leader else 3 if level.qualification == "7" else 2


def _rank(rng: Random, level, years: float, established: bool) -> int:
    drawn = rng.random()
    if years < 1 or (not established and drawn < 0.5):
        return 0
    if years < 6:
        return 1 if level.key != "H" or drawn < 0.4 else 2
    if years < 14:
        return 2 if drawn < 0.5 else 1
    senior = level.senior_share * (0.55 if years < 22 else 1.35)
    if drawn < senior:
        return 4 if level.titles[3] == "011" and years > 16 and drawn < senior / 3 else 3
    return 2 if drawn < 0.95 else 1
