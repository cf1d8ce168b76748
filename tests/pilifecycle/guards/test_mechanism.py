"""Guards stand after every migrate, are seen when they do not, and come off whole for those who may take them off."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction

from pilifecycle import guards
from pilifecycle.errors import Unavailable
from pilifecycle.store import clock
from pilifecycle.store import guards as store
from pilifecycle.store.models import Birth

BOTH = ["default", "vault"]
ROOMS = {
    *("store", "statistics-default", "statistics-vault", "audit", "custody", "emergencies", "notices", "records"),
    *("partitions", "rights", "holds", "batches", "certificates"),
}
pytestmark = pytest.mark.django_db(databases=BOTH)


@pytest.fixture
def put_back() -> Iterator[None]:
    yield
    for using in BOTH:
        guards.install(using)


def names(using: str) -> set[tuple[str, str]]:
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "sqlite":
            cursor.execute("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'guard%' "
                "AND tgname <> 'guard_partition'"
            )
        return set(cursor.fetchall())


def test_every_room_has_registered() -> None:
    assert set(guards._guards) == ROOMS


def test_they_stand_after_a_migrate() -> None:
    assert [guards.missing(using) for using in BOTH] == [[], []]
    guards.demand()


@pytest.mark.parametrize("using", BOTH)
def test_they_come_off_whole_and_go_on_again(using: str) -> None:
    before = names(using)
    guards.remove(using)
    assert names(using) == set()
    assert guards.missing(using)
    with pytest.raises(Unavailable) as refusal:
        guards.demand()
    assert refusal.value.code == "guard_missing"
    guards.install(using)
    guards.install(using)
    assert names(using) == before
    guards.demand()


def test_one_that_was_altered_is_missing() -> None:
    sqlite = {
        "off": "DROP TRIGGER guard_pilifecycle_leaf_no_delete",
        "on": "CREATE TRIGGER guard_pilifecycle_leaf_no_delete BEFORE DELETE ON pilifecycle_leaf BEGIN SELECT 1; END",
    }
    postgresql = {"off": "ALTER TABLE pilifecycle_leaf DISABLE TRIGGER guard_pilifecycle_leaf_no_delete"}
    statements = sqlite if connection.vendor == "sqlite" else postgresql
    with connection.cursor() as cursor:
        for sql in statements.values():
            cursor.execute(sql)
    assert guards.missing("default") == ["audit:pilifecycle_leaf.guard_pilifecycle_leaf_no_delete"]
    guards.install("default")
    assert guards.missing("default") == []


@pytest.mark.django_db(databases=BOTH, transaction=True)
@pytest.mark.usefixtures("put_back")
def test_a_migrate_puts_them_on_again() -> None:
    for using in BOTH:
        guards.remove(using)
        call_command("migrate", database=using, verbosity=0)
    guards.demand()


# -- the birth row
def test_a_store_is_born_once() -> None:
    first = Birth.objects.get()
    store.be_born("default")
    assert Birth.objects.get() == first
    assert first.demo_factor == 0


def test_a_real_store_never_becomes_a_demo() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Birth.objects.update(demo_factor=1440)
    with pytest.raises(IntegrityError), transaction.atomic():
        Birth.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Birth.objects.create(one=False, born_at=clock.now(), demo_factor=1440)
    assert not clock.is_demo()


def test_there_is_one_birth_in_the_data_database_alone(settings: object) -> None:
    store.be_born("vault")
    with connections["vault"].cursor() as cursor:
        assert Birth._meta.db_table not in connections["vault"].introspection.table_names(cursor)
