"""No key material is lost without a live warrant that covers it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from pilifecycle.custody.models import (
    Compartment,
    Destruction,
    Generation,
    KeyBatch,
    Outbox,
    Puncture,
    SigningKey,
    VaultRow,
    Warrant,
)
from tests.pilifecycle.guards.rows import NOW

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
EMERGENCY = UUID(int=1)
BATCH = 2**63 - 5  # as large as they get: JSON must not round it
LATER = NOW.replace(day=2)


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(IntegrityError), transaction.atomic(using="vault"):
        yield


def a_compartment(category: str = "core", version: int = 1, **more: Any) -> Compartment:
    given: dict[str, Any] = {"emergency": EMERGENCY, "category": category, "version": version, "state": "sealing"}
    given |= {"suite": 1, "public_key": b"public", "blob": b"wrapped", "created_at": NOW}
    return Compartment.objects.create(**given | more)


def a_key_batch(number: int = BATCH) -> KeyBatch:
    given = {"standard_version": "s", "day": NOW.date(), "writer": "w", "opened_at": NOW, "expires_at": NOW}
    return KeyBatch.objects.create(id=number, emergency=EMERGENCY, **given)


def a_root(category: str = "core", batch: KeyBatch | None = None, **more: Any) -> VaultRow:
    if not Compartment.objects.filter(category=category).exists():
        a_compartment(category)
    batch = batch or KeyBatch.objects.filter(pk=BATCH).first() or a_key_batch()
    given: dict[str, Any] = {"key_batch": batch, "emergency": EMERGENCY, "category": category, "state": "sealed"}
    given |= {"ck_version": 1, "suite": 1, "blob": b"sealed", "check_value": b"check"}
    return VaultRow.objects.create(**given | more)


def a_warrant(scope: dict[str, Any], **more: Any) -> Warrant:
    given: dict[str, Any] = {"kind": "batch", "emergency": EMERGENCY, "matter": uuid4(), "scope": scope}
    given |= {"written_at": NOW, "earliest": NOW}
    return Warrant.objects.create(**given | more)


def of(row: Any) -> Any:
    return type(row).objects.filter(pk=row.pk)


# -- roots
COVERS_A_ROOT = {
    "its compartment": {"categories": ["health", "core"]},
    "the root": {"roots": [[7, "core"], [BATCH, "core"]]},
}
COVERS_NOT = {
    "nothing": {},
    "another category": {"categories": ["health"], "roots": [[BATCH, "health"]], "leaves": [[BATCH, 1, "health"]]},
    "another batch": {"roots": [[BATCH - 1, "core"], [7, "core"]], "leaves": [[BATCH - 1, 1, "core"]]},
    "mixed up": {"roots": [[BATCH, "health"], [7, "core"]]},
    "an index that looks like a batch": {"leaves": [[7, BATCH, "core"]]},
}


def test_no_root_is_lost_without_a_warrant() -> None:
    root = a_root()
    losses = {"state": "punctured", "blob": b"other", "check_value": b"x", "ck_version": 2, "radix": 2, "depth": 9}
    for column, value in losses.items():
        with refused():
            of(root).update(**{column: value})
    with refused():
        of(root).delete()


@pytest.mark.parametrize("scope", COVERS_A_ROOT.values(), ids=COVERS_A_ROOT)
def test_a_warrant_covers_its_roots(scope: dict[str, Any]) -> None:
    root, other = a_root(), a_root("location")
    a_warrant(scope)
    of(root).update(state="punctured", blob=b"smaller", check_value=b"x")
    of(root).delete()
    with refused():
        of(other).delete()


@pytest.mark.parametrize("scope", COVERS_NOT.values(), ids=COVERS_NOT)
def test_a_warrant_covers_nothing_else(scope: dict[str, Any]) -> None:
    root = a_root()
    a_warrant(scope)
    with refused():
        of(root).delete()
    with refused():
        of(root).update(blob=b"other", state="punctured")


def test_a_warrant_for_a_leaf_covers_a_puncture_and_no_deletion() -> None:
    root = a_root()
    a_warrant({"leaves": [[BATCH, 3, "core"]]}, kind="request")
    with refused():
        of(root).delete()
    with refused():
        of(root).update(blob=b"other", state="wrapped", check_value=b"x")
    of(root).update(blob=b"siblings", state="punctured")


@pytest.mark.parametrize("more", [{"closed_at": NOW}, {"emergency": UUID(int=2)}], ids=["closed", "another emergency"])
def test_only_a_live_warrant_of_this_emergency_counts(more: dict[str, Any]) -> None:
    root = a_root()
    a_warrant({"categories": ["core"]}, **more)
    with refused():
        of(root).delete()


def test_a_sealed_root_is_taken_into_its_compartment_without_one() -> None:
    root = a_root()
    with refused():
        of(root).update(state="wrapped", blob=b"wrapped", check_value=b"another root")
    of(root).update(state="wrapped", blob=b"wrapped")
    with refused():
        of(root).update(blob=b"again")


def test_a_root_stays_what_it_is_the_root_of_even_under_a_warrant() -> None:
    root, batch = a_root(), a_key_batch(5)
    a_warrant({"categories": ["core", "health"]})
    for change in ({"category": "health"}, {"key_batch": batch}, {"emergency": UUID(int=2)}):
        with refused():
            of(root).update(**change)


def test_a_root_is_born_under_the_version_that_seals() -> None:
    compartment = a_compartment("core")
    with refused():
        a_root("core", ck_version=2)
    of(compartment).update(state="opening")
    with refused():
        a_root("core")


# -- compartments
def test_no_compartment_is_lost_without_a_warrant_that_names_it() -> None:
    core = a_compartment()
    a_warrant({"categories": ["health"], "roots": [[BATCH, "core"]]})
    for loss in ({"blob": None}, {"blob": b"other"}, {"state": "destroyed"}):
        with refused():
            of(core).update(**loss)
    of(core).update(state="opening")
    a_warrant({"categories": ["core"]}, kind="rekey")
    of(core).update(state="destroyed", blob=None, destroyed_at=NOW)


def test_what_is_destroyed_stays_destroyed_and_keeps_its_name() -> None:
    core = a_compartment()
    a_warrant({"categories": ["core"]})
    of(core).update(state="destroyed", blob=None, destroyed_at=NOW)
    for change in ({"state": "sealing"}, {"blob": b"back"}, {"version": 2}, {"category": "x"}, {"public_key": b"x"}):
        with refused():
            of(core).update(**change)
    with refused():
        of(core).delete()


# -- what is written once
def test_a_key_batch_changes_its_counters_only() -> None:
    batch = a_key_batch()
    of(batch).update(closed_at=NOW, used=3, entries=2, persons=2, gone=1, gone_persons=1)
    for change in ({"emergency": uuid4()}, {"day": LATER.date()}, {"standard_version": "t"}, {"purpose": "hold"}):
        with refused():
            of(batch).update(**change)


def test_a_warrant_says_what_it_was_written_for() -> None:
    warrant = a_warrant({"categories": ["core"]})
    warrant.used_at = NOW
    warrant.save()
    warrant.closed_at = NOW
    warrant.save()
    changes: list[dict[str, Any]] = [{"scope": {"categories": ["health"]}}, {"emergency": uuid4()}, {"kind": "void"}]
    for change in [*changes, {"closed_at": None}, {"used_at": LATER}, {"earliest": LATER}, {"manifest_hash": "x"}]:
        with refused():
            of(warrant).update(**change)


def test_evidence_stands() -> None:
    warrant = a_warrant({"categories": ["core"]})
    row = Destruction.objects.create(warrant=warrant, name="n", intended_at=NOW)
    of(row).update(evidence={"tries": 1})
    of(row).update(evidence={"gone": True}, done_at=NOW)
    for change in ({"evidence": {}}, {"done_at": None}, {"name": "m"}):
        with refused():
            of(row).update(**change)


def test_punctures_and_the_outbox_are_marked_once() -> None:
    warrant = a_warrant({"leaves": [[BATCH, 1, "core"]]})
    leaf = Puncture.objects.create(key_batch=5, index=1, category="core", emergency=EMERGENCY, warrant=warrant, at=NOW)
    event = Outbox.objects.create(at=NOW, action="a", actor="clock")
    of(leaf).update(final_at=NOW)
    of(event).update(taken_at=NOW)
    for row, change in [(leaf, {"final_at": None}), (leaf, {"index": 2}), (event, {"taken_at": LATER})]:
        with refused():
            of(row).update(**change)
    with refused():
        of(event).update(action="b")


def test_generations_grow_and_public_keys_stay() -> None:
    generation = Generation.objects.create(highest=4)
    of(generation).update(highest=5)
    with refused():
        of(generation).update(highest=4)
    key = SigningKey.objects.create(version=1, public_key=b"k", created_at=NOW)
    with refused():
        of(key).update(public_key=b"l")


def test_nothing_but_a_root_is_ever_deleted() -> None:
    a_root()
    warrant = a_warrant({"categories": ["core"]})
    Destruction.objects.create(warrant=warrant, name="n", intended_at=NOW)
    Puncture.objects.create(key_batch=5, index=1, category="core", emergency=EMERGENCY, warrant=warrant, at=NOW)
    Outbox.objects.create(at=NOW, action="a", actor="clock")
    Generation.objects.create(highest=4)
    SigningKey.objects.create(version=1, public_key=b"k", created_at=NOW)
    for model in (Destruction, Puncture, Outbox, Generation, SigningKey, Warrant, Compartment, KeyBatch):
        with refused():
            model.objects.all()._raw_delete("vault")  # type: ignore[attr-defined]
