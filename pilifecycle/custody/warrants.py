"""Warrants: the written order without which no key material is lost. Committed before the deed, closed after it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from pilifecycle.errors import Forbidden, Invalid, WrongState
from pilifecycle.store import clock

from . import outbox
from .compartments import NAMES
from .models import Warrant
from .outside import VAULT, answering, demand_outside, vault_transaction

Kind = Warrant.Kind
SHAPES = {"categories": (str,), "roots": (int, str), "leaves": (int, int, str)}


def write_warrant(
    kind: str,
    emergency: UUID,
    *,
    matter: UUID,
    scope: dict[str, Any],
    approvers: Sequence[str],
    manifest_hash: str = "",
    earliest: datetime,
) -> Warrant:
    """Write and commit a warrant; the same kind and matter gets the warrant that is there, with its first scope.

    `scope` is one of {"categories": [...]}, {"roots": [[batch, category]]}, {"leaves": [[batch, index, category]]};
    `approvers` are staff numbers, two different ones for a disposal batch; `earliest` is business time. Raises Invalid,
    Forbidden(code="two_people"), WrongState(code="warrant_differs").
    """
    demand_outside()
    warrant = Warrant(
        kind=Kind(kind),
        emergency=emergency,
        matter=matter,
        scope=_checked(scope),
        approvers=[name for name in approvers if name],
        manifest_hash=manifest_hash,
        written_at=clock.now(),
        earliest=earliest,
    )
    _demand_people(warrant)
    try:
        with vault_transaction():
            return _there(warrant) or _written(warrant)
    except IntegrityError:  # somebody wrote it between our look and our insert
        with answering():
            found = _there(warrant)
        if found is None:
            raise
        return found


def warrant_of(kind: str, matter: UUID) -> Warrant | None:
    """The warrant that was written for this matter, if any: `used_at` tells whether its deed has begun."""
    with answering():
        return Warrant.objects.using(VAULT).filter(kind=Kind(kind), matter=matter).first()


def _there(warrant: Warrant) -> Warrant | None:
    found = Warrant.objects.using(VAULT).filter(kind=warrant.kind, matter=warrant.matter).first()
    if found and (found.emergency, found.manifest_hash) != (warrant.emergency, warrant.manifest_hash):
        raise WrongState(_("Another warrant was written for this matter."), code="warrant_differs")
    return found


def _written(warrant: Warrant) -> Warrant:
    warrant.save(using=VAULT, force_insert=True)
    ((shape, named),) = warrant.scope.items()
    outbox.put(
        "custody.warrant_written",
        emergency=warrant.emergency,
        kind=str(warrant.kind),
        matter=str(warrant.matter),
        scope=shape,
        named=named if shape == "categories" else len(named),
        approvers=warrant.approvers,
        manifest=warrant.manifest_hash or None,
    )
    return warrant


def _demand_people(warrant: Warrant) -> None:
    """Nobody destroys alone (law 5). A person's own request and a void have one name, or none."""
    if warrant.kind == Kind.BATCH and (len(set(warrant.approvers)) < 2 or not warrant.manifest_hash):
        raise Forbidden(_("A disposal batch needs two different approvers and a manifest."), code="two_people")
    if warrant.kind not in (Kind.BATCH, Kind.REKEY) and "categories" in warrant.scope:
        raise Forbidden(_("Only a disposal batch destroys whole compartments."), code="scope_too_wide")


def _checked(scope: dict[str, Any]) -> dict[str, Any]:
    (shape, *more) = scope or ("",)
    kinds = SHAPES.get(shape)
    if more or kinds is None or not scope[shape]:
        raise _malformed()
    rows = [(entry,) if kinds == (str,) else tuple(entry) for entry in scope[shape]]
    if not all(_fits(row, kinds) for row in rows):
        raise _malformed()
    return {shape: [row[0] if kinds == (str,) else list(row) for row in dict.fromkeys(rows)]}


def _fits(row: tuple[Any, ...], kinds: tuple[type, ...]) -> bool:
    same = len(row) == len(kinds) and all(isinstance(part, kind) for part, kind in zip(row, kinds, strict=True))
    return same and row[-1] in NAMES and (len(row) < 3 or row[1] > 0)  # leaf 0 is the canary's


def _malformed() -> Invalid:
    return Invalid(_("A warrant names categories, roots or leaves, and nothing else."), code="scope_malformed")


def ready(warrant: Warrant) -> Warrant:
    """The warrant as it stands now. Raises WrongState(code="too_early") before its earliest time."""
    demand_outside()
    with answering():
        fresh = Warrant.objects.using(VAULT).get(pk=warrant.pk)
    if fresh.earliest > clock.now():
        raise WrongState(_("This warrant cannot be used yet."), code="too_early")
    return fresh


def demand_live(warrant: Warrant) -> None:
    """Raise WrongState(code="warrant_closed") if it was closed while something of it remains to be done."""
    if warrant.closed_at is not None:
        raise WrongState(_("This warrant is closed."), code="warrant_closed")


def mark_used(warrant: Warrant) -> None:
    """Note the first use, in the vault transaction that is open."""
    Warrant.objects.using(VAULT).filter(pk=warrant.pk, used_at=None).update(used_at=clock.now())


def close_warrant(warrant: Warrant) -> None:
    """Close it for good; again: nothing happens."""
    with vault_transaction():
        closed = Warrant.objects.using(VAULT).filter(pk=warrant.pk, closed_at=None).update(closed_at=clock.now())
        if closed:
            outbox.put("custody.warrant_closed", emergency=warrant.emergency, matter=str(warrant.matter))
