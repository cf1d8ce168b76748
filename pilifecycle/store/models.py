"""When this store was born, and whether its clocks can be trusted."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Birth(models.Model):
    """How this store was born: one row, written once by the first migrate; the database refuses changes."""

    one = models.BooleanField(primary_key=True, default=True)
    store = models.UUIDField(default=uuid.uuid4)
    born_at = models.DateTimeField()
    demo_factor = models.PositiveIntegerField(
        default=0, help_text="0: a real store. Else its time runs so many times faster."
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(one=True), name="birth_is_one")]

    def __str__(self) -> str:
        return f"demo ×{self.demo_factor}" if self.demo_factor else "store"


class Heartbeat(models.Model):
    """The last turn of each job, so that silence can be seen (law 10)."""

    job = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    found = models.IntegerField(default=0)
    failed = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.job


class ClockJump(models.Model):
    """The machine's clock jumped by more than five minutes, or back: nothing executes until two people signed."""

    noticed_at = models.DateTimeField()
    seconds = models.BigIntegerField()
    first_by = models.CharField(max_length=40, blank=True)
    second_by = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("jump of the clock")
        verbose_name_plural = _("jumps of the clock")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(second_by="") | ~models.Q(second_by=models.F("first_by")),
                name="clock_jump_two_people",
            )
        ]

    def __str__(self) -> str:
        return f"{self.seconds} s"
