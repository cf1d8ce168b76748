"""Changes of consent after the submission. What was chosen at the form stands in the record itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConsentChange(models.Model):
    """One change of one item's consent (STD-27560 event; states given, refused, withdrawn)."""

    class State(models.TextChoices):
        GIVEN = "given", _("given")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    emergency = models.UUIDField(db_index=True)
    audit_ref = models.UUIDField(_("reference"), db_index=True)
    kind = models.CharField(max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    by = models.CharField(max_length=12, help_text="person | guardian | staff")
    at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("change of consent")
        verbose_name_plural = _("changes of consent")

    def __str__(self) -> str:
        return self.get_state_display()
