"""Signed editions of destruction certificates. They outlive the data and hold nothing personal."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from retention.batches.models import DisposalBatch


class Edition(models.Model):
    """One immutable, signed state of one batch's certificate: keys destroyed → physically deleted → final."""

    class State(models.TextChoices):
        KEYS_DESTROYED = "keys_destroyed", _("keys destroyed")
        PHYSICALLY_DELETED = "physically_deleted", _("physically deleted")
        FINAL = "final", _("final")

    batch = models.ForeignKey(DisposalBatch, models.PROTECT, related_name="editions")
    number = models.CharField(_("certificate number"), max_length=24)
    state = models.CharField(_("state"), max_length=18, choices=State.choices)
    envelope = models.TextField()
    sha256 = models.CharField(_("check value of the signed content (SHA-256)"), max_length=64)
    path = models.CharField(max_length=255)
    leaf_uid = models.UUIDField()
    issued_at = models.DateTimeField(_("issued at"))

    class Meta:
        verbose_name = _("destruction certificate")
        verbose_name_plural = _("destruction certificates")
        constraints = [models.UniqueConstraint(fields=["batch", "state"], name="edition_once_a_state")]

    def __str__(self) -> str:
        return f"{self.number} · {self.get_state_display()}"
