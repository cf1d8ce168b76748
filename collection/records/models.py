"""The sealed record, and what hangs on it. Nothing here holds a personal value in the clear (law 1).

Every table that hangs on a record carries `emergency` and has no database foreign key to it: on PostgreSQL the records
are LIST-partitioned by emergency, and the partition is the foreign key.
"""

import uuid

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collection.catalogue import KINDS
from collection.emergencies.models import CollectionStandard, Emergency
from collection.points.models import Point
from pilifecycle.ids import uuid7

PACKS = ("core", "identity", "health", "location", "biometric")


class SealedRow(models.Model):
    """The columns of a record, wherever its row stands."""

    class Entry(models.TextChoices):
        FIRST = "first", _("first entry")
        FOLLOW_UP = "follow_up", _("follow-up")
        LATE = "late_entry", _("late entry from paper")

    class Subject(models.TextChoices):
        PERSON = "person", _("one person")
        HOUSEHOLD = "household", _("a household")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    emergency = models.ForeignKey(Emergency, models.PROTECT, db_constraint=True, db_index=False, related_name="+")
    point = models.ForeignKey(
        Point, models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name=_("point")
    )
    standard = models.ForeignKey(
        CollectionStandard, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    birth_batch = models.BigIntegerField()
    birth_index = models.PositiveIntegerField()
    entry = models.CharField(_("entry"), max_length=10, choices=Entry.choices, default=Entry.FIRST)
    subject = models.CharField(max_length=9, choices=Subject.choices, default=Subject.PERSON)
    persons = models.PositiveSmallIntegerField(_("persons"), default=1)
    household = models.UUIDField(null=True)
    parent = models.UUIDField(null=True)
    level = models.PositiveSmallIntegerField(help_text="response level at which it was received")
    notice = models.UUIDField(null=True, help_text="the notice version that was shown; empty: deferred")
    language = models.CharField(max_length=8)
    basis = models.JSONField(help_text="{kind: basis}")
    consents = models.JSONField(default=dict, help_text='{kind: "given" | "refused"}, where consent is the basis')
    guardian_needed = models.BooleanField(
        default=False, help_text="about a child under 14: a reveal wants a second person (MIN-36)"
    )
    submission_hash = models.BinaryField(max_length=32)
    content_tag = models.BinaryField(max_length=16, help_text="keyed by the submission id, which is not stored")
    receipt_hash = models.BinaryField(max_length=32)
    fact_verifier = models.BinaryField(
        max_length=32, null=True, help_text="keyed by the receipt code, which is not stored"
    )
    audit_ref = models.UUIDField(default=uuid.uuid4)
    received_at = models.DateTimeField(_("received at"))
    received_on = models.DateField(_("received on"))
    keep_until = models.DateField(_("kept until"), null=True)
    author = models.CharField(
        max_length=40, blank=True, help_text="staff number or shift that entered it; empty: the person"
    )
    indexed = models.BooleanField(default=False)
    stopped_at = models.DateTimeField(null=True, help_text="use stopped: withdrawal, request or void is on its way")
    pack_core = models.BinaryField(null=True)
    pack_identity = models.BinaryField(null=True)
    pack_health = models.BinaryField(null=True)
    pack_location = models.BinaryField(null=True)
    pack_biometric = models.BinaryField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.received_on} {self.audit_ref.hex[:8]}"

    def packs(self) -> dict[str, bytes]:
        """Category → pack, of those that are there."""
        return {c: bytes(p) for c in PACKS if (p := getattr(self, f"pack_{c}")) is not None}


class RecordSet(models.QuerySet["Record"]):
    """Adjectives of records. Every hot query carries the emergency: one partition."""

    def of(self, emergency: Emergency | uuid.UUID) -> "RecordSet":
        return self.filter(emergency=emergency)

    def in_use(self) -> "RecordSet":
        return self.filter(stopped_at=None)


class Record(SealedRow):
    """One living entry (条) about one person or one household."""

    objects = RecordSet.as_manager()

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")
        constraints = [
            models.UniqueConstraint(fields=["emergency", "birth_batch", "birth_index"], name="record_birth_place"),
            models.UniqueConstraint(fields=["emergency", "submission_hash"], name="record_submission_once"),
        ]
        indexes = [
            models.Index(fields=["emergency", "point", "received_at"], name="record_by_point"),
            models.Index(fields=["emergency", "receipt_hash"], name="record_by_receipt"),
            models.Index(fields=["emergency", "keep_until"], name="record_by_keep_until"),
            models.Index(fields=["emergency", "household"], name="record_by_household"),
            models.Index(fields=["emergency", "id"], condition=models.Q(indexed=False), name="record_unindexed"),
        ]


class Token(models.Model):
    """A blind token: derived, rebuildable, out of dumps."""

    emergency = models.UUIDField()
    record = models.UUIDField()
    kind = models.CharField(max_length=40)
    token = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["emergency", "kind", "token"], name="token_lookup"),
            models.Index(fields=["emergency", "record"], name="token_by_record"),
        ]

    def __str__(self) -> str:
        return self.kind


class Permit(models.Model):
    """What the guard on rows asks for: inserted and closed inside the deleting transaction (design.md §5)."""

    emergency = models.UUIDField()
    record = models.UUIDField(null=True, help_text="empty: a disposal batch")
    matter = models.UUIDField(help_text="disposal batch, errand, request or hold")
    kind = models.CharField(max_length=12)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["emergency"], condition=models.Q(closed_at=None), name="permit_open")]

    def __str__(self) -> str:
        return self.kind


class Tombstone(models.Model):
    """Law 9: what was here and is destroyed. Hashes of random codes only; at the emergency's end one row a point
    replaces them.
    """

    emergency = models.UUIDField()
    point = models.UUIDField(null=True)
    submission_hash = models.BinaryField(max_length=32, null=True)
    receipt_hash = models.BinaryField(max_length=32, null=True)
    reason = models.CharField(max_length=12)
    batch = models.UUIDField(null=True, help_text="disposal batch, whose certificate answers")
    destroyed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["receipt_hash"], name="tombstone_by_receipt"),
            models.Index(fields=["emergency", "submission_hash"], name="tombstone_by_submission"),
            models.Index(fields=["point"], name="tombstone_by_point"),
        ]

    def __str__(self) -> str:
        return self.reason


class Errand(models.Model):
    """A small way out, left as a row by an edge and carried out by the worker: void, withdrawal, request."""

    class Kind(models.TextChoices):
        VOID = "void", _("void an own mistake")
        WITHDRAWAL = "withdrawal", _("withdraw consent")
        REQUEST = "request", _("deletion request")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        STOPPED = "stopped", _("stopped by the person")
        HELD = "held", _("the record is held")
        DONE = "done", _("done")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    emergency = models.UUIDField()
    record = models.UUIDField(null=True, help_text="emptied when done")
    audit_ref = models.UUIDField()
    receipt_hash = models.BinaryField(max_length=32)
    items = models.JSONField(default=list, help_text="kinds to take out; empty: the whole record")
    reason = models.CharField(max_length=24, blank=True)
    actor = models.CharField(max_length=40)
    asked_at = models.DateTimeField(_("asked at"))
    run_after = models.DateTimeField(_("runs after"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("errand")
        verbose_name_plural = _("errands")
        indexes = [models.Index(fields=["state", "run_after"], name="errand_due")]

    def __str__(self) -> str:
        return self.get_kind_display()


class SecondLook(models.Model):
    """A child's field: asked for by one person, allowed by another, once (MIN-36)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    emergency = models.UUIDField()
    body = models.UUIDField(null=True, help_text="whose entry it is: the scope of who may allow and review")
    audit_ref = models.UUIDField()
    receipt_hash = models.BinaryField(max_length=32, null=True, help_text="finds the entry by its index")
    kind = models.CharField(max_length=40)
    purpose = models.CharField(max_length=24)
    asked_by = models.CharField(_("asked by"), max_length=40)
    asked_at = models.DateTimeField(_("asked at"))
    allowed_by = models.CharField(_("allowed by"), max_length=40, blank=True)
    allowed_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(_("looked at"), null=True)
    break_glass = models.BooleanField(_("alone, without a second person"), default=False)
    reviewed_by = models.CharField(_("reviewed by"), max_length=40, blank=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("look at a child's field")
        verbose_name_plural = _("looks at children's fields")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(allowed_by="") | ~models.Q(allowed_by=models.F("asked_by")),
                name="second_look_two_people",
            )
        ]

    def __str__(self) -> str:
        return KINDS[self.kind].label.in_(get_language() or "zh-hans")
