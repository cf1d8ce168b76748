"""Migrations with rows: guards come back from the model, on every partition, and no migration destroys a record."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from collection.records.models import Record
from pilifecycle import guards
from pilifecycle.errors import WrongState
from pilifecycle.partitions import CreatePartitionedModel
from tests.pilifecycle.guards import rows

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "vault"])


@pytest.fixture
def put_back() -> Iterator[None]:
    yield
    guards.install("default")


def state_now() -> ProjectState:
    return MigrationLoader(connection).project_state()


STEPS: list[migrations.operations.base.Operation] = [
    migrations.AddField("record", "pack_device", models.BinaryField(null=True)),
    migrations.AddField("record", "round", models.IntegerField(default=1)),
    migrations.AddIndex("record", models.Index(fields=["emergency", "language"], name="record_by_language")),
    migrations.AddConstraint("record", models.CheckConstraint(condition=models.Q(persons__gte=0), name="some_persons")),
    migrations.AddField("permit", "note", models.IntegerField(default=1)),
]


@pytest.mark.usefixtures("put_back")
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.describe())
def test_a_step_forward_and_back_with_rows(step: migrations.operations.base.Operation) -> None:
    """As migrate does it: on SQLite the guards are off meanwhile, for a table that is remade loses its own."""
    record = rows.a_record(rows.an_emergency())
    before = state_now()
    after = before.clone()
    step.state_forwards("collection", after)
    guards.off_before_migrate("default")
    with connection.schema_editor() as editor:
        step.database_forwards("collection", editor, before, after)
    guards.on_after_migrate("default")
    guards.off_before_migrate("default")
    with connection.schema_editor() as editor:
        step.database_backwards("collection", editor, after, before)
    guards.on_after_migrate("default")
    assert guards.missing("default") == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Record.objects.filter(pk=record.pk).delete()


def test_the_records_table_is_not_unmade_while_a_record_is_there() -> None:
    rows.a_record(rows.an_emergency())
    made = next(
        step
        for step in MigrationLoader(connection).get_migration("collection", "0001_initial").operations
        if isinstance(step, CreatePartitionedModel)
    )
    state = state_now()
    with pytest.raises(WrongState) as refusal, connection.schema_editor() as editor:
        made.database_backwards("collection", editor, state, state)
    assert refusal.value.code == "rows_present"
    assert Record.objects.count() == 1


@pytest.mark.usefixtures("put_back")
def test_a_migrate_that_is_cut_off_leaves_guards_missing_and_the_next_one_puts_them_on() -> None:
    rows.a_record(rows.an_emergency())
    guards.off_before_migrate("default")  # and then the lights go out
    if connection.vendor == "sqlite":
        assert guards.missing("default")
    call_command("migrate", verbosity=0)
    assert guards.missing("default") == []


@pytest.mark.postgresql
@pytest.mark.usefixtures("put_back")
def test_an_emergency_without_its_partition_gets_one() -> None:
    emergency = rows.an_emergency()
    with connection.cursor() as cursor:
        cursor.execute(f"drop table collection_record_{emergency.pk.hex}")
    assert guards.missing("default") == [f"partitions:partition of {emergency.pk}"]
    guards.install("default")
    rows.a_record(emergency)


@pytest.mark.postgresql
@pytest.mark.usefixtures("put_back")
def test_a_partition_that_lost_its_guard_is_seen() -> None:
    table = f"collection_record_{rows.an_emergency().pk.hex}"
    with connection.cursor() as cursor:
        cursor.execute(f"drop trigger guard_records_delete on {table}")
    assert guards.missing("default") == [f"partitions:{table}.guard_records_delete"]


def test_the_operation_is_written_into_a_migration_as_it_is() -> None:
    made = CreatePartitionedModel("X", [("id", models.UUIDField(primary_key=True))], key="emergency_id")
    name, args, kwargs = made.deconstruct()
    assert (name, args, kwargs["key"]) == ("CreatePartitionedModel", [], "emergency_id")
    folded = made.reduce(migrations.AddField("X", "a", models.IntegerField(null=True)), "collection")
    assert not isinstance(folded, list)
