"""Loading the shipped code lists and the index system."""

import io

import jsonschema_rs
import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from teachers import reference, schema
from teachers.enums import ChangeKind, SchoolKind
from teachers.models import ChangePolicy, Code, CodeList, IndexVersion, Indicator, IndicatorSet

pytestmark = pytest.mark.django_db


def test_the_index_system_has_17_subsets_and_180_indicators():
    version = IndexVersion.objects.get(code="2026")

    assert version.state == "published"
    assert version.sets.count() == 17
    assert Indicator.objects.filter(indicator_set__version=version).count() == 180
    assert list(
        version.sets.filter(repeating=False).order_by("position").values_list("key", flat=True)
    ) == ["basic", "contact"]


def test_every_subset_and_indicator_has_an_english_name():
    assert not IndicatorSet.objects.filter(name_en="").exists()
    assert not Indicator.objects.filter(name_en="").exists()


def test_every_coded_indicator_names_a_list_with_values():
    coded = Indicator.objects.filter(value_type__in=["E", "M", "B"])

    assert not coded.filter(code_list=None).exists()
    assert not coded.filter(code_list__codes=None).exists()


def test_loading_again_writes_nothing():
    before = list(Indicator.objects.order_by("pk").values())

    again = reference.load()

    assert again == reference.Loaded(
        code_lists=CodeList.objects.count(),
        codes=Code.objects.count(),
        indicator_sets=17,
        indicators=180,
        change_policies=16,
        special_days=72,
        written=0,
    )
    assert list(Indicator.objects.order_by("pk").values()) == before


def test_loading_mends_a_code_that_was_changed_by_hand():
    Code.objects.filter(code_list__key="gb2261_1_sex", code="1").update(name="公")

    assert reference.load().written == 1
    assert Code.objects.get(code_list__key="gb2261_1_sex", code="1").name == "男性"


def test_every_kind_of_change_has_a_policy():
    assert set(ChangePolicy.objects.values_list("kind", flat=True)) == set(ChangeKind.values)


def test_loading_keeps_a_policy_that_an_administrator_has_changed():
    ChangePolicy.objects.filter(kind=ChangeKind.LEAVE).update(days=9, evidence_needed=True)

    assert reference.load().written == 0
    policy = ChangePolicy.objects.get(kind=ChangeKind.LEAVE)
    assert (policy.days, policy.evidence_needed) == (9, True)


def test_loading_puts_a_missing_policy_back():
    ChangePolicy.objects.filter(kind=ChangeKind.DEATH).delete()

    assert reference.load().written == 1
    assert ChangePolicy.objects.get(kind=ChangeKind.DEATH).evidence_needed is True


def test_a_published_version_that_differs_from_the_files_is_refused():
    with pgtrigger.ignore("teachers.Indicator:published_indicators_never_change"):
        Indicator.objects.filter(indicator_set__key="basic", key="name").update(length=37)

    with pytest.raises(CommandError, match="A published version never changes|已发布"):
        call_command("load_reference", stdout=io.StringIO())

    assert Indicator.objects.get(indicator_set__key="basic", key="name").length == 37


@pytest.mark.parametrize(
    "change",
    [
        lambda: Indicator.objects.filter(key="name").update(length=37),
        lambda: Indicator.objects.filter(key="name").delete(),
        lambda: IndicatorSet.objects.filter(key="basic").update(repeating=True),
        lambda: IndicatorSet.objects.create(
            version=IndexVersion.objects.get(code="2026"),
            key="extra",
            name="附加信息",
            position=18,
            repeating=False,
            school_kinds=["K"],
        ),
        lambda: IndexVersion.objects.update(state="draft"),
    ],
)
def test_the_database_refuses_to_change_a_published_version(change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change()

    assert reference.load().written == 0


def test_a_draft_version_may_still_change():
    draft = IndexVersion.objects.create(code="2027", name="草案")
    basic = IndicatorSet.objects.create(
        version=draft, key="basic", name="基本", position=1, repeating=False, school_kinds=["K"]
    )

    IndicatorSet.objects.filter(pk=basic.pk).update(name="基本信息")
    basic.refresh_from_db()

    assert basic.name == "基本信息"


@pytest.mark.parametrize(
    ("notation", "kinds", "needs"),
    [
        ("R", "KPSVH", {"K": "R", "P": "R", "S": "R", "V": "R", "H": "R"}),
        ("RO", "KP", {"K": "RO", "P": "RO"}),
        ("R(P,S)", "KPSVH", {"P": "R", "S": "R"}),
        ("O(H:R)", "KPSVH", {"K": "O", "P": "O", "S": "O", "V": "O", "H": "R"}),
        ("O(S,V,H:R)", "KPSVH", {"K": "O", "P": "O", "S": "R", "V": "R", "H": "R"}),
        ("C(V,H)", "KPSVH", {"V": "C", "H": "C"}),
        ("R(K,V)", "KPS", {"K": "R"}),
    ],
)
def test_the_notation_of_the_index_system_is_read(notation, kinds, needs):
    assert reference.needs_of(notation, kinds) == needs


@pytest.mark.parametrize("kind", SchoolKind.values)
def test_the_schema_of_every_form_is_valid_json_schema(kind):
    form = schema.form(schema.current_version().pk, kind)

    jsonschema_rs.meta.validate(form.json_schema)
    assert form.json_schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "id_no" not in form.json_schema["properties"]["basic"]["properties"]
    assert set(form.json_schema["properties"]) == {subset.key for subset in form.subsets}


def test_a_form_asks_only_what_its_kind_of_school_is_asked():
    version = schema.current_version().pk

    assert schema.form(version, "H").field("basic", "supervisor").is_required
    assert schema.form(version, "P").field("basic", "supervisor") is None
    assert "rotation" not in schema.form(version, "V").by_key
    assert [s.key for s in schema.form(version, "K", ("basic", "contact")).subsets] == [
        "basic",
        "contact",
    ]


def test_a_form_is_compiled_once(django_assert_num_queries):
    version = schema.current_version().pk
    schema.forget_forms()

    with django_assert_num_queries(3):
        first = schema.form(version, "K")
    with django_assert_num_queries(0):
        assert schema.form(version, "K") is first


def test_drop_downs_leave_out_former_divisions():
    table = schema.form(schema.current_version().pk, "P").field("basic", "native_place").codes

    assert table.by_code["620824"] == "甘肃省平凉市华亭县"
    assert ("620824", "甘肃省平凉市华亭县") not in table.choices()
    assert ("620881", "甘肃省平凉市华亭市") in table.choices()
