"""The draw itself and the interval of its errors: pure arithmetic, the same on every machine."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.sampling import Errors, Member, draw, record_number, size, weight

SEEDS = st.text("0123456789abcdef", min_size=32, max_size=32)
POPULATIONS = st.dictionaries(
    st.integers(1, 10**6), st.tuples(st.integers(1, 9), st.integers(1, 8)), max_size=60
).map(lambda found: [Member(key, *rest) for key, rest in found.items()])
ASKED = {"share": 10, "least": 5}


def test_a_draw_is_known_for_ever():
    """If this fails, no draw of earlier years can be repeated."""
    population = [Member(key, 1, 1 + 2 * (key % 3 == 0)) for key in range(1, 21)]

    drawn = draw(population, seed="00112233445566778899aabbccddeeff", **ASKED)

    assert [one.submission for one in drawn] == [5, 9, 1, 7, 19]
    assert record_number("00112233445566778899aabbccddeeff", 1, 1) == 7181360936099523320


@given(POPULATIONS, SEEDS, st.randoms())
def test_the_order_of_the_population_does_not_matter(population, seed, random):
    shuffled = random.sample(population, len(population))

    assert draw(shuffled, seed=seed, **ASKED) == draw(population, seed=seed, **ASKED)


@given(POPULATIONS, SEEDS, st.integers(0, 100), st.integers(0, 80))
def test_so_many_are_drawn_and_nobody_twice(population, seed, share, least):
    drawn = draw(population, seed=seed, share=share, least=least)

    n = len(population)
    assert len(drawn) == len(set(drawn)) == min(n, max(least, -(-share * n // 100)))
    assert set(drawn) <= set(population)


@given(POPULATIONS.filter(bool), SEEDS, st.data())
def test_more_weight_never_takes_somebody_out_of_a_draw(population, seed, data):
    drawn = draw(population, seed=seed, **ASKED)
    one = data.draw(st.sampled_from(drawn))
    heavier = one._replace(weight=one.weight + 3)
    changed = [heavier if other == one else other for other in population]

    assert heavier in draw(changed, seed=seed, **ASKED)


def test_the_heavy_are_drawn_about_as_often_as_they_weigh():
    population = [Member(key, 1, 3 if key == 1 else 1) for key in range(1, 11)]
    first = Counter(
        draw(population, seed=f"{n:032x}", share=0, least=1)[0].submission for n in range(2400)
    )

    # Three parts of twelve, the others one of twelve each; three standard deviations off at most.
    assert 540 < first[1] < 660
    assert all(150 < first[key] < 250 for key in range(2, 11))


@pytest.mark.parametrize(
    ("population", "drawn"), [(0, 0), (3, 3), (5, 5), (42, 5), (51, 6), (430, 43), (431, 44)]
)
def test_a_tenth_and_at_least_five(population, drawn):
    assert size(population, **ASKED) == drawn


def test_each_risk_adds_to_the_weight():
    assert [weight([]), weight(["again"]), weight(["new_clerk", "many_changes"])] == [1, 2, 5]
    assert weight(["new_clerk", "many_changes", "many_warnings", "again"]) == 8


# Newcombe 1998, table I, method 3.
@pytest.mark.parametrize(
    ("wrong", "judged", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(wrong, judged, low, high):
    found = Errors(judged=judged, wrong=wrong).interval

    assert found == pytest.approx((low, high), abs=0.00005)


@given(st.integers(1, 2000), st.data())
def test_the_interval_holds_the_rate(judged, data):
    errors = Errors(judged=judged, wrong=data.draw(st.integers(0, judged)))

    low, high = errors.interval
    assert 0 <= low <= errors.rate <= high <= 1


def test_nothing_judged_says_nothing():
    none = Errors(judged=0, wrong=0)

    assert (none.rate, none.interval, none.within(100)) == (None, None, False)


@pytest.mark.parametrize(
    ("wrong", "judged", "limit", "within"),
    [(0, 5, 0, True), (1, 20, 5, True), (1, 19, 5, False), (5, 5, 100, True), (1, 3, 33, False)],
)
def test_a_rate_is_held_against_the_limit_in_whole_numbers(wrong, judged, limit, within):
    assert Errors(judged=judged, wrong=wrong).within(limit) is within
