"""What collects, what is due, what waits for a person, what is overdue: counts and days, each in one reader's scope."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from collection.copies.models import Copy
from collection.emergencies.models import CollectionStandard, Emergency
from collection.points.models import Campaign, Point
from collection.records.models import Record
from pilifecycle.access import guards
from pilifecycle.store import clock
from pilifecycle.store.models import Heartbeat
from retention.batches import actions as batches
from retention.batches.models import DisposalBatch
from retention.batches.proposals import rules_of
from retention.destroy.models import HandOver
from retention.holds.models import Hold
from retention.schedules.due import Due, Why, emergency_due, is_overdue

State = DisposalBatch.State
AHEAD = (State.PROPOSED, State.APPROVED, State.RUNNING)
SILENT_AFTER = timedelta(minutes=10)  # real time: the slowest job rings each minute


@dataclass(frozen=True)
class Today:
    """What one point took in today: entries (条) and persons (人), never one for the other."""

    point: Point
    entries: int
    persons: int


@dataclass(frozen=True)
class Overdue:
    """Something that should be destroyed: a batch, or an emergency of which none was proposed."""

    about: DisposalBatch | Emergency
    due_on: date

    @property
    def days(self) -> int:
        """Whole days since the day at whose end it was due."""
        return (clock.today() - self.due_on).days


# -- what collects
def collecting(actor: Any) -> list[Point]:
    """Points that are open in an open campaign of an emergency whose response is in force."""
    rows = Point.objects.filter(
        state=Point.State.OPEN, campaign__state=Campaign.State.OPEN, campaign__emergency__state=Emergency.State.OPEN
    )
    rows = rows.select_related("campaign__emergency", "campaign__body").order_by("campaign__emergency", "name")
    return [point for point in rows if _sees(actor, "points.view", point.campaign)]


def _sees(actor: Any, permission: str, campaign: Campaign) -> bool:
    return guards.may(actor, permission, body=campaign.body_id, emergency=campaign.emergency_id)


def today_at(point: Point) -> Today:
    """Counted in the records of today alone, by their index."""
    begun = datetime.combine(clock.today(), time(), clock.SHANGHAI).astimezone(UTC)
    rows = Record.objects.of(point.campaign.emergency_id).filter(point=point.pk, received_at__gte=begun)
    told = rows.aggregate(entries=Count("pk"), persons=Sum("persons"))
    return Today(point, told["entries"], told["persons"] or 0)


def sentence(point: Point) -> str:
    """The report text for the group: time, point, counts, no person in it. In the reader's language."""
    told, now = today_at(point), clock.now().astimezone(clock.SHANGHAI)
    return _("%(month)s/%(day)s %(time)s, %(point)s: %(entries)s entries, %(persons)s people registered today.") % {
        "month": now.month,
        "day": now.day,
        "time": f"{now:%H:%M}",
        "point": point.name,
        "entries": told.entries,
        "persons": told.persons,
    }


# -- what is due
def due(actor: Any) -> list[DisposalBatch]:
    """Batches on their way: proposed, approved or being executed, the most urgent first."""
    rows = DisposalBatch.objects.filter(state__in=AHEAD).order_by("due_on", "number")
    return [batch for batch in rows if batches.may(actor, "batches.view", batch)]


def overdue(actor: Any) -> list[Overdue]:
    """Batches whose day has passed and that live on, and ended emergencies of which nobody proposed the destruction."""
    now = clock.now()
    late = [Overdue(batch, batch.due_on) for batch in due(actor)]
    named = {batch.emergency for batch in due(actor) if batch.rule == DisposalBatch.Rule.END}
    late += [each for each in _ended(actor) if each.about.pk not in named]
    return [each for each in late if is_overdue(Due(each.due_on, Why.END), now)]


def _ended(actor: Any) -> Iterator[Overdue]:
    begun = DisposalBatch.objects.filter(rule=DisposalBatch.Rule.END).exclude(
        state__in=[State.SENT_BACK, State.STOPPED, State.VOID, *AHEAD]
    )
    done = set(begun.values_list("emergency", flat=True))
    for emergency in Emergency.objects.filter(state=Emergency.State.ENDED):
        day = due_day(emergency)
        if day and emergency.pk not in done and guards.may(actor, "batches.view", emergency=emergency.pk):
            yield Overdue(emergency, day)


def due_day(emergency: Emergency) -> date | None:
    """The last day of an ended emergency's information; None while its work goes on."""
    bound = CollectionStandard.objects.filter(campaigns__emergency=emergency).distinct().prefetch_related("items")
    found = emergency_due([rule for standard in bound for rule in rules_of(standard)], emergency.ended_on)
    return found.on if found else None


def days_left(actor: Any) -> list[tuple[Emergency, date, int]]:
    """(emergency, its next day, days until then): the expected end while it lasts, then the day of destruction."""
    living = Emergency.objects.exclude(state=Emergency.State.DESTROYED)
    seen = [each for each in living if guards.may(actor, "emergencies.view", emergency=each.pk)]
    dated = [(emergency, due_day(emergency) or emergency.expected_end) for emergency in seen]
    return sorted(((e, day, (day - clock.today()).days) for e, day in dated), key=lambda told: told[1])


# -- what waits for a person
def batches_for(actor: Any) -> list[DisposalBatch]:
    """Batches that this person may sign and has not."""
    return batches.waiting_for(actor)


def holds_for(actor: Any) -> list[Hold]:
    """Holds that want this person's signature."""
    rows = Hold.objects.filter(state=Hold.State.PROPOSED).order_by("proposed_at")
    mine = [hold for hold in rows if actor.pk not in (hold.proposed_by_id, hold.first_by_id)]
    return [hold for hold in mine if guards.may(actor, "holds.approve", emergency=hold.emergency)]


def receipts_for(actor: Any) -> list[HandOver]:
    """Hand-overs whose receipt must be entered before our copy may go."""
    rows = HandOver.objects.filter(receipt_number="")
    return [row for row in rows if guards.may(actor, "batches.propose", emergency=row.emergency)]


# -- what is forgotten
def copies_over(actor: Any) -> list[Copy]:
    """Copies of destroyed emergencies that live on in the register, and prints that were not returned."""
    if not guards.may(actor, "copies.view"):
        return []
    gone = Emergency.objects.filter(state=Emergency.State.DESTROYED).values("pk")
    rows = Copy.objects.filter(ended_at=None).filter(Q(emergency__in=gone) | Q(kind=Copy.Kind.PRINT))
    return [copy for copy in rows.order_by("number") if copy.expires_on is None or copy.expires_on >= clock.today()]


def silent_jobs() -> list[Heartbeat]:
    """Jobs of the timetable that did not ring for ten minutes, or whose last turn failed."""
    before = datetime.now(UTC) - SILENT_AFTER
    return list(Heartbeat.objects.filter(Q(at__lt=before) | ~Q(failed="")).order_by("job"))
