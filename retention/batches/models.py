"""Disposal batches: what the clock proposes, what two people approve, and the journal of its execution."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from collection.emergencies.models import Action

PERSON = settings.AUTH_USER_MODEL


class DisposalBatch(models.Model):
    """What is proposed for disposal, frozen by a manifest (law 6). States only move forward."""

    class Rule(models.TextChoices):
        END = "end", _("response work ended")
        ROLLING = "rolling", _("most days after collection")
        LEVEL = "level", _("level dropped: item no longer permitted")
        ITEM = "item", _("period of an item over")
        HOLD_ENDED = "hold_ended", _("hold ended")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved, cooling off")
        RUNNING = "running", _("being executed")
        KEYS_DESTROYED = "keys_destroyed", _("keys destroyed")
        PHYSICALLY_DELETED = "physically_deleted", _("physically deleted")
        FINAL = "final", _("final")
        SENT_BACK = "sent_back", _("sent back")
        STOPPED = "stopped", _("stopped")
        VOID = "void", _("approval void: the set grew")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=24, unique=True)
    emergency = models.UUIDField(db_index=True)
    campaign = models.UUIDField(null=True, help_text="of a rolling batch")
    rule = models.CharField(_("rule"), max_length=10, choices=Rule.choices)
    action = models.CharField(_("action"), max_length=10, choices=Action.choices, default=Action.DESTROY)
    items = models.JSONField(default=list, help_text="kinds to strip; empty: whole records")
    scope_key = models.CharField(max_length=120, help_text="the same matter is proposed once")
    state = models.CharField(_("state"), max_length=18, choices=State.choices, default=State.PROPOSED)
    due_on = models.DateField(_("due on"))
    received_before = models.DateTimeField(help_text="the cut")
    proposed_at = models.DateTimeField(_("proposed at"))
    proposer = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", help_text="empty: the clock")
    manifest = models.JSONField()
    manifest_hash = models.CharField(max_length=64)
    growth = models.PositiveBigIntegerField()
    standing = models.ForeignKey("StandingApproval", models.PROTECT, null=True, related_name="batches")
    approved_at = models.DateTimeField(_("approved at"), null=True)
    cooling_until = models.DateTimeField(_("cooling off until"), null=True)
    started_at = models.DateTimeField(_("begun at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    stopped_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("disposal batch")
        verbose_name_plural = _("disposal batches")
        constraints = [
            models.UniqueConstraint(
                fields=["scope_key"],
                condition=~Q(state__in=["sent_back", "stopped", "void"]),
                name="batch_once_a_matter",
            )
        ]

    def __str__(self) -> str:
        return self.number


class Approval(models.Model):
    """One person's signature under one manifest. The proposer is copied in, so that the database itself refuses it."""

    class Decision(models.TextChoices):
        APPROVE = "approve", _("approve")
        SEND_BACK = "send_back", _("send back")

    batch = models.ForeignKey(DisposalBatch, models.PROTECT, related_name="approvals")
    manifest_hash = models.CharField(max_length=64)
    reviewer = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("signed by"))
    proposer = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices)
    role = models.CharField(_("role"), max_length=24)
    role_since = models.DateTimeField(_("has had this role since"))
    persons_typed = models.PositiveIntegerField(help_text="the number of people, typed by the reviewer")
    at = models.DateTimeField(_("signed at"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "manifest_hash", "reviewer"], name="approval_once_a_person"),
            models.CheckConstraint(
                condition=Q(proposer=None) | ~Q(reviewer=F("proposer")), name="approval_not_by_proposer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.decision}"


class StandingApproval(models.Model):
    """Two signatures for one campaign's rolling rule, with a ceiling and an end within 30 days (常态处置授权)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    emergency = models.UUIDField()
    campaign = models.UUIDField()
    rule = models.CharField(
        _("rule"), max_length=10, choices=[("rolling", _("most days after collection"))], default="rolling"
    )
    ceiling = models.PositiveIntegerField(_("most people at a time"))
    starts_at = models.DateTimeField(_("since"))
    ends_on = models.DateField(_("until"))
    first_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("first signature"))
    second_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, related_name="+", verbose_name=_("second signature")
    )
    second_at = models.DateTimeField(_("signed at"), null=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True)
    stopped_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", verbose_name=_("stopped by"))

    class Meta:
        verbose_name = _("standing approval")
        verbose_name_plural = _("standing approvals")
        constraints = [
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("first_by")), name="standing_two_people"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.ends_on}"


class JournalStep(models.Model):
    """One step of a batch's walk. The row is the queue: claimed by an update, resumed from `cursor`, proved by
    `evidence`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    batch = models.ForeignKey(DisposalBatch, models.PROTECT, related_name="steps")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(_("step"), max_length=24)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    attempt = models.PositiveIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(null=True, help_text="real time, the database's clock")
    cursor = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    failure = models.CharField(_("failed with"), max_length=64, blank=True, help_text="a code")
    started_at = models.DateTimeField(_("begun at"), null=True)
    done_at = models.DateTimeField(_("done at"), null=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["batch", "name"], name="step_once")]

    def __str__(self) -> str:
        return self.name


class Witness(models.Model):
    """An outside witness of a destruction: office, capacity and opinion (never "notarised" unless a notary signed)."""

    class Opinion(models.TextChoices):
        AGREED = "agreed", _("agreed")
        RESERVATION = "reservation", _("reservation")
        REFUSED = "refused", _("refused")

    batch = models.ForeignKey(DisposalBatch, models.PROTECT, related_name="witnesses")
    office = models.CharField(max_length=120)
    capacity = models.CharField(max_length=40)
    opinion = models.CharField(max_length=12, choices=Opinion.choices)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.office
