"""Which revision last changed a value, against the plain way of looking back one by one."""

from hypothesis import given
from hypothesis import strategies as st

from teachers.models import DossierRevision
from teachers.provenance import origins

ROW = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3)
SINGLE = st.lists(st.fixed_dictionaries({}, optional={"basic": ROW, "contact": ROW}), min_size=1)
REPEATING = st.lists(
    st.fixed_dictionaries({"title": st.lists(ROW, max_size=4)}), min_size=1, max_size=5
)


def revisions(documents: list[dict]) -> list[DossierRevision]:
    return [DossierRevision(sequence=i, data=data) for i, data in enumerate(documents, start=1)]


@given(SINGLE)
def test_a_value_is_from_the_revision_since_which_it_has_not_changed(documents):
    found = {place: row.sequence for place, row in origins(revisions(documents)).items()}

    expected = {}
    for set_key, values in documents[-1].items():
        for key, value in values.items():
            since = len(documents)
            while since > 1 and documents[since - 2].get(set_key, {}).get(key) == value:
                since -= 1
            expected[set_key, None, key] = since
    assert found == expected


@given(REPEATING)
def test_every_value_of_every_row_has_an_origin_that_held_it(documents):
    found = origins(revisions(documents))

    rows = documents[-1]["title"]
    assert found.keys() == {("title", i, key) for i, row in enumerate(rows) for key in row}
    for (set_key, place, key), revision in found.items():
        value = rows[place][key]
        assert value in [row.get(key) for row in revision.data[set_key]]


def test_a_row_that_moved_down_keeps_its_origin():
    old, new = {"level": "county", "year": "2020"}, {"level": "city", "year": "2024"}
    found = origins(revisions([{"honour": [old]}, {"honour": [new, old]}]))

    assert {place: row.sequence for place, row in found.items()} == {
        ("honour", 0, "level"): 2,
        ("honour", 0, "year"): 2,
        ("honour", 1, "level"): 1,
        ("honour", 1, "year"): 1,
    }
