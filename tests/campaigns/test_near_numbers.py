"""Numbers that are nearly the same are found through keyed hashes exactly as by comparing all."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.problems import near


def edits(text: str, alphabet: str) -> set[str]:
    """Every text one edit or one swap of neighbours away: the plain definition."""
    found = set()
    for place in range(len(text) + 1):
        found |= {text[:place] + sign + text[place:] for sign in alphabet}
        if place < len(text):
            found.add(text[:place] + text[place + 1 :])
            found |= {text[:place] + sign + text[place + 1 :] for sign in alphabet}
        if place + 1 < len(text):
            found.add(text[:place] + text[place + 1] + text[place] + text[place + 2 :])
    return found


numbers = st.text("012", min_size=1, max_size=7)


@given(numbers, numbers)
def test_being_near_is_what_edits_reach(one, other):
    assert near.are_near(one, other) == (other in edits(one, "012") | {one})


@given(st.sets(numbers, min_size=2, max_size=8))
def test_the_hashes_find_every_pair_that_comparing_all_finds(found):
    keys = {text: set(near.neighbours("A", text)) for text in found}
    by_hash = {
        (one, other)
        for one, other in combinations(sorted(found), 2)
        if keys[one] & keys[other] and near.are_near(one, other)
    }
    by_comparing = {
        (one, other) for one, other in combinations(sorted(found), 2) if other in edits(one, "012")
    }
    assert by_hash == by_comparing


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("620102198506150031", "620102198506150032", True),  # the check character alone
        ("620102198506150031", "620102198506151033", True),  # one digit, and a new check character
        ("620102198506150031", "620102198505610032", False),  # two digits at two places
        ("620102198506150031", "620102198605150038", False),  # swapped, but not neighbours
        ("620102198506150031", "620102198056150037", True),  # neighbours swapped
    ],
)
def test_the_check_character_of_a_card_is_left_out(one, other, answer):
    assert near.are_near(near.body("1", one), near.body("1", other)) == answer


def test_the_kind_of_document_is_part_of_the_hash():
    assert not set(near.neighbours("A", "E1234567")) & set(near.neighbours("6", "E1234567"))
