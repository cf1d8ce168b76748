"""Resident IDs, dates of birth, sex, and years of age."""

from datetime import date, datetime

import pytest

from collection.catalogue import KINDS
from collection.catalogue.ages import age_band, birth_year_band, full_years
from collection.catalogue.kinds.identity import check_character
from tests.collection.catalogue.tables import TODAY, clean, refusal, wide

RESIDENT, BIRTH = KINDS["resident_id"], KINDS["birth_date"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("11010519491231002X", "11010519491231002X"),
        ("11010519491231002x", "11010519491231002X"),
        (wide("11010519491231002x"), "11010519491231002X"),
        (" 110105 19491231 002X ", "11010519491231002X"),
        ("110105-19491231-002X", "11010519491231002X"),
        ("110105491231002", "11010519491231002X"),
        (110105491231002, "11010519491231002X"),
        ("810000199408230021", "810000199408230021"),
        ("820000199001010010", "820000199001010010"),
        ("830000199201300022", "830000199201300022"),
        ("990001200002290024", "990001200002290024"),
    ],
)
def test_a_resident_id_is_read_as_printed(raw, value):
    """11010519491231002X is the example that GB 11643 prints."""
    assert clean("resident_id", raw) == value


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("110105194912310021", "check_digit"),
        ("11010519491231002", "shape"),
        ("1101051949123100X2", "shape"),
        ("01010519491231002X", "shape"),
        ("11010519491331002X", "check_digit"),
        ("E12345678", "shape"),
        ("990001901307889", "birth"),
        ("990001900229889", "birth"),
        ("99000120270101001X", "check_digit"),
        ({"a": 1}, "not_text"),
    ],
)
def test_a_wrong_resident_id_is_refused(raw, code):
    assert refusal("resident_id", raw) == code


def test_a_birth_in_the_future_or_before_1900_is_refused_inside_the_number_too():
    for born in ("20270101", "18991231", "20250229"):
        first = f"990001{born}001"
        assert refusal("resident_id", first + check_character(first)) == "birth"


def test_a_resident_id_shows_its_last_four_only():
    assert RESIDENT.mask("11010519491231002X") == "**************002X"
    assert RESIDENT.generalise("11010519491231002X", "province", today=TODAY) == "11"


def test_a_resident_id_knows_birth_and_sex():
    assert RESIDENT.birth("11010519491231002X") == date(1949, 12, 31)
    assert RESIDENT.sex("990001199003078898") == "male"
    assert RESIDENT.sex("810000199408230021") == "female"


@pytest.mark.parametrize(
    "raw",
    [
        "1980-02-29", "19800229", "1980/2/29", "1980.2.29", "1980年2月29日", wide("1980-02-29"), " 1980-2-29 ",
        19800229, {"year": "1980", "month": "2", "day": "29"}, {"year": 1980, "month": 2, "day": 29}, date(1980, 2, 29),
        datetime(1980, 2, 29, 12),
    ],
)  # fmt: skip
def test_a_date_of_birth_is_read_in_the_ways_people_write_it(raw):
    assert clean("birth_date", raw) == "1980-02-29"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("1981-02-29", "no_date"),
        ("1980-13-01", "no_date"),
        ("80-01-01", "no_date"),
        ("yesterday", "no_date"),
        ("2026-07-02", "future"),
        ("1899-12-31", "too_early"),
        ({"year": "1980", "month": "2"}, "not_text"),
        ({"year": "1980", "month": "2", "day": ""}, "no_date"),
        (["1980"], "not_text"),
        (True, "not_text"),
    ],
)
def test_what_is_no_date_of_birth_is_refused(raw, code):
    assert refusal("birth_date", raw) == code


def test_today_and_the_first_of_1900_are_dates_of_birth():
    assert clean("birth_date", "2026-07-01") == "2026-07-01"
    assert clean("birth_date", "1900-01-01") == "1900-01-01"


def test_a_date_of_birth_is_shown_and_masked():
    assert BIRTH.display("1980-02-29", "zh-hans") == "1980年2月29日"
    assert BIRTH.display("1980-02-29", "en") == "1980-02-29"
    assert BIRTH.mask("1980-02-29") == "1980-**-**"


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(2012, 7, 1), date(2026, 6, 30), 13),
        (date(2012, 7, 1), date(2026, 7, 1), 13),
        (date(2012, 7, 1), date(2026, 7, 2), 14),
        (date(2012, 2, 29), date(2026, 2, 28), 13),
        (date(2012, 2, 29), date(2026, 3, 1), 14),
        (date(2026, 7, 1), date(2026, 7, 1), -1),
    ],
)
def test_a_year_is_complete_on_the_day_after_the_birthday(born, on, years):
    assert full_years(born, on) == years
    assert BIRTH.under_14(born.isoformat(), on) == (years < 14)


def test_only_what_tells_an_age_says_who_is_a_child():
    assert RESIDENT.under_14("11010519491231002X", TODAY) is False
    assert KINDS["guardian"].under_14({}, TODAY) is True
    assert KINDS["name"].under_14("张三", TODAY) is None


@pytest.mark.parametrize(
    ("born", "band"),
    [("2026-06-01", "0-13"), ("2012-07-01", "0-13"), ("2012-06-30", "14-19"), ("2000-01-01", "20-29"),
     ("1947-01-01", "70-79"), ("1930-01-01", "80+")],
)  # fmt: skip
def test_bands_of_ages(born, band):
    assert BIRTH.age_band(born, TODAY) == age_band(date.fromisoformat(born), TODAY) == band


def test_bands_of_birth_years_nest():
    for year in range(1900, 2027):
        five, ten = (birth_year_band(year, width, TODAY) for width in (5, 10))
        same_five = [other for other in range(1900, 2027) if birth_year_band(other, 5, TODAY) == five]
        assert {birth_year_band(other, 10, TODAY) for other in same_five} == {ten}
    assert BIRTH.generalise("1983-05-06", "year", today=TODAY) == "1983"
    assert BIRTH.generalise("1983-05-06", 1, today=TODAY) == "1980-1984"
    assert BIRTH.generalise("1983-05-06", "years_10", today=TODAY) == "1980-1989"
    assert BIRTH.generalise("2020-05-06", "years_5", today=TODAY) == "≥2012"
    assert BIRTH.generalise("1920-05-06", "years_5", today=TODAY) == "≤1940"


def test_everybody_in_the_children_s_band_or_above_is_where_the_law_puts_them():
    for year in (2010, 2011, 2012, 2013):
        could_be_child = full_years(date(year, 12, 31), TODAY) < 14
        assert could_be_child <= (birth_year_band(year, 5, TODAY) == "≥2012")


def test_sex_is_picked():
    assert clean("sex", "female") == "female"
    assert refusal("sex", "女") == "not_in_list"
    assert KINDS["sex"].display("female", "zh-hans") == "女"
    assert KINDS["sex"].mask("female") == "*"
