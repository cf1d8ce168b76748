"""Roots of key batches: sealed at birth to a public key, later wrapped, sometimes punctured; opened only here."""

from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from pilifecycle.crypto.contexts import seal_info, wrap_aad
from pilifecycle.crypto.faults import BadFormat, BadTag
from pilifecycle.crypto.keytree import Nodes
from pilifecycle.crypto.suites import suite
from pilifecycle.errors import Gone, KeyLost, Unavailable

from . import outbox
from .models import Compartment, KeyBatch, VaultRow
from .outside import VAULT, demand_outside, vault_transaction
from .unlocked import OPENS, Keys, destroyed, unlock

State = VaultRow.State


def batch_name(batch: int) -> bytes:
    """Eight bytes, big-endian: how a pack names its key batch."""
    return batch.to_bytes(8, "big")


def row_of(emergency: UUID, batch: int, category: str) -> VaultRow:
    """The vault's row, read now. Raises Gone if its root was destroyed, KeyLost if the vault never heard of it."""
    row = VaultRow.objects.using(VAULT).filter(key_batch=batch, category=category, emergency=emergency).first()
    if row is not None:
        return row
    if KeyBatch.objects.using(VAULT).filter(pk=batch, emergency=emergency).exists():
        raise destroyed()
    raise _missing(emergency, category)


def _missing(emergency: UUID, category: str) -> Gone | KeyLost:
    rows = Compartment.objects.using(VAULT).filter(emergency=emergency, category=category)
    states = set(rows.values_list("state", flat=True))
    if states == {Compartment.State.DESTROYED}:
        return destroyed()
    return KeyLost(_("The vault does not know this key batch."), category=category)


def compartment_of(row: VaultRow) -> Compartment:
    """The compartment that a root stands in, read now. Raises KeyLost."""
    found = Compartment.objects.using(VAULT).filter(
        emergency=row.emergency, category=row.category, version=row.ck_version
    )
    compartment = found.first()
    if compartment is None:
        raise KeyLost(_("The vault does not know this compartment."), category=row.category)
    return compartment


def open_root(row: VaultRow, *, cached: bool = True) -> Nodes:
    """What is left of a root: `wipe()` it after use. Raises Gone, KeyLost, Unavailable(code="damaged")."""
    with unlock(compartment_of(row), cached=cached) as keys:
        try:
            nodes = _opened(row, keys)
        except (BadTag, BadFormat):
            raise damaged(row.emergency, row.category, row.key_batch_id) from None
    if nodes.check() != bytes(row.check_value):
        raise damaged(row.emergency, row.category, row.key_batch_id)
    return nodes


def _opened(row: VaultRow, keys: Keys) -> Nodes:
    place = row.emergency, row.category, batch_name(row.key_batch_id), row.ck_version
    one, blob = suite(row.suite), bytes(row.blob)
    if row.state == State.SEALED:
        return Nodes.root(one.open_sealed(keys.private.buffer, blob, seal_info(*place)), row.radix, row.depth)
    with one.decrypt_secret(keys.cvk.buffer, blob, wrap_aad(*place)) as plain:
        return Nodes.decode(plain.buffer, row.radix, row.depth)


def wrapped(row: VaultRow, nodes: Nodes) -> bytes:
    """The blob of these nodes under the compartment's CVK."""
    with unlock(compartment_of(row)) as keys:
        aad = wrap_aad(row.emergency, row.category, batch_name(row.key_batch_id), row.ck_version)
        return suite(row.suite).encrypt(keys.cvk.buffer, nodes.encode(), aad)


def damaged(emergency: UUID, category: str, batch: int) -> Unavailable:
    """The refusal for key material or a pack that does not authenticate; it leaves an entry for the ledger."""
    with vault_transaction():
        outbox.put("custody.damaged", emergency=emergency, category=category, batch=f"{batch:016x}")
    return Unavailable(_("This information is damaged or was moved, and does not open."), code="damaged")


def collect(limit: int = 500) -> int:
    """Wrap roots that are still sealed to a public key; wants custody. Returns how many."""
    demand_outside()
    same = {"emergency": OuterRef("emergency"), "category": OuterRef("category"), "version": OuterRef("ck_version")}
    living = Compartment.objects.using(VAULT).filter(state__in=OPENS, **same)
    rows = VaultRow.objects.using(VAULT).filter(Exists(living), state=State.SEALED)
    done = 0
    for row in rows.order_by("pk")[:limit]:
        try:
            done += _collected(row)
        except Gone:  # destroyed since: nobody needs it wrapped
            continue
    return done


def _collected(row: VaultRow) -> int:
    """The check value stays: the guards let a sealed root become a wrapped one only if it is the same root."""
    nodes = open_root(row)
    try:
        blob = wrapped(row, nodes)
    finally:
        nodes.wipe()
    with vault_transaction():
        same = VaultRow.objects.using(VAULT).filter(pk=row.pk, state=State.SEALED)
        return same.update(state=State.WRAPPED, blob=blob)
