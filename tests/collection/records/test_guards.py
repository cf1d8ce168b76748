"""A record leaves under a permit only: asked of the database itself, through the ORM and past it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from collection.records import permits
from collection.records.models import Permit, Record, Tombstone
from pilifecycle import guards
from pilifecycle.errors import Unavailable
from tests.pilifecycle.guards import rows

pytestmark = pytest.mark.django_db
sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own")


@contextmanager
def refused(words: str | None = None) -> Iterator[None]:
    """The database refuses, and the transaction around it goes on."""
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        yield


def execute(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)


def opened_by_a_batch(emergency: object, **more: object) -> object:
    return permits.opened(emergency, matter=rows.a_running_batch(emergency, **more).pk, kind="batch")


DELETIONS: dict[str, Callable[[Record], object]] = {
    "a row": lambda record: record.delete(),
    "a set": lambda record: Record.objects.filter(pk=record.pk).delete(),
    "raw": lambda record: Record.objects.filter(pk=record.pk)._raw_delete("default"),
    "all": lambda record: execute("DELETE FROM collection_record"),
}


@pytest.mark.parametrize("delete", DELETIONS.values(), ids=DELETIONS)
def test_no_record_is_deleted_without_a_permit(delete: Callable[[Record], object]) -> None:
    record = rows.a_record(rows.an_emergency())
    with refused("no open permit"):
        delete(record)
    assert Record.objects.filter(pk=record.pk).exists()


CHANGES: dict[str, object] = {
    "id": uuid4(),
    "emergency_id": uuid4(),
    "standard_id": uuid4(),
    "birth_batch": 5,
    "birth_index": 6,
    "audit_ref": uuid4(),
    "pack_core": b"other",
    "pack_biometric": b"new",
    "pack_health": b"new",
    "receipt_hash": b"other",
}


@pytest.mark.parametrize("column", CHANGES)
def test_what_a_record_is_does_not_change_without_a_permit(column: str) -> None:
    record = rows.a_record(rows.an_emergency())
    with refused():
        Record.objects.filter(pk=record.pk).update(**{column: CHANGES[column]})


def test_a_save_that_changes_nothing_sealed_is_allowed() -> None:
    record = rows.a_record(rows.an_emergency())
    record.indexed = True
    record.save()
    assert Record.objects.get(pk=record.pk).indexed


def test_a_record_is_kept_shorter_but_never_longer() -> None:
    record = rows.a_record(rows.an_emergency())
    of = Record.objects.filter(pk=record.pk)
    of.update(keep_until=date(2026, 4, 1))
    for longer in (date(2026, 4, 2), None):
        with refused("kept longer"):
            of.update(keep_until=longer)


def test_a_permit_of_one_record_opens_that_record_only() -> None:
    emergency = rows.an_emergency()
    asked, other = rows.a_record(emergency), rows.a_record(emergency)
    errand = rows.an_errand(asked)
    with permits.opened(emergency, matter=errand.pk, kind="withdrawal", record=asked):
        with refused():
            other.delete()
        with refused():
            Record.objects.of(emergency).delete()
        Record.objects.filter(pk=asked.pk).update(pack_core=b"resealed")
        asked.delete()
    assert list(Record.objects.of(emergency)) == [other]
    with refused():
        other.delete()


def test_a_follow_up_goes_with_its_parent() -> None:
    emergency = rows.an_emergency()
    parent = rows.a_record(emergency)
    child, stranger = rows.a_record(emergency, parent=parent.pk), rows.a_record(emergency)
    errand = rows.an_errand(parent)
    with permits.opened(emergency, matter=errand.pk, kind="void", record=child):
        child.delete()
    with (
        pytest.raises(IntegrityError, match="no errand"),
        permits.opened(emergency, matter=errand.pk, kind="void", record=stranger),
    ):
        pass


def test_a_permit_of_a_batch_opens_its_emergency_only() -> None:
    emergency, other = rows.an_emergency(), rows.an_emergency()
    for _ in range(3):
        rows.a_record(emergency)
    kept = rows.a_record(other)
    with opened_by_a_batch(emergency):
        with refused():
            Record.objects.of(other).delete()
        with refused():
            Record.objects.all().delete()
        Record.objects.of(emergency).delete()
    assert list(Record.objects.all()) == [kept]


@pytest.mark.parametrize("state", ["stopped", "held", "done"])
def test_no_permit_for_an_errand_that_does_not_wait(state: str) -> None:
    record = rows.a_record(rows.an_emergency())
    errand = rows.an_errand(record, state=state)
    with (
        pytest.raises(IntegrityError, match="no errand"),
        permits.opened(record.emergency_id, matter=errand.pk, kind="request", record=record),
    ):
        pass


def test_no_permit_without_a_matter_of_that_record() -> None:
    emergency = rows.an_emergency()
    record, other = rows.a_record(emergency), rows.a_record(emergency)
    errand, hold = rows.an_errand(other), rows.a_hold(record)
    for matter, kind in [(errand.pk, "void"), (uuid4(), "request"), (hold.pk, "hold"), (uuid4(), "correction")]:
        with pytest.raises(IntegrityError), permits.opened(emergency, matter=matter, kind=kind, record=record):
            pass


def test_a_permit_has_one_of_the_known_shapes() -> None:
    record = rows.a_record(rows.an_emergency())
    errand, batch = rows.an_errand(record), rows.a_running_batch(record.emergency_id)
    for matter, kind, of in [(errand.pk, "void", None), (batch.pk, "batch", record), (errand.pk, "other", record)]:
        with pytest.raises(IntegrityError), permits.opened(record.emergency_id, matter=matter, kind=kind, record=of):
            pass


def test_a_permit_is_closed_once_and_stays() -> None:
    emergency = rows.an_emergency()
    record = rows.a_record(emergency)
    with opened_by_a_batch(emergency) as permit:
        pass
    assert Permit.objects.get(pk=permit.pk).closed_at is not None
    of = Permit.objects.filter(pk=permit.pk)
    for change in ({"closed_at": None}, {"record": record.pk}, {"emergency": uuid4()}):
        with refused():
            of.update(**change)
    with refused():
        of.delete()


def test_tombstones_stay_until_the_emergency_leaves() -> None:
    emergency = rows.an_emergency()
    marks = {"emergency": emergency.pk, "receipt_hash": b"r", "reason": "void", "destroyed_at": rows.NOW}
    Tombstone.objects.create(**marks)
    with refused():
        Tombstone.objects.all().delete()
    with refused():
        Tombstone.objects.update(receipt_hash=b"x")
    with opened_by_a_batch(emergency):
        Tombstone.objects.filter(emergency=emergency.pk).delete()


def test_no_permit_while_a_guard_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "missing", lambda using: ["records:x"])
    emergency = rows.an_emergency()
    with pytest.raises(Unavailable) as refusal, opened_by_a_batch(emergency):
        pass
    assert refusal.value.code == "guard_missing"


@pytest.mark.django_db(transaction=True)
def test_a_permit_is_no_part_of_another_transaction() -> None:
    emergency = rows.an_emergency()
    with pytest.raises(RuntimeError), transaction.atomic(), opened_by_a_batch(emergency):
        pass


@pytest.mark.django_db(transaction=True)
def test_a_failure_leaves_neither_deletion_nor_permit() -> None:
    emergency = rows.an_emergency()
    rows.a_record(emergency)

    def fails_half_way() -> None:
        with opened_by_a_batch(emergency):
            Record.objects.of(emergency).delete()
            raise KeyError

    with pytest.raises(KeyError):
        fails_half_way()
    assert (Record.objects.count(), Permit.objects.count()) == (1, 0)


# -- past the ORM
@sqlite_only
def test_a_replace_is_a_deletion() -> None:
    """Django's own connections have recursive_triggers, without which SQLite replaces behind the trigger's back."""
    record = rows.a_record(rows.an_emergency())
    with refused():
        execute("INSERT OR REPLACE INTO collection_record SELECT * FROM collection_record")
    with refused():
        execute("UPDATE OR REPLACE collection_record SET pack_core = x'00'")
    assert bytes(Record.objects.get(pk=record.pk).pack_core) == b"sealed"


def test_an_upsert_is_an_update() -> None:
    record = rows.a_record(rows.an_emergency())
    record.pack_core = b"other"
    fields = {"update_conflicts": True, "update_fields": ["pack_core"]}
    unique = ["emergency", "birth_batch", "birth_index"]
    record.id, record.submission_hash = uuid4(), record.submission_hash
    with refused():
        Record.objects.bulk_create([record], unique_fields=unique, **fields)


@sqlite_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "attack",
    [
        "DELETE FROM collection_record",
        "UPDATE collection_record SET pack_core = NULL",
        "UPDATE collection_record SET emergency_id = 'x'",
        "DELETE FROM collection_permit",
        "INSERT INTO collection_permit (emergency, matter, kind, opened_at) VALUES ('e', 'm', 'batch', '')",
        "DELETE FROM pilifecycle_birth",
        "UPDATE pilifecycle_birth SET demo_factor = 1440",
    ],
)
def test_one_line_in_a_shell_destroys_nothing(attack: str) -> None:
    """``sqlite3 data.sqlite3 "DELETE FROM …"``: a connection that has none of our settings."""
    record = rows.a_record(rows.an_emergency())
    with opened_by_a_batch(record.emergency_id):
        pass
    with sqlite3.connect(connection.settings_dict["NAME"]) as shell, pytest.raises(sqlite3.IntegrityError):
        shell.execute(attack)
    shell.close()
    assert Record.objects.count() == 1


def test_a_record_of_an_unknown_emergency_is_refused() -> None:
    def record() -> None:
        rows.a_record(uuid4())
        connection.check_constraints()

    with pytest.raises(DatabaseError), transaction.atomic():
        record()


def test_an_emergency_stays_and_is_not_called_back() -> None:
    emergency = rows.an_emergency(state="destroyed")
    with refused():
        type(emergency).objects.filter(pk=emergency.pk).update(state="open")
    with refused():
        emergency.delete()
    type(emergency).objects.filter(pk=emergency.pk).update(growth=3)
    with refused():
        type(emergency).objects.filter(pk=emergency.pk).update(growth=2)


def test_a_wait_of_the_record_may_begin() -> None:
    """What an edge does without a permit: stop the use, remember the index."""
    record = rows.a_record(rows.an_emergency())
    Record.objects.filter(pk=record.pk).update(stopped_at=rows.NOW + timedelta(days=1), indexed=True)
