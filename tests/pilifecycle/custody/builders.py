"""What these tests set up: an emergency with keys, a sealed record, a warrant; small functions with defaults."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

from pilifecycle.custody import actions as custody
from pilifecycle.ids import uuid7
from pilifecycle.store import clock

CONTENTS = {"core": {1: "王小明", 2: "+8613800001234"}, "identity": {10: "11010519491231002X"}, "health": {20: True}}
BUCKETS = {"core": 256, "identity": 128, "health": 64}
STANDARD = "epidemic-gate/2"


def an_emergency(categories=("core", "identity", "health")) -> UUID:
    emergency = uuid4()
    custody.open_compartments(emergency, categories=categories)
    return emergency


def a_record(emergency, record=None, contents=CONTENTS, **more) -> tuple[UUID, custody.Sealed]:
    record = record or uuid7()
    more = {"standard_version": STANDARD, "buckets": BUCKETS, **more}
    return record, custody.seal(emergency, record, contents=contents, **more)


def read(emergency, record, pack, category="core", standard=STANDARD):
    return custody.unseal(emergency, record, standard_version=standard, category=category, pack=pack)


def a_warrant(emergency, kind="batch", scope=None, matter=None, approvers=("P-1", "P-2"), late=timedelta(0), **more):
    if kind == "batch":
        more.setdefault("manifest_hash", "ab" * 32)
    return custody.write_warrant(
        kind,
        emergency,
        matter=matter or uuid4(),
        scope=scope or {"categories": ["core", "identity", "health", "index"]},
        approvers=approvers,
        earliest=clock.now() + late,
        **more,
    )


def a_count(last_index=1, entries=1, persons=1):
    return SimpleNamespace(
        last_index=last_index, entries=entries, persons=persons, points={"K7Q2": entries}, root="cd" * 32
    )
