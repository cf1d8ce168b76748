"""The suite's own floor: the databases it says it uses, under the roles it says."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction


@pytest.mark.django_db
def test_every_database_test_sees_both_databases() -> None:
    for alias in ("default", "vault"):
        with connections[alias].cursor() as cursor:
            cursor.execute("select 1")
            assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_sqlite_is_a_file_with_the_pragmas_of_a_real_store() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own")
    with connection.cursor() as cursor:
        found = {name: cursor.execute(f"pragma {name}").fetchone()[0] for name in ("journal_mode", "secure_delete")}
    assert found == {"journal_mode": "wal", "secure_delete": 1}


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_may_commit_and_is_emptied_afterwards() -> None:
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    with transaction.atomic(durable=True):
        Session.objects.create(session_key="k", session_data="d", expire_date=timezone.now())
    assert Session.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_web_role_owns_nothing_and_can_make_nothing(connect_as: Callable[..., Any]) -> None:
    import psycopg

    with connect_as("pil_web", autocommit=True) as web:
        owned = web.execute("select count(*) from pg_class where relowner = 'pil_web'::regrole").fetchone()
        assert owned == (0,)
        shadow = web.execute("select has_database_privilege('pil_web', 'pil_data', 'temporary')").fetchone()
        assert shadow == (False,)  # no temporary table that could pass for a permit
        for statement in ("create table t (i int)", "set role pil_destroyer", "drop table django_session"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(statement)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_worker_inherits_nothing_and_may_take_the_destroyer_for_a_transaction(
    connect_as: Callable[..., Any],
) -> None:
    with connect_as("pil_worker") as worker:
        inherited = worker.execute("select pg_has_role('pil_destroyer', 'usage')").fetchone()
        assert inherited == (False,)
        worker.execute("set local role pil_destroyer")
        assert worker.execute("select current_user").fetchone() == ("pil_destroyer",)
        worker.rollback()
        assert worker.execute("select current_user").fetchone() == ("pil_worker",)


@pytest.mark.redis
def test_redis_listens_on_a_socket_only() -> None:
    import redis
    from django.conf import settings

    place = settings.CELERY_BROKER_URL.removeprefix("redis+socket://").partition("?")[0]
    assert redis.Redis(unix_socket_path=place).config_get("port") == {"port": "0"}
