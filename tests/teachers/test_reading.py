"""Values as clerks type them, or as a spreadsheet hands them over."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teachers import reading, schema
from teachers.enums import ValueType
from teachers.reading import Unreadable, read_value, show_value
from teachers.schema import Field


@pytest.fixture
def form(db) -> schema.Form:
    return schema.form(schema.current_version().pk, "P")


def plain(value_type: str, length: int | None = None, decimals: int = 0, key: str = "x") -> Field:
    return Field(key, "项", "Item", value_type, length, decimals, "O", None, "", "test")


TEXT = plain("C", 20)
DAY = plain("D")
MONTH = plain("YM")
YEAR = plain("Y", 4)
SCHOOL_YEAR = plain("Y", 9)
WHOLE = plain("I", 3)
MONEY = plain("N", 8, 2)


def read(field: Field, raw: object) -> object:
    """The value read, or the rule that says why not."""
    try:
        return read_value(field, raw)
    except Unreadable as unreadable:
        return unreadable.rule


@pytest.mark.parametrize("field", [TEXT, DAY, MONTH, YEAR, SCHOOL_YEAR, WHOLE, MONEY])
@pytest.mark.parametrize("raw", [None, "", "  ", "\u3000", "\u200b", "\t\n", float("nan")])
def test_an_empty_cell_is_no_value(field, raw):
    assert read_value(field, raw) is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("东乡族自治县教育局", "东乡族自治县教育局"),
        ("  第二  小学\n（本部） ", "第二 小学 （本部）"),
        ("Ａ０１２", "A012"),
        ("小学\u0000部\u200b", "小学部"),
        (1001, "1001"),
        (1001.0, "1001"),
        (13.5, "13.5"),
        (13912345678.0, "13912345678"),
        (datetime(2024, 3, 1), "2024-03-01"),
        (True, "not_text"),
        (6.201021985061e17, "digits_lost"),
        (620102198506150031, "digits_lost"),
        ("字" * 21, "too_long"),
        ("字" * 20, "字" * 20),
        ("\ud800坏", "坏"),
    ],
)
def test_text_is_cleaned_and_never_loses_digits(raw, value):
    assert read(TEXT, raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("马 晓兰", "马晓兰"),
        ("马　晓兰", "马晓兰"),
        ("Anna 李", "Anna 李"),
        ("John Smith", "John Smith"),
    ],
)
def test_padding_inside_a_chinese_name_is_taken_out(raw, value):
    assert read(plain("C", 36, key="name"), raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("６２２９２６１９９００２２８１０２０", "622926199002281020"),
        (" 11010519491231002x ", "11010519491231002X"),
        ("622926 19900228 1020", "622926199002281020"),
        ("622926900228102", "622926199002281020"),
        ("622926901328102", "622926901328102"),
        (622926900228102, "622926199002281020"),
        ("6.22926E+17", "digits_lost"),
        (6.2292619900228e17, "digits_lost"),
    ],
)
def test_identity_numbers_are_normalised(form, raw, value):
    assert read(form.field("basic", "id_no"), raw) == value


@pytest.mark.parametrize(
    "raw",
    [
        "2024-03-01",
        "2024-3-1",
        "2024/3/1",
        "2024.03.01",
        "2024年3月1日",
        "2024 年 3 月 1 日",
        "２０２４年３月１日",
        "2024年3月1号",
        "20240301",
        20240301,
        20240301.0,
        45352,
        45352.75,
        date(2024, 3, 1),
        datetime(2024, 3, 1, 8, 30),
        "2024-03-01 00:00:00",
        "2024-03-01T08:30:00",
    ],
)
def test_every_usual_spelling_of_a_day_is_read(raw):
    assert read(DAY, raw) == "2024-03-01"


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        ("2024-02-30", "not_a_date"),
        ("2023-02-29", "not_a_date"),
        ("2024-13-01", "not_a_date"),
        ("01/03/2024", "not_a_date"),
        ("24-03-01", "not_a_date"),
        ("昨天", "not_a_date"),
        ("1024-03-01", "not_a_date"),
        (3.5, "not_a_date"),
        (True, "not_a_date"),
        (date(1800, 1, 1), "not_a_date"),
        ("2024-03", "day_missing"),
        ("2024年3月", "day_missing"),
        ("202403", "day_missing"),
    ],
)
def test_what_is_no_day_is_refused(raw, rule):
    assert read(DAY, raw) == rule


@pytest.mark.parametrize(
    "raw",
    [
        "2024-03",
        "2024/3",
        "2024.03",
        "2024.3",
        "2024年3月",
        "2024年03月份",
        "202403",
        202403,
        202403.0,
        2024.03,
        date(2024, 3, 9),
        datetime(2024, 3, 1),
        "2024-03-09",
        "20240309",
        45352,
    ],
)
def test_every_usual_spelling_of_a_month_is_read(raw):
    assert read(MONTH, raw) == "2024-03"


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (2024.1, "month_ambiguous"),
        (2024.2, "month_ambiguous"),
        (20243, "month_ambiguous"),
        (2024.0, "not_a_month"),
        (2024, "not_a_month"),
        ("2024-13", "not_a_month"),
        ("202400", "not_a_month"),
        ("三月", "not_a_month"),
        (True, "not_a_month"),
        (2024.33, "not_a_month"),
    ],
)
def test_a_month_that_cannot_be_told_is_refused(raw, rule):
    assert read(MONTH, raw) == rule


def test_october_typed_as_a_number_is_never_taken_for_january():
    assert read(MONTH, 2024.10) == "month_ambiguous"
    assert read(MONTH, 2024.11) == "2024-11"
    assert read(MONTH, "2024.10") == "2024-10"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2024", "2024"),
        (2024, "2024"),
        (2024.0, "2024"),
        ("2024年", "2024"),
        ("2024年度", "2024"),
        (date(2024, 1, 1), "2024"),
        ("24", "not_a_year"),
        (2024.5, "not_a_year"),
        ("3024", "not_a_year"),
        ("٢٠٢٤", "not_a_year"),
    ],
)
def test_years_are_read(raw, value):
    assert read(YEAR, raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2025-2026", "2025-2026"),
        ("2025—2026学年", "2025-2026"),
        ("2025/2026", "2025-2026"),
        ("2025至2026学年度", "2025-2026"),
        ("2025-26", "2025-2026"),
        ("２０２５－２０２６", "2025-2026"),
        ("2025", "not_a_school_year"),
        (2025, "not_a_school_year"),
    ],
)
def test_school_years_are_read(raw, value):
    assert read(SCHOOL_YEAR, raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (14, 14),
        (14.0, 14),
        ("14", 14),
        ("１４", 14),
        ("1,400", 1400),
        (-1, -1),
        (14.5, "not_whole"),
        ("14.5", "not_whole"),
        ("十四", "not_a_number"),
        (True, "not_a_number"),
        ("1e3", "not_a_number"),
        (float("inf"), "not_a_number"),
    ],
)
def test_whole_numbers_are_read(raw, value):
    assert read(WHOLE, raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (98000, 98000),
        (98000.0, 98000),
        ("98,000.50元", 98000.5),
        ("¥ 98000.5", 98000.5),
        (4233.3333333, 4233.33),
        ("无", "not_a_number"),
        (date(2024, 1, 1), "not_a_number"),
    ],
)
def test_amounts_are_read_with_the_decimals_of_the_indicator(raw, value):
    assert read(MONEY, raw) == value


@pytest.mark.parametrize(
    ("set_key", "key", "raw", "value"),
    [
        ("basic", "sex", "2", "2"),
        ("basic", "sex", 2, "2"),
        ("basic", "sex", 2.0, "2"),
        ("basic", "sex", "女", "2"),
        ("basic", "sex", "女性", "2"),
        ("basic", "sex", "2-女性", "2"),
        ("basic", "sex", "2-女", "2"),
        ("basic", "sex", "1-女性", "unknown_code"),
        ("basic", "sex", "3", "unknown_code"),
        ("basic", "sex", 1.5, "unknown_code"),
        ("basic", "ethnic", 1, "01"),
        ("basic", "ethnic", "１", "01"),
        ("basic", "ethnic", "26-东乡族", "26"),
        ("basic", "ethnic", "26 东乡族", "26"),
        ("basic", "ethnic", "26－东乡族", "26"),
        ("basic", "ethnic", "Dongxiang", "26"),
        ("basic", "nationality", 4, "004"),
        ("basic", "category", "专任教师-小学专任教师", "04"),
        ("basic", "category", "04-专任教师-小学专任教师", "04"),
        ("basic", "category", "04-专任教师-班主任", "unknown_code"),
        ("basic", "id_type", "a", "A"),
        ("basic", "in_establishment", "是", "1"),
        ("basic", "in_establishment", True, "1"),
        ("basic", "in_establishment", "不在编", "0"),
        ("basic", "special_trained", "√", "1"),
        ("basic", "native_place", "甘肃省临夏回族自治州东乡族自治县", "622926"),
        ("basic", "native_place", 622926, "622926"),
        ("post", "school_position", 0, "00"),
        ("learning", "education", "本科", "21"),
        ("basic", "political", "群众", ["13"]),
        ("basic", "political", "中共党员、民盟盟员", ["01", "05"]),
        ("basic", "political", "05,01,05", ["01", "05"]),
        ("basic", "political", 13, ["13"]),
        ("basic", "political", ["05", "01"], ["01", "05"]),
        ("basic", "political", [], None),
        ("basic", "political", "群众;不知道", "unknown_code"),
        ("teaching", "course", "03-语文、04-数学", ["03", "04"]),
        ("pay", "benefits", "1/2/6", ["1", "2", "6"]),
    ],
)
def test_codes_names_and_both_together_are_read(form, set_key, key, raw, value):
    assert read(form.field(set_key, key), raw) == value


def test_an_unreadable_value_is_named_in_both_languages(form):
    with pytest.raises(Unreadable) as caught:
        read_value(form.field("basic", "ethnic"), "火星族")

    assert caught.value.params == {
        "field": "民族",
        "field_en": "Ethnic group",
        "value": "火星族",
        "list": "民族",
        "list_en": "Ethnic groups",
    }


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_code_of_every_list_is_read_again_as_it_is_shown(form, language):
    coded = [item for item in form.fields() if item.codes]
    for field in {item.codes.key: item for item in coded}.values():
        for code, _name in field.codes.choices():
            value = [code] if field.value_type == ValueType.CODES else code
            assert read_value(field, show_value(field, value, language)) == value
            assert read_value(field, code) == value
            assert read_value(field, f"{code}-{field.codes.by_code[code]}") == value


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_day_shown_is_read_again(day):
    for raw in (day, day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}"):
        assert read_value(DAY, raw) == day.isoformat()
        assert read_value(MONTH, raw) == f"{day:%Y-%m}"
    assert show_value(DAY, read_value(DAY, day)) == day.isoformat()


@given(st.integers(0, 99_999_999))
def test_an_amount_shown_is_read_again(cents):
    value = read_value(MONEY, cents / 100)

    assert read_value(MONEY, show_value(MONEY, value)) == value
    assert read_value(MONEY, value) == value


@given(st.text(max_size=30))
def test_text_once_read_stays_as_it_is(raw):
    value = read(plain("C", 60), raw)

    assert value is None or read(plain("C", 60), value) == value
    assert value is None or (isinstance(value, str) and "\x00" not in value)


@given(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.dates(), st.datetimes()
    )
)
def test_no_cell_whatever_makes_reading_fail_otherwise_than_by_refusing(raw):
    for field in (TEXT, DAY, MONTH, YEAR, SCHOOL_YEAR, WHOLE, MONEY):
        read(field, raw)


def test_values_are_shown_in_the_language_of_the_reader(form):
    political, pay = form.field("basic", "political"), form.field("pay", "annual_pay")

    assert show_value(political, ["01", "05"]) == "中国共产党党员、中国民主同盟盟员"
    assert show_value(form.field("basic", "ethnic"), "26", "en") == "Dongxiang"
    assert show_value(pay, 98000.5) == "98,000.50"
    assert show_value(pay, None) == ""
    assert reading.show_value(form.field("basic", "name"), "马晓兰") == "马晓兰"
