"""The gate: submissions pass together, a level change waits for them and they for it."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections

from collection.emergencies import gate
from collection.emergencies.models import Emergency
from pilifecycle.errors import NotFound
from pilifecycle.ids import uuid7
from tests.builders import an_emergency


def beside(work: Callable[[], None]) -> threading.Thread:
    """`work` in a thread with a connection of its own, which is closed afterwards."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", [gate.shared, gate.exclusive])
def test_what_changes_the_emergency_passes_alone_and_reads_what_is_committed(first) -> None:
    emergency, order = an_emergency(), []

    def change() -> None:
        with gate.exclusive(emergency.pk) as fresh:
            order.append(f"then {fresh.title}")

    with first(emergency.pk):
        other = beside(change)
        other.join(0.4)
        assert other.is_alive()
        Emergency.objects.filter(pk=emergency.pk).update(title="新的")
        order.append("first")
    other.join(20)
    assert order == ["first", "then 新的"]


@pytest.mark.django_db(transaction=True)
def test_submissions_pass_together_where_the_database_can() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    emergency, inside = an_emergency(), []

    def submit() -> None:
        with gate.shared(emergency.pk):
            inside.append(True)

    with gate.shared(emergency.pk):
        beside(submit).join(20)
        assert inside


@pytest.mark.django_db
def test_there_is_no_gate_of_an_unknown_emergency() -> None:
    with pytest.raises(NotFound), gate.shared(uuid7()):
        pass
