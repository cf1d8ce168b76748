import pytest

from pilifecycle.errors import WrongState
from pilifecycle.store import watch
from pilifecycle.store.models import ClockJump, Heartbeat

pytestmark = pytest.mark.django_db


class Clocks:
    """A wall clock and a steady clock that a test moves by hand."""

    def __init__(self, monkeypatch):
        self.wall, self.steady = 1_800_000_000.0, 50.0
        monkeypatch.setattr(watch.time, "time", lambda: self.wall)
        monkeypatch.setattr(watch, "_steady", lambda: self.steady)
        monkeypatch.setattr(watch, "datetime", self)

    def now(self, zone):
        from datetime import datetime

        return datetime.fromtimestamp(self.wall, zone)

    def go(self, seconds, jump=0.0):
        self.wall += seconds + jump
        self.steady += seconds


@pytest.fixture
def clocks(monkeypatch):
    watch.forget()
    yield Clocks(monkeypatch)
    watch.forget()


def jumps():
    return list(ClockJump.objects.values_list("seconds", flat=True))


def test_a_turn_leaves_what_it_found_and_what_failed(clocks):
    watch.notice("clock", found=3)
    watch.notice("clock", found=0, failed="guard_missing")
    beat = Heartbeat.objects.get()
    assert (beat.job, beat.found, beat.failed) == ("clock", 0, "guard_missing")


@pytest.mark.parametrize("jump", [0, 299, -4])
def test_hours_that_pass_and_small_corrections_are_no_jump(clocks, jump):
    watch.notice("clock")
    clocks.go(8 * 3600, jump)
    watch.notice("clock")
    watch.may_execute()
    assert jumps() == []


@pytest.mark.parametrize("jump", [301, 86_400, -6, -86_400])
def test_a_jump_stops_execution(clocks, jump):
    watch.notice("clock")
    clocks.go(60, jump)
    with pytest.raises(WrongState) as refusal:
        watch.may_execute()
    assert refusal.value.code == "clock_jumped"
    assert jumps() == [jump]


def test_one_jump_that_several_processes_see_is_one(clocks):
    watch.notice("clock")
    clocks.go(60, 900)
    watch.notice("clock")
    for _process in range(3):
        watch._noted(901.4, watch.datetime.now(watch.UTC))
    assert jumps() == [900]


def test_a_second_jump_like_the_first_is_seen(clocks):
    for _time in range(2):
        watch.notice("clock")
        clocks.go(60, 900)
    watch.notice("clock")
    assert jumps() == [900, 900]


def test_after_a_restart_a_heartbeat_in_the_future_tells_of_a_step_back(clocks):
    watch.notice("clock")
    watch.forget()
    clocks.go(30, -3600)
    watch.notice("clock")
    assert jumps() == [-3570]


def test_after_a_long_stop_nothing_is_suspected(clocks):
    watch.notice("clock")
    watch.forget()
    clocks.go(5, 40 * 86_400)
    watch.notice("clock")
    assert jumps() == []
