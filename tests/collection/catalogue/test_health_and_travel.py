"""Temperatures that leave nothing, symptoms, needs, and stays in named regions."""

import pytest

from collection.catalogue import KINDS
from tests.collection.catalogue.tables import REGIONS, TODAY, clean, refusal, wide

TEMPERATURE, STAY = KINDS["body_temperature"], KINDS["region_stay"]


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("36.5", None), ("37.3", None), ("37.4", "37.4"), ("37,8", "37.8"), ("37。8", "37.8"), (wide("37.8"), "37.8"),
        ("38", "38.0"), ("37.8℃", "37.8"), ("37.8 °C", "37.8"), ("37.8度", "37.8"), (37.8, "37.8"), (38, "38.0"),
        ("37.34", None), ("37.35", "37.4"), ("34", None), ("43", "43.0"),
    ],
)  # fmt: skip
def test_only_a_temperature_above_the_threshold_leaves_data(raw, kept):
    assert clean("body_temperature", raw) == kept


def test_the_standard_sets_the_threshold():
    assert clean("body_temperature", "37.3", threshold=37.2) == "37.3"
    assert clean("body_temperature", "37.8", threshold="38.0") is None


@pytest.mark.parametrize(
    ("raw", "code"),
    [("365", "not_a_temperature"), ("high", "not_a_temperature"), ("33.9", "range"), ("43.1", "range"),
     ("97.9", "range"),      (float("nan"), "not_a_temperature"), (True, "not_text"), ("-37.8", "not_a_temperature")],
)  # fmt: skip
def test_what_is_no_temperature_is_refused(raw, code):
    assert refusal("body_temperature", raw) == code


def test_a_temperature_is_shown_masked_and_banded():
    assert TEMPERATURE.display("37.8", "en") == "37.8 ℃"
    assert TEMPERATURE.mask("37.8") == "**.*"
    assert TEMPERATURE.generalise("37.8", "half_degree", today=TODAY) == "37.5-37.9"
    assert TEMPERATURE.generalise("37.8", "fever", today=TODAY) == "<38.0"
    assert TEMPERATURE.generalise("38.0", "fever", today=TODAY) == "≥38.0"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (["cough", "fever"], ["fever", "cough"]),
        (["fever", "fever", ""], ["fever"]),
        ("fever", ["fever"]),
        (["none"], None),
        ("none", None),
    ],
)
def test_symptoms_are_picked_and_being_well_leaves_nothing(raw, value):
    assert clean("symptoms", raw) == value


def test_symptoms_outside_the_list_are_refused():
    assert refusal("symptoms", ["fever", "none"]) == "contradiction"
    assert refusal("symptoms", ["headache"]) == "not_in_list"
    assert refusal("symptoms", [["fever"]]) == "not_in_list"
    assert refusal("symptoms", ["fever"] * 1000) == "not_text"
    assert refusal("symptoms", ["cough"], choices=["fever", "none"]) == "not_in_list"


def test_needs_are_shown_in_words_and_counted_when_coarse():
    needs, value = KINDS["special_needs"], clean("special_needs", ["infant_food", "wheelchair"])
    assert needs.display(value, "zh-hans") == "轮椅、婴儿食品"
    assert needs.display(value, "en") == "Wheelchair, Infant food"
    assert needs.mask(value) == "**"
    assert [needs.generalise(value, level, today=TODAY) for level in (0, 1, 2)] == ["wheelchair infant_food", "2+", "*"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("no", {"s": False}),
        (False, {"s": False}),
        ({"stayed": "no", "regions": []}, {"s": False}),
        ({"stayed": "yes", "regions": ["420100", "110114"]}, {"s": True, "r": ["110114", "420100"]}),
        ({"stayed": True, "regions": "420100"}, {"s": True, "r": ["420100"]}),
        (["110114"], {"s": True, "r": ["110114"]}),
    ],
)
def test_a_stay_is_yes_or_no_and_which(raw, value):
    assert clean("region_stay", raw, regions=REGIONS, days=14) == value


def test_a_yes_to_a_single_region_names_it():
    assert clean("region_stay", "yes", regions={"420100": "武汉市"}) == {"s": True, "r": ["420100"]}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("yes", "regions.which_region"),
        ({"stayed": "no", "regions": ["420100"]}, "regions.contradiction"),
        ({"stayed": "yes", "regions": ["999999"]}, "regions.not_in_list"),
        ("perhaps", "stayed.not_text"),
        (1.5, "stayed.not_text"),
    ],
)
def test_an_unclear_stay_is_refused(raw, code):
    assert refusal("region_stay", raw, regions=REGIONS) == code


def test_a_stay_is_shown_by_name_where_the_item_is_known():
    value = {"s": True, "r": ["110114", "420100"]}
    assert STAY.display(value, "zh-hans", options={"regions": REGIONS}) == "有：昌平区、武汉市"
    assert STAY.display(value, "en") == "Yes: 110114, 420100"
    assert STAY.display({"s": False}, "zh-hans") == "没有"
    assert [STAY.generalise(value, level, today=TODAY) for level in ("count", "stayed")] == ["2+", "yes"]
    assert [STAY.generalise({"s": False}, level, today=TODAY) for level in ("count", "stayed")] == ["0", "no"]
