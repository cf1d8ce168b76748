"""PostgreSQL: a front seals and reads nothing back; no page with custody writes a warrant or deletes a root."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from pilifecycle.custody.models import KeyBatch, VaultRow
from tests.pilifecycle.guards import test_vault as vault

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(databases=["default", "vault"], transaction=True)]
Connect = Callable[..., psycopg.Connection[Any]]
WARRANT = "insert into pilifecycle_warrant select * from pilifecycle_warrant"
READS = ["select blob from pilifecycle_vaultrow", "select blob from pilifecycle_compartment"]
DESTROYS = ["delete from pilifecycle_vaultrow", "truncate pilifecycle_vaultrow cascade", WARRANT]
DESTROYS += ["drop table pilifecycle_vaultrow", "delete from pilifecycle_compartment", "create table t (i int)"]
SHADOW = (
    "create temporary table pilifecycle_warrant as select '00000000-0000-0000-0000-000000000001'::uuid as emergency, "
    """null::timestamptz as closed_at, '{"categories": ["core"]}'::jsonb as scope; """
)
DESTROYS += [SHADOW + "delete from pilifecycle_vaultrow", "set role pil_vault_owner"]
CHANGES = ["update pilifecycle_vaultrow set blob = ''", "update pilifecycle_compartment set blob = null"]


@pytest.mark.parametrize("role", ["pil_front", "pil_vault_web", "pil_vault_worker"])
def test_no_role_loses_a_key_without_a_warrant(connect_as: Connect, role: str) -> None:
    vault.a_root()
    tries = [*DESTROYS, *CHANGES, *(READS if role == "pil_front" else [])]
    if role == "pil_vault_worker":
        tries.remove(WARRANT)
    for attack in tries:
        with connect_as(role, "vault") as session, pytest.raises(psycopg.Error):
            session.execute(attack)
        session.close()
    assert VaultRow.objects.count() == 1


def test_a_front_opens_a_key_batch_and_seals_its_roots(connect_as: Connect) -> None:
    vault.a_root()
    with connect_as("pil_front", "vault") as front:
        found = front.execute("select version, public_key from pilifecycle_compartment where state = 'sealing'")
        version, _public = found.fetchone() or (0, b"")
        front.execute(
            "insert into pilifecycle_keybatch (id, emergency, standard_version, day, purpose, writer, opened_at, "
            "expires_at, gone, gone_persons) values (7, %s, 's', now(), 'birth', 'w', now(), now(), 0, 0)",
            [vault.EMERGENCY],
        )
        front.execute(
            "insert into pilifecycle_vaultrow (key_batch_id, emergency, category, state, ck_version, suite, radix, "
            "depth, blob, check_value) values (7, %s, 'core', 'sealed', %s, 1, 16, 4, 'b', 'c') returning id",
            [vault.EMERGENCY, version],
        )
    assert KeyBatch.objects.get(pk=7).rows.count() == 1
