"""Flipped bytes in keyring, vault and packs: a named refusal, never a wrong word, and nothing else is lost."""

from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from collection.records.models import Record
from pilifecycle.custody import actions as custody
from pilifecycle.errors import LifecycleError
from tests.conftest import without_guards
from tests.retention.ending import a_point_with_people
from tests.torture.seeds import dice, played

pytestmark = [
    pytest.mark.django_db(databases=["default", "vault"], transaction=True),
]
FLIPS = 12


def flipped(roll: Random, data: bytes) -> bytes:
    """One to three bits changed, or the end cut off."""
    changed = bytearray(data)
    if roll.random() < 0.1:
        return bytes(changed[: roll.randrange(len(changed))])
    for _flip in range(roll.randint(1, 3)):
        changed[roll.randrange(len(changed))] ^= 1 << roll.randrange(8)
    return bytes(changed)


def told(row: Record, pack: bytes) -> Any:
    """What custody opens, or the code of its refusal."""
    try:
        return custody.unseal(
            row.emergency_id, row.pk, standard_version=str(row.standard_id), category="core", pack=pack
        )
    except LifecycleError as refusal:
        return refusal.code


@played()
def test_a_damaged_pack_opens_to_nothing(seed: int) -> None:
    roll = dice(seed, "packs")
    a_point_with_people(3)
    rows = list(Record.objects.all())
    right = {row.pk: told(row, row.packs()["core"]) for row in rows}
    assert all(isinstance(each, dict) for each in right.values())
    for _flip in range(FLIPS):
        row = roll.choice(rows)
        pack = row.packs()["core"]
        bad = flipped(roll, pack)
        if bad == pack:
            continue
        answer = told(row, bad)
        assert isinstance(answer, str), f"a damaged pack opened: {bad.hex()}"
    assert {row.pk: told(row, row.packs()["core"]) for row in rows} == right


@played()
def test_packs_that_change_places_open_to_nothing(seed: int) -> None:
    roll = dice(seed, "places")
    a_point_with_people(3)
    one, other, third = roll.sample(list(Record.objects.all()), 3)
    assert isinstance(told(one, other.packs()["core"]), str)
    assert isinstance(told(third, one.packs()["core"]), str)


@played()
def test_a_damaged_keyring_says_so_and_comes_back_whole(seed: int, settings: Any) -> None:
    roll = dice(seed, "keyring")
    a_point_with_people(2)
    row = Record.objects.first()
    assert row is not None
    pack, path = row.packs()["core"], settings.PIL_KEYRING
    right, whole = told(row, pack), path.read_bytes()
    assert isinstance(right, dict)
    for _flip in range(FLIPS):
        if (bad := flipped(roll, whole)) == whole:
            continue
        path.write_bytes(bad)
        with pytest.raises(LifecycleError) as refusal:
            custody.describe()
        assert refusal.value.code.startswith(("keyring", "wrong_passphrase")), bad.hex()
        assert path.read_bytes() == bad, "nothing is written over a file that cannot be read"
    path.write_bytes(whole)
    assert told(row, pack) == right
    assert all(custody.canaries_open(row.emergency_id).values())


@played()
def test_a_damaged_root_costs_its_own_key_batch_only(seed: int) -> None:
    roll = dice(seed, "roots")
    first, second = a_point_with_people(2), a_point_with_people(2)
    rows = {point: list(Record.objects.of(point.campaign.emergency_id)) for point in (first, second)}
    hurt = first.campaign.emergency_id
    blobs = _blobs(hurt)
    right = [told(row, row.packs()["core"]) for row in rows[second]]
    for _flip in range(FLIPS):
        number, blob = roll.choice(blobs)
        bad = flipped(roll, blob)
        _write(number, bad)
        try:
            answer: Any = custody.canaries_open(hurt, categories=["core"])
        except LifecycleError as refusal:
            answer = refusal.code
        assert bad == blob or answer != {"core": True}, "a damaged root was taken"
        assert [told(row, row.packs()["core"]) for row in rows[second]] == right
        _write(number, blob)
    assert custody.canaries_open(hurt, categories=["core"]) == {"core": True}


def _blobs(emergency: UUID) -> list[tuple[Any, bytes]]:
    key = emergency if connections["vault"].vendor == "postgresql" else emergency.hex
    with connections["vault"].cursor() as cursor:
        cursor.execute("SELECT id, blob FROM pilifecycle_vaultrow WHERE emergency = %s AND category = 'core'", [key])
        return [(number, bytes(blob)) for number, blob in cursor.fetchall()]


def _write(number: Any, blob: bytes) -> None:
    """As a failing disk does it, past the guard."""
    with without_guards({"vault"}), connections["vault"].cursor() as cursor:
        cursor.execute("UPDATE pilifecycle_vaultrow SET blob = %s WHERE id = %s", [blob, number])
