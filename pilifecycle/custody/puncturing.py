"""Take single leaves out of their trees: one person, one category, one old correction; everybody else stays readable.

The vault row is replaced by the nodes that derive every other leaf; each leaf is then named in the second place, so
that a vault restored from an older copy is punctured again. Old copies of the vault still derive the leaf until the
compartment is rekeyed. Repeatable: what is punctured stays so, and its line may stand in the second place twice.
"""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from pilifecycle.audit import secondplace
from pilifecycle.errors import Gone, WrongState
from pilifecycle.store import clock

from . import outbox
from .models import Puncture, VaultRow, Warrant
from .outside import VAULT, answering, vault_transaction
from .roots import open_root, row_of, wrapped
from .warrants import demand_live, mark_used, ready

Root = tuple[int, str]


def puncture(warrant: Warrant) -> dict[str, Any]:
    """Puncture every leaf that the warrant names: {"leaves": n, "fresh": n not punctured before}.

    Raises WrongState (`too_early`, `warrant_closed`, `wrong_scope`), KeyLost, Unavailable.
    """
    warrant = ready(warrant)
    fresh = 0
    with answering():
        for root, indexes in _by_root(warrant).items():
            fresh += _punctured(warrant, root, sorted(indexes))
    secondplace.append_all("puncture", [f"{b:016x},{i},{c}" for b, i, c in warrant.scope["leaves"]])
    return {"leaves": len(warrant.scope["leaves"]), "fresh": fresh}


def _by_root(warrant: Warrant) -> dict[Root, set[int]]:
    if "leaves" not in warrant.scope:
        raise WrongState(_("This warrant names no leaf."), code="wrong_scope")
    roots: dict[Root, set[int]] = defaultdict(set)
    for batch, index, category in warrant.scope["leaves"]:
        roots[batch, category].add(index)
    return roots


def _punctured(warrant: Warrant, root: Root, indexes: list[int]) -> int:
    """One root, one transaction. Returns how many leaves were not punctured before."""
    batch, category = root
    place = Puncture.objects.using(VAULT).filter(key_batch=batch, category=category)
    with vault_transaction():
        locked = VaultRow.objects.using(VAULT).select_for_update().filter(key_batch=batch, category=category)
        list(locked.values_list("pk"))
        known = set(place.filter(index__in=indexes).values_list("index", flat=True))
        fresh = [index for index in indexes if index not in known]
        if fresh:
            demand_live(warrant)
            mark_used(warrant)
            _replace(warrant, root, fresh)
            _note(warrant, root, fresh)
    return len(fresh)


def _replace(warrant: Warrant, root: Root, indexes: list[int]) -> None:
    try:
        row = row_of(warrant.emergency, *root)
        nodes = open_root(row)
    except Gone:  # the whole root, or its compartment, was destroyed before
        return
    left = nodes.puncture_many(indexes)
    nodes.wipe()
    try:
        changed = {"state": VaultRow.State.PUNCTURED, "blob": wrapped(row, left), "check_value": left.check()}
        VaultRow.objects.using(VAULT).filter(pk=row.pk).update(**changed)
    finally:
        left.wipe()


def _note(warrant: Warrant, root: Root, indexes: list[int]) -> None:
    batch, category = root
    Puncture.objects.using(VAULT).bulk_create(
        Puncture(
            key_batch=batch,
            index=index,
            category=category,
            emergency=warrant.emergency,
            warrant=warrant,
            at=clock.now(),
        )
        for index in indexes
    )
    outbox.put(
        "custody.leaves_punctured",
        emergency=warrant.emergency,
        matter=str(warrant.matter),
        batch=f"{batch:016x}",
        category=category,
        count=len(indexes),
    )
