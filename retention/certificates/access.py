"""Who may see a certificate: whoever may see its batch's certificates, there."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from pilifecycle.errors import NotFound
from retention.batches import actions as batches
from retention.batches.models import DisposalBatch

from .models import Edition


def edition_for(actor: Any, pk: int) -> Edition:
    """One edition. NotFound where it is none of theirs."""
    edition = Edition.objects.select_related("batch").filter(pk=pk).first()
    if edition is None or not may_see(actor, edition.batch):
        raise NotFound(_("There is no such certificate."), code="no_certificate")
    return edition


def batch_for(actor: Any, pk: UUID) -> DisposalBatch:
    """A batch whose register may be printed. NotFound where it is none of theirs."""
    batch = DisposalBatch.objects.filter(pk=pk).first()
    if batch is None or not may_see(actor, batch):
        raise NotFound(_("There is no such disposal batch."), code="no_batch")
    return batch


def may_see(actor: Any, batch: DisposalBatch) -> bool:
    """Whether `actor` may see this batch's certificates."""
    return batches.may(actor, "certificates.view", batch)
