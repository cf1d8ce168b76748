"""What people are told, version by version, and those who could not be told at once."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from collection.points.models import Campaign
from pilifecycle.ids import uuid7

PERSON = settings.AUTH_USER_MODEL


class Notice(models.Model):
    """One version of a campaign's notice. Immutable once published.

    `blocks` maps a block's code to {"zh": …, "en": …} or a list of lines of such.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("superseded")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="notices", verbose_name=_("campaign"))
    version = models.PositiveIntegerField(_("version"))
    level = models.PositiveSmallIntegerField(_("response level"))
    blocks = models.JSONField()
    children = models.JSONField(default=dict, help_text="separate rules for children under 14 (ND-21B)")
    content_hash = models.CharField(max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    published_at = models.DateTimeField(_("published at"), null=True)
    published_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["campaign", "version"], name="notice_version")]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.version}"


class DeferredNotice(models.Model):
    """Somebody who could not be told when registered (PIPL art. 18). Blocks the emergency's end until settled."""

    class Reason(models.TextChoices):
        LOST_CHILD = "lost_child", _("a lost child")
        UNCONSCIOUS = "unconscious", _("unconscious")
        RESCUE = "rescue", _("rescue under way")

    class Settled(models.TextChoices):
        GIVEN = "given", _("given to the person")
        GUARDIAN = "guardian", _("given to the guardian")
        ANNOUNCED = "announced", _("announced publicly")

    emergency = models.UUIDField(db_index=True)
    body = models.UUIDField()
    audit_ref = models.UUIDField(unique=True, help_text="the record's random name; its row may be gone")
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    registered_at = models.DateTimeField(_("registered at"))
    settled = models.CharField(_("settled"), max_length=10, choices=Settled.choices, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("deferred notice")
        verbose_name_plural = _("deferred notices")

    def __str__(self) -> str:
        return self.get_reason_display()
