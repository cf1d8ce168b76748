"""What an emergency may leave behind: tables of counts with small cells suppressed, and nothing else for now."""

import uuid

from django.db import models


class CountTable(models.Model):
    """Counts by point, day, age band and sex; cells under the threshold are suppressed. Written before any key dies."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    emergency = models.UUIDField(db_index=True)
    batch = models.UUIDField(unique=True)
    threshold = models.PositiveSmallIntegerField()
    rows = models.JSONField()
    content_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.content_hash[:12]
