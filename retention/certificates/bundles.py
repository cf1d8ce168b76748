"""The file of an edition: its envelope with the log's proof. The same bytes whenever it is made."""

import json
import os
import re
from pathlib import Path

from django.conf import settings

from pilifecycle.audit.models import Checkpoint, Leaf
from pilifecycle.crypto import merkle
from pilifecycle.crypto.checkpoint import encode_proof

from .models import Edition
from .offline import render

UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


def name_of(number: str, state: str) -> str:
    """`<number>-<state>.json`."""
    return f"{UNSAFE.sub('_', number)}-{state}.json"


def path_of(edition: Edition) -> Path:
    """Where the file stands. The row holds its name only: a store may be moved."""
    return Path(settings.PIL_CERTIFICATES) / edition.path


def made(edition: Edition) -> bytes | None:
    """The bytes of the file, None while no signed checkpoint covers its entry in the log.

    The proof is made against the first checkpoint that covers it: leaves and checkpoints never change.
    """
    leaf = Leaf.objects.filter(uid=edition.leaf_uid).first()
    signed = Checkpoint.objects.filter(size__gt=leaf.seq).order_by("size").first() if leaf else None
    if leaf is None or signed is None:
        return None
    below = Leaf.objects.filter(seq__lt=signed.size).order_by("seq").values_list("hash", flat=True)
    proof = merkle.inclusion_proof([bytes(each) for each in below.iterator(10_000)], leaf.seq, signed.size)
    return render(json.loads(edition.envelope), bytes(leaf.body), encode_proof(leaf.seq, proof, signed.text))


def write(edition: Edition) -> bool:
    """Write the file if it is not there: whole or not at all. Whether it is there now."""
    path = path_of(edition)
    if path.exists():
        return True
    data = made(edition)
    if data is None:
        return False
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True


def waiting() -> list[Edition]:
    """Editions whose file is not there."""
    return [edition for edition in Edition.objects.order_by("issued_at", "pk") if not path_of(edition).exists()]
