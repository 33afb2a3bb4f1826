"""The schools of one county at full scale, from its row of the estimates."""

from dataclasses import dataclass
from random import Random

from teachers.enums import OrganiserKind
from teachers.province.places import Places

# Only some teaching points stand as units of their own; the staff of the others belongs to the
# central school of their town.
POINTS_OF_THEIR_OWN = 0.135
VOCATIONAL_STAFF = 30
SPECIAL_STAFF = 18

GOVERNMENT, ENTERPRISE, SOCIAL, CITIZEN = (
    OrganiserKind.GOVERNMENT,
    OrganiserKind.ENTERPRISE,
    OrganiserKind.SOCIAL,
    OrganiserKind.CITIZEN,
)
SHORT_NAMES = {
    "622927": "积石山县",
    "622926": "东乡县",
    "620525": "张家川县",
    "620623": "天祝县",
    "620721": "肃南县",
    "620923": "肃北县",
    "620924": "阿克塞县",
}


@dataclass(slots=True)
class School:
    """One school before it has a code and a place in the tree."""

    group: str  # the column of the estimates it comes from
    name: str
    school_kind: str
    school_type: str
    urban_rural: str
    organiser: str = "831"
    organiser_kind: str = GOVERNMENT
    staff: int = 1
    city_run: bool = False


def shares(total: int, weights: list[float], least: int) -> list[int]:
    """Split `total` in whole parts by weight, each at least `least` (largest remainders first)."""
    if not weights:
        return []
    free = max(total - least * len(weights), 0)
    exact = [free * weight / sum(weights) for weight in weights]
    parts = [int(part) for part in exact]
    by_rest = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_rest[: free - sum(parts)]:
        parts[index] += 1
    return [least + part for part in parts]


class CountyPlan:
    """Draws the schools of one county; the same random stream gives the same schools."""

    def __init__(self, rng: Random, row: dict[str, str], division: dict[str, str], *, seat: bool):
        self.rng, self.row = rng, row
        self.code, self.is_district = row["code"], division["type"] == "district"
        self.name = SHORT_NAMES.get(self.code, row["name"])
        self.city_seat = seat
        self.places = Places(rng, self.code, "城关")
        count = min(max(int(row["population_est"]) // 22_000, 3), 22)
        self.towns = ["城关镇"] + [self.places.town() for _ in range(count)]
        self.schools: list[School] = []

    def draw(self) -> list[School]:
        """All schools, group by group."""
        self._kindergartens()
        self._primary()
        self._points()
        senior = self._senior()
        self._junior(after=senior)
        self._vocational()
        self._special()
        return self.schools

    def _number(self, column: str) -> int:
        return int(self.row[column])

    def _add(self, group, names, kind, types, staff, spread=0.35, least=3) -> list[School]:
        """Append one school a name, with staff shared out by random weights."""
        weights = [self.rng.lognormvariate(0, spread) for _ in names]
        made = [
            School(group, name, kind, school_type, self._urban_rural(name), staff=size)
            for name, school_type, size in zip(
                names, types, shares(staff, weights, least), strict=True
            )
        ]
        self.schools += made
        return made

    def _urban_rural(self, name: str) -> str:
        if self.is_district and "镇" not in name and "乡" not in name:
            return "111" if self.rng.random() < 0.75 else "112"
        if name.startswith(("城关镇", self.name)):
            return "121" if self.rng.random() < 0.8 else "122"
        if "中心" in name or "初级中学" in name:
            return "121" if "镇" in name and self.rng.random() < 0.5 else "210"
        return "220"

    def _rural_names(self, count: int, first: str, later: str, urban: str, urban_share: float):
        """Names for the centre of each town first, then for villages (in districts: streets)."""
        names = [f"{town}{first}" for town in self.towns[:count]]
        streets = urban_share if self.is_district else 0.0
        while len(names) < count:
            if self.rng.random() < streets:
                names.append(f"{self.name}{self.places.street()}{urban}")
            else:
                names.append(f"{self.rng.choice(self.towns)}{self.places.village()}{later}")
        return names

    def _kindergartens(self) -> None:
        names = self._rural_names(
            self._number("kindergartens"), "中心幼儿园", "幼儿园", "幼儿园", 0.6
        )
        made = self._add(
            "kindergartens", names, "K", ["111"] * len(names), self._number("kg_teachers"), least=2
        )
        private_share = 0.55 if self.is_district else 0.22
        for school in made[len(self.towns) :]:
            drawn = self.rng.random()
            if drawn < private_share:
                school.name = f"{self.name}{self.places.brand()}幼儿园"
                school.organiser = "999"
                school.organiser_kind = CITIZEN if self.rng.random() < 0.75 else SOCIAL
                school.urban_rural = "111" if self.is_district else "121"
            elif drawn < private_share + 0.015:
                school.organiser = self.rng.choice(["891", "892"])
                school.organiser_kind = ENTERPRISE

    def _primary(self) -> None:
        names = self._rural_names(self._number("primary"), "中心小学", "小学", "小学", 0.6)
        points = round(self._number("teaching_points") * POINTS_OF_THEIR_OWN)
        staff = max(self._number("primary_teachers") - 3 * points, 4 * len(names))
        made = self._add("primary", names, "P", ["211"] * len(names), staff, spread=0.5, least=4)
        for school in made[len(self.towns) :]:
            drawn = self.rng.random()
            if drawn < 0.008:
                school.organiser, school.organiser_kind = "891", ENTERPRISE
            elif drawn < 0.02:
                school.organiser, school.organiser_kind = "999", CITIZEN

    def _points(self) -> None:
        count = round(self._number("teaching_points") * POINTS_OF_THEIR_OWN)
        names = [
            f"{self.rng.choice(self.towns)}{self.places.village()}教学点" for _ in range(count)
        ]
        self._add("teaching_points", names, "P", ["218"] * count, 3 * count, spread=0.6, least=1)

    def _senior(self) -> int:
        count = self._number("senior")
        names = [f"{self.name}第{numeral(i + 1)}中学" for i in range(count)]
        types = [("342", "341", "342", "345")[i % 4] for i in range(count)]
        staff = self._number("senior_teachers")
        made = self._add("senior", names, "P", types, staff, spread=0.25, least=20 if count else 0)
        for index, school in enumerate(made):
            school.city_run = self.city_seat and index % 2 == 0
            if index > 3 and self.rng.random() < 0.15:
                school.organiser, school.organiser_kind = "999", SOCIAL
                school.name = f"{self.name}{self.places.brand()}高级中学"
                school.city_run = False
        return count

    def _junior(self, after: int) -> None:
        count = self._number("junior")
        names, types = [], []
        for index in range(count):
            town = self.towns[(index + 1) % len(self.towns)]
            nine_years = self.rng.random() < 0.35
            if self.is_district and index % 3 == 0 or index >= 2 * len(self.towns):
                after += 1
                names.append(f"{self.name}第{numeral(after)}中学")
            elif index >= len(self.towns) or nine_years:
                village = self.places.village() if index >= len(self.towns) else ""
                names.append(f"{town}{village}九年制学校")
                nine_years = True
            else:
                names.append(f"{town}初级中学")
            types.append("312" if nine_years else "311")
        self._add("junior", names, "P", types, self._number("junior_teachers"), least=8)

    def _vocational(self) -> None:
        count = self._number("vocational")
        titles = ["职业中等专业学校", "职业技术教育中心", "理工中等职业学校", "农业职业高级中学"]
        names = [f"{self.name}{titles[i % 4]}{_branch(i // 4)}" for i in range(count)]
        types = [("361", "365", "362", "365")[i % 4] for i in range(count)]
        made = self._add("vocational", names, "V", types, VOCATIONAL_STAFF * count, least=12)
        for index, school in enumerate(made):
            school.city_run = self.city_seat and index % 2 == 0

    def _special(self) -> None:
        count = self._number("special")
        names = [
            f"{self.name}{'第二' * (i == 1)}{'第三' * (i == 2)}特殊教育学校" for i in range(count)
        ]
        made = self._add(
            "special", names, "S", ["514"] * count, SPECIAL_STAFF * count, spread=0.2, least=8
        )
        for school in made:
            school.city_run = self.city_seat


def numeral(number: int) -> str:
    """Chinese numeral of 1–99: 12 becomes 十二."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    text = (digits[tens] if tens > 1 else "") + ("十" if tens else "")
    return text + (digits[ones] if ones else "") if number else digits[0]


def _branch(index: int) -> str:
    return f"{'东西南北'[index % 4]}校区" if index else ""
