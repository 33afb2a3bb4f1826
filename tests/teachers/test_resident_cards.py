"""Resident identity numbers (GB 11643) and the numbers of other documents."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teachers import resident_cards
from teachers.numbers import check_character

#: Two examples of the standard and fictional numbers: number, whether it is sound, and why.
with Path(__file__).with_name("idcard_vectors.csv").open(encoding="utf-8", newline="") as file:
    VECTORS = [tuple(row.values()) for row in csv.DictReader(file)]

#: The rule that each reason of an unsound vector stands for.
RULE_OF = {
    "wrong check character": "identity_check_character",
    "date 1985-02-30 does not exist": "identity_birth_date",
    "region prefix never existed": "identity_region",
}


def broken_rule(number: str) -> str | None:
    try:
        resident_cards.read(number)
    except resident_cards.UnsoundNumber as unsound:
        return unsound.rule
    return None


@pytest.mark.parametrize(("number", "expected", "why"), VECTORS)
def test_the_vectors_are_judged_as_the_standard_says(number, expected, why):
    rule = None if expected == "valid" else RULE_OF[why]

    assert broken_rule(number) == rule
    assert resident_cards.is_sound(number) is (expected == "valid")


def test_the_vectors_hold_sound_and_unsound_numbers_of_every_rule():
    assert {why for _number, expected, why in VECTORS if expected == "invalid"} == RULE_OF.keys()
    assert sum(expected == "valid" for _number, expected, _why in VECTORS) == 6


@pytest.mark.parametrize(
    "number",
    [
        "",
        "62292619900228102",
        "6229261990022810200",
        "62292619900228102x",
        "622926 199002281020",
        "６２２９２６１９９００２２８１０２０",
        "٦٢٢٩٢٦١٩٩٠٠٢٢٨١٠٢٠",
        "X22926199002281020",
        "622926199002281020\n",
    ],
)
def test_a_number_of_another_form_is_refused(number):
    assert broken_rule(number) == "identity_form"


def test_a_number_tells_birth_date_sex_and_region():
    assert resident_cards.read("622926199002281020") == resident_cards.ResidentCard(
        number="622926199002281020",
        region="622926",
        birth_date=date(1990, 2, 28),
        sex="2",
        region_is_known=True,
    )


def test_a_former_region_is_known():
    assert resident_cards.read("620824198002290010").region_is_known is True


def test_an_unlisted_county_of_a_real_prefecture_is_only_doubtful():
    body = "62299919900228102"
    card = resident_cards.read(body + check_character(body))

    assert card.region_is_known is False


def test_a_first_generation_number_is_made_eighteen_digits_long():
    longer = resident_cards.upgrade("622926900228102")

    assert longer == "622926199002281020"
    assert resident_cards.upgrade(longer) == longer


@given(
    region=st.sampled_from(["620102", "622926", "620824"]),
    born=st.dates(date(1900, 1, 1), date(2020, 12, 31)),
    serial=st.integers(0, 999),
)
def test_every_number_made_by_the_rule_is_sound_and_no_changed_digit_is(region, born, serial):
    body = f"{region}{born:%Y%m%d}{serial:03d}"
    number = body + check_character(body)

    card = resident_cards.read(number)

    assert (card.region, card.birth_date) == (region, born)
    assert card.sex == ("1" if serial % 2 else "2")
    for place in range(17):
        changed = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        assert broken_rule(changed) is not None


@pytest.mark.parametrize(
    ("kind", "number", "fits"),
    [
        ("6", "H12345678", True),
        ("6", "H1234567801", True),
        ("6", "M12345678", False),
        ("6", "810000199001010015", True),
        ("7", "M12345678", True),
        ("7", "12345678", False),
        ("8", "12345678", True),
        ("8", "1234567", False),
        ("A", "E12345678", True),
        ("A", "ABCDEFGH", False),
        ("A", "E1", False),
        ("2", "军字第20010045号", True),
        ("Z", "12", False),
    ],
)
def test_numbers_of_other_documents_have_their_form(kind, number, fits):
    assert resident_cards.has_form(kind, number) is fits
