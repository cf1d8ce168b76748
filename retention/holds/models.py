"""Holds: the only two grounds of ER art. 85 for keeping a record longer, and the table to which such a record moves."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from collection.records.models import SealedRow

PERSON = settings.AUTH_USER_MODEL


class Hold(models.Model):
    """A reasoned decision to keep or postpone the destruction of exactly one record (留存或者延期销毁)."""

    class Ground(models.TextChoices):
        EVIDENCE = "evidence", _("use as evidence")
        INVESTIGATION = "investigation", _("investigation and assessment")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved, record being moved")
        IN_FORCE = "in_force", _("in force")
        REFUSED = "refused", _("refused")
        LIFTED = "lifted", _("lifted")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    emergency = models.UUIDField(db_index=True)
    record = models.UUIDField(null=True)
    audit_ref = models.UUIDField(db_index=True)
    ground = models.CharField(_("ground"), max_length=14, choices=Ground.choices)
    authority = models.CharField(_("requesting authority"), max_length=120)
    document = models.CharField(_("document"), max_length=120)
    legality = models.TextField(_("legality"))
    necessity = models.TextField(_("necessity"))
    security = models.TextField(_("security"))
    measures = models.TextField(_("protective and handling measures"))
    ends_on = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"))
    first_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", verbose_name=_("first signature"))
    second_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, related_name="+", verbose_name=_("second signature")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    moved_at = models.DateTimeField(_("moved apart at"), null=True)
    lifted_at = models.DateTimeField(_("lifted at"), null=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = [
            models.CheckConstraint(condition=Q(first_by=None) | ~Q(first_by=F("proposed_by")), name="hold_first_other"),
            models.CheckConstraint(
                condition=Q(second_by=None) | (~Q(second_by=F("first_by")) & ~Q(second_by=F("proposed_by"))),
                name="hold_second_other",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_ground_display()} · {self.document}"


class HeldRecord(SealedRow):
    """A record under a hold, re-sealed into the emergency's held compartments. Restricted: stored and protected,
    nothing else (PIPL-47B).
    """

    hold = models.OneToOneField(Hold, models.PROTECT, related_name="held")

    class Meta:
        verbose_name = _("held record")
        verbose_name_plural = _("held records")
