"""Requests of people about their own information, with an answer and a clock (PIPL ch. IV)."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RightsRequest(models.Model):
    """One request made with a receipt code. Holds no personal value: the record is named by its random audit_ref."""

    class Kind(models.TextChoices):
        DELETE = "delete", _("delete")
        VIEW = "view", _("view")
        COPY = "copy", _("copy")
        CORRECT = "correct", _("correct")
        EXPLAIN = "explain", _("explain")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for an answer")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")
        STOPPED = "stopped", _("stopped by the person")

    class Refusal(models.TextChoices):
        STATUTORY = "statutory", _("a statutory period still runs")
        HELD = "held", _("kept as evidence or for investigation and assessment")
        NOT_FOUND = "not_found", _("nothing is held any more")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    emergency = models.UUIDField(db_index=True)
    body = models.UUIDField()
    audit_ref = models.UUIDField()
    receipt_hash = models.BinaryField(max_length=32)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    items = models.JSONField(default=list)
    asked_at = models.DateTimeField(_("asked at"))
    due_on = models.DateField(_("answer due on"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    refusal = models.CharField(max_length=12, choices=Refusal.choices, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")

    def __str__(self) -> str:
        return self.get_kind_display()
