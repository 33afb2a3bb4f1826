"""Objects that are made without ceremony are those that Django would make."""

import pytest
from django.db import models
from django.forms.models import model_to_dict

from campaigns.models import Submission
from teachers.models import Organisation
from workflows.models import Case, Task


@pytest.fixture
def filed(round, cast):
    round.hand_in(cast.first_school, cast.school_clerk, cast.school_head)
    return round


@pytest.mark.parametrize("model", [Organisation, Submission, Case, Task])
def test_each_column_has_the_value_it_would_have(filed, model):
    quick = model.objects.order_by("pk").last()
    columns = [field.attname for field in model._meta.concrete_fields]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "from_db", classmethod(models.Model.from_db.__func__))
        plain = model.objects.get(pk=quick.pk)

    assert [getattr(quick, name) for name in columns] == [getattr(plain, name) for name in columns]
    assert model_to_dict(quick) == model_to_dict(plain)
    assert (quick._state.db, quick._state.adding) == (plain._state.db, plain._state.adding)
    assert quick == plain


def test_a_column_that_was_not_asked_for_is_read_when_it_is_needed(
    filed, cast, django_assert_num_queries
):
    with django_assert_num_queries(1):
        task = Task.objects.open().select_related("organisation").only("step", "organisation__code")
        found = task.get(process__organisation=cast.first_school)
        assert (found.step, found.organisation.code) == ("county_review", cast.county.code)
    with django_assert_num_queries(1):
        assert found.organisation.name == cast.county.name
    assert found.organisation.get_deferred_fields() == {
        field.attname
        for field in Organisation._meta.concrete_fields
        if field.attname not in ("id", "code", "name")
    }


def test_what_was_loaded_can_be_changed_and_saved(cast):
    school = Organisation.objects.get(pk=cast.first_school.pk)
    school.parent = cast.city
    school.name_en = "Second"
    school.save(update_fields=["parent", "name_en"])

    school.refresh_from_db()
    assert (school.parent_id, school.parent, school.name_en) == (
        cast.city.pk,
        cast.city,
        "Second",
    )
