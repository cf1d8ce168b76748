"""Destroy keys under a warrant, and prove it.

Nothing here can be undone, so nothing here decides *whether*: a warrant does, and the database asks for it once more.
Effects outside the vault (the custody holder) are three commits: intent, deed, done with evidence. Stopped anywhere,
the same call with the same warrant goes on to the same end. A key that is absent although no intent was committed is
*lost*: an incident, never a certificate.

What this leaves to others: old copies of the keyring and of the vault (the register of copies, the rekey), and the
rows and files whose keys die here.
"""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pilifecycle.errors import Forbidden, KeyLost, WrongState
from pilifecycle.store import clock

from . import outbox
from .holders import NoSuchKey, holder
from .models import Compartment, Destruction, VaultRow, Warrant
from .outside import VAULT, answering, vault_transaction
from .unlocked import drop
from .warrants import demand_live, mark_used, ready

CHUNK = 500  # roots named in one ledger entry


def destroy_compartments(warrant: Warrant) -> list[dict[str, Any]]:
    """Destroy every version of the custody keys that the warrant names; the evidence of each, however often called.

    Held compartments go only if named. Raises WrongState (`too_early`, `warrant_closed`, `wrong_scope`), KeyLost.
    """
    warrant = ready(warrant)
    if warrant.kind != Warrant.Kind.BATCH:
        raise Forbidden(_("Only a disposal batch destroys whole compartments."), code="scope_too_wide")
    with answering():
        living = list(_compartments(warrant).exclude(state=Compartment.State.DESTROYED))
        if living:
            demand_live(warrant)
            _intend(warrant, living)
        for compartment in living:
            _destroy(warrant, compartment)
        return _evidence(warrant)


def _compartments(warrant: Warrant) -> QuerySet[Compartment]:
    categories = warrant.scope.get("categories")
    if not categories:
        raise WrongState(_("This warrant names no compartment."), code="wrong_scope")
    rows = Compartment.objects.using(VAULT).filter(emergency=warrant.emergency, category__in=categories)
    return rows.order_by("category", "version")


def _intend(warrant: Warrant, living: list[Compartment]) -> None:
    """Commit the intent to destroy these names. Raises KeyLost for a key that is absent without one."""
    known = {row.name: row for row in Destruction.objects.using(VAULT).filter(name__in=[c.name for c in living])}
    if any(row.warrant_id != warrant.pk for row in known.values()):
        raise WrongState(_("Another warrant has begun to destroy this key."), code="warrant_differs")
    fresh = [compartment for compartment in living if compartment.name not in known]
    lost = [compartment.name for compartment in fresh if not holder().has(compartment.name)]
    if lost:
        raise KeyLost(_("A custody key is missing though nobody destroyed it."), keys=lost)
    with vault_transaction():
        mark_used(warrant)
        for compartment in fresh:
            Destruction.objects.using(VAULT).create(warrant=warrant, name=compartment.name, intended_at=clock.now())


def _destroy(warrant: Warrant, compartment: Compartment) -> None:
    try:
        evidence = holder().destroy(compartment.name, str(warrant.pk))
    except NoSuchKey:  # destroyed by an earlier run of this same warrant: the intent says so
        evidence = {"name": compartment.name, "class": holder().describe()["class"], "method": "absent_after_intent"}
    drop(compartment.pk)
    _done(warrant, compartment, evidence)


def _done(warrant: Warrant, compartment: Compartment, evidence: dict[str, Any]) -> None:
    now = clock.now()
    with vault_transaction():
        Destruction.objects.using(VAULT).filter(name=compartment.name, done_at=None).update(
            done_at=now, evidence=evidence
        )
        fresh = (
            Compartment.objects.using(VAULT)
            .filter(pk=compartment.pk)
            .exclude(state=Compartment.State.DESTROYED)
            .update(state=Compartment.State.DESTROYED, blob=None, destroyed_at=now)
        )
        if fresh:
            outbox.put(
                "custody.key_destroyed",
                emergency=warrant.emergency,
                category=compartment.category,
                version=compartment.version,
                custody=evidence["class"],
                method=evidence["method"],
                matter=str(warrant.matter),
            )


def _evidence(warrant: Warrant) -> list[dict[str, Any]]:
    rows = Destruction.objects.using(VAULT).filter(warrant=warrant.pk).exclude(done_at=None).order_by("name")
    return [
        {
            **row.evidence,
            "intended_at": row.intended_at.isoformat(),
            "done_at": str(row.done_at and row.done_at.isoformat()),
        }
        for row in rows
    ]


def destroy_roots(warrant: Warrant, limit: int = 5000) -> dict[str, Any]:
    """Delete up to `limit` vault rows that the warrant covers: {"deleted": n, "done": whether none is left}."""
    warrant = ready(warrant)
    with answering():
        rows = _roots(warrant, limit)
        if rows:
            demand_live(warrant)
            for start in range(0, len(rows), CHUNK):
                _delete(warrant, rows[start : start + CHUNK])
        return {"deleted": len(rows), "done": not _roots(warrant, 1)}


def _roots(warrant: Warrant, limit: int) -> list[VaultRow]:
    rows = VaultRow.objects.using(VAULT).filter(emergency=warrant.emergency).order_by("pk")
    if "categories" in warrant.scope:
        return list(rows.filter(category__in=warrant.scope["categories"])[:limit])
    if "roots" not in warrant.scope:
        raise WrongState(_("This warrant names no root."), code="wrong_scope")
    named = {(batch, category) for batch, category in warrant.scope["roots"]}
    found: list[VaultRow] = []
    numbers = sorted({batch for batch, _category in named})
    for start in range(0, len(numbers), CHUNK):
        some = rows.filter(key_batch__in=numbers[start : start + CHUNK])
        found += [row for row in some if (row.key_batch_id, row.category) in named]
        if len(found) >= limit:
            break
    return found[:limit]


def _delete(warrant: Warrant, rows: list[VaultRow]) -> None:
    with vault_transaction():
        mark_used(warrant)
        VaultRow.objects.using(VAULT).filter(pk__in=[row.pk for row in rows])._raw_delete(VAULT)
        outbox.put(
            "custody.roots_destroyed",
            emergency=warrant.emergency,
            matter=str(warrant.matter),
            count=len(rows),
            roots=[str(row) for row in rows] if "roots" in warrant.scope else None,
        )
