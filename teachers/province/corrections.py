"""What a clerk would do about the mistakes of `teachers.province.mistakes`."""

from copy import deepcopy
from random import Random

from teachers import resident_cards
from teachers.province.levels import level_of

USUAL_HOURS, MANY_HOURS = 14, 40


def put_right(document: dict, *, identity: str, school_kind: str, school_type: str) -> dict:
    """A corrected copy of a document; one without mistakes comes back unchanged.

    The identity number, which was compared with the card, is taken as right. The same document
    gets the same correction.
    """
    corrected = deepcopy(document)
    rng = Random(identity)
    basic, contact = corrected["basic"], corrected["contact"]
    card = resident_cards.read(identity)
    basic["birth_date"] = card.birth_date.isoformat()
    contact.setdefault("mobile", f"154{rng.randrange(100_000_000):08d}")
    basic["school_start"] = max(basic["school_start"], basic["work_start"])
    basic.setdefault("category", level_of(rng, school_kind, school_type).category)
    if basic["in_establishment"] == "0":
        basic.setdefault("employment_form", "1")
    elif basic["contract"] == "0":
        basic["contract"] = "1"
    for row in corrected["learning"]:
        if "enter" in row and row["enter"] > row["leave"]:
            row["enter"], row["leave"] = row["leave"], row["enter"]
    for row in corrected.get("qualification", []):
        if row["kind"] != "0" and "cert_no" not in row:
            serial = rng.randrange(1_000_000)
            front = f"{row['issue_date'][:4]}{identity[:5]}{row['kind']}{card.sex}"
            row["cert_no"] = f"{front}{serial:06d}"
    for row in corrected.get("teaching", []):
        if row.get("hours", 0) > MANY_HOURS:
            row["hours"] = USUAL_HOURS
    return corrected
