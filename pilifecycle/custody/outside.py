"""Custody works outside the transactions of the data database: vault first, and committed, before one opens.

Two databases are not atomic together, and a vault write inside a data transaction would also hold SQLite's one write
lock while it waits for another. So each door of this room asks here first.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, ProgrammingError, connections, transaction
from django.utils.translation import gettext as _

from pilifecycle.errors import Unavailable

VAULT, DATA = "vault", "default"
NO_SUCH_TABLE = "42P01"


class VaultInsideData(AssertionError):
    """Custody was called inside a transaction of the data database: a programming error, never a refusal."""


def demand_outside() -> None:
    """Raise VaultInsideData inside a data transaction. The one that Django's TestCase opens around a test is none."""
    connection = connections[DATA]
    if connection.in_atomic_block and not all(
        getattr(block, "_from_testcase", False) for block in connection.atomic_blocks
    ):
        raise VaultInsideData("Custody work is done before the data transaction opens, or after it.")


@contextmanager
def answering() -> Iterator[None]:
    """Turn a vault that does not answer, or has no tables, into Unavailable(code="vault_unavailable")."""
    try:
        yield
    except (OperationalError, InterfaceError):
        raise _unavailable() from None
    except ProgrammingError as fault:
        if getattr(fault.__cause__, "sqlstate", "") != NO_SUCH_TABLE:  # the guards' refusals pass as they are
            raise
        raise _unavailable() from None


def _unavailable() -> Unavailable:
    return Unavailable(_("The key vault does not answer."), code="vault_unavailable")


@contextmanager
def vault_transaction() -> Iterator[None]:
    """One transaction of the vault, outside any of the data. On SQLite it takes the write lock at once."""
    demand_outside()
    with answering(), transaction.atomic(using=VAULT):
        yield
