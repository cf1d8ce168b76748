"""What holds of every kind: numbers that never change, both languages, sizes, and no Django."""

import subprocess
import sys

import cbor2
import pytest

from collection.catalogue import BY_NUMBER, KINDS, Refused, UnknownKind, kind
from collection.catalogue.invented import invented_person
from collection.catalogue.words import Text
from tests.collection.catalogue.tables import TODAY

# Sealed packs name their fields by these numbers. A number is never changed and never given to another kind.
PINNED = {
    "name": (1, "core"),
    "resident_id": (2, "identity"),
    "mobile": (3, "core"),
    "address": (4, "core"),
    "sex": (5, "core"),
    "birth_date": (6, "identity"),
    "guardian": (7, "core"),
    "plate": (8, "core"),
    "visit_reason": (9, "core"),
    "person_visited": (10, "core"),
    "body_temperature": (11, "health"),
    "symptoms": (12, "health"),
    "region_stay": (13, "location"),
    "special_needs": (14, "health"),
    "household_size": (15, "core"),
    "bed": (16, "core"),
}
EVERY = pytest.mark.parametrize("each", KINDS.values(), ids=KINDS)


def test_numbers_and_categories_are_pinned():
    assert {code: (each.number, each.category) for code, each in KINDS.items()} == PINNED
    assert len(BY_NUMBER) == len(KINDS)


def test_an_unknown_kind_is_refused_without_repeating_it():
    with pytest.raises(UnknownKind) as refused:
        kind("13800001234")
    assert "138" not in str(refused.value)


@EVERY
def test_every_text_is_there_in_both_languages(each):
    texts = [each.label, each.why, *(choice.text for choice in each.choices), *(part.label for part in each.parts)]
    texts += [each.effect] if each.sensitive else []
    assert all(text.in_("zh-hans") and text.in_("en") and text.in_("zh-hans") != text.in_("en") for text in texts)
    assert bool(each.effect) == each.sensitive == bool(each.sensitive_source)
    assert each.traps


@EVERY
def test_forbidden_words_do_not_occur(each):
    shown = " ".join(text.zh for text in (each.label, each.why, each.effect))
    assert not any(word in shown for word in ("留存期限", "家长", "采集", "隐私", "脱敏", "查询", "冻结"))


@EVERY
def test_choice_codes_and_parts_are_unique(each):
    for codes in ([choice.code for choice in each.choices], [part.code for part in each.parts]):
        assert len(set(codes)) == len(codes)


@EVERY
def test_no_answer_is_larger_than_it_promises(each):
    for seed in range(20):
        value = each.clean(invented_person(seed, child=True)[each.code], options={}, today=TODAY)
        assert value is None or len(cbor2.dumps({each.number: value})) - 1 <= each.max_bytes()


def test_the_sizes_are_known_so_that_a_bucket_never_grows_by_accident():
    assert {code: each.max_bytes() for code, each in KINDS.items()} == {
        "name": 260, "resident_id": 20, "mobile": 16, "address": 446, "sex": 10, "birth_date": 12, "guardian": 294,
        "plate": 16, "visit_reason": 10, "person_visited": 282, "body_temperature": 6, "symptoms": 55,
        "region_stay": 268, "special_needs": 129, "household_size": 10, "bed": 51,
    }  # fmt: skip


@EVERY
def test_a_blank_answer_is_refused_and_can_be_recognised(each):
    for raw in (None, "", " \u3000", [], [""], {}, {"door": " ", "name": None}):
        assert each.blank(raw)
        with pytest.raises(Refused, match="fill this in"):
            each.clean(raw, options={}, today=TODAY)


@EVERY
def test_a_level_that_is_not_there_is_an_error_and_the_last_tells_nothing(each):
    value = each.largest()
    assert each.levels[-1] == "all"
    assert (
        each.generalise(value, len(each.levels) - 1, today=TODAY) == each.generalise(value, "all", today=TODAY) == "*"
    )
    with pytest.raises(ValueError, match="no level"):
        each.generalise(value, "street", today=TODAY)


def test_indexes_are_few():
    assert [code for code, each in KINDS.items() if each.indexed] == ["resident_id", "mobile"]
    assert [code for code, each in KINDS.items() if each.indexed_when_asked] == ["name", "address", "plate"]


def test_a_text_speaks_two_languages():
    text = Text("姓名", "Name")
    assert [text.in_("zh-hans"), text.in_("zh-CN"), text.in_("en"), str(text)] == ["姓名", "姓名", "Name", "Name"]


def test_the_room_knows_no_django():
    script = (
        "import sys, collection.catalogue.invented; print({'django', 'celery', 'rest_framework'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
