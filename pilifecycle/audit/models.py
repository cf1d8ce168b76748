"""The ledger's tables: what waits for its number, what has one, and what was signed over it.

`Pending` rows are moved into `Leaf` by the one sequencer; nothing in the house updates or deletes a leaf, and the
databases refuse it (``pilifecycle.guards``).
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """What both sides of the sequencer share: codes and counts, nothing personal."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=64)
    actor = models.CharField(max_length=40)
    emergency = models.UUIDField(null=True)
    subject = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.action


class Pending(Entry):
    """An event that its own transaction committed and that has no number yet."""


class Leaf(Entry):
    """A numbered, immutable leaf. `hash` is RFC 6962's leaf hash over `body`, the canonical JSON of the columns."""

    seq = models.BigIntegerField(primary_key=True)
    body = models.BinaryField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        indexes = [
            models.Index(fields=["emergency", "seq"], name="leaf_by_emergency"),
            models.Index(fields=["subject"], name="leaf_by_subject"),
        ]


class Head(models.Model):
    """Size and frontier of the tree, changed in the same transaction as the leaves."""

    one = models.BooleanField(primary_key=True, default=True)
    size = models.BigIntegerField(default=0)
    peaks = models.BinaryField(default=bytes)

    def __str__(self) -> str:
        return str(self.size)


class Checkpoint(models.Model):
    """A signed statement of the tree's size and root (C2SP tlog-checkpoint)."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    text = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")

    def __str__(self) -> str:
        return str(self.size)
