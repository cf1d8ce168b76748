"""What must be true of a store after its batch has run, however often it was killed: the same every time."""

import re
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from collection.emergencies.models import Emergency
from collection.records.models import Permit, Record, Token, Tombstone
from collection.records.values import opened
from pilifecycle.audit import ledger
from pilifecycle.audit.models import Leaf, Pending
from pilifecycle.custody import actions as custody
from pilifecycle.custody.holders import holder
from pilifecycle.custody.models import Compartment, Destruction, Outbox, VaultRow, Warrant
from pilifecycle.errors import Gone, LifecycleError
from retention import turns
from retention.batches.models import DisposalBatch
from retention.certificates import bundles, offline
from retention.certificates.models import Edition
from retention.destroy import residue
from retention.holds.actions import held_opens
from retention.holds.models import HeldRecord

ONCE = (
    "batches.claim", "batches.step", "certificates.issue", "custody.key_destroyed", "custody.warrant_written",
    "custody.warrant_closed",
)  # fmt: skip
TORN = re.compile(r"(^\..*|\.new|\.tmp|\.part|-journal)$")
KEPT = "欧阳持有"


def tell(facts: dict[str, Any]) -> dict[str, Any]:
    """{"wrong": [...], "same": {...}}: what is not as it must be, and what every seed must share."""
    turns.ledger_turn()
    batch = DisposalBatch.objects.get(number=facts["number"])
    wrong: list[str] = []
    for check in (_batch, _rows, _held, _keys, _samples, _editions, _ledger, _files):
        try:
            wrong += [f"{check.__name__}: {what}" for what in check(batch, facts)]
        except Exception as error:
            wrong.append(f"{check.__name__}: {type(error).__name__} {error} {getattr(error, 'facts', '')}")
    return {"wrong": wrong, "same": _same(batch)}


def _batch(batch: DisposalBatch, facts: dict[str, Any]) -> list[str]:
    steps = [f"{step.name} {step.state} {step.failure}" for step in batch.steps.exclude(state="done")]
    state = [] if batch.state == "physically_deleted" else [f"state {batch.state}"]
    emergency = Emergency.objects.get(pk=batch.emergency)
    over = (emergency.state == "destroyed") != (batch.rule == "end")
    return steps + state + ([f"emergency {emergency.state}"] if over else [])


def _rows(batch: DisposalBatch, facts: dict[str, Any]) -> list[str]:
    """Rows, tokens, tombstones, permits. Whoever lives on still opens."""
    rows = Record.objects.of(batch.emergency)
    found = {
        "records": (rows.count(), facts["left"]),
        "open permits": (Permit.objects.filter(closed_at=None).count(), 0),
        "tokens of nobody": (Token.objects.exclude(record__in=rows.values("pk")).count(), 0),
    }
    if batch.rule == "end":
        single = Tombstone.objects.filter(emergency=batch.emergency).exclude(submission_hash=None, receipt_hash=None)
        points = Tombstone.objects.filter(emergency=batch.emergency, submission_hash=None)
        found |= {"single tombstones": (single.count(), 0), "tombstones": (points.count(), facts["points"])}
    if batch.rule == "rolling":
        mine = Tombstone.objects.filter(batch=batch.pk).values_list("receipt_hash", flat=True)
        found |= {"tombstones": (len(set(map(bytes, mine))), facts["entries"])}
        found |= {"tombstones twice": (len(mine) - len(set(map(bytes, mine))), 0)}
    wrong = [f"{what}: {is_} instead of {should}" for what, (is_, should) in found.items() if is_ != should]
    return wrong + [f"a living record does not open: {row.pk}" for row in rows if not _lives(row)]


def _lives(row: Record) -> bool:
    try:
        return all(isinstance(opened(row, category), dict) for category in row.packs()) and bool(opened(row, "core"))
    except LifecycleError:
        return False


def _held(batch: DisposalBatch, facts: dict[str, Any]) -> list[str]:
    held = list(HeldRecord.objects.filter(emergency=batch.emergency))
    wrong = [] if len(held) == facts["held"] else [f"{len(held)} held"]
    for row in held:
        values = [
            value
            for category in row.packs()
            for value in opened(row, category, compartment=f"held:{category}").values()
        ]
        if not held_opens(row) or KEPT not in values:
            wrong.append("the held record is not whole")
    return wrong


def _keys(batch: DisposalBatch, facts: dict[str, Any]) -> list[str]:
    """The vault: intents ended, warrants closed, keys absent."""
    wrong = [f"intent without end {row.name}" for row in Destruction.objects.using("vault").filter(done_at=None)]
    wrong += [f"open warrant {row.kind}" for row in Warrant.objects.using("vault").filter(closed_at=None)]
    if batch.rule == "end":
        mine = (
            Compartment.objects.using("vault").filter(emergency=batch.emergency).exclude(category__startswith="held:")
        )
        wrong += [f"{row.category} {row.state}" for row in mine if row.state != "destroyed" or holder().has(row.name)]
        roots = VaultRow.objects.using("vault").filter(emergency=batch.emergency).exclude(category__startswith="held:")
    else:
        numbers, categories = batch.manifest["key_batches"], batch.manifest["categories"]
        roots = VaultRow.objects.using("vault").filter(key_batch__in=numbers, category__in=categories)
    return wrong + ([f"{roots.count()} roots"] if roots.exists() else [])


def _samples(batch: DisposalBatch, facts: dict[str, Any]) -> list[str]:
    """No canary opens, and no pack that was put by before."""
    named = batch.manifest["key_batches"] or None
    opens = custody.canaries_open(batch.emergency, categories=batch.manifest["categories"], batches=named)
    wrong = [f"canary {name}" for name, open_ in opens.items() if open_]
    for record, standard, category, pack in facts["samples"]:
        try:
            custody.unseal(
                batch.emergency, UUID(record), standard_version=standard, category=category, pack=bytes.fromhex(pack)
            )
            wrong.append(f"an old pack of {category} opens")
        except Gone:
            continue
    return wrong


def _editions(batch: DisposalBatch, facts: dict[str, Any]) -> list[str]:
    """One edition a state; its file has the bytes that its row makes, and verifies."""
    editions = list(Edition.objects.filter(batch=batch).order_by("issued_at", "pk"))
    wrong = []
    if sorted(edition.state for edition in editions) != ["keys_destroyed", "physically_deleted"]:
        wrong.append(f"editions {[edition.state for edition in editions]}")
    keys = list(custody.public_keys().values())
    for edition in editions:
        path = bundles.path_of(edition)
        if not path.exists() or path.read_bytes() != bundles.made(edition):
            wrong.append(f"the file of {edition.state} is not its row's")
        elif not (report := offline.verify(path, keys)).ok:
            wrong.append(f"{edition.state}: {report.faults}")
        elif (told := report.payload["counts"]["destroyed"]["entries"]) != facts["entries"]:
            wrong.append(f"{edition.state} counts {told} entries instead of {facts['entries']}")
    return wrong


def _ledger(batch: DisposalBatch, facts: dict[str, Any]) -> list[str]:
    """It verifies; nothing waits; no act is in it twice."""
    ledger.verify(custody.public_keys())
    wrong = [f"{Pending.objects.count()} pending"] if Pending.objects.exists() else []
    wrong += ["outbox not empty"] if Outbox.objects.using("vault").filter(taken_at=None).exists() else []
    told = Counter(str(sorted(_said(leaf).items())) for leaf in Leaf.objects.filter(action__in=ONCE))
    wrong += [f"{number} times: {act}" for act, number in told.items() if number > 1]
    steps = Leaf.objects.filter(action="batches.step").count()
    return wrong + ([] if steps == batch.steps.count() else [f"{steps} steps in the ledger"])


def _said(leaf: Leaf) -> dict[str, Any]:
    import json

    body = json.loads(bytes(leaf.body))
    return {name: value for name, value in body.items() if name not in ("at", "uid", "id", "sha256")}


def _files(batch: DisposalBatch, facts: dict[str, Any]) -> list[str]:
    """No residue, and nothing that a killed process left half-made."""
    report = residue.scan()
    wrong = [f"residue {finding}" for finding in report.findings] + report.unreadable
    home = Path(settings.PIL_HOME)
    torn = [path for path in home.rglob("*") if path.is_file() and TORN.search(path.name) and path.stat().st_size]
    return wrong + [f"left over: {path.relative_to(home)}" for path in torn]


def _same(batch: DisposalBatch) -> dict[str, Any]:
    """What no seed may change: the certificate's own numbers, and the acts by their kind."""
    edition = Edition.objects.filter(batch=batch, state="physically_deleted").first()
    body = offline.verify(bundles.path_of(edition), list(custody.public_keys().values())).payload if edition else {}
    named = ("counts", "taken_out", "held", "control_samples", "out_of_reach", "remaining_copies")
    acts = Counter(Leaf.objects.filter(action__in=ONCE).values_list("action", flat=True))
    return {name: body.get(name) for name in named} | {"acts": dict(sorted(acts.items()))}
