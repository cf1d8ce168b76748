"""Writers whose transactions stay open, two rival sequencers, and a sequencer that is killed."""

import os
import random
import threading
import time
from collections.abc import Callable

import pytest
from django.db import OperationalError, connections, transaction

from pilifecycle.audit import ledger, secondplace, sequencer
from pilifecycle.audit.models import Head, Leaf, Pending
from pilifecycle.store.guards import be_born

from .ledgers import KEYS, signed_again, write

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "vault"])


@pytest.fixture(autouse=True)
def born():
    be_born("default")


def in_threads(*works: Callable[[], None]) -> None:
    """Run each in a thread with connections of its own; the first error of any is raised."""
    errors: list[BaseException] = []

    def alone(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=alone, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if errors:
        raise errors[0]


def a_writer(number: int, kept: list[str], entries: int = 12) -> Callable[[], None]:
    """Writes with its transaction open for a while; one in five is rolled back."""
    dice = random.Random(number)

    def work() -> None:
        for _entry in range(entries):
            try:
                with transaction.atomic():
                    uid = ledger.write("records.reveal", actor="person", writer=number).uid
                    time.sleep(dice.random() * 0.02)
                    if dice.random() < 0.2:
                        raise ZeroDivisionError
                kept.append(str(uid))
            except ZeroDivisionError:
                pass

    return work


def a_sequencer(stop: threading.Event) -> Callable[[], None]:
    def work() -> None:
        while not stop.is_set():
            sequencer.integrate(limit=5)
            time.sleep(0.002)

    return work


def test_rival_sequencers_and_open_writers_leave_no_gap_and_no_double():
    kept: list[str] = []
    stop = threading.Event()

    def writers() -> None:
        try:
            in_threads(*(a_writer(number, kept) for number in range(4)))
        finally:
            stop.set()

    in_threads(writers, a_sequencer(stop), a_sequencer(stop))
    while sequencer.integrate():
        pass
    leaves = list(Leaf.objects.order_by("seq"))
    assert [leaf.seq for leaf in leaves] == list(range(len(kept)))
    assert {str(leaf.uid) for leaf in leaves} == set(kept)
    assert Pending.objects.count() == 0
    signed_again()
    assert ledger.verify(KEYS).leaves == len(kept)


def test_verification_beside_a_working_sequencer_finds_no_lie():
    stop = threading.Event()
    kept: list[str] = []

    def look() -> None:
        try:
            for _turn in range(8):
                signed_again()
                ledger.verify(KEYS)
        finally:
            stop.set()

    in_threads(look, a_sequencer(stop), a_writer(1, kept), a_writer(2, kept))
    while sequencer.integrate():
        pass
    assert ledger.verify(KEYS).leaves == len(kept)


def killed(module: object, step: str) -> None:
    """Run one turn of the sequencer in another process, which dies without a word when it comes to this step."""
    connections.close_all()
    child = os.fork()
    if child:
        assert os.waitpid(child, 0)[1] == 9 << 8
        return
    setattr(module, step, lambda *arguments: os._exit(9))
    try:
        sequencer.integrate()
    finally:
        os._exit(1)


@pytest.mark.parametrize(("module", "step"), [(secondplace, "append_all"), (sequencer, "_append")])
def test_a_sequencer_killed_around_the_second_place_loses_and_doubles_nothing(module, step):
    write(3)
    sequencer.integrate()
    entries = {entry.uid for entry in write(4)}
    for _attempt in range(2):
        killed(module, step)
    assert Head.objects.get().size == 3
    write(1)
    while sequencer.integrate():
        pass
    assert {leaf.uid for leaf in Leaf.objects.filter(seq__in=range(3, 7))} == entries
    assert [line["seq"] for line in secondplace.lines("leaf")] == list(range(8))
    signed_again()
    assert ledger.verify(KEYS).leaves == 8


def test_a_second_place_that_cannot_be_written_keeps_entries_waiting(settings, tmp_path):
    write(2)
    (tmp_path / "file").write_text("no directory")
    settings.PIL_SECOND_PLACE = tmp_path / "file" / "below"
    with pytest.raises(sequencer.Unavailable) as refusal:
        sequencer.integrate()
    assert refusal.value.code == "second_place"
    assert Pending.objects.count() == 2
    settings.PIL_SECOND_PLACE = tmp_path / "second"
    assert sequencer.integrate() == 2


def test_the_second_sequencer_goes_away_with_nothing_done(settings, monkeypatch):
    if connections["default"].vendor != "postgresql":
        monkeypatch.setitem(settings.DATABASES["default"]["OPTIONS"], "timeout", 0.1)
    write(1)
    answers: list[int] = []

    def rival() -> None:
        try:
            answers.append(sequencer.integrate())
        except OperationalError:  # SQLite: the write lock is the sequencer's lock
            answers.append(0)

    with transaction.atomic():
        assert sequencer.integrate() == 1
        in_threads(rival)
    assert answers == [0]
    assert sequencer.integrate() == 0
