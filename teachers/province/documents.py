"""Write a person's file, in the shape of the index system, from the facts of a life."""

from random import Random

from teachers.province import career, extras
from teachers.province.levels import DOCTOR
from teachers.province.life import DAY, Life, flag, month_text


def write(rng: Random, school, life: Life) -> dict[str, object]:
    """The whole document; sub-sets without an entry are left out."""
    kind = school.school_kind
    document: dict[str, object] = {
        "basic": _basic(rng, school, life),
        "learning": _learning(life),
        "work": career.work(rng, school, life),
        "post": [career.post(rng, life)],
        "title": [career.title(rng, life)],
        "pay": career.pay(rng, school, life),
        "appraisal": career.appraisal(rng, life),
        "qualification": [career.qualification(rng, school, life)],
        "ethics": [career.ethics(rng, school, life)],
        "teaching": [career.teaching(rng, school, life)],
        "training": [career.training(rng, school)],
        "contact": _contact(rng, school, life),
    }
    skills = extras.skills(rng, life)
    if skills:
        document["skill"] = skills
    drawn = rng.random()
    if drawn < (0.5 if kind == "H" else 0.07) and life.years > 3:
        document["achievement"] = [extras.achievement(rng, life)]
    if kind == "H" and drawn > 0.92 and life.years > 4:
        document["overseas"] = [extras.overseas(rng, life)]
    if kind in "KPS" and drawn > 0.96 and life.years > 4 and life.established:
        document["rotation"] = [extras.rotation(rng, school, life)]
    if drawn < 0.004 and life.rank >= 3:
        document["talent"] = [{"talent": "08", "year": str(DAY.year - rng.randint(1, 6))}]
    _derive(document)
    return document


def _basic(rng: Random, school, life: Life) -> dict[str, object]:
    random, kind = rng.random, school.school_kind
    basic: dict[str, object] = {
        "name": life.name,
        "former_name": "无",
        "sex": life.sex,
        "staff_no": "0",
        "nationality": "156",
        "id_type": "1",
        "birth_date": life.born.isoformat(),
        "native_place": life.region,
        "birth_place": life.region,
        "ethnic": life.ethnic,
        "political": [_political(rng, life)],
        "marital": "10" if life.born.year > 1998 or random() < 0.06 else "20",
        "health": "1" if random() < 0.96 else "2",
        "work_start": month_text(life.work_start),
        "school_start": month_text(life.school_start),
        "source": _source(rng, life),
        "category": _category(rng, life),
        "in_establishment": flag(life.established),
        "contract": "1" if life.established else "2",
        "ict": rng.choice("2233344"),
        "person_status": "100" if random() < 0.97 else rng.choice(("101", "203", "204")),
    }
    if not life.established:
        basic["employment_form"] = rng.choice("1123")
    if kind in "KPS":
        _basic_of_schools(rng, kind, life, basic)
    elif kind == "V":
        dual = random() < 0.42
        basic["dual"] = flag(dual)
        basic["vocational_cert"] = flag(dual or random() < 0.2)
        basic["enterprise_time"] = rng.choice("1234") if dual else "0"
    else:
        basic["school_ties"] = "1" if life.studies[-1].school == school.name else "2"
        basic["supervisor"] = _supervisor(rng, school, life)
        basic["department"] = f"{life.studies[-1].major}学院"
    return basic


def _basic_of_schools(rng: Random, kind: str, life: Life, basic: dict[str, object]) -> None:
    random = rng.random
    normal = _studied_to_teach(life)
    if kind == "K":
        preschool = any(study.major == "学前教育" and study.mode == "1" for study in life.studies)
        basic["preschool_grad"] = flag(preschool)
        basic["preschool_trained"] = flag(preschool or random() < 0.7)
    if kind == "P":
        basic["normal_grad"] = flag(normal)
    if kind == "S":
        special = any(study.major == "特殊教育" and study.mode == "1" for study in life.studies)
        basic["special_grad"] = flag(special)
        basic["special_start"] = month_text(life.school_start)
    if kind in "PS":
        basic["special_trained"] = flag(random() < (0.9 if kind == "S" else 0.03))
        basic["special_cert"] = flag(random() < (0.6 if kind == "S" else 0.01))
        basic["special_class"] = flag(life.rank >= 3 and random() < 0.02)
        basic["psych"] = "2" if random() < 0.03 else "0"
    basic["free_normal"] = rng.choice("12") if life.born.year > 1988 and random() < 0.06 else "0"
    basic["backbone"] = flag(life.rank >= 2 and random() < 0.16)
    basic["grassroots"] = "0"
    if life.born.year > 1983 and life.established and life.years > 3 and random() < 0.2:
        basic["grassroots"] = "11"
        basic["grassroots_start"] = month_text(life.work_start)
        basic["grassroots_end"] = month_text(life.work_start + 35)


def _studied_to_teach(life: Life) -> bool:
    return any("师范" in study.school and study.mode == "1" for study in life.studies)


def _political(rng: Random, life: Life) -> str:
    drawn = rng.random()
    if life.position != "00" and drawn < 0.85 or drawn < 0.3:
        return "01"
    if life.born.year >= 1999 and drawn < 0.7:
        return "03"
    return rng.choice(("05", "07", "10")) if drawn > 0.98 else "13"


def _source(rng: Random, life: Life) -> str:
    if life.school_start > life.work_start + 3:
        return "30"
    if life.born.year < 1975 and rng.random() < 0.1:
        return "13"
    return "11" if rng.random() < 0.75 else "12"


def _category(rng: Random, life: Life) -> str:
    if life.position == "01":
        return "08"
    if life.position == "02":
        return "09"
    return "01" if life.level.stage and rng.random() < 0.18 else life.level.category


def _supervisor(rng: Random, school, life: Life) -> str:
    if school.school_type not in {"411", "412"} or life.rank < 3:
        return "0"
    if life.studies[-1].education == DOCTOR and life.rank == 4:
        return "3" if rng.random() < 0.6 else "2"
    return "2" if rng.random() < 0.5 else "0"


def _learning(life: Life) -> list[dict[str, str]]:
    made = []
    for study in life.studies:
        row = {
            "education": study.education,
            "edu_country": "156",
            "edu_school": study.school,
            "major": study.major,
            "is_normal": flag("师范" in study.school),
            "enter": f"{study.entered}-09",
            "leave": f"{study.left}-06",
            "degree_level": study.degree_level,
            "study_mode": study.mode,
        }
        if study.degree:
            row |= {
                "degree": study.degree,
                "degree_country": "156",
                "degree_school": study.school,
                "degree_date": f"{study.left}-06",
            }
        made.append(row)
    return made


def _contact(rng: Random, school, life: Life) -> dict[str, str]:
    """Telephone numbers of a series (154) that no operator has given out."""
    row = {"address_area": life.region, "mobile": f"154{rng.randrange(100_000_000):08d}"}
    if school.school_kind == "H":
        row["phone"] = f"0931-555{rng.randrange(10_000):04d}"
        row["email"] = f"t{rng.randrange(10_000_000):07d}@example.edu.cn"
    return row


def _derive(document: dict[str, object]) -> None:
    """Fill what the index system derives: highest education and degree, post, title."""
    basic, learning = document["basic"], document["learning"]
    top = min(learning, key=lambda row: row["education"])
    basic["top_education"] = top["education"]
    basic["top_education_school"] = top["edu_school"]
    with_degree = [row for row in learning if row["degree_level"] != "0"]
    basic["top_degree_level"] = "0"
    if with_degree:
        best = min(with_degree, key=lambda row: row["degree_level"])
        basic["top_degree_level"] = best["degree_level"]
        basic["top_degree"] = best["degree"]
        basic["top_degree_school"] = best["degree_school"]
    basic["post_category"] = document["post"][-1]["post_category"]
    basic["post_grade"] = document["post"][-1]["post_grade"]
    basic["title"] = document["title"][-1]["title"]
    for key in [key for key, value in document.items() if value == []]:
        del document[key]
