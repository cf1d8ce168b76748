"""Doors, beds, households, plates, and what a gate asks a visitor."""

import pytest

from collection.catalogue import KINDS
from collection.catalogue.doors import masked_label
from tests.collection.catalogue.tables import DOORS, TODAY, clean, refusal, wide

ADDRESS, VISITED, PLATE = KINDS["address"], KINDS["person_visited"], KINDS["plate"]


@pytest.mark.parametrize("raw", ["d-1", "3·2·501", {"door": "d-1"}, {"door": "3·2·501", "detail": ""}])
def test_a_door_is_picked_by_id_or_label(raw):
    assert clean("address", raw, doors=DOORS) == {"i": "d-1", "d": "3·2·501"}


def test_a_door_outside_the_list_is_refused():
    assert refusal("address", "9·9·901", doors=DOORS) == "not_in_list"
    assert refusal("address", {"detail": "x"}, doors=DOORS) == "not_text"
    assert refusal("address", "***") == "not_in_list"


def test_without_a_list_the_label_alone_is_kept():
    assert clean("address", {"door": "3·2·501"}) == {"d": "3·2·501"}


def test_a_detail_is_refused_unless_the_standard_allows_it():
    raw = {"door": "d-1", "detail": "东侧小院"}
    assert refusal("address", raw, doors=DOORS) == "detail.no_detail"
    value = clean("address", raw, doors=DOORS, detail=True)
    assert value == {"i": "d-1", "d": "3·2·501", "t": "东侧小院"}
    assert ADDRESS.mask(value) == "3·2·5** **"
    assert ADDRESS.display(value, "en") == "3·2·501 东侧小院"
    assert ADDRESS.generalise(value, "building", today=TODAY) == "3"


@pytest.mark.parametrize(
    ("label", "mask"), [("3·2·501", "3·2·5**"), ("3·2·5", "3·2·*"), ("501", "5**"), ("5", "*"), ("3-", "**")]
)
def test_a_door_s_mask_hides_the_last_part(label, mask):
    assert masked_label(label) == mask


def test_a_label_without_parts_has_no_building_to_tell():
    assert ADDRESS.generalise({"d": "501"}, "building", today=TODAY) == "*"


def test_doors_that_are_written_differently_give_one_token():
    assert ADDRESS.normalise({"d": "3·2·501"}) == ADDRESS.normalise({"i": "x", "d": "3-2-501"}) == "3·2·501"
    assert ADDRESS.normalise({"d": "3·2·501"}) != ADDRESS.normalise({"d": "32·501"})


@pytest.mark.parametrize(
    ("raw", "value", "mask"),
    [
        ("d-1", {"i": "d-1", "d": "3·2·501"}, "3·2·5**"),
        ({"door": "3·2·502"}, {"i": "d-2", "d": "3·2·502"}, "3·2·5**"),
        ("李雷", {"n": "李雷"}, "李*"),
        ({"name": "李雷"}, {"n": "李雷"}, "李*"),
    ],
)
def test_a_visitor_names_a_door_or_a_person(raw, value, mask):
    assert clean("person_visited", raw, doors=DOORS) == value
    assert VISITED.mask(value) == mask


def test_a_visitor_who_names_neither_is_refused():
    assert refusal("person_visited", {"door": "", "name": "12345"}) == "no_letter"
    assert refusal("person_visited", "9·9·901", doors=DOORS) == "not_in_list"
    assert refusal("person_visited", {"other": "x"}) == "empty"


@pytest.mark.parametrize(
    ("raw", "value", "mask"),
    [
        ("京A12345", "京A12345", "京A***45"),
        ("京a·12345", "京A12345", "京A***45"),
        ("粤 B D12345", "粤BD12345", "粤B****45"),
        ("沪A12345D", "沪A12345D", "沪A****5D"),
        ("京" + wide("a12345"), "京A12345", "京A***45"),
        ("京A1234警", "京A1234警", "京A***4警"),
        ("粤Z1234港", "粤Z1234港", "粤Z***4港"),
        ("粤Z1234澳", "粤Z1234澳", "粤Z***4澳"),
        ("京A1234学", "京A1234学", "京A***4学"),
        ("沪A1234领", "沪A1234领", "沪A***4领"),
        ("224578使", "224578使", "22***8使"),
        ("使224578", "使224578", "使2***78"),
        ("京S1234应急", "京S1234应急", "京S****应急"),
    ],
)
def test_a_plate_is_kept_in_capitals(raw, value, mask):
    assert clean("plate", raw) == value
    assert PLATE.mask(value) == mask


@pytest.mark.parametrize(
    ("raw", "code"),
    [("京AO2345", "i_or_o"), ("京A1I345", "i_or_o"), ("京12345", "not_a_plate"), ("X A12345", "not_a_plate"),
     ("京A123456", "not_a_plate"), ("空A12345", "not_a_plate"), ("WJ京1234", "not_a_plate"), (5, "not_a_plate")],
)  # fmt: skip
def test_what_is_no_plate_is_refused(raw, code):
    assert refusal("plate", raw) == code


def test_a_plate_tells_its_province_at_most():
    assert PLATE.generalise("京A12345", "province", today=TODAY) == "京"
    assert PLATE.generalise("224578使", "province", today=TODAY) == "*"


def test_a_reason_is_picked_from_what_the_standard_offers():
    assert clean("visit_reason", "repair") == "repair"
    assert refusal("visit_reason", "repair", choices=["family"]) == "not_in_list"
    assert refusal("visit_reason", "我来看病") == "not_in_list"
    assert KINDS["visit_reason"].display("family", "zh-hans") == "探亲访友"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ({"people": "4", "children": "1"}, {"p": 4, "c": 1}),
        ({"people": 4, "children": ""}, {"p": 4}),
        ({"people": "4", "children": 0}, {"p": 4, "c": 0}),
        ("3", {"p": 3}),
        (1, {"p": 1}),
    ],
)
def test_a_household_is_counted(raw, value):
    assert clean("household_size", raw) == value


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"people": "0"}, "people.count"),
        ({"people": "31"}, "people.count"),
        ({"people": "-1"}, "people.count"),
        ({"people": "2", "children": "3"}, "children.children"),
        ({"people": "2", "children": "x"}, "children.count"),
        ({"children": "1"}, "people.count"),
        ("many", "people.count"),
    ],
)
def test_what_is_no_household_is_refused(raw, code):
    assert refusal("household_size", raw) == code


def test_a_household_s_words_and_bands():
    household = KINDS["household_size"]
    assert household.display({"p": 4, "c": 1}, "zh-hans") == "4 人，其中不满十四周岁 1 人"
    assert household.display({"p": 4}, "en") == "4 people"
    sizes = {people: household.generalise({"p": people}, "size", today=TODAY) for people in (1, 3, 4, 5, 12)}
    assert sizes == {1: "1", 3: "3", 4: "4", 5: "5+", 12: "5+"}
    assert household.generalise({"p": 3}, "band", today=TODAY) == "3-4"


def test_a_bed_is_a_short_label():
    assert clean("bed", " A-12 ") == "A-12"
    assert clean("bed", 7) == "7"
    assert KINDS["bed"].mask("A-12") == "A***"
    assert KINDS["bed"].mask("7") == "*"
    assert refusal("bed", "A-12", beds=["A-13"]) == "not_in_list"
    assert refusal("bed", "A" * 13) == "too_long"
    assert refusal("bed", "--") == "odd_bed"
