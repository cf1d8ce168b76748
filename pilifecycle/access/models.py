"""People, what they may do where and since when, and the codes of a shift."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .roles import Role


class User(AbstractUser):
    """An account of one person. `staff_number` is what the ledger and certificates name."""

    staff_number = models.CharField(_("staff number"), max_length=40, unique=True)
    office = models.CharField(_("office"), max_length=120, blank=True)
    body = models.UUIDField(_("body"), null=True, blank=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Grant(models.Model):
    """A role given to a person in a scope. It counts from `confirmed_at`; empty scope columns mean everywhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="grants", verbose_name=_("account"))
    role = models.CharField(_("role"), max_length=24, choices=Role.choices)
    body = models.UUIDField(_("body"), null=True, blank=True)
    emergency = models.UUIDField(_("emergency"), null=True, blank=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"))
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("since"), null=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("taken back at"), null=True)

    class Meta:
        verbose_name = _("role of a person")
        verbose_name_plural = _("roles of people")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | Q(proposed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="grant_two_people",
            )
        ]

    def __str__(self) -> str:
        return self.get_role_display()


class ShiftCode(models.Model):
    """A volunteer's pass to one point for twelve hours on one phone. Only the code's hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    point = models.UUIDField()
    body = models.UUIDField()
    emergency = models.UUIDField()
    code_hash = models.BinaryField(max_length=32, unique=True)
    label = models.CharField(_("shift"), max_length=40)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("issued at"))
    expires_at = models.DateTimeField(_("valid until"))
    device_hash = models.BinaryField(max_length=32, null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("shift code")
        verbose_name_plural = _("shift codes")

    def __str__(self) -> str:
        return self.label
