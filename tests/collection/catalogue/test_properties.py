"""What must hold whatever is typed: masks hide, cleaning settles, refusals echo nothing, every letter is a name."""

import traceback
from datetime import date
from typing import Any
from unicodedata import category

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collection.catalogue import KINDS, Refused
from collection.catalogue.characters import INVISIBLE_LETTERS
from collection.catalogue.invented import TODAY, invented_person
from collection.catalogue.kinds.identity import check_character

OPTIONS: dict[str, Any] = {"detail": True, "threshold": 36.0, "regions": {"110114": "昌平区", "420100": "武汉市"}}
QUICK = settings(max_examples=40, deadline=None, derandomize=True)
EVERY = pytest.mark.parametrize("code", KINDS)
letters = st.characters(categories=["L", "Nl", "Co"], exclude_characters="".join(INVISIBLE_LETTERS))
names = st.text(letters, min_size=1, max_size=20)
labels = st.lists(st.text("0123456789ABC", min_size=1, max_size=4), min_size=1, max_size=4).map("·".join)
births = st.dates(date(1900, 1, 1), TODAY)
mobiles = st.integers(0, 9999).map(lambda last: f"1380000{last:04d}")


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    first_17 = f"99{draw(st.integers(0, 9999)):04d}{draw(births):%Y%m%d}{draw(st.integers(1, 999)):03d}"
    return first_17 + check_character(first_17)


def codes(code: str) -> list[str]:
    return [choice.code for choice in KINDS[code].choices]


ANSWERS: dict[str, st.SearchStrategy[Any]] = {
    "name": names,
    "resident_id": resident_ids(),
    "mobile": mobiles,
    "address": st.fixed_dictionaries(
        {
            "door": labels,
            "detail": st.text(
                st.characters(categories=["Lo"], exclude_characters="".join(INVISIBLE_LETTERS)), max_size=9
            ),
        }
    ),
    "sex": st.sampled_from(codes("sex")),
    "birth_date": births.map(date.isoformat),
    "guardian": st.fixed_dictionaries({"name": names, "relationship": st.just("mother"), "phone": mobiles}),
    "plate": st.text("ABCHJKLMN0123456789", min_size=5, max_size=5).map(lambda last: "粤B" + last),
    "visit_reason": st.sampled_from(codes("visit_reason")),
    "person_visited": st.one_of(labels.map(lambda label: {"door": label}), names.map(lambda name: {"name": name})),
    "body_temperature": st.integers(361, 430).map(lambda tenths: f"{tenths / 10}"),
    "symptoms": st.lists(st.sampled_from(codes("symptoms")[:-1]), min_size=1, max_size=9),
    "region_stay": st.lists(st.sampled_from(["110114", "420100"]), min_size=1),
    "special_needs": st.lists(st.sampled_from(codes("special_needs")[:-1]), min_size=1, max_size=15),
    "household_size": st.integers(1, 30),
    "bed": st.text("ABC0123456789-", min_size=1, max_size=8).map(lambda bed: "A" + bed),
}


def cleaned(code: str, raw: object) -> Any:
    return KINDS[code].clean(raw, options=OPTIONS, today=TODAY)


def pieces(value: Any) -> list[str]:
    """Return every text inside a value."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return [each for each in inside if isinstance(each, str)]


@EVERY
@QUICK
@given(data=st.data())
def test_a_good_answer_settles_hides_and_fits(code, data):
    kind, raw = KINDS[code], data.draw(ANSWERS[code])
    value = cleaned(code, raw)
    mask = kind.mask(value)
    assert cleaned(code, value) == value
    assert not any(piece in mask for piece in [*pieces(value), kind.display(value, "en")] if len(piece) > 1)
    assert cbor2.loads(cbor2.dumps(value)) == value
    assert len(cbor2.dumps({kind.number: value})) - 1 <= kind.max_bytes()
    assert kind.normalise(value)
    assert kind.display(value, "zh-hans")
    assert all(kind.generalise(value, level, today=TODAY) for level in kind.levels)


anything = st.one_of(
    st.text(max_size=30),
    st.integers(),
    st.floats(),
    st.lists(st.text(max_size=9), max_size=4),
    st.dictionaries(
        st.sampled_from(["door", "name", "phone", "people", "stayed", "year", "n", "d"]), st.text(max_size=9)
    ),
)


@EVERY
@QUICK
@given(raw=anything)
def test_whatever_is_typed_is_cleaned_to_something_settled_or_refused(code, raw):
    try:
        value = cleaned(code, raw)
    except Refused:
        return
    assert value is None or cleaned(code, value) == value


CANARY = "Zq7xKv"


@EVERY
@QUICK
@given(noise=st.text("0123456789 -·<张\x00", max_size=12), shape=st.sampled_from([str, list, "part"]))
def test_a_refusal_echoes_nothing_that_was_typed(code, noise, shape):
    typed = noise + CANARY + "13800001234*"
    raw: Any = typed if shape is str else [typed] if shape is list else {part.code: typed for part in KINDS[code].parts}
    with pytest.raises(Refused) as refused:
        cleaned(code, raw)
    fault = refused.value
    said = [
        str(fault),
        repr(fault),
        repr(fault.args),
        fault.sentence.zh,
        fault.sentence.en,
        fault.part,
        repr(fault.facts),
    ]
    said += traceback.format_exception_only(fault.__context__) if fault.__context__ else []
    assert not any(CANARY in each or "13800001234" in each for each in said)


@QUICK
@given(name=st.text(letters, min_size=1, max_size=20))
def test_every_name_of_letters_is_accepted_and_has_a_token(name):
    value = cleaned("name", name)
    assert KINDS["name"].normalise(value) == KINDS["name"].normalise(KINDS["name"].normalise(value)) != ""


@pytest.mark.parametrize("plane", [0x4E00, 0x20000, 0x2A700, 0x2CEB0, 0x30000, 0x31350, 0x2EBF0, 0xE000])
def test_ideographs_of_every_extension_are_names(plane):
    assert cleaned("name", "王" + chr(plane) + chr(plane + 40)) == "王" + chr(plane) + chr(plane + 40)


def test_every_letter_that_unicode_knows_is_a_name():
    every = (chr(point) for point in range(0x110000))
    wrong = [
        each for each in every if category(each)[0] == "L" and each not in INVISIBLE_LETTERS and not _accepted(each)
    ]
    assert wrong == []


def _accepted(character: str) -> bool:
    try:
        return bool(cleaned("name", character))
    except Refused:
        return False


@pytest.mark.parametrize("child", [False, True])
def test_invented_people_are_accepted_whole(child):
    for seed in range(150):
        for code, raw in invented_person(seed, child=child).items():
            KINDS[code].clean(raw, options={}, today=TODAY)
