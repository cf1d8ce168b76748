"""The register of copies: what left the house or never was in it, each with a keeper and an end."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pilifecycle.ids import uuid7


class Copy(models.Model):
    """A store or copy that the house cannot destroy by itself: backup, snapshot, replica, log archive, paper, phone,
    third party.
    """

    class Kind(models.TextChoices):
        BACKUP = "backup", _("backup")
        SNAPSHOT = "snapshot", _("snapshot")
        REPLICA = "replica", _("standby copy")
        LOG_ARCHIVE = "log_archive", _("archive of the write-ahead log")
        CUSTODY = "custody", _("copy of the keyring")
        PAPER = "paper", _("paper register")
        PHONE = "phone", _("phone")
        PRINT = "print", _("numbered print")
        THIRD_PARTY = "third_party", _("third party")
        OLD_CLUSTER = "old_cluster", _("old database directory")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=24, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    emergency = models.UUIDField(null=True, blank=True, help_text="empty: of the whole store")
    place = models.CharField(_("place"), max_length=200)
    keeper = models.CharField(_("keeper"), max_length=120, help_text=_("office and staff number"))
    sheets = models.PositiveIntegerField(_("sheets"), null=True, blank=True)
    made_at = models.DateTimeField(_("made at"))
    expires_on = models.DateField(_("ends on"), null=True, blank=True)
    declared_by = models.CharField(_("declared by"), max_length=40)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_how = models.CharField(max_length=24, blank=True)
    attested_by = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("copy")
        verbose_name_plural = _("register of copies")

    def __str__(self) -> str:
        return self.number
