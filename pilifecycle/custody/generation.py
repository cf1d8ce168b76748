"""The highest generation of the keyring that the vault has seen: an older file is refused."""

from django.db.models.functions import Greatest

from .models import Compartment, Generation
from .outside import VAULT, answering


def highest_seen() -> int:
    """0 in a new store."""
    with answering():
        return Generation.objects.using(VAULT).values_list("highest", flat=True).first() or 0


def vault_knows_keys() -> bool:
    """Whether this store has had a keyring: then a missing file is an incident, and no new one is made."""
    with answering():
        return highest_seen() > 0 or Compartment.objects.using(VAULT).exists()


def note_generation(generation: int) -> None:
    """Remember it, unless a higher one is remembered already."""
    with answering():
        rows = Generation.objects.using(VAULT)
        if not rows.update(highest=Greatest("highest", generation)):
            rows.bulk_create([Generation(highest=generation)], ignore_conflicts=True)
            rows.update(highest=Greatest("highest", generation))
