"""The synthetic province: its tree, its people, its accounts, and when it refuses."""

import io
import re
from collections import Counter
from datetime import date

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import call_command
from django.db import transaction

from teachers import identity, resident_cards, rules, schema
from teachers.derive import derive
from teachers.enums import OrganisationKind, OrganiserKind, Role
from teachers.models import (
    Dossier,
    DossierRevision,
    Organisation,
    Post,
    Teacher,
    User,
)
from teachers.province import PASSWORD, DatabaseNotEmpty, build, building, processes
from teachers.province.tree import plant

SCALE, SEED = 0.002, 7
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def province(django_db_setup, django_db_blocker):
    """The smallest province, built once for this module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build(scale=SCALE, seed=SEED)
        transaction.set_rollback(True)


def issues_of(teacher: Teacher) -> list[rules.Issue]:
    revision = teacher.dossier.revision
    form = schema.form(revision.index_version_id, teacher.organisation.school_kind)
    return rules.check(
        form,
        revision.data,
        identity=identity.unseal(teacher.identity_sealed),
        identity_type=teacher.identity_type,
        on=TODAY,
    )


def everybody():
    return Teacher.objects.select_related("organisation", "dossier__revision").order_by("id")


def test_every_prefecture_and_county_is_there_and_has_a_school(province):
    kinds = Counter(Organisation.objects.values_list("kind", flat=True))
    empty = Organisation.objects.filter(kind__in=["city", "county"], children=None)

    assert (kinds["province"], kinds["city"], kinds["county"]) == (1, 14, 86)
    assert list(empty) == []
    assert kinds["school"] == province["schools"]
    assert sum(kinds.values()) == province["organisations"]


def test_paths_join_the_codes_from_the_root(province):
    nodes = Organisation.objects.select_related("parent")

    for node in nodes:
        above = node.parent.path if node.parent else ""
        assert (node.path, node.depth) == (f"{above}{node.code}/", node.path.count("/") - 1)


def test_schools_of_jiayuguan_hang_under_the_city(province):
    city = Organisation.objects.get(code="620200")

    assert set(city.children.values_list("kind", flat=True)) == {OrganisationKind.SCHOOL}


def test_some_schools_are_run_by_a_city_a_university_a_department(province):
    parents = Counter(Organisation.objects.filter(kind="school").values_list("parent__kind"))

    assert parents.keys() == {("county",), ("city",), ("university",), ("department",)}


def test_every_teacher_has_one_file_in_force(province):
    assert Teacher.objects.count() == province["teachers"]
    assert Teacher.objects.filter(number=None).count() == province["teachers"]
    assert (
        Dossier.objects.filter(revisions=1, revision__sequence=1).count() == Teacher.objects.count()
    )
    assert set(DossierRevision.objects.values_list("source", flat=True)) == {"baseline"}


def test_files_are_sound_but_for_the_mistakes_put_in(province):
    found = {teacher.pk: issues_of(teacher) for teacher in everybody()}
    faulty = {pk for pk, issues in found.items() if any(i.severity == rules.ERROR for i in issues)}
    warned = {pk for pk, issues in found.items() if issues} - faulty

    assert 0 < len(faulty) <= province["mistakes"] <= len(faulty | warned)
    assert province["mistakes"] < 0.035 * len(found)
    assert len(warned) < 0.015 * len(found)


def test_derived_values_are_those_of_the_index_system(province):
    for teacher in everybody()[:300]:
        revision = teacher.dossier.revision
        form = schema.form(revision.index_version_id, teacher.organisation.school_kind)

        assert derive(form, revision.data) == revision.data


def test_identity_numbers_are_valid_and_belong_to_one_person_each(province):
    numbers = [
        identity.unseal(sealed)
        for sealed in Teacher.objects.values_list("identity_sealed", flat=True)
    ]

    assert len(set(numbers)) == len(numbers)
    assert {resident_cards.read(number).number for number in numbers} == set(numbers)
    for teacher in Teacher.objects.all()[:100]:
        number = identity.unseal(teacher.identity_sealed)
        assert teacher.identity_hash == identity.search_hash("1", number)
        assert teacher.identity_mask == identity.mask(number)


def test_every_school_has_a_clerk_and_a_head_and_every_authority_its_reviewers(province):
    held = Counter(Post.objects.values_list("organisation__code", "role"))

    for unit in Organisation.objects.all():
        if unit.school_kind:
            assert (held[unit.code, Role.CLERK], held[unit.code, Role.HEAD]) == (1, 1)
        if unit.kind in {OrganisationKind.CITY, OrganisationKind.COUNTY}:
            assert (held[unit.code, Role.REVIEWER], held[unit.code, Role.SUPERVISOR]) == (2, 1)
        if unit.kind in {OrganisationKind.UNIVERSITY, OrganisationKind.DEPARTMENT}:
            assert held[unit.code, Role.REVIEWER] == 1
    roles = {role: held["620000", role] for role in Role.values if held["620000", role]}
    assert roles == {"reviewer": 3, "supervisor": 2, "manager": 1, "officer": 1, "administrator": 1}


def test_accounts_open_with_the_password_of_the_build(province):
    administrator = User.objects.get(username="administrator")

    assert PBKDF2PasswordHasher().verify(PASSWORD, administrator.password)
    assert administrator.is_staff
    assert administrator.is_superuser
    assert User.objects.filter(is_superuser=True).count() == 1


def test_the_demonstration_teacher_opens_their_own_file(province):
    post = Post.objects.select_related("user__teacher").get(user__username="teacher-1")

    assert post.role == Role.TEACHER
    assert post.user.teacher.organisation_id == post.organisation_id
    assert post.user.teacher.name == post.user.name


def test_rows_added_later_get_fresh_ids(province):
    school = Organisation.objects.filter(kind="school").first()

    with transaction.atomic():
        added = Organisation.objects.create(
            code="2162999999",
            name="新建小学",
            kind=OrganisationKind.SCHOOL,
            parent=school.parent,
            path=school.parent.path_below("2162999999"),
            valid_from=TODAY,
        )

        assert added.pk == Organisation.objects.count()
        transaction.set_rollback(True)


def test_the_same_build_again_writes_nothing(province):
    again = build(scale=SCALE, seed=SEED)

    assert not again["built"]
    assert {**again, "built": True, "seconds": 0} == {**province, "seconds": 0}


def test_another_build_is_refused_in_a_full_database(province):
    with pytest.raises(DatabaseNotEmpty) as refused:
        build(scale=SCALE, seed=SEED + 1)

    assert refused.value.code == "database_not_empty"


def test_the_command_says_that_the_province_is_there(province):
    out = io.StringIO()

    call_command("build_province", scale=SCALE, seed=SEED, stdout=out)

    first, *figures = out.getvalue().splitlines()
    assert first == "This province is there already; nothing was written."
    assert figures[3].split() == ["teachers", f"{province['teachers']:,}"]


def _plain(batch) -> tuple:
    """What a batch says without its seals, whose nonces differ each time."""
    teachers = [row.split(b"\t") for row in batch.teachers.splitlines()]
    revisions = re.sub(rb"k1:[A-Za-z0-9+/=]+", b"sealed", batch.revisions)
    return [row[:7] + row[8:] for row in teachers], batch.dossiers, revisions, batch.names


def test_processes_draw_the_same_people_as_one_alone(province):
    tree = plant(SCALE, SEED)
    for number, unit in enumerate(tree.units):
        unit.id = number
    orders = building._orders(tree, SEED)[:6]

    alone = [_plain(batch) for batch in processes.batches(orders, 0)]
    together = [_plain(batch) for batch in processes.batches(orders, processes.ALONE_UP_TO + 1)]

    assert alone == together


def test_a_small_province_is_a_sample_of_the_large_one():
    small = {unit.code: unit for unit in plant(SCALE, SEED).units}
    whole = {unit.code: unit for unit in plant(1.0, SEED).units}

    assert {code: unit.name for code, unit in small.items()} == {
        code: whole[code].name for code in small
    }
    assert whole.keys() - small.keys()


def test_the_whole_province_has_its_real_size():
    tree = plant(1.0, SEED)
    schools = [unit for unit in tree.units if unit.kind == OrganisationKind.SCHOOL]
    names = Counter((unit.parent, unit.name) for unit in schools)

    assert 15_000 < len(schools) < 15_800
    assert 325_000 < tree.teachers < 340_000
    assert [name for name, count in names.items() if count > 1] == []
    assert {unit.organiser_kind for unit in schools} == set(OrganiserKind.values)
    assert all(len(unit.code) == 10 and unit.code[2:4] == "62" for unit in schools)
    assert all(unit.code[:2] == unit.school_type[:2] for unit in schools)


def test_another_seed_gives_another_province():
    names = [{unit.name for unit in plant(0.01, seed).units if unit.staff} for seed in (1, 2)]

    assert len(names[0] & names[1]) < 0.3 * len(names[0])
