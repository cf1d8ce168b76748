"""Mobile numbers and guardians."""

import pytest

from collection.catalogue import KINDS, Refused
from tests.collection.catalogue.tables import clean, refusal, wide

MOBILE, GUARDIAN = KINDS["mobile"], KINDS["guardian"]
MOTHER = {"name": "张三", "relationship": "mother", "phone": "138 0000 1234"}


@pytest.mark.parametrize(
    "raw",
    [
        "13800001234", " 138 0000 1234 ", "138-0000-1234", "+8613800001234", "+86 138 0000 1234", "0086 13800001234",
        wide("138 0000 1234"), wide("+8613800001234"), "+86(138)00001234", "8613800001234", 13800001234,
    ],
)  # fmt: skip
def test_a_mobile_number_is_kept_in_one_form(raw):
    assert clean("mobile", raw) == "+8613800001234"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("010-12345678", "landline"),
        ("0571-87654321", "landline"),
        ("12345678901", "not_mobile"),
        ("1380000123", "not_mobile"),
        ("138000012345", "not_mobile"),
        ("10086", "not_mobile"),
        ("4001234567", "not_mobile"),
        ("+85291234567", "abroad"),
        ("+1 202 555 0123", "abroad"),
        ("1380000CALL", "not_mobile"),
        ("13800001234 ext. 5", "not_mobile"),
        ("13800001234;phone-context=x", "not_mobile"),
        (True, "not_text"),
        (["13800001234"], "not_text"),
    ],
)
def test_what_is_no_mobile_number_is_refused_in_its_own_words(raw, code):
    assert refusal("mobile", raw) == code


def test_a_mobile_number_is_shown_and_masked():
    assert MOBILE.mask("+8613800001234") == "138****1234"
    assert MOBILE.display("+8613800001234", "en") == "138 0000 1234"
    assert MOBILE.normalise("+8613800001234") == "+8613800001234"


def test_a_guardian_is_a_name_a_relationship_and_a_phone():
    value = clean("guardian", MOTHER)
    assert value == {"n": "张三", "r": "mother", "p": "+8613800001234"}
    assert GUARDIAN.mask(value) == "张* 138****1234"
    assert GUARDIAN.display(value, "zh-hans") == "张三 (母亲) 138 0000 1234"
    assert GUARDIAN.normalise(value) == "+8613800001234"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": ""}, "name.empty"),
        ({"relationship": "neighbour"}, "relationship.not_in_list"),
        ({"phone": "010-12345678"}, "phone.landline"),
    ],
)
def test_a_guardian_s_refusal_says_which_part(change, code):
    assert refusal("guardian", MOTHER | change) == code


def test_a_guardian_is_no_text():
    with pytest.raises(Refused):
        clean("guardian", "张三 13800001234")
