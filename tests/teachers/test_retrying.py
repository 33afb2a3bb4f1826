"""Transactions that the database broke off: real deadlocks and real serialisation failures."""

import threading

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from teachers.models import Organisation
from teachers.retrying import sqlstate, whole, whole_transaction
from tests.at_once import at_once


@pytest.fixture
def names(transactional_db, cast) -> tuple[int, int]:
    return cast.first_school.pk, cast.second_school.pk


def rename(pk: int, added: str) -> None:
    unit = Organisation.objects.select_for_update().get(pk=pk)
    unit.name += added
    unit.save(update_fields=["name"])


def test_of_two_in_a_deadlock_one_is_done_again_and_both_are_done_once(names):
    first, second = names
    both, tries = threading.Barrier(2), []

    def work(added: str, order: tuple[int, int]):
        again = []

        @whole
        def both_names() -> str:
            tries.append(added)
            rename(order[0], added)
            if not again:
                again.append(True)
                both.wait(60)  # each holds its first row: a ring is certain
            rename(order[1], added)
            return added

        return both_names

    results = at_once(work("A", (first, second)), work("B", (second, first)))

    assert sorted(results) == ["A", "B"]
    assert len(tries) == 3
    found = Organisation.objects.filter(pk__in=names).order_by("pk").values_list("name", flat=True)
    assert {"".join(sorted(name[-2:])) for name in found} == {"AB"}


def test_a_serialisation_failure_is_done_again_with_what_is_there_now(names):
    both, tries = threading.Barrier(2), []

    def count_up() -> str:
        seen = []

        @whole
        def add() -> str:
            tries.append(1)
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            unit = Organisation.objects.get(pk=names[0])
            if not seen:
                seen.append(unit)
                both.wait(60)
            unit.name += "+"
            unit.save(update_fields=["name"])
            return unit.name

        return add()

    results = at_once(count_up, count_up)

    assert sorted(len(name) for name in results) == [len("锁南镇第二小学") + n for n in (1, 2)]
    assert Organisation.objects.get(pk=names[0]).name == "锁南镇第二小学++"
    assert len(tries) == 3


def broken_off(code: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'broken off' USING ERRCODE = '{code}'; END $$")


@pytest.mark.parametrize(("code", "tries"), [("40001", 5), ("40P01", 5), ("57014", 1)])
def test_it_gives_up_in_the_end_and_does_nothing_else_again(names, code, tries):
    done = []

    @whole
    def hopeless() -> None:
        done.append(1)
        rename(names[0], "!")
        broken_off(code)

    with pytest.raises(OperationalError) as failure:
        hopeless()

    assert (sqlstate(failure.value), len(done)) == (code, tries)
    assert Organisation.objects.get(pk=names[0]).name == "锁南镇第二小学"


def test_a_refusal_or_a_broken_constraint_is_not_tried_again(names):
    done = []

    @whole
    def twice_the_same_code() -> None:
        done.append(1)
        Organisation.objects.filter(pk=names[0]).update(code="2162002318")

    with pytest.raises(IntegrityError):
        twice_the_same_code()
    assert len(done) == 1


def test_inside_another_transaction_only_that_one_is_done_again(names):
    inner, outer = [], []

    @whole
    def part() -> None:
        inner.append(1)
        rename(names[0], "!")
        if len(inner) == 1:
            broken_off("40001")

    def all_of_it() -> None:
        outer.append(1)
        rename(names[1], "?")
        part()

    whole_transaction(all_of_it)
    assert (len(outer), len(inner)) == (2, 2)
    inner.clear()
    with pytest.raises(OperationalError), transaction.atomic():
        part()

    assert len(inner) == 1
    found = Organisation.objects.filter(pk__in=names).order_by("pk").values_list("name", flat=True)
    assert list(found) == ["锁南镇第二小学!", "达板镇中心小学?"]


def test_an_iterator_among_the_arguments_is_still_full_at_the_second_try(names):
    tries = []

    @whole
    def take(some, *, more) -> list:
        tries.append([*some, *more])
        if len(tries) == 1:
            broken_off("40001")
        return tries

    assert take(iter([1, 2]), more=(n for n in (3,))) == [[1, 2, 3], [1, 2, 3]]
