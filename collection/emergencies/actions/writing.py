"""Collection standards: drafted from a template by one person, signed by another, and never changed afterwards."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from collection.emergencies import kits, review, second, standards
from collection.emergencies.models import CollectionStandard, StandardItem
from pilifecycle.access import guards
from pilifecycle.audit import ledger
from pilifecycle.errors import Invalid, WrongState
from pilifecycle.store import clock

State = CollectionStandard.State
_OWN = ("category", *standards.TEXTS, "duty_lists", "default_days_to_end", "late_days")


def load_templates() -> dict[str, dict[str, Any]]:
    """The templates that come with the house, by code; each may be drafted from."""
    return kits.templates()


def draft_standard(template_code: str, *, actor: Any) -> CollectionStandard:
    """A new version, with the template's items, for another person to read and sign. Raises NotFound, Forbidden."""
    guards.require(actor, "standards.draft")
    template = kits.template(template_code)
    with transaction.atomic():
        latest = CollectionStandard.objects.filter(code=template_code).aggregate(latest=Max("version"))["latest"]
        standard = CollectionStandard.objects.create(
            code=template_code,
            version=(latest or 0) + 1,
            proposed_by=actor,
            proposed_at=clock.now(),
            **{name: template[name] for name in _OWN},
        )
        StandardItem.objects.bulk_create(StandardItem(standard=standard, **item) for item in template["items"])
        ledger.write(
            "standards.draft", actor=actor, subject=standard.pk, template=template_code, version=standard.version
        )
    return standard


def approve_standard(standard: CollectionStandard, *, actor: Any) -> CollectionStandard:
    """Sign a draft as the second person; the version before it is retired. Raises Forbidden, Invalid, WrongState."""
    second.demand(actor, "standards.approve", first=standard.proposed_by_id, since=standard.proposed_at)
    content = standards.content(standard)
    if found := review.faults(content):
        raise Invalid(_("This standard lacks something that must be said."), code="standard_incomplete", faults=found)
    with transaction.atomic():
        changed = CollectionStandard.objects.filter(pk=standard.pk, state=State.DRAFT).update(
            state=State.APPROVED,
            approved_by=actor,
            approved_at=clock.now(),
            content_hash=standards.hash_of(content),
        )
        if changed != 1:
            raise WrongState(_("This was already decided."), code="decided")
        earlier = CollectionStandard.objects.filter(code=standard.code, state=State.APPROVED)
        earlier.exclude(pk=standard.pk).update(state=State.RETIRED)
        standard.refresh_from_db()
        ledger.write(
            "standards.approve",
            actor=actor,
            subject=standard.pk,
            version=standard.version,
            content=standard.content_hash,
        )
    return standard
