"""Issue the editions of certificates that are missing: keys destroyed → physically deleted → final.

Safe to stop anywhere. What is signed is committed as a row together with its entry in the ledger, once a batch and
state; the file is made from that row, the ledger's leaf and its first checkpoint, and written whole or not at all. The
next turn finds what is missing: a state without a row, a row without a file.
"""

import json
import time
from uuid import UUID

from django.db import IntegrityError, transaction

from collection.copies import actions as copies
from collection.intake import destroyed
from pilifecycle.audit import ledger, sequencer
from pilifecycle.crypto.dsse import canonical
from pilifecycle.custody import actions as custody
from pilifecycle.store import clock
from retention.batches import actions as batches
from retention.batches.models import DisposalBatch
from retention.destroy import verify

from . import bundles
from .contents import digest, payload
from .models import Edition
from .offline import STATES, TYPE

State = DisposalBatch.State
OWED = {State.KEYS_DESTROYED: 1, State.PHYSICALLY_DELETED: 2, State.FINAL: 3}


def issue_missing(*, wait: float = 6.0) -> list[Edition]:
    """Make final what can be, issue what is missing, write the files; returns the editions issued now.

    `wait`: real seconds to wait for the log's next checkpoint. What is not written then is written by a later turn.
    """
    issued: list[Edition] = []
    for batch in DisposalBatch.objects.filter(state__in=OWED).order_by("started_at", "number"):
        known = set(batch.editions.values_list("state", flat=True))
        if batch.state == State.PHYSICALLY_DELETED and may_be_final(batch):
            batches.finalise(batch)
        issued += [issue(batch, state) for state in STATES[: OWED[State(batch.state)]] if state not in known]
    write_files(wait)
    return issued


def may_be_final(batch: DisposalBatch) -> bool:
    """No copy in the register lives any more, and no old copy of the vault opens what was deleted root by root.

    An empty register says nothing: somebody must have declared where this store's copies stand, and seen them end.
    """
    if not copies.declared(batch.emergency) or copies.living(batch.emergency):
        return False
    keys = batch.steps.filter(name="keys").first()
    if batch.rule == DisposalBatch.Rule.END or keys is None or keys.done_at is None:
        return True
    return not verify.pending(batch.emergency, tuple(batch.manifest["categories"]), keys.done_at)


def issue(batch: DisposalBatch, state: str) -> Edition:
    """Sign one edition and commit it with its entry in the ledger; the one that is there, if it was issued before."""
    before = STATES[STATES.index(state) - 1] if state != STATES[0] else None
    previous = Edition.objects.get(batch=batch, state=before) if before else None
    body = canonical(payload(batch, state, previous=previous))
    envelope = custody.sign_envelope(TYPE, body)
    try:
        with transaction.atomic():
            return _committed(batch, state, json.dumps(envelope), digest(body))
    except IntegrityError:  # another worker was faster: its edition stands
        return Edition.objects.get(batch=batch, state=state)


def _committed(batch: DisposalBatch, state: str, envelope: str, sha256: str) -> Edition:
    entry = ledger.write(
        "certificates.issue", actor="system", emergency=batch.emergency, batch=batch.pk, edition=state, sha256=sha256
    )
    return Edition.objects.create(
        batch=batch,
        number=batch.number,
        state=state,
        envelope=envelope,
        sha256=sha256,
        path=bundles.name_of(batch.number, state),
        leaf_uid=entry.uid,
        issued_at=clock.now(),
    )


def write_files(wait: float = 0.0) -> int:
    """Number and sign the log so far, and write the files that are missing; how many are missing still."""
    until = time.monotonic() + wait
    while missing := bundles.waiting():
        while sequencer.integrate():
            continue
        sequencer.checkpoint(custody.sign_checkpoint)
        missing = [edition for edition in missing if not bundles.write(edition)]
        if not missing or time.monotonic() > until:
            return len(missing)
        time.sleep(0.3)
    return 0


def certificate_of(batch: UUID) -> destroyed.Certificate | None:
    """What a receipt says of a destroyed record: its certificate's number and day, if there is one."""
    edition = Edition.objects.filter(batch=batch).order_by("issued_at").first()
    return destroyed.Certificate(edition.number, clock.local_date(edition.issued_at)) if edition else None
