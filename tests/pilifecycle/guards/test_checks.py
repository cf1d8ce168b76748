"""`manage.py check` says in words what the databases' defences lack."""

import pytest
from django.db import connection

from pilifecycle import checks, guards, privileges

BOTH = ["default", "vault"]
pytestmark = pytest.mark.django_db(databases=BOTH)


def test_nothing_is_said_of_a_store_whose_guards_stand() -> None:
    assert checks.guards_stand(databases=BOTH) == []
    assert checks.guards_stand(databases=None) == []


def test_missing_guards_are_named() -> None:
    guards.remove("vault")
    (said,) = checks.guards_stand(databases=BOTH)
    guards.install("vault")
    assert said.id == "pil.W101"
    assert "vault" in said.msg
    assert "migrate --database vault" in str(said.hint)


def test_a_process_with_too_much_power_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privileges, "excess", lambda using: ["is a superuser"] if using == "default" else [])
    (said,) = checks.no_more_than_needed(databases=BOTH)
    assert said.id == "pil.E102"
    assert "is a superuser" in said.msg


def test_sqlite_knows_no_roles() -> None:
    if connection.vendor == "sqlite":
        assert privileges.excess("default") == []


def test_a_vault_in_a_file_beside_a_store_on_a_server_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    engines = {
        "default": {"ENGINE": "django.db.backends.postgresql"},
        "vault": {"ENGINE": "django.db.backends.sqlite3"},
    }
    monkeypatch.setattr(checks.settings, "DATABASES", engines)
    assert [said.id for said in checks.one_engine()] == ["pil.E103"]


def test_least_privilege_is_a_table() -> None:
    assert privileges.rights("default", "collection_record", "pil_web") == (
        'SELECT, INSERT, UPDATE ("indexed", "stopped_at", "household", "keep_until")'
    )
    assert "DELETE" not in privileges.rights("default", "collection_record", "pil_worker")
    assert privileges.rights("default", "collection_permit", "pil_worker") == "SELECT"
    assert privileges.rights("default", "django_session", "pil_web").endswith("DELETE")
    assert privileges.rights("vault", "pilifecycle_warrant", "pil_vault_web") == "SELECT"
    assert privileges.rights("vault", "pilifecycle_warrant", "pil_front") == ""
