"""The key vault's tables. All of them live in the ``vault`` database, but `Canary`, whose ciphertext is data.

The vault refuses DELETE, and every UPDATE that loses key material, without a live warrant that covers it
(``pilifecycle.guards``). Times of warrants are business time; leases and caches are real time.
"""

import uuid

from django.db import models
from django.db.models import Q


class Category(models.TextChoices):
    CORE = "core"
    IDENTITY = "identity"
    HEALTH = "health"
    LOCATION = "location"
    BIOMETRIC = "biometric"
    INDEX = "index"
    HELD = "held"


SEALED_CATEGORIES = [Category.CORE, Category.IDENTITY, Category.HEALTH, Category.LOCATION, Category.BIOMETRIC]


class Compartment(models.Model):
    """One version of the key of one emergency × category. A destroyed one keeps its row, and its name for ever."""

    class State(models.TextChoices):
        SEALING = "sealing"
        OPENING = "opening"
        DESTROYED = "destroyed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    emergency = models.UUIDField()
    category = models.CharField(max_length=24, help_text="a Category; held ones are held:<category>")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices)
    suite = models.PositiveSmallIntegerField()
    public_key = models.BinaryField()
    blob = models.BinaryField(null=True, help_text="CVK, private key and index key, wrapped by the custody key")
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["emergency", "category", "version"], name="compartment_version"),
            models.UniqueConstraint(
                fields=["emergency", "category"], condition=Q(state="sealing"), name="compartment_one_sealing"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What the custody holder calls the key. Never used again once destroyed."""
        return f"{self.emergency}/{self.category}/{self.version}"


class KeyBatch(models.Model):
    """Up to 65,536 leaves that one process may spend on one emergency, standard version and local day."""

    class Purpose(models.TextChoices):
        BIRTH = "birth"
        STRIP = "strip"
        HOLD = "hold"
        REQUEST = "request"

    id = models.BigIntegerField(primary_key=True, help_text="random, 63 bits; eight bytes big-endian in a pack")
    emergency = models.UUIDField()
    standard_version = models.CharField(max_length=64)
    lane = models.UUIDField(null=True, help_text="the campaign: what falls due together dies by whole roots")
    day = models.DateField()
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.BIRTH)
    writer = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    used = models.PositiveIntegerField(null=True, help_text="leaves spent, the canary's included")
    entries = models.PositiveIntegerField(null=True, help_text="rows counted once, at the close")
    persons = models.PositiveIntegerField(null=True)
    gone = models.PositiveIntegerField(default=0, help_text="entries taken out since the close")
    gone_persons = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["emergency", "day"], name="key_batch_by_day")]

    def __str__(self) -> str:
        return f"{self.id:016x}"


class VaultRow(models.Model):
    """The root of one key batch in one category."""

    class State(models.TextChoices):
        SEALED = "sealed"  # HPKE-sealed to the compartment's public key
        WRAPPED = "wrapped"  # wrapped under the compartment's CVK
        PUNCTURED = "punctured"  # wrapped, and some leaves are gone

    key_batch = models.ForeignKey(KeyBatch, models.PROTECT, related_name="rows")
    emergency = models.UUIDField()
    category = models.CharField(max_length=24)
    state = models.CharField(max_length=10, choices=State.choices)
    ck_version = models.PositiveIntegerField()
    suite = models.PositiveSmallIntegerField()
    radix = models.PositiveSmallIntegerField(default=16)
    depth = models.PositiveSmallIntegerField(default=4)
    blob = models.BinaryField()
    check_value = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key_batch", "category"], name="vault_row_once")]
        indexes = [models.Index(fields=["emergency", "category"], name="vault_row_by_compartment")]

    def __str__(self) -> str:
        return f"{self.key_batch_id:016x}/{self.category}"


class Warrant(models.Model):
    """The written order without which no key material is lost."""

    class Kind(models.TextChoices):
        BATCH = "batch"
        REQUEST = "request"
        VOID = "void"
        CORRECTION = "correction"
        HOLD = "hold"
        REKEY = "rekey"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    emergency = models.UUIDField()
    matter = models.UUIDField(help_text="the disposal batch, errand, request or hold it was written for")
    manifest_hash = models.CharField(max_length=64, blank=True)
    approvers = models.JSONField(default=list, help_text="staff numbers")
    scope = models.JSONField(
        help_text='{"categories": [...]} or {"roots": [[batch, category]]} or {"leaves": [[batch, index, category]]}'
    )
    written_at = models.DateTimeField()
    earliest = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "matter"], name="warrant_once_a_matter")]

    def __str__(self) -> str:
        return f"{self.kind} {self.matter}"


class Destruction(models.Model):
    """Intent and evidence of one custody key's destruction. Absent key without such an intent: key lost."""

    warrant = models.ForeignKey(Warrant, models.PROTECT, related_name="destructions")
    name = models.CharField(max_length=120, unique=True)
    intended_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    evidence = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name


class Puncture(models.Model):
    """One leaf that was taken out. Also a line in the second place. `final_at`: the rekey that ended its copies."""

    key_batch = models.BigIntegerField()
    index = models.PositiveIntegerField()
    category = models.CharField(max_length=24)
    emergency = models.UUIDField()
    warrant = models.ForeignKey(Warrant, models.PROTECT, related_name="punctures")
    at = models.DateTimeField()
    final_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key_batch", "index", "category"], name="puncture_once")]

    def __str__(self) -> str:
        return f"{self.key_batch:016x}/{self.index}/{self.category}"


class Outbox(models.Model):
    """What happened in the vault, on its way into the ledger of the data database."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=64)
    actor = models.CharField(max_length=40)
    emergency = models.UUIDField(null=True)
    subject = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)
    taken_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.action


class Generation(models.Model):
    """The highest generation of the keyring ever seen: an older keyring is refused."""

    one = models.BooleanField(primary_key=True, default=True)
    highest = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.highest)


class SigningKey(models.Model):
    """Public halves of the Ed25519 keys that signed checkpoints and certificates. Old ones stay published."""

    version = models.PositiveIntegerField(primary_key=True)
    public_key = models.BinaryField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.version)


class Canary(models.Model):
    """Leaf 0 of every key batch and category seals a control sample; its marker is derived. In the data database."""

    emergency = models.UUIDField(db_index=True)
    key_batch = models.BigIntegerField()
    category = models.CharField(max_length=24)
    standard_version = models.CharField(max_length=64)
    pack = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key_batch", "category"], name="canary_once")]

    def __str__(self) -> str:
        return f"{self.key_batch:016x}/{self.category}"
