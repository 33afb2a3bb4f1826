"""What a teacher of each level typically is: sex, education, titles, courses, pay."""

from dataclasses import dataclass
from random import Random

SECONDARY_SCHOOL, JUNIOR_COLLEGE, BACHELOR, MASTER, DOCTOR = "41", "31", "21", "14", "11"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of teaching. `education` pairs codes of GB/T 4658 with cumulative shares."""

    key: str
    stage: str
    category: str
    qualification: str
    women: float
    typical_age: int
    education: tuple[tuple[str, ...], tuple[float, ...]]
    titles: tuple[str, str, str, str]  # junior, middle, senior, full professor grade
    senior_share: float
    courses: tuple[tuple[str, str, str], ...]  # code of course_k12, subject, major studied
    hours: tuple[int, int]


_PRIMARY = (
    ("03", "语文", "汉语言文学"),
    ("03", "语文", "小学教育"),
    ("04", "数学", "数学与应用数学"),
    ("04", "数学", "小学教育"),
    ("19", "英语", "英语"),
    ("05", "科学", "科学教育"),
    ("01", "道德与法治", "思想政治教育"),
    ("13", "体育", "体育教育"),
    ("15", "音乐", "音乐学"),
    ("16", "美术", "美术学"),
    ("23", "信息技术", "计算机科学与技术"),
)
_SECONDARY = (
    ("03", "语文", "汉语言文学"),
    ("03", "语文", "汉语言文学"),
    ("04", "数学", "数学与应用数学"),
    ("04", "数学", "数学与应用数学"),
    ("19", "英语", "英语"),
    ("19", "英语", "英语"),
    ("06", "物理", "物理学"),
    ("07", "化学", "化学"),
    ("08", "生物", "生物科学"),
    ("02", "思想政治", "思想政治教育"),
    ("11", "历史", "历史学"),
    ("10", "地理", "地理科学"),
    ("12", "体育与健康", "体育教育"),
    ("15", "音乐", "音乐学"),
    ("16", "美术", "美术学"),
    ("23", "信息技术", "计算机科学与技术"),
)
_KINDERGARTEN = (("26", "幼儿教育", "学前教育"),) * 4 + (("26", "幼儿教育", "音乐学"),)
_SPECIAL = (
    ("03", "语文", "特殊教育"),
    ("04", "数学", "特殊教育"),
    ("12", "体育与健康", "体育教育"),
    ("16", "美术", "美术学"),
    ("24", "劳动", "特殊教育"),
)
_VOCATIONAL = tuple(
    ("26", subject, major)
    for subject, major in (
        ("机械加工技术", "机械设计制造及其自动化"),
        ("汽车运用与维修", "车辆工程"),
        ("计算机应用", "计算机科学与技术"),
        ("电子商务", "电子商务"),
        ("护理", "护理学"),
        ("会计事务", "会计学"),
        ("现代农艺技术", "农学"),
        ("旅游服务与管理", "旅游管理"),
        ("学前教育", "学前教育"),
        ("语文", "汉语言文学"),
        ("数学", "数学与应用数学"),
        ("英语", "英语"),
    )
)
_HIGHER = tuple(
    ("26", subject, major)
    for subject, major in (
        ("高等数学", "数学"),
        ("大学物理", "物理学"),
        ("有机化学", "化学"),
        ("程序设计", "计算机科学与技术"),
        ("大学英语", "外国语言文学"),
        ("思想政治理论", "马克思主义理论"),
        ("中国古代文学", "中国语言文学"),
        ("教育学原理", "教育学"),
        ("土壤学", "农业资源与环境"),
        ("材料力学", "力学"),
        ("财务管理", "工商管理"),
        ("民法学", "法学"),
        ("生理学", "基础医学"),
        ("自然地理学", "地理学"),
    )
)
_MIDDLE_TITLES = ("054", "053", "052", "052")
_PRIMARY_TITLES = ("414", "413", "052", "052")

KINDERGARTEN = Level(
    "K", "1", "03", "1", 0.96, 32,
    ((SECONDARY_SCHOOL, JUNIOR_COLLEGE, BACHELOR), (0.12, 0.66, 1.0)),
    _PRIMARY_TITLES, 0.06, _KINDERGARTEN, (15, 25),
)  # fmt: skip
PRIMARY = Level(
    "primary", "2", "04", "2", 0.58, 41,
    ((SECONDARY_SCHOOL, JUNIOR_COLLEGE, BACHELOR, MASTER), (0.05, 0.38, 0.99, 1.0)),
    _PRIMARY_TITLES, 0.12, _PRIMARY, (10, 20),
)  # fmt: skip
JUNIOR = Level(
    "junior", "3", "05", "3", 0.5, 41,
    ((JUNIOR_COLLEGE, BACHELOR, MASTER), (0.12, 0.97, 1.0)),
    _MIDDLE_TITLES, 0.3, _SECONDARY, (8, 16),
)  # fmt: skip
SENIOR = Level(
    "senior", "4", "06", "4", 0.46, 42,
    ((JUNIOR_COLLEGE, BACHELOR, MASTER), (0.02, 0.87, 1.0)),
    _MIDDLE_TITLES, 0.38, _SECONDARY, (8, 15),
)  # fmt: skip
VOCATIONAL = Level(
    "V", "", "26", "5", 0.48, 41,
    ((JUNIOR_COLLEGE, BACHELOR, MASTER), (0.06, 0.9, 1.0)),
    ("024", "023", "022", "022"), 0.3, _VOCATIONAL, (8, 16),
)  # fmt: skip
SPECIAL = Level(
    "S", "A", "07", "2", 0.72, 37,
    ((JUNIOR_COLLEGE, BACHELOR), (0.35, 1.0)),
    _PRIMARY_TITLES, 0.15, _SPECIAL, (12, 18),
)  # fmt: skip
HIGHER = Level(
    "H", "", "27", "7", 0.47, 42,
    ((BACHELOR, MASTER, DOCTOR), (0.14, 0.62, 1.0)),
    ("014", "013", "012", "011"), 0.42, _HIGHER, (4, 12),
)  # fmt: skip
COLLEGE = Level(
    "college", "", "27", "7", 0.52, 40,
    ((BACHELOR, MASTER, DOCTOR), (0.36, 0.95, 1.0)),
    ("014", "013", "012", "011"), 0.34, _HIGHER, (6, 14),
)  # fmt: skip

_MIXED = {
    "311": (JUNIOR, JUNIOR, 0.0),
    "312": (PRIMARY, JUNIOR, 0.55),
    "341": (JUNIOR, SENIOR, 0.4),
    "342": (SENIOR, SENIOR, 0.0),
    "345": (JUNIOR, SENIOR, 0.5),
}


def level_of(rng: Random, school_kind: str, school_type: str) -> Level:
    """The level a member of staff of such a school teaches at."""
    if school_kind == "P":
        lower, upper, share = _MIXED.get(school_type, (PRIMARY, PRIMARY, 0.0))
        return lower if rng.random() < share else upper
    if school_kind == "H":
        return HIGHER if school_type in {"411", "412"} else COLLEGE
    return {"K": KINDERGARTEN, "S": SPECIAL, "V": VOCATIONAL}[school_kind]
