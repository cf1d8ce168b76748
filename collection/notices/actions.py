"""Notices are drafted, mended, published, and then never changed; deferred ones are settled."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from collection.emergencies import gate, standards
from collection.emergencies.models import Emergency
from collection.notices import blocks as legal
from collection.notices import composing
from collection.notices.access import current_notice, unsettled
from collection.notices.models import DeferredNotice, Notice
from collection.points.models import Campaign
from pilifecycle.access import guards
from pilifecycle.audit import ledger
from pilifecycle.errors import Invalid, WrongState
from pilifecycle.store import clock

__all__ = ["current_notice", "defer", "draft_notice", "edit_text", "publish_notice", "settle_deferred", "unsettled"]
State = Notice.State
EMPTY = _("This block is empty. The law wants it on every notice.")


def draft_notice(campaign: Campaign, *, actor: Any) -> Notice:
    """A new version for the level in force, all blocks composed in both languages. Raises Forbidden, WrongState."""
    guards.require(actor, "notices.draft", body=campaign.body_id, emergency=campaign.emergency_id)
    with gate.shared(campaign.emergency_id) as fresh:
        if fresh.state != Emergency.State.OPEN:
            raise WrongState(_("The response is not in force any more."), code="response_lifted")
        campaign.emergency = fresh
        items = standards.items_in_force(campaign.standard, fresh.level)
        latest = campaign.notices.aggregate(latest=Max("version"))["latest"]
        notice = Notice.objects.create(
            campaign=campaign,
            version=(latest or 0) + 1,
            level=fresh.level,
            blocks=composing.compose(campaign, items, fresh.level),
            children=composing.compose_children(campaign, items),
        )
        ledger.write("notices.draft", actor=actor, emergency=fresh.pk, subject=notice.pk, version=notice.version)
    return notice


def edit_text(notice: Notice, code: str, *, zh: str, en: str, actor: Any) -> Notice:
    """Say a block of plain text in other words, while it is a draft. The lists follow the standard."""
    campaign = notice.campaign
    guards.require(actor, "notices.draft", body=campaign.body_id, emergency=campaign.emergency_id)
    if code not in legal.TEXTS:
        raise Invalid(_("This block follows the standard and is not typed."), code="block_not_typed")
    with transaction.atomic():
        blocks = {**notice.blocks, code: {"zh": zh.strip(), "en": en.strip()}}
        if Notice.objects.filter(pk=notice.pk, state=State.DRAFT).update(blocks=blocks) != 1:
            raise WrongState(_("A published notice is never changed. Draft a new version."), code="notice_immutable")
        ledger.write("notices.edit", actor=actor, emergency=campaign.emergency_id, subject=notice.pk, block=code)
    notice.refresh_from_db()
    return notice


def publish_notice(notice: Notice, *, actor: Any) -> Notice:
    """Put a draft in force instead of the version before. An empty legal block: Invalid("notice_block_empty")."""
    campaign = notice.campaign
    guards.require(actor, "notices.publish", body=campaign.body_id, emergency=campaign.emergency_id)
    with gate.shared(campaign.emergency_id) as fresh:
        notice.refresh_from_db()
        _complete(notice)
        if notice.level != fresh.level:
            raise WrongState(
                _("The response level has changed since this was drafted. Draft a new version."), code="notice_stale"
            )
        Notice.objects.filter(campaign=campaign, state=State.PUBLISHED).update(state=State.SUPERSEDED)
        changed = Notice.objects.filter(pk=notice.pk, state=State.DRAFT).update(
            state=State.PUBLISHED, content_hash=content_hash(notice), published_at=clock.now(), published_by=actor
        )
        if changed != 1:
            raise WrongState(_("A published notice is never changed. Draft a new version."), code="notice_immutable")
        notice.refresh_from_db()
        ledger.write(
            "notices.publish", actor=actor, emergency=fresh.pk, subject=notice.pk, version=notice.version,
            level=notice.level, content=notice.content_hash,
        )  # fmt: skip
    return notice


def content_hash(notice: Notice) -> str:
    """SHA-256 of everything that a person is shown."""
    shown: dict[str, Any] = {
        "campaign": str(notice.campaign_id),
        "version": notice.version,
        "level": notice.level,
        "blocks": notice.blocks,
        "children": notice.children,
    }
    return standards.hash_of(shown)


def defer(audit_ref: UUID, *, emergency: Emergency, body: UUID, reason: str, author: str) -> DeferredNotice:
    """Inside the transaction that keeps the record: somebody cannot be told now (PIPL-18). `author`: a staff number."""
    if reason not in DeferredNotice.Reason.values:
        raise Invalid(_("Please say why the notice cannot be given now."), code="deferred_reason")
    deferred = DeferredNotice.objects.create(
        emergency=emergency.pk, body=body, audit_ref=audit_ref, reason=reason, registered_at=clock.now()
    )
    actor = SimpleNamespace(staff_number=author) if author else "person"
    ledger.write("notices.defer", actor=actor, emergency=emergency.pk, subject=audit_ref, reason=reason)
    return deferred


def settle_deferred(deferred: DeferredNotice, *, settled: str, actor: Any) -> DeferredNotice:
    """The person or the guardian was told, or it was announced. Raises Forbidden, Invalid, WrongState."""
    guards.require(actor, "deferred.settle", body=deferred.body, emergency=deferred.emergency)
    if settled not in DeferredNotice.Settled.values:
        raise Invalid(_("Please say how the notice was given."), fields={"settled": EMPTY}, code="settled_unknown")
    with transaction.atomic():
        changed = DeferredNotice.objects.filter(pk=deferred.pk, settled="").update(
            settled=settled, settled_at=clock.now(), settled_by=actor
        )
        if changed != 1:
            raise WrongState(_("This was already settled."), code="decided")
        ledger.write(
            "notices.settle", actor=actor, emergency=deferred.emergency, subject=deferred.audit_ref, settled=settled
        )
    deferred.refresh_from_db()
    return deferred


def _complete(notice: Notice) -> None:
    items = standards.items_in_force(notice.campaign.standard, notice.level)
    empty = legal.empty_blocks(
        notice.blocks,
        notice.children,
        sensitive=any(line["sensitive"] for line in notice.blocks.get("collected", [])),
        minors=standards.asks_children(items),
    )
    if empty:
        raise Invalid(
            _("The notice cannot be published: a block that the law wants is empty."),
            fields=dict.fromkeys(empty, EMPTY),
            code="notice_block_empty",
            blocks=empty,
        )
