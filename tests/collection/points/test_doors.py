"""Lists of doors: ranges and pasted rows, with a sentence for every row that cannot be."""

import pytest

from collection.points import doors


@pytest.mark.parametrize(
    ("line", "rows"),
    [
        ("3 2 501", [("3", "2", "501")]),
        ("3\t2\t501", [("3", "2", "501")]),
        ("3,501", [("3", "", "501")]),
        ("3号楼 2单元 501室", [("3", "2", "501")]),
        ("3 2 501-503", [("3", "2", "501"), ("3", "2", "502"), ("3", "2", "503")]),
        ("1至2 1 101", [("1", "1", "101"), ("2", "1", "101")]),
        ("甲 1 101~102", [("甲", "1", "101"), ("甲", "1", "102")]),
    ],
)
def test_a_row_becomes_doors(line: str, rows: list) -> None:
    parsed = doors.parse(line)
    assert (parsed.rows, parsed.errors) == (rows, {})


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("3", doors.COLUMNS),
        ("3 2 501 王某", doors.COLUMNS),
        ("3 2 503-501", doors.ODD_RANGE),
        ("3 2 13800001234", doors.NAMES),
        ("3 2 " + "x" * 21, doors.TOO_LONG),
    ],
)
def test_a_row_that_cannot_be_is_named_by_its_line(line: str, sentence: object) -> None:
    parsed = doors.parse(f"1 1 101\n\n{line}\n")
    assert (parsed.rows, parsed.errors) == ([("1", "1", "101")], {3: sentence})


def test_the_same_door_twice_is_one_door() -> None:
    assert len(doors.parse("1 1 101\n1 1 101-102").rows) == 2


def test_floors_make_numbers() -> None:
    rows = doors.by_floors("1-2", "", "1-3", 2)
    assert len(rows) == 12
    assert rows[0] == ("1", "", "101")
    assert rows[-1] == ("2", "", "302")


def test_a_list_that_grows_out_of_hand_is_refused() -> None:
    parsed = doors.parse("1-30 1-10 1-999")
    assert (parsed.rows, list(parsed.errors)) == ([], [1])
