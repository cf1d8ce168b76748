"""PostgreSQL: what each role tries against the records, with SQL in its hands, and what it gets."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from collection.records import permits
from collection.records.models import Record
from pilifecycle import privileges
from tests.pilifecycle.guards import rows

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
Connect = Callable[..., psycopg.Connection[Any]]
INTO_PERMITS = "insert into collection_permit (emergency, matter, kind, opened_at)"
ATTACKS = {
    "delete": "delete from collection_record",
    "delete on the partition": "delete from {partition}",
    "change a pack": "update collection_record set pack_core = null",
    "change a pack on the partition": "update {partition} set pack_core = null",
    "move to another emergency": "update collection_record set emergency_id = '{other}'",
    "change a name": "update collection_record set id = gen_random_uuid()",
    "upsert": "insert into collection_record select * from collection_record on conflict (emergency_id, id) "
    "do update set pack_core = null",
    "merge": "merge into collection_record r using collection_record s on r.id = s.id when matched then delete",
    "truncate": "truncate collection_record",
    "truncate the partition": "truncate {partition}",
    "truncate with all that hangs on it": "truncate collection_emergency cascade",
    "drop": "drop table collection_record cascade",
    "drop the partition": "drop table {partition}",
    "detach": "alter table collection_record detach partition {partition}",
    "disable a trigger": "alter table collection_record disable trigger all",
    "disable a trigger of the partition": "alter table {partition} disable trigger guard_records_delete",
    "drop a trigger": "drop trigger guard_records_delete on {partition}",
    "be a replica": "set session_replication_role = replica",
    "replace a guard": "create or replace function guard_records_delete() returns trigger language plpgsql "
    "as 'begin return null; end'",
    "a permit of one's own": "create temporary table collection_permit as select '{emergency}'::uuid as emergency, "
    "null::timestamptz as closed_at, null::uuid as record; delete from collection_record",
    "insert a permit": INTO_PERMITS + " values ('{emergency}', '{emergency}', 'batch', now())",
    "call the drop": "select drop_partition('{emergency}')",
    "make a partition": "select make_partition(gen_random_uuid())",
    "become the owner": "set role pil_owner",
    "an event trigger": "create event trigger t on sql_drop execute function guard_truncate()",
    "lock everybody out": "lock table collection_record in access exclusive mode",
    "drop the schema": "drop schema public cascade",
    "a table of one's own": "create table t (i int)",
    "delete tombstones": "delete from collection_tombstone",
    "change the ledger": "update pilifecycle_leaf set actor = 'x'",
    "delete the ledger": "delete from pilifecycle_leaf",
    "make the store a demo": "update pilifecycle_birth set demo_factor = 9",
    "change a signature": "update retention_approval set decision = 'approve'",
}
QUIET = {"delete tombstones", "change the ledger", "change a signature", "delete the ledger"}  # no row is there


def a_store() -> dict[str, str]:
    """Two emergencies and a record; their names as the attacks want them."""
    emergency, other = rows.an_emergency(), rows.an_emergency()
    rows.a_record(emergency)
    partition = f"collection_record_{emergency.pk.hex}"
    return {"emergency": str(emergency.pk), "other": str(other.pk), "partition": partition}


def untouched(store: dict[str, str]) -> bool:
    record = Record.objects.of(store["emergency"]).get()
    return bytes(record.pack_core) == b"sealed" and permits.has_partition(record.emergency_id)


@pytest.mark.parametrize("role", ["pil_web", "pil_worker", "pil_destroyer"])
def test_no_role_destroys_without_a_permit(connect_as: Connect, role: str) -> None:
    store, went_through = a_store(), []
    login = "pil_worker" if role == "pil_destroyer" else role
    for name, attack in ATTACKS.items():
        with connect_as(login) as session:
            try:
                if role == "pil_destroyer":
                    session.execute("set local role pil_destroyer")
                session.execute(attack.format(**store))
                session.commit()
                went_through.append(name)
            except psycopg.Error:
                session.rollback()
    assert untouched(store)
    allowed = QUIET | {"lock everybody out"} if role == "pil_destroyer" else set()
    assert set(went_through) <= allowed


def test_the_web_role_may_not_become_the_destroyer(connect_as: Connect) -> None:
    with connect_as("pil_web") as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute("set local role pil_destroyer")


OWNERS = ["delete", "delete on the partition", "change a pack", "upsert", "truncate", "truncate the partition", "merge"]
OWNERS += ["truncate with all that hangs on it", "move to another emergency", "insert a permit", "call the drop"]


def test_even_the_owner_does_not_slip() -> None:
    """It could drop a table or a guard: hence it is for migrate alone. A slip it does not survive."""
    store = a_store()
    for name in OWNERS:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(ATTACKS[name].format(**store))
    assert untouched(store)


def test_the_web_role_writes_what_it_is_for(connect_as: Connect) -> None:
    store = a_store()
    with connect_as("pil_web") as web:
        web.execute("update collection_record set indexed = true, stopped_at = now()")
        web.execute(
            "insert into collection_record select (jsonb_populate_record(r, jsonb_build_object("
            "'id', gen_random_uuid(), 'birth_index', 77, 'submission_hash', '\\x01'))).* from collection_record r"
        )
    assert Record.objects.of(store["emergency"]).count() == 2


def test_the_web_role_opens_an_emergency_and_owns_nothing_of_it(connect_as: Connect) -> None:
    a_store()
    with connect_as("pil_web") as web:
        row = web.execute(
            "insert into collection_emergency select (jsonb_populate_record(e, "
            "jsonb_build_object('id', gen_random_uuid()))).* from collection_emergency e limit 1 returning id"
        ).fetchone()
    assert row
    assert permits.has_partition(row[0])
    with connection.cursor() as cursor:
        cursor.execute("select relowner::regrole::text from pg_class where relname = %s", [_table(row[0])])
        assert cursor.fetchone() == ("pil_owner",)


def _table(emergency: Any) -> str:
    return f"collection_record_{emergency.hex}"


# -- the partition
def test_a_partition_is_dropped_under_the_permit_of_its_batch() -> None:
    emergency, other = rows.an_emergency(), rows.an_emergency()
    rows.a_record(emergency), rows.a_record(other)
    batch = rows.a_running_batch(emergency)
    with permits.opened(emergency, matter=batch.pk, kind="batch"):
        with pytest.raises(DatabaseError), transaction.atomic():
            permits.drop_partition(other)
        assert permits.drop_partition(emergency)
        assert not permits.drop_partition(emergency)
    assert not permits.has_partition(emergency)
    assert permits.has_partition(other)
    assert Record.objects.count() == 1


def test_a_permit_of_one_record_drops_nothing() -> None:
    record = rows.a_record(rows.an_emergency())
    errand = rows.an_errand(record)
    with permits.opened(record.emergency_id, matter=errand.pk, kind="void", record=record):
        with pytest.raises(DatabaseError), transaction.atomic():
            permits.drop_partition(record.emergency_id)
        record.delete()


def test_the_role_ends_with_the_permit() -> None:
    emergency = rows.an_emergency()
    with permits.opened(emergency, matter=rows.a_running_batch(emergency).pk, kind="batch"):
        assert _current() == "pil_destroyer"
    assert _current() == "pil_owner"


def _current() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        return str(cursor.fetchone()[0])


def test_a_drop_gives_up_behind_a_reader_and_succeeds_later(connect_as: Connect) -> None:
    emergency = rows.an_emergency()
    rows.a_record(emergency)
    batch = rows.a_running_batch(emergency)
    with connect_as("pil_web") as reader:
        reader.execute("select count(*) from collection_record")
        with pytest.raises(OperationalError), permits.opened(emergency, matter=batch.pk, kind="batch"):
            permits.drop_partition(emergency)
    with permits.opened(emergency, matter=batch.pk, kind="batch"):
        assert permits.drop_partition(emergency)


def test_an_emergency_opens_beside_a_reader_and_a_writer(connect_as: Connect) -> None:
    rows.a_record(rows.an_emergency())
    with connect_as("pil_web") as session:
        session.execute("update collection_record set indexed = true")
        with connection.cursor() as cursor:
            cursor.execute("set lock_timeout = '500ms'")
        rows.a_record(rows.an_emergency())


def test_no_sample_of_a_sealed_value_is_kept() -> None:
    emergency = rows.an_emergency()
    for number in range(30):
        rows.a_record(emergency, pack_core=b"%d" % (number % 3))
    with connection.cursor() as cursor:
        cursor.execute("analyze")
        cursor.execute("select count(*) from pg_stats where tablename like 'collection_record%' and attname ~ '^pack_'")
        assert cursor.fetchone() == (0,)
        cursor.execute("select relpersistence from pg_class where relname = 'collection_token'")
        assert cursor.fetchone() == ("u",)


# -- who connects
def test_a_process_is_told_what_it_may_do_too_much() -> None:
    assert "owns a table" in privileges.excess("default")


@pytest.mark.parametrize("role", ["pil_web", "pil_worker"])
def test_the_roles_of_running_services_have_no_excess(role: str, connect_as: Connect) -> None:
    with connection.cursor() as cursor:  # roles.sql does it for the real databases; a test's is a copy without grants
        cursor.execute(f"revoke temporary on database {connection.settings_dict['NAME']} from public")
    with connect_as(role) as session:
        found = session.execute("select " + ", ".join(privileges.EXCESS.values())).fetchone()
    assert found
    assert not any(found)
