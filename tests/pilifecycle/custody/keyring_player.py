"""A process that creates and destroys keys of one keyring file until it is killed, and writes down what it was told."""

import os
import random
import sys
from pathlib import Path

import django
from django.apps import apps

if not apps.ready:
    django.setup()

import pilifecycle.custody.holders.keyring as room
from pilifecycle.custody.holders.opener import Opener


def ring_at(place: Path) -> room.Keyring:
    return room.Keyring(place / "keyring.bin", Opener(passphrase=b"invented", cost=1))


def play(place: Path, who: str, seed: str) -> None:
    room.highest_seen, room.vault_knows_keys, room.note_generation = lambda: 0, lambda: False, lambda generation: None
    ring, chance, mine = ring_at(place), random.Random(seed), []
    run = os.urandom(3).hex()
    for number in range(100_000):
        if mine and chance.random() < 0.45:
            name = mine.pop(chance.randrange(len(mine)))
            note(place, "begun", who, name)
            ring.destroy(name, "warrant")
            note(place, "destroyed", who, name)
            assert not ring.has(name)
        else:
            name = f"{who}/{run}/{number}"
            ring.create(name, 1)
            note(place, "created", who, name)
            mine.append(name)


def note(place: Path, kind: str, who: str, name: str) -> None:
    with (place / f"{kind}-{who}").open("a") as file:
        file.write(name + "\n")


if __name__ == "__main__":
    print("ready", flush=True)
    play(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
