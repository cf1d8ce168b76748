"""Proofs that outsiders can check: this entry stands in the log; this older log is the beginning of the newer one.

Made from the hashes below the checkpoint, read as one column: 100,000 leaves take a fraction of a second, so nothing
but the leaves is stored.
"""

from typing import Any
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext_lazy as _

from pilifecycle.crypto import merkle
from pilifecycle.crypto.checkpoint import encode_proof
from pilifecycle.errors import NotFound, WrongState

from .models import Checkpoint, Leaf, Pending


def inclusion(uid: UUID) -> dict[str, Any]:
    """{seq, size, proof: [hex], checkpoint, body, text}: `body` is the leaf's canonical JSON, `text` a C2SP tlog-proof.

    Raises NotFound, or WrongState(code="not_sequenced" | "not_checkpointed") while the entry waits.
    """
    leaf = Leaf.objects.filter(uid=uid).first()
    if leaf is None:
        if Pending.objects.filter(uid=uid).exists():
            raise WrongState(_("This entry has no number yet."), code="not_sequenced")
        raise NotFound(_("There is no such entry in the audit log."))
    signed = Checkpoint.objects.filter(size__gt=leaf.seq).order_by("-size").first()
    if signed is None:
        raise WrongState(_("No checkpoint covers this entry yet."), code="not_checkpointed")
    proof = merkle.inclusion_proof(_hashes(signed.size), leaf.seq, signed.size)
    return {
        "seq": leaf.seq,
        "size": signed.size,
        "proof": [node.hex() for node in proof],
        "checkpoint": signed.text,
        "body": bytes(leaf.body).decode(),
        "text": encode_proof(leaf.seq, proof, signed.text),
    }


def consistency(old_size: int) -> dict[str, Any]:
    """{old, size, proof: [hex], checkpoint}: that the log of `old_size` is the beginning of the latest signed one."""
    signed = Checkpoint.objects.order_by("-size").first()
    if signed is None or not 0 <= old_size <= signed.size:
        raise NotFound(_("No checkpoint of the audit log is that large."))
    proof = merkle.consistency_proof(_hashes(signed.size), old_size, signed.size)
    return {"old": old_size, "size": signed.size, "proof": [node.hex() for node in proof], "checkpoint": signed.text}


def _hashes(size: int) -> list[bytes]:
    """The hashes of the first `size` leaves. A bare cursor: the ORM takes four times as long."""
    table = Leaf._meta.db_table
    with connections["default"].cursor() as cursor:
        cursor.execute(f"select hash from {table} where seq < %s order by seq", [size])  # noqa: S608
        return [bytes(row[0]) for row in cursor.fetchall()]
