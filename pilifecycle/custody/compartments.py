"""Compartments: one key for one emergency × category. Opened once, never again under the same name."""

from collections.abc import Iterable
from os import urandom
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, connections
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pilifecycle.crypto.contexts import blob_aad
from pilifecycle.crypto.suites import suite
from pilifecycle.crypto.wipe import wipe
from pilifecycle.errors import Invalid, WrongState
from pilifecycle.store import clock

from . import outbox
from .holders import demand_custody, holder
from .models import SEALED_CATEGORIES, Category, Compartment
from .outside import VAULT, answering, demand_outside, vault_transaction
from .unlocked import KEY, OPENS, destroyed

HELD = Category.HELD + ":"
PUBLIC = ("id", "emergency", "category", "version", "state", "suite", "public_key")  # what a front may read
NAMES = {*SEALED_CATEGORIES, Category.INDEX, *(HELD + category for category in SEALED_CATEGORIES)}


def open_compartments(emergency: UUID, *, categories: Iterable[str]) -> None:
    """Make the compartments that are not there yet, and the one for the index. Raises Gone once one was destroyed."""
    demand_outside()
    demand_custody()
    wanted = dict.fromkeys([*categories, Category.INDEX.value])
    if not NAMES.issuperset(wanted):
        raise Invalid(_("There is no such category."), code="unknown_category")
    with answering():
        rows = Compartment.objects.using(VAULT).filter(emergency=emergency, category__in=wanted).order_by("version")
        known = {row.category: row for row in rows}
    if any(row.state not in OPENS for row in known.values()):
        raise destroyed()
    for category in wanted:
        if category not in known:
            _open(emergency, str(category))


def _open(emergency: UUID, category: str) -> None:
    """Key, then row: a crash in between leaves a key that the next call finds again."""
    number = settings.CRYPTO_SUITES[0]
    row = Compartment(
        id=uuid4(), emergency=emergency, category=category, version=1, suite=number, state=Compartment.State.SEALING
    )
    holder().create(row.name, number)
    private, row.public_key = suite(number).generate_keypair()
    blob = bytearray(urandom(KEY) + private + (urandom(KEY) if category == Category.INDEX else b""))
    row.blob = holder().wrap(row.name, blob, blob_aad(emergency, category, row.version))
    wipe(blob)
    row.created_at = clock.now()
    try:
        with vault_transaction():
            row.save(using=VAULT, force_insert=True)
            outbox.put("custody.compartment_opened", emergency=emergency, category=category, version=row.version)
    except IntegrityError:
        if not Compartment.objects.using(VAULT).filter(emergency=emergency, category=category).exists():
            raise  # it was not that another process opened it first


def sealing(emergency: UUID, categories: Iterable[str], *, share: bool = False) -> dict[str, Compartment]:
    """The compartments that seal now, by category. `share` locks their rows against a rekey or a destruction.

    Raises Gone(code="key_destroyed"), or WrongState(code="no_compartment") for a category that was never opened.
    """
    wanted = list(categories)
    rows = Compartment.objects.using(VAULT).filter(emergency=emergency, category__in=wanted)
    found = rows.filter(state=Compartment.State.SEALING).only(*PUBLIC)
    living = {row.category: row for row in (_for_share(found) if share else found)}
    if missing := [category for category in wanted if category not in living]:
        if rows.filter(category__in=missing, state=Compartment.State.DESTROYED).exists():
            raise destroyed()
        raise WrongState(_("This emergency has no keys for what is asked."), code="no_compartment")
    return living


def _for_share(rows: QuerySet[Compartment]) -> Iterable[Compartment]:
    """The rows, locked FOR SHARE until the transaction ends; on SQLite the transaction itself is the lock.

    A front may not lock them: the guard on new roots does it for everybody (PostgreSQL wants UPDATE for FOR SHARE).
    """
    if connections[VAULT].vendor != "postgresql" or settings.PIL_CUSTODY == "none":
        return rows
    sql, params = rows.query.sql_with_params()
    return Compartment.objects.using(VAULT).raw(sql + " FOR SHARE", params)
