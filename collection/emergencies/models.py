"""Emergencies, the history of their levels, their two ends, and the collection standards."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pilifecycle.ids import uuid7

PERSON = settings.AUTH_USER_MODEL


class EmergencyCategory(models.TextChoices):
    """ER art. 2."""

    NATURAL_DISASTER = "natural_disaster", _("natural disaster")
    ACCIDENT = "accident", _("accident")
    PUBLIC_HEALTH = "public_health", _("public health event")
    PUBLIC_SECURITY = "public_security", _("public security event")


class Action(models.TextChoices):
    """What happens to an item at expiry."""

    DESTROY = "destroy", _("destroy")
    ANONYMISE = "anonymise", _("anonymise, then destroy")
    HAND_OVER = "hand_over", _("hand over, then destroy")


class Basis(models.TextChoices):
    """PIPL art. 13; only the first is consent."""

    CONSENT = "consent", _("consent")
    STATUTORY_DUTY = "statutory_duty", _("statutory duty")
    EMERGENCY = "emergency", _("public health emergency, or urgent protection of life, health and property")


class Level(models.IntegerChoices):
    """ER art. 71: I is the highest."""

    I = 1, _("level I")  # noqa: E741  the law's own numeral
    II = 2, _("level II")
    III = 3, _("level III")
    IV = 4, _("level IV")


class Emergency(models.Model):
    """One emergency: everything collected is collected for one, and ends with it."""

    class State(models.TextChoices):
        OPEN = "open", _("response in force")
        LIFTED = "lifted", _("response lifted")
        ENDED = "ended", _("response work ended")
        DESTROYED = "destroyed", _("destroyed")

    class Grade(models.IntegerChoices):
        ESPECIALLY_MAJOR = 1, _("especially major")
        MAJOR = 2, _("major")
        RELATIVELY_LARGE = 3, _("relatively large")
        ORDINARY = 4, _("ordinary")

    class Source(models.TextChoices):
        DOCUMENT = "document", _("document")
        DEFAULT = "default", _("default of the standard, no document found")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(_("title"), max_length=120)
    category = models.CharField(_("category"), max_length=20, choices=EmergencyCategory.choices)
    grade = models.PositiveSmallIntegerField(_("event grade"), choices=Grade.choices, null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("response level"), choices=Level.choices)
    area = models.CharField(_("area"), max_length=120)
    authority = models.CharField(_("issuing authority"), max_length=120)
    document = models.CharField(_("document number"), max_length=120)
    matters = models.TextField(_("matters"))
    measures = models.TextField(_("measures"))
    expected_end = models.DateField(_("expected end"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    declared_at = models.DateTimeField(_("declared at"))
    declared_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("activated by"))
    lifted_at = models.DateTimeField(_("response lifted at"), null=True)
    lifted_source = models.CharField(max_length=10, choices=Source.choices, blank=True)
    lifted_document = models.CharField(max_length=120, blank=True)
    ended_on = models.DateField(_("response work ended on"), null=True)
    ended_source = models.CharField(max_length=10, choices=Source.choices, blank=True)
    ended_document = models.CharField(max_length=120, blank=True)
    growth = models.PositiveBigIntegerField(
        default=0, help_text="law 6: raised by whatever could add to a disposal or weaken its reason"
    )
    keys_claimed_at = models.DateTimeField(
        null=True, help_text="destruction of the keys is claimed: nothing can be held or re-opened any more"
    )
    exercise = models.BooleanField(_("exercise"), default=False)
    successor_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors", verbose_name=_("successor of")
    )

    class Meta:
        verbose_name = _("emergency")
        verbose_name_plural = _("emergencies")
        constraints = [
            models.CheckConstraint(
                condition=Q(category="public_security", grade=None)
                | (~Q(category="public_security") & Q(grade__isnull=False)),
                name="emergency_graded_but_public_security",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(lifted_at__isnull=False), name="emergency_lifted_first"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class LevelChange(models.Model):
    """History of the response level, each with the document it rests on (ER-71, PH-49)."""

    emergency = models.ForeignKey(Emergency, models.PROTECT, related_name="levels")
    level = models.PositiveSmallIntegerField(_("response level"), choices=Level.choices)
    at = models.DateTimeField(_("since"))
    document = models.CharField(_("document"), max_length=120)
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return self.get_level_display()


class EndProposal(models.Model):
    """Lifting, ending or re-opening takes two people: one proposes, another confirms."""

    class Kind(models.TextChoices):
        LIFT = "lift", _("lift the response")
        END = "end", _("response work ended")
        REOPEN = "reopen", _("re-open")

    emergency = models.ForeignKey(Emergency, models.PROTECT, related_name="end_proposals")
    kind = models.CharField(_("matter"), max_length=8, choices=Kind.choices)
    source = models.CharField(_("source"), max_length=10, choices=Emergency.Source.choices)
    document = models.CharField(_("document"), max_length=120, blank=True)
    on = models.DateField(_("day"), help_text="local date")
    proposed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")), name="end_two_people"
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class CollectionStandard(models.Model):
    """For category × scenario: what may be asked at which level, why, how, for how long (SEED-STD).

    Immutable once approved.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")
        RETIRED = "retired", _("retired")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(_("scenario"), max_length=60)
    version = models.PositiveIntegerField(_("version"))
    category = models.CharField(_("category"), max_length=20, choices=EmergencyCategory.choices)
    title = models.JSONField(help_text='{"zh": …, "en": …}, as every text of a standard')
    purpose = models.JSONField()
    method = models.JSONField()
    medium = models.JSONField()
    circulation = models.JSONField()
    protection = models.JSONField()
    duty_lists = models.JSONField(default=list, help_text='[{"code", "title", "role", "place", "items": [kind, …]}]')
    default_days_to_end = models.PositiveSmallIntegerField(
        default=30, help_text="lifted + so many days = ended, where no document is found"
    )
    late_days = models.PositiveSmallIntegerField(
        default=2, help_text="sealed offline submissions are accepted so long after lifting"
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    proposed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", null=True, verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", null=True, verbose_name=_("approved by"))
    approved_at = models.DateTimeField(_("approved at"), null=True)
    content_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("collection standard")
        verbose_name_plural = _("collection standards")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="standard_version"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")), name="standard_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title.get('zh', self.code)} v{self.version}"


class StandardItem(models.Model):
    """One field of the catalogue in one standard."""

    standard = models.ForeignKey(CollectionStandard, models.PROTECT, related_name="items")
    kind = models.CharField(max_length=40, help_text="code of the catalogue")
    order = models.PositiveSmallIntegerField()
    levels = models.JSONField(help_text="response levels at which it is asked, 1 to 4")
    required = models.BooleanField(default=False)
    reason = models.JSONField(help_text="why it is necessary (ID-17)")
    alternative = models.JSONField(help_text="the less intrusive way, and why it does not suffice")
    basis = models.CharField(max_length=16, choices=Basis.choices)
    basis_document = models.JSONField(default=dict)
    days_after_end = models.PositiveSmallIntegerField(default=0, help_text="days kept after the response work ended")
    days_after_collection = models.PositiveSmallIntegerField(null=True, help_text="most days after collection")
    action = models.CharField(max_length=10, choices=Action.choices, default=Action.DESTROY)
    recipient = models.JSONField(default=dict)
    options = models.JSONField(default=dict, help_text="what the kind needs: a threshold, regions, choices allowed")
    each_member = models.BooleanField(
        default=False, help_text="asked for each member of a household, not once a submission"
    )

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["standard", "kind"], name="standard_item_once")]

    def __str__(self) -> str:
        return self.kind
