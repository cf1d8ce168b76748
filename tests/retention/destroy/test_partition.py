"""PostgreSQL: a reader of the records holds the drop up for a turn, not for a lease."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from collection.records import permits
from retention.destroy import engine
from retention.destroy.order import Order
from tests.pilifecycle.guards import rows

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, databases=["default", "vault"])]


def test_the_step_waits_in_words_behind_a_reader_and_is_done_after_it(
    connect_as: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    emergency = rows.an_emergency()
    rows.a_record(emergency)
    order = _order(emergency, rows.a_running_batch(emergency))
    with connect_as("pil_web") as reader:
        reader.execute("select count(*) from collection_record")
        outcome = engine.STEPS["rows"](order, {})
        assert (outcome.done, outcome.waits) == (False, "busy:reader")
        assert permits.has_partition(emergency)
    assert engine.STEPS["rows"](order, {}).done
    assert not permits.has_partition(emergency)


def _order(emergency: Any, batch: Any) -> Order:
    now = datetime.now(UTC)
    return Order(
        matter=batch.pk,
        emergency=emergency.pk,
        rule="end",
        action="destroy",
        items=(),
        categories=("core",),
        standards=(),
        key_batches=None,
        received_before=now,
        approvers=("A", "B"),
        manifest_hash=batch.manifest_hash,
        earliest=now,
    )
