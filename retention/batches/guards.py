"""No disposal batch destroys without two people's signatures under what it names now, or a standing approval of two.

The database itself counts them when the batch asks for its permit: whatever a page or a task believes, and whoever
writes the rows. Times are compared with the times the batch carries, never with the database's clock: a store born as
a demo lives faster.
"""

from collection.records.models import Permit
from pilifecycle import privileges, triggers
from pilifecycle.triggers import Trigger, columns_of, never
from retention.destroy.targets import HANGING
from retention.holds.models import HeldRecord, Hold

from .models import Approval, DisposalBatch, JournalStep, StandingApproval, Witness

BATCHES = DisposalBatch._meta.db_table
APPROVALS = Approval._meta.db_table
STANDING = StandingApproval._meta.db_table
PERMITS = Permit._meta.db_table
HELD = HeldRecord._meta.db_table
SIGNED = "a batch that people have signed names what they signed"
SCOPE = (
    *("id", "number", "emergency", "campaign", "rule", "action", "items", "scope_key", "due_on", "received_before"),
    *("proposed_at", "proposer_id", "manifest", "manifest_hash", "growth"),
)
TWO = (
    f"(SELECT count(DISTINCT a.reviewer_id) FROM {APPROVALS} a WHERE a.batch_id = b.id AND a.decision = 'approve' "  # noqa: S608
    "AND a.manifest_hash = b.manifest_hash AND a.reviewer_id IS DISTINCT FROM b.proposer_id) >= 2"
)
STANDS = (
    f"EXISTS (SELECT 1 FROM {STANDING} s WHERE s.id = b.standing_id AND s.second_by_id IS NOT NULL "  # noqa: S608
    "AND s.second_by_id <> s.first_by_id AND (s.stopped_at IS NULL OR s.stopped_at >= b.started_at) "
    "AND s.emergency = b.emergency "
    "AND s.campaign = b.campaign AND s.rule = b.rule AND {started_on} <= s.ends_on)"
)
STARTED_ON = {  # the local day on which the batch was claimed
    "sqlite": "date(b.started_at, '+8 hours')",
    "postgresql": "(b.started_at AT TIME ZONE 'Asia/Shanghai')::date",
}
LAWFUL = {
    vendor: f"EXISTS (SELECT 1 FROM {BATCHES} b WHERE b.id = NEW.matter AND b.emergency = NEW.emergency "  # noqa: S608
    "AND b.state IN ('running', 'keys_destroyed') AND b.started_at IS NOT NULL "
    f"AND ({TWO} OR {STANDS.format(started_on=day)}))"
    for vendor, day in STARTED_ON.items()
}
NAMED_HOLD = {
    "sqlite": "replace(json_extract(b.manifest, '$.hold'), '-', '') = OLD.hold_id",
    "postgresql": "b.manifest->>'hold' = OLD.hold_id::text",
}
HOLD_ENDED = {
    vendor: f"EXISTS (SELECT 1 FROM {PERMITS} p JOIN {BATCHES} b ON b.id = p.matter WHERE p.closed_at IS NULL "  # noqa: S608
    f"AND p.emergency = OLD.emergency_id AND b.rule = 'hold_ended' AND {named})"
    for vendor, named in NAMED_HOLD.items()
}
IN_FORCE = (
    f"EXISTS (SELECT 1 FROM {Hold._meta.db_table} h WHERE h.id = OLD.hold_id AND h.state IN ('approved', 'in_force'))"  # noqa: S608
)


def _batches() -> list[Trigger]:
    """The batch itself: fixed once signed, never earlier than its cooling-off, never gone."""
    signed = f"OLD.state <> 'proposed' OR EXISTS (SELECT 1 FROM {APPROVALS} a WHERE a.batch_id = OLD.id)"  # noqa: S608
    earlier = "OLD.cooling_until IS NOT NULL AND (NEW.cooling_until IS NULL OR NEW.cooling_until < OLD.cooling_until)"
    cooling = "NEW.cooling_until IS NULL OR NEW.started_at >= NEW.cooling_until"
    starts = "NEW.started_at IS NOT NULL"
    return [
        Trigger("batch_signed", BATCHES, "update", SIGNED, SCOPE, when=signed),
        Trigger("batch_cooling", BATCHES, "update", "cooling-off never ends earlier", ("cooling_until",), when=earlier),
        Trigger("batch_starts", BATCHES, "update", "cooling off", ("started_at",), when=starts, unless=cooling),
    ]


def _approvals() -> list[Trigger]:
    """A signature is tied to the batch's proposer, and stays. The copy lets a constraint refuse the proposer's own."""
    tied = (
        f"EXISTS (SELECT 1 FROM {BATCHES} b WHERE b.id = NEW.batch_id "  # noqa: S608
        "AND b.proposer_id IS NOT DISTINCT FROM NEW.proposer_id)"
    )
    fixed = columns_of(StandingApproval, but=("second_by_id", "second_at", "stopped_at", "stopped_by_id"))
    once = "OLD.{0} IS NOT NULL"
    says = "a standing approval says what was signed"
    return [
        Trigger("approval_proposer", APPROVALS, "insert", "not the proposer of this batch", unless=tied),
        Trigger("standing_fixed", STANDING, "update", says, fixed),
        *(
            Trigger(f"standing_{c}_once", STANDING, "update", says, (c,), once.format(c))
            for c in ("second_by_id", "second_at", "stopped_at", "stopped_by_id")
        ),
    ]


def _permits() -> list[Trigger]:
    """Who may open a permit for a whole emergency, and what even such a permit does not reach."""
    says = "no running batch with two approvals of what it names now"
    held = "the hold on this record is in force"
    return [
        Trigger("permit_batch", PERMITS, "insert", says, when="NEW.kind = 'batch'", unless=LAWFUL),
        Trigger("held_outranks", HELD, "delete", held, when=IN_FORCE, unless=HOLD_ENDED),
    ]


def register() -> None:
    """Register the guards of this room."""
    triggers.register(
        "batches",
        "default",
        [
            *_batches(),
            *_approvals(),
            *_permits(),
            *never("update", Approval, Witness),
            *never("delete", DisposalBatch, Approval, StandingApproval, Witness, JournalStep),
        ],
    )
    for model in (Approval, Witness):
        privileges.limit("default", model._meta.db_table, pil_web="SELECT, INSERT", pil_worker="SELECT")
    privileges.limit("default", JournalStep._meta.db_table, pil_web="SELECT")
    for target in HANGING:  # what hangs on an emergency leaves with it, by the worker
        privileges.limit("default", target.model._meta.db_table, pil_worker="SELECT, INSERT, UPDATE, DELETE")
