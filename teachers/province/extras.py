"""The sub-sets that only some people have: skills, achievements, time abroad, rotation."""

from random import Random

from teachers.province.divisions import divisions
from teachers.province.ethnic import HAN, HUI
from teachers.province.life import DAY, MONTH, Life, month, month_text

_FOREIGN = (
    ("826", "利兹大学"),
    ("840", "犹他大学"),
    ("036", "昆士兰大学"),
    ("702", "南洋理工大学"),
)


def skills(rng: Random, life: Life) -> list[dict[str, str]]:
    made: list[dict[str, str]] = []
    if life.language:
        made.append({"lang": life.language[0], "lang_level": rng.choice("112")})
        certificate = ("MHK 等级证书", rng.choice(("15", "16")), "国家民族事务委员会")
    elif rng.random() < 0.28:
        certificate = (
            "普通话水平测试等级证书",
            rng.choice(("03", "04", "04") if life.ethnic in (HAN, HUI) else ("04", "05")),
            "甘肃省语言文字工作委员会",
        )
    else:
        return made
    since = min(life.work_start + rng.randint(0, 24), MONTH - 1)
    title, code, issuer = certificate
    made.append(
        {
            "cert_type": "2",
            "lang_cert": code,
            "cert": title,
            "issue_date": month_text(since),
            "issuer": issuer,
            "cert_no": f"62{since // 12}{rng.randrange(10_000_000):07d}",
        }
    )
    return made


def achievement(rng: Random, life: Life) -> dict[str, object]:
    since = rng.randint(life.work_start + 24, MONTH - 1)
    if life.level.key in {"H", "college"}:
        return {
            "kind": rng.choice(("01", "03", "03")),
            "title": f"{life.subject}课程建设与教学改革研究",
            "date": month_text(since),
            "role": rng.choice("24"),
            "level": "31",
            "unit": "甘肃省教育厅",
        }
    return {
        "kind": rng.choice(("03", "04", "10")),
        "title": f"{life.subject}课堂教学设计",
        "date": month_text(since),
        "role": "1",
        "level": rng.choice(("41", "51")),
        "grade": rng.choice("234"),
    }


def overseas(rng: Random, life: Life) -> dict[str, str]:
    country, university = rng.choice(_FOREIGN)
    year = rng.randint(life.work_start // 12 + 2, DAY.year - 2)
    return {
        "has": "1",
        "country": country,
        "start": f"{year}-09-01",
        "end": f"{year + 1}-08-20",
        "org": university,
        "project": "青年骨干教师出国研修项目",
        "organizer": "国家留学基金管理委员会",
    }


def rotation(rng: Random, school, life: Life) -> dict[str, str]:
    began = month(rng.randint(max(DAY.year - 5, life.work_start // 12 + 2), DAY.year - 2), 9)
    place = divisions()[life.region]["name_zh"]
    return {
        "kind": rng.choice("129"),
        "move_personnel": "0",
        "start": month_text(began),
        "end": month_text(began + 10),
        "from_unit": school.name,
        "to_unit": f"{place}{rng.choice(('中心', '第四', '希望'))}学校",
    }
