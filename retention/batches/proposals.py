"""The clock proposes: what falls due within the lead, so that review and cooling-off fit before the due day (law 10).

The same matter is proposed once (`scope_key` is unique among living batches); what was sent back, stopped or voided is
proposed again on the next turn.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import IntegrityError, transaction

from collection.catalogue import kind
from collection.emergencies.models import Action, CollectionStandard, Emergency
from collection.points.models import Campaign
from pilifecycle.audit import ledger
from pilifecycle.custody import selection
from pilifecycle.store import clock
from retention.holds import actions as holds
from retention.schedules.due import LEAD_DAYS, Rule, closed_by_drop, emergency_due, record_due

from . import manifest, standing
from .models import DisposalBatch


def propose_due() -> list[DisposalBatch]:
    """One turn of the clock over all emergencies. Returns what is newly proposed."""
    today, now = clock.today(), clock.now()
    living = Emergency.objects.exclude(state=Emergency.State.DESTROYED)
    wanted = [each for emergency in living for each in _of_emergency(emergency, today, now)]
    wanted += [each for hold in holds.ended(today) for each in _of_hold(hold, today, now)]
    return [batch for each in wanted if (batch := _propose(each))]


def _of_emergency(emergency: Emergency, today: date, now: datetime) -> Iterator[dict[str, Any]]:
    bound = list(CollectionStandard.objects.filter(campaigns__emergency=emergency).distinct().prefetch_related("items"))
    if not bound:
        return
    yield from _whole(emergency, bound, today, now)
    if emergency.keys_claimed_at:
        return  # the end takes the parts, too
    yield from _level_drops(emergency, bound, now)
    for campaign in Campaign.objects.filter(emergency=emergency).select_related("standard"):
        yield from _rolling(emergency, campaign, today, now)
        yield from _items(emergency, campaign, today, now)


def rules_of(standard: CollectionStandard) -> list[Rule]:
    """A standard's items as the pure clock reads them."""
    return [
        Rule(item.kind, frozenset(item.levels), item.days_after_end, item.days_after_collection, item.action)
        for item in standard.items.all()
    ]


def _whole(
    emergency: Emergency, bound: list[CollectionStandard], today: date, now: datetime
) -> Iterator[dict[str, Any]]:
    """Response work ended: everything. Not before late submissions are over: then nothing more can come in."""
    due = emergency_due([rule for standard in bound for rule in rules_of(standard)], emergency.ended_on)
    if due is None or emergency.lifted_at is None or today < due.on - timedelta(days=LEAD_DAYS):
        return
    if now < emergency.lifted_at + timedelta(days=max(standard.late_days for standard in bound)):
        return
    rows = selection.key_batches(emergency.pk)
    if selection.totals(rows).still_open:
        return  # closed within seconds; then counted once
    told = manifest.of_batches(emergency, "end", _action(bound), rows, standards=bound, cut=now, due=due.on)
    yield {
        "emergency": emergency,
        "rule": "end",
        "key": f"end:{emergency.pk}",
        "due": due.on,
        "cut": now,
        "manifest": told,
    }


def _action(bound: list[CollectionStandard]) -> str:
    actions = {item.action for standard in bound for item in standard.items.all()}
    return next((a for a in (Action.HAND_OVER, Action.ANONYMISE) if a in actions), Action.DESTROY)


def _level_drops(emergency: Emergency, bound: list[CollectionStandard], now: datetime) -> Iterator[dict[str, Any]]:
    """What a lower level no longer permits falls due on the day of the drop, one matter a standard and drop."""
    history = list(emergency.levels.all())
    for before, after in pairwise(history):
        for standard in bound:
            closed = [rule.kind for rule in closed_by_drop(rules_of(standard), before.level, after.level)]
            rows = selection.key_batches(emergency.pk, standards=[str(standard.pk)], opened_before=after.at)
            if closed and rows.exists() and not selection.totals(rows).still_open:
                yield _strip(
                    emergency,
                    "level",
                    standard,
                    closed,
                    rows,
                    after.at,
                    clock.local_date(after.at),
                    f"level:{after.pk}:{standard.pk}",
                )


def _strip(
    emergency: Emergency,
    rule: str,
    standard: CollectionStandard,
    kinds: list[str],
    rows: Any,
    cut: datetime,
    due: date,
    key: str,
) -> dict[str, Any]:
    told = manifest.of_batches(
        emergency,
        rule,
        Action.DESTROY,
        rows,
        standards=[standard],
        cut=cut,
        due=due,
        items=kinds,
        categories=sorted({kind(code).category for code in kinds}),
    )
    return {"emergency": emergency, "rule": rule, "key": key, "due": due, "cut": cut, "manifest": told}


def _rolling(emergency: Emergency, campaign: Campaign, today: date, now: datetime) -> Iterator[dict[str, Any]]:
    """Whole records by age, one matter a campaign and day: the key batches of that day die by their roots."""
    rules = rules_of(campaign.standard)
    rows = selection.key_batches(emergency.pk, lane=campaign.pk, until=today - timedelta(days=1))
    for day in sorted(set(rows.values_list("day", flat=True))):
        due = record_due(rules, day)
        mine = rows.filter(day=day)
        if due is None or today < due.on - timedelta(days=LEAD_DAYS) or not _counted(mine):
            continue
        cut = clock.end_of(day)
        told = manifest.of_batches(
            emergency,
            "rolling",
            Action.DESTROY,
            mine,
            standards=[campaign.standard],
            cut=cut,
            due=due.on,
            campaign=campaign.pk,
        )
        key = f"rolling:{campaign.pk}:{day}"
        yield {
            "emergency": emergency,
            "rule": "rolling",
            "key": key,
            "due": due.on,
            "cut": cut,
            "manifest": told,
            "campaign": campaign.pk,
        }


def _counted(rows: Any) -> bool:
    """Whether something is in these key batches and all of them are counted: an open one would be approved unseen."""
    total = selection.totals(rows)
    return bool(total.entries) and not total.still_open


def _items(emergency: Emergency, campaign: Campaign, today: date, now: datetime) -> Iterator[dict[str, Any]]:
    """Single items whose own most-days is over while their record lives on."""
    rules = rules_of(campaign.standard)
    if record_due(rules, today):
        return  # then whole records roll
    rows = selection.key_batches(emergency.pk, lane=campaign.pk, until=today - timedelta(days=1))
    for limit in sorted({rule.days_after_collection for rule in rules if rule.days_after_collection is not None}):
        kinds = [rule.kind for rule in rules if rule.days_after_collection == limit]
        for day in sorted(
            set(rows.filter(day__lte=today + timedelta(days=LEAD_DAYS - limit)).values_list("day", flat=True))
        ):
            mine, due = rows.filter(day=day), day + timedelta(days=limit)
            if _counted(mine):
                key = f"item:{campaign.pk}:{limit}:{day}"
                yield _strip(emergency, "item", campaign.standard, kinds, mine, clock.end_of(day), due, key)


def _of_hold(hold: Any, today: date, now: datetime) -> Iterator[dict[str, Any]]:
    emergency = Emergency.objects.get(pk=hold.emergency)
    due = min(hold.ends_on, clock.local_date(hold.lifted_at)) if hold.lifted_at else hold.ends_on
    told = manifest.of_hold(emergency, hold, now, due)
    yield {
        "emergency": emergency,
        "rule": "hold_ended",
        "key": f"hold:{hold.pk}",
        "due": due,
        "cut": now,
        "manifest": told,
    }


def _propose(wanted: dict[str, Any]) -> DisposalBatch | None:
    """Write one batch, unless the same matter already lives."""
    dead = [DisposalBatch.State.SENT_BACK, DisposalBatch.State.STOPPED, DisposalBatch.State.VOID]
    if DisposalBatch.objects.filter(scope_key=wanted["key"]).exclude(state__in=dead).exists():
        return None
    try:
        with transaction.atomic():
            batch = _write(wanted)
            standing.sign_if_covered(batch)
            return batch
    except IntegrityError:
        return None  # another clock was faster


def _write(wanted: dict[str, Any]) -> DisposalBatch:
    told, now = wanted["manifest"], clock.now()
    batch = DisposalBatch.objects.create(
        number=f"{now:%Y}-{DisposalBatch.objects.count() + 1:04d}",
        emergency=wanted["emergency"].pk,
        campaign=wanted.get("campaign"),
        rule=wanted["rule"],
        action=told["action"],
        items=told["items"],
        scope_key=wanted["key"],
        due_on=wanted["due"],
        received_before=wanted["cut"],
        proposed_at=now,
        manifest=told,
        manifest_hash=manifest.hash_of(told),
        growth=told["growth"],
    )
    ledger.write(
        "batches.propose",
        actor="clock",
        emergency=batch.emergency,
        batch=batch.number,
        rule=batch.rule,
        entries=told["entries"],
        persons=told["persons"],
        manifest=batch.manifest_hash,
    )
    return batch
