from teachers.models import Organisation


def test_within_is_the_subtree_of_an_organisation(cast):
    found = set(Organisation.objects.within(cast.county))

    assert found == {cast.county, cast.first_school, cast.second_school, cast.kindergarten}
