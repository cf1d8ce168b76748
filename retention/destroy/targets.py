"""Every table that hangs on an emergency or a record: what happens to it at the emergency's end, and why.

The walking test (`tests/retention/destroy`) goes through all models and fails on one that carries an emergency or a
record and is not named here: hand-kept lists drift, and what is forgotten is what leaks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

CHUNK = 10_000


@dataclass(frozen=True)
class Target:
    """A table to be emptied of one emergency. `column` names the emergency."""

    label: str
    column: str = "emergency"

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    def rows(self, emergency: UUID) -> models.QuerySet[Any]:
        return self.model._default_manager.filter(**{self.column: emergency})

    def preview(self, emergency: UUID) -> int:
        """How many rows would go. For small tables only; records are counted by their key batches."""
        return self.rows(emergency).count()

    def destroy(self, emergency: UUID, limit: int = CHUNK) -> int:
        """Delete up to `limit` rows and say how many went. Run again until it says 0."""
        keys = list(self.rows(emergency).order_by("pk").values_list("pk", flat=True)[:limit])
        if keys:
            self.model._default_manager.filter(**{self.column: emergency}, pk__in=keys)._raw_delete("default")
        return len(keys)


HANGING = (
    Target("collection.Token"),
    Target("pilifecycle.Canary"),
    Target("collection.ConsentChange"),
    Target("collection.SecondLook"),
    Target("collection.Errand"),
    Target("pilifecycle.ShiftCode"),
)

BY_PARTITION = "collection.Record"

STAYS: dict[str, str] = {
    "collection.Emergency": "the administrative record: what was declared, no person in it (ER-94)",
    "collection.LevelChange": "the administrative record",
    "collection.EndProposal": "the administrative record: officers by office",
    "collection.Campaign": "the administrative record",
    "collection.DeferredNotice": (
        "proof that those who could not be told at once were told (PIPL-18): a reason and dates"
    ),
    "collection.Copy": "the register of copies: places and keepers, no person collected from",
    "collection.Permit": "the guard's own trace: random identifiers",
    "collection.Tombstone": "answers for what was destroyed: replaced by one row a point",
    "collection.RightsRequest": (
        "kind, dates and answer of a request, three years (PIPL-50); its record's random name leads nowhere"
    ),
    "retention.Hold": "ground, authority and assessment; the record's random name leads nowhere once it is gone",
    "retention.HeldRecord": "held by law: leaves with its own batch",
    "retention.DisposalBatch": "the destruction file: counts",
    "retention.StandingApproval": "the destruction file",
    "retention.CountTable": "counts with small cells suppressed: no longer personal information",
    "retention.HandOver": "the hand-over file: recipient and counts",
    "pilifecycle.Pending": "the ledger: codes and counts",
    "pilifecycle.Leaf": "the ledger: codes and counts",
    "pilifecycle.Grant": "roles of officers",
    "pilifecycle.Compartment": "the names of destroyed keys, never used again",
    "pilifecycle.KeyBatch": "counters of key batches",
    "pilifecycle.VaultRow": "deleted by custody under the warrant",
    "pilifecycle.Warrant": "the destruction file",
    "pilifecycle.Puncture": "which leaves are gone: the list a restore replays",
    "pilifecycle.Outbox": "codes and counts on their way into the ledger",
}


def walk() -> dict[str, str]:
    """Label → what happens to it, for every model that carries an emergency, a record or an audit_ref."""
    named = {target.label: "destroyed" for target in HANGING} | {BY_PARTITION: "destroyed"} | STAYS
    return {model._meta.label: named.get(model._meta.label, "") for model in apps.get_models() if _carries(model)}


def _carries(model: type[models.Model]) -> bool:
    if model._meta.app_label not in {"pilifecycle", "collection", "retention"}:
        return False
    return bool(
        {field.name for field in model._meta.get_fields() if field.concrete} & {"emergency", "record", "audit_ref"}
    )


def preview(emergency: UUID, counted: Callable[[UUID], int]) -> dict[str, int]:
    """How many rows of each table would go. `counted` gives the records from the key batches' counters."""
    return {BY_PARTITION: counted(emergency)} | {target.label: target.preview(emergency) for target in HANGING}
