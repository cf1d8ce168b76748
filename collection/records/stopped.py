"""Items whose use was stopped: a withdrawal or a request is on its way, and nobody may look any more."""

from uuid import UUID

from .models import Errand


def items(emergency: UUID, records: list[UUID]) -> dict[UUID, set[str]]:
    """record → the kinds that may not be shown while their erasure waits."""
    waiting = Errand.objects.filter(emergency=emergency, record__in=records, state=Errand.State.WAITING)
    stopped: dict[UUID, set[str]] = {}
    for record, kinds in waiting.values_list("record", "items"):
        if record and kinds:
            stopped.setdefault(record, set()).update(kinds)
    return stopped
