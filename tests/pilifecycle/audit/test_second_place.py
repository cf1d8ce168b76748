import os
import stat
from multiprocessing import get_context
from pathlib import Path

import pytest

from pilifecycle.audit import secondplace
from pilifecycle.errors import Unavailable


@pytest.fixture(autouse=True)
def place(tmp_path, settings) -> Path:
    settings.PIL_SECOND_PLACE = tmp_path / "elsewhere" / "second"
    return settings.PIL_SECOND_PLACE


def test_lines_come_back_in_their_order_by_kind():
    secondplace.append("puncture", {"batch": 1})
    secondplace.append_all("puncture", [{"batch": 2}, {"batch": 3}])
    secondplace.append("destroyed", {"name": "x"})
    assert [line["batch"] for line in secondplace.lines("puncture")] == [1, 2, 3]
    assert secondplace.last("puncture") == {"batch": 3}
    assert list(secondplace.lines("tombstone")) == []
    assert secondplace.last("tombstone") is None


def test_the_directory_is_made_for_its_owner_alone(place):
    secondplace.append("leaf", {"seq": 0})
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert stat.S_IMODE((place / "leaf.jsonl").stat().st_mode) == 0o600


@pytest.mark.parametrize("torn", [b'{"seq":1', b'{"seq"', b"\xe7", b'{"seq":1}'])
def test_a_torn_last_line_is_passed_over_and_stays(place, torn):
    secondplace.append("leaf", {"seq": 0})
    with (place / "leaf.jsonl").open("ab") as file:
        file.write(torn)
    assert [line["seq"] for line in secondplace.lines("leaf")] == [0]
    assert secondplace.last("leaf") == {"seq": 0}
    secondplace.append("leaf", {"seq": 1})
    assert {line["seq"] for line in secondplace.lines("leaf")} == {0, 1}
    assert secondplace.last("leaf") == {"seq": 1}
    assert torn in (place / "leaf.jsonl").read_bytes()


def test_the_last_line_is_found_however_long(place):
    secondplace.append_all("leaf", [{"seq": n, "pad": "x" * 150_000} for n in range(3)])
    assert secondplace.last("leaf")["seq"] == 2


def test_a_place_that_cannot_be_written_is_said(place):
    place.parent.mkdir()
    place.write_text("a file where a directory should be")
    with pytest.raises(Unavailable) as refusal:
        secondplace.append("leaf", {"seq": 0})
    assert refusal.value.code == "second_place"
    with pytest.raises(Unavailable):
        list(secondplace.lines("leaf"))


def test_an_unknown_kind_is_a_mistake():
    with pytest.raises(ValueError, match="kind"):
        secondplace.append("leafs", {})


def _append_many(writer: int) -> None:
    for n in range(50):
        secondplace.append("puncture", {"writer": writer, "n": n, "pad": "x" * 5000})
    os._exit(0)


def test_processes_that_write_at_once_tear_no_line():
    forked = get_context("fork")
    writers = [forked.Process(target=_append_many, args=(n,)) for n in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    seen = [(line["writer"], line["n"]) for line in secondplace.lines("puncture")]
    assert len(seen) == len(set(seen)) == 150
