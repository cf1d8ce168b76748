"""What the roof shows on the first screen (工作台). Only what is overdue is red."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from collection.emergencies.models import Emergency
from pilifecycle.access import guards
from retention.batches.models import DisposalBatch

from . import figures

Told = dict[str, Any] | None
MOST = 12  # lines of a table on the first screen


def _link(model: str, key: Any = None) -> str:
    return reverse(f"console:{model}_change", args=[key]) if key else reverse(f"console:{model}_changelist")


def _heads(*words: Any) -> tuple[Any, ...]:
    return tuple(capfirst(word) for word in words)


def mine(request: HttpRequest) -> Told:
    """How many matters of disposal wait for this person's signature or word."""
    rows = _matters(request.user)
    if not rows and not guards.may(request.user, "batches.view"):
        return None
    return {"title": _("Waits for me"), "figure": len(rows), "text": _("disposals, holds and receipts")}


def matters(request: HttpRequest) -> Told:
    """The same, one line each, with what to do."""
    rows = _matters(request.user)
    headers = _heads(_("matter"), _("emergency"), _("what to do"), _("due on"))
    return {"title": _("Waits for me: disposal"), "headers": headers, "rows": rows[:MOST]} if rows else None


def _matters(actor: Any) -> list[dict[str, Any]]:
    titles = dict(Emergency.objects.values_list("pk", "title"))
    rows = [
        (batch, _named(batch), batch.emergency, _("look at the manifest, then sign or send back"), batch.due_on)
        for batch in figures.batches_for(actor)
    ]
    told = [_matter(_link("retention_disposalbatch", row[0].pk), titles, *row[1:]) for row in rows]
    for hold in figures.holds_for(actor):
        told.append(
            _matter(_link("retention_hold", hold.pk), titles, _("hold"), hold.emergency, _("assess and sign"), "")
        )
    for row in figures.receipts_for(actor):
        link = _link("retention_disposalbatch", row.batch)
        told.append(_matter(link, titles, _("hand-over"), row.emergency, _("enter the recipient's receipt"), ""))
    return told


def _matter(url: str, titles: dict[Any, str], name: Any, emergency: Any, todo: Any, day: Any) -> dict[str, Any]:
    return {"cells": (name, titles.get(emergency, "—"), todo, day), "url": url}


def due(request: HttpRequest) -> Told:
    """到期待处置: what is on its way out."""
    if not guards.may(request.user, "batches.view"):
        return None
    rows = figures.due(request.user)
    persons = sum(batch.manifest["persons"] for batch in rows)
    text = ngettext("batches, %(count)s person", "batches, %(count)s people", persons) % {"count": persons}
    return {
        "title": _("Due for disposal"),
        "figure": len(rows),
        "text": text,
        "url": _link("retention_disposalbatch"),
    }


def overdue(request: HttpRequest) -> Told:
    """逾期未销毁: alone red, and only if there is any."""
    if not guards.may(request.user, "batches.view"):
        return None
    late = figures.overdue(request.user)
    days = max((each.days for each in late), default=0)
    text = ngettext("the oldest for %(count)s day", "the oldest for %(count)s days", days) % {"count": days}
    return {
        "title": _("Overdue, not destroyed"),
        "figure": len(late),
        "text": text if late else _("nothing is overdue"),
        "tone": "overdue" if late else "",
        "url": _link("retention_disposalbatch"),
    }


def overdue_rows(request: HttpRequest) -> Told:
    """Each of them, so that nobody must look for it."""
    late = figures.overdue(request.user) if guards.may(request.user, "batches.view") else []
    headers = _heads(_("matter"), _("emergency"), _("state"), _("due on"), _("overdue for"))
    titles = dict(Emergency.objects.values_list("pk", "title"))
    rows = [{"cells": _late(each, titles), "url": _about(each), "tone": "overdue"} for each in late]
    return {"title": _("Overdue, not destroyed"), "headers": headers, "rows": rows} if rows else None


def _late(each: figures.Overdue, titles: dict[Any, str]) -> tuple[Any, ...]:
    """A batch that nobody signed, or an ended emergency that nobody proposed: what, where, how far, since when."""
    days = ngettext("%(count)s day", "%(count)s days", each.days) % {"count": each.days}
    if isinstance(each.about, DisposalBatch):
        return _named(each.about), titles.get(each.about.emergency), each.about.get_state_display(), each.due_on, days
    return _("Response work ended"), each.about, _("not proposed yet"), each.due_on, days


def _named(batch: DisposalBatch) -> Any:
    return _("disposal batch %(number)s") % {"number": batch.number}


def _about(each: figures.Overdue) -> str:
    model = "retention_disposalbatch" if isinstance(each.about, DisposalBatch) else "collection_emergency"
    return _link(model, each.about.pk)


def emergencies(request: HttpRequest) -> Told:
    """The emergencies, and how many days each has left."""
    rows = [
        {
            "cells": (emergency.title, emergency.get_state_display(), day, left),
            "url": _link("collection_emergency", emergency.pk),
        }
        for emergency, day, left in figures.days_left(request.user)[:MOST]
    ]
    headers = _heads(_("emergency"), _("state"), _("expected end, or day of destruction"), _("days left"))
    return {"title": _("Emergencies"), "headers": headers, "rows": rows} if rows else None


def points(request: HttpRequest) -> Told:
    """What each open point took in today."""
    today = [figures.today_at(point) for point in figures.collecting(request.user)[:MOST]]
    rows = [
        {
            "cells": (told.point.name, told.point.campaign.body.name, told.entries, told.persons),
            "url": _link("collection_point", told.point.pk),
        }
        for told in today
    ]
    headers = _heads(_("point"), _("body"), _("entries today"), _("people today"))
    link = reverse("console:report-text")
    return {"title": _("Points today"), "headers": headers, "rows": rows, "url": link} if rows else None


def copies(request: HttpRequest) -> Told:
    """What keeps a certificate from its final state."""
    rows = [
        {
            "cells": (copy.number, copy.get_kind_display(), copy.place, copy.expires_on or "—"),
            "url": _link("collection_copy", copy.pk),
        }
        for copy in figures.copies_over(request.user)[:MOST]
    ]
    headers = _heads(_("number"), _("kind"), _("place"), _("ends on"))
    return {"title": _("Copies not returned or ended"), "headers": headers, "rows": rows} if rows else None


def silent(request: HttpRequest) -> Told:
    """The clock never sleeps silently (law 10)."""
    if not (jobs := figures.silent_jobs()):
        return None
    rows = [
        (job.job, job.at.astimezone(figures.clock.SHANGHAI).strftime("%m-%d %H:%M"), job.failed or "—") for job in jobs
    ]
    headers = _heads(_("job"), _("last turn"), _("failed with"))
    return {"title": _("Jobs that are silent or fail"), "headers": headers, "rows": rows}
