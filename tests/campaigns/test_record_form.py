"""The form of one person: generated, never written per field."""

import pytest
from django.http import QueryDict

from campaigns import actions
from campaigns.forms import BLANK_ROW, RecordForm
from teachers import schema
from teachers.enums import Need, SchoolKind
from teachers.models import IndexVersion
from tests.campaigns import people


def posted(bound_or_new: RecordForm, **changes) -> QueryDict:
    """What a browser would send back for the form as shown, with some fields changed."""
    data = QueryDict(mutable=True)
    for bound in bound_or_new:
        if bound.field.disabled:
            continue
        value = bound.value()
        if isinstance(value, list):
            data.setlist(bound.html_name, value)
        elif value is True:
            data[bound.html_name] = "on"
        elif value not in (None, "", False):
            shown = getattr(bound.field.widget, "format_value", str)(value)
            data[bound.html_name] = shown[0] if isinstance(shown, list) else str(shown)
    for name, value in changes.items():
        data[name.replace("__", "-")] = value
    return data


def sent(form, data, **kwargs) -> RecordForm:
    bound = RecordForm(form, data=data, **kwargs)
    assert bound.is_valid(), bound.errors
    return bound


def test_a_recorded_document_comes_back_unchanged(form, enter, submission):
    record = enter(1)[0]
    kwargs = {"document": record.data, "mask": record.identity_mask}

    bound = sent(form, posted(RecordForm(form, seen_at=record.entered_at, **kwargs)), **kwargs)

    assert bound.document() == record.data
    assert (bound.identity, bound.identity_type) == ("", "1")
    assert bound.seen_at == record.entered_at


@pytest.mark.parametrize("kind", SchoolKind.values)
def test_every_form_shows_all_its_indicators(db, kind):
    form = schema.form(IndexVersion.objects.get(code="2026").pk, kind)

    sections = RecordForm(form, document={"learning": [{"education": "21"}]}).sections()

    assert [section.key for section in sections] == [subset.key for subset in form.subsets]
    basic = sections[0]
    assert [bound.field.indicator.key for bound in basic.rows[0].fields] == [
        item.key for item in form.subsets[0].fields
    ]
    assert len(sections[1].rows) == 1
    for section in sections:
        assert (section.blank is None) == (not section.subset.repeating)


def test_rendering_says_what_is_required_and_derived(form):
    page = RecordForm(form)

    assert page["basic-sex"].field.asked == Need.REQUIRED
    assert page["basic-top_education"].field.disabled
    assert 'type="month"' in str(page["basic-work_start"])
    assert 'type="date"' in str(page["basic-birth_date"])
    assert '<option value="03">03-回族</option>' in str(page["basic-ethnic"])
    assert 'list="codes-gb2260_china"' in str(page["basic-native_place"])
    assert "gb2260_china" in [table.key for table in page.datalists()]


def test_a_long_list_reads_what_it_shows(form):
    data = posted(RecordForm(form), basic__id_no=people.card(1))
    data["basic-native_place"] = "622926-甘肃省临夏回族自治州东乡族自治县"

    bound = RecordForm(form, data=data)

    assert bound.is_valid(), bound.errors
    assert bound.document()["basic"]["native_place"] == "622926"


def test_rows_are_added_changed_and_removed(form, enter):
    record = enter(1)[0]
    kwargs = {"document": record.data, "mask": record.identity_mask}
    data = posted(RecordForm(form, **kwargs), **{"learning-rows": "3"})
    data["learning-1-education"] = "31"
    data["learning-1-edu_school"] = "临夏师范学校"

    bound = sent(form, data, **kwargs)

    assert bound.document()["learning"] == [
        *record.data["learning"],
        {"education": "31", "edu_school": "临夏师范学校"},
    ]
    data["learning-0-remove"] = "on"
    assert [row["education"] for row in sent(form, data, **kwargs).document()["learning"]] == ["31"]


def test_the_blank_row_has_the_names_of_a_new_row(form):
    learning = RecordForm(form).sections()[1]

    names = [bound.html_name for bound in learning.blank.fields]

    assert names[0] == f"learning-{BLANK_ROW}-education"
    assert len(names) == len(learning.subset.fields)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("basic-ethnic", "汉人"),
        ("basic-birth_date", "1975-02-30"),
        ("basic-native_place", "某地"),
        ("basic-political", "99"),
        ("contact-mobile", "1" * 50),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(form, name, value):
    data = QueryDict(mutable=True)
    data["basic-id_no"] = people.card(1)
    data[name] = value

    bound = RecordForm(form, data=data)

    assert not bound.is_valid()
    assert list(bound.errors) == [name]
    assert value[:20] in str(bound.errors)


def test_an_incomplete_record_may_be_sent(form):
    data = QueryDict(mutable=True)
    data["basic-id_no"] = people.card(1)
    data["basic-name"] = "马兰"

    assert sent(form, data).document() == {"basic": {"name": "马兰"}}


def test_a_new_record_needs_a_number(form):
    bound = RecordForm(form, data=QueryDict("basic-name=x"))

    assert list(bound.errors) == ["basic-id_no"]


@pytest.mark.parametrize("rows", ["-1", "1e3", "999999999", "٣", ""])
def test_a_forged_number_of_rows_is_bounded(form, rows):
    data = QueryDict(mutable=True)
    data["basic-id_no"] = people.card(1)
    data["learning-rows"] = rows

    bound = RecordForm(form, data=data)

    assert len(bound.sections()[1].rows) <= 60


def test_one_page_may_show_some_sub_sets_and_keeps_the_others(form, enter):
    record = enter(1)[0]
    kwargs = {"document": record.data, "mask": record.identity_mask, "only": ("contact",)}
    data = posted(RecordForm(form, **kwargs), **{"contact-mobile": "19911112222"})

    bound = sent(form, data, **kwargs)

    assert bound.document() == {**record.data, "contact": {"mobile": "19911112222"}}


def test_read_only_values_cannot_be_forged(db, cast):
    form = schema.form(IndexVersion.objects.get(code="2026").pk, "P")
    recorded = {"qualification": [{"kind": "2", "first_reg_result": "1"}]}
    data = posted(RecordForm(form, document=recorded, mask="*"))
    data["qualification-0-first_reg_result"] = "2"
    data["qualification-0-kind"] = "3"

    bound = RecordForm(form, data=data, document=recorded, mask="*")
    bound.is_valid()

    assert bound.document()["qualification"] == [{"kind": "3", "first_reg_result": "1"}]


def test_what_the_form_gives_is_what_the_action_takes(form, submission, clerk):
    data = posted(RecordForm(form, document=people.document(1)), **{"basic-id_no": people.card(1)})
    bound = sent(form, data)

    record = actions.save_record(
        submission=submission,
        data=bound.document(),
        identity=bound.identity,
        identity_type=bound.identity_type,
        **clerk,
    )

    assert record.findings.count() == 0
