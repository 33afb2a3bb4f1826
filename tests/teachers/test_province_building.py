"""Builds that do not come to an end."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.translation import override

from teachers.models import Organisation
from teachers.province import build, building


def test_a_scale_out_of_range_is_refused_in_one_sentence(db):
    with override("en"), pytest.raises(CommandError, match="Give a scale above 0 and at most 1"):
        call_command("build_province", scale=2.0)


def test_a_build_that_breaks_leaves_nothing(db, monkeypatch):
    def break_down(*_args):
        raise RuntimeError("the power fails")

    monkeypatch.setattr(building, "_batches", break_down)

    with pytest.raises(RuntimeError, match="the power fails"):
        build(scale=0.002, seed=7)

    assert not Organisation.objects.exists()
