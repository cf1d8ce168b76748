"""Bodies, doors, campaigns and the points at which people register."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from collection.emergencies.models import CollectionStandard, Emergency
from pilifecycle.ids import uuid7

PERSON = settings.AUTH_USER_MODEL


class Body(models.Model):
    """The body that collects: the PI processor (PIPL art. 73)."""

    class Capacity(models.TextChoices):
        RESIDENTS_COMMITTEE = "residents_committee", _("residents' committee")
        PROPERTY_MANAGER = "property_manager", _("property manager")
        STREET_OFFICE = "street_office", _("street office")
        ENTERPRISE = "enterprise", _("enterprise")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=120)
    capacity = models.CharField(_("capacity"), max_length=24, choices=Capacity.choices)
    superior = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="bodies", verbose_name=_("superior office")
    )
    address = models.CharField(_("address"), max_length=200)
    phone = models.CharField(_("telephone"), max_length=40)
    officer = models.CharField(
        _("protection officer"), max_length=80, help_text=_("office and telephone, as printed on notices")
    )
    complaints = models.CharField(_("complaints to"), max_length=200)

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")

    def __str__(self) -> str:
        return self.name


class Door(models.Model):
    """A door of an area, without names: picked, never typed."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="doors")
    building = models.CharField(_("building"), max_length=20)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    number = models.CharField(_("door"), max_length=20)

    class Meta:
        verbose_name = _("door")
        verbose_name_plural = _("doors")
        constraints = [models.UniqueConstraint(fields=["body", "building", "unit", "number"], name="door_once")]

    def __str__(self) -> str:
        return " · ".join(part for part in (self.building, self.unit, self.number) if part)


class Campaign(models.Model):
    """One body collects for one emergency in one scenario under one standard version, in one area, for a period."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("collecting")
        PAUSED = "paused", _("paused")
        CLOSED = "closed", _("closed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    emergency = models.ForeignKey(Emergency, models.PROTECT, related_name="campaigns", verbose_name=_("emergency"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="campaigns", verbose_name=_("body"))
    standard = models.ForeignKey(
        CollectionStandard, models.PROTECT, related_name="campaigns", verbose_name=_("collection standard")
    )
    title = models.CharField(_("title"), max_length=120)
    area = models.CharField(_("area"), max_length=120)
    target_group = models.CharField(_("whom it concerns"), max_length=200)
    task_document = models.CharField(_("task assigned by"), max_length=200)
    public_affairs = models.BooleanField(_("acts as an organisation managing public affairs"), default=False)
    capacity_reason = models.CharField(_("reason"), max_length=200, blank=True)
    assessment = models.CharField(
        _("impact assessment"), max_length=200, help_text=_("number of the approved assessment (PIPL art. 55)")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    opened_at = models.DateTimeField(_("opened at"), null=True)
    opened_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by"))
    second_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by"))
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("opened_by")), name="campaign_two_people"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Point(models.Model):
    """A place with a code. Rows are kept for ever: a code is never used again, and answers for what was destroyed."""

    class Kind(models.TextChoices):
        GATE = "gate", _("gate")
        SHELTER = "shelter", _("shelter")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="points", verbose_name=_("campaign"))
    code = models.CharField(_("code"), max_length=8, unique=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    place = models.CharField(_("place"), max_length=200)
    check_word = models.CharField(_("check word"), max_length=12)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("point")
        verbose_name_plural = _("points")

    def __str__(self) -> str:
        return self.name
