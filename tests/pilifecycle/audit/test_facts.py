from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from pilifecycle.access.guards import Shift
from pilifecycle.access.models import Role, User
from pilifecycle.audit.facts import admitted, staff_number
from pilifecycle.audit.faults import LedgerRefuses

ID = UUID(int=7)
SHIFT = Shift(UUID("12345678" + "0" * 24), ID, ID, ID, "night", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (3, 3),
        (True, True),
        (None, None),
        ("resident_id", "resident_id"),
        (Role.APPROVER, "approver"),
        (ID, str(ID)),
        ("ab" * 32, "ab" * 32),
        ("deadbeef12345678", "deadbeef12345678"),
        (date(2026, 2, 28), "2026-02-28"),
        (datetime(2026, 2, 28, 8, tzinfo=UTC), "2026-02-28T08:00:00.000000Z"),
        (["mobile", 3, ID], ["mobile", 3, str(ID)]),
        ({"b", "a"}, ["a", "b"]),
        ({"k7m2": 12}, {"k7m2": 12}),
        (User(username="x", staff_number="A-7"), "A-7"),
        (SHIFT, "shift:12345678"),
    ],
)
def test_codes_counts_identifiers_hashes_and_dates_are_admitted(given, kept):
    assert admitted({"fact": given}) == {"fact": kept}


@pytest.mark.parametrize(
    "given",
    [
        "王小明",
        "Wang Xiaoming",
        "two words",
        "13800001234",
        "+8613800001234",
        "110101199003070015",
        "11010119900307001x",
        "a@example.org",
        "",
        "x" * 81,
        1.5,
        b"bytes",
        object(),
        datetime(2026, 1, 1),
        2**64,
        ["13800001234"],
        {"王": 1},
        [[[[[["deep"]]]]]],
    ],
)
def test_free_text_and_personal_values_are_refused_without_being_repeated(given):
    with pytest.raises(LedgerRefuses) as refusal:
        admitted({"fact": given})
    assert str(given) == "" or str(given) not in str(refusal.value)


@pytest.mark.parametrize("name", ["Upper", "has space", "1st", "x" * 41])
def test_a_facts_name_is_a_word(name):
    with pytest.raises(LedgerRefuses):
        admitted({name: 1})


def test_carried_facts_may_name_staff_numbers():
    assert admitted({"approvers": ["A-7", "B.2"]}, carried=True) == {"approvers": ["A-7", "B.2"]}
    with pytest.raises(LedgerRefuses):
        admitted({"approvers": ["A-7"]})
    with pytest.raises(LedgerRefuses):
        admitted({"approvers": ["13800001234"]}, carried=True)


def test_who_acts_is_an_account_a_shift_or_one_of_three_words():
    assert staff_number(User(staff_number="A-7")) == "A-7"
    assert staff_number(SHIFT) == "shift:12345678"
    assert [staff_number(word) for word in ("clock", "person", "system")] == ["clock", "person", "system"]
    for nobody in ("A-7", "", None, User(staff_number=""), User(staff_number="clock"), User(staff_number="王")):
        with pytest.raises(LedgerRefuses):
            staff_number(nobody)
