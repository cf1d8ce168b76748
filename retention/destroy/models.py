"""What the engine needs to remember beside the journal: hand-overs that wait for a receipt."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class HandOver(models.Model):
    """Statutory records handed to a named recipient before our copy is destroyed (ACC-23, STAT-23).

    Restricted until the receipt is signed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    emergency = models.UUIDField(db_index=True)
    batch = models.UUIDField(unique=True)
    recipient = models.CharField(_("recipient"), max_length=120)
    law = models.CharField(max_length=120)
    entries = models.PositiveIntegerField()
    list_hash = models.CharField(max_length=64)
    receipt_number = models.CharField(_("receipt"), max_length=80, blank=True)
    receipt_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")

    def __str__(self) -> str:
        return self.recipient
