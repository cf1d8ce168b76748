"""The roof's tables, gathered from its rooms."""

from .batches.models import Approval, DisposalBatch, JournalStep, StandingApproval, Witness
from .certificates.models import Edition
from .deidentify.models import CountTable
from .destroy.models import HandOver
from .holds.models import HeldRecord, Hold

__all__ = [
    "Approval",
    "CountTable",
    "DisposalBatch",
    "Edition",
    "HandOver",
    "HeldRecord",
    "Hold",
    "JournalStep",
    "StandingApproval",
    "Witness",
]
