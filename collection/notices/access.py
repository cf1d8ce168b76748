"""Reading notices: the one in force, whether it still fits, and what may be asked under it."""

from uuid import UUID

from collection.emergencies import standards
from collection.emergencies.models import Emergency, StandardItem
from collection.notices.models import DeferredNotice, Notice
from collection.points.models import Campaign


def current_notice(campaign: Campaign) -> Notice | None:
    """The published notice of a campaign."""
    return Notice.objects.filter(campaign=campaign, state=Notice.State.PUBLISHED).first()


def stale(notice: Notice, emergency: Emergency) -> bool:
    """Whether the response level has changed since: a new version is to be published."""
    return notice.level != emergency.level


def named_kinds(notice: Notice) -> set[str]:
    """The kinds that the notice's list of what is collected names."""
    return {line["kind"] for line in notice.blocks["collected"]}


def askable(notice: Notice, level: int) -> list[StandardItem]:
    """What may be asked: in force at the level AND named in the notice. A stale notice can only ask less."""
    named = named_kinds(notice)
    return [item for item in standards.items_in_force(notice.campaign.standard, level) if item.kind in named]


def unsettled(emergency: Emergency | UUID) -> int:
    """How many people are still to be told (PIPL-18)."""
    pk = emergency.pk if isinstance(emergency, Emergency) else emergency
    return DeferredNotice.objects.filter(emergency=pk, settled="").count()


# -- what the rooms below ask
def still_to_be_told(emergency: Emergency) -> str | None:
    """Against the end of response work."""
    return "deferred_notices_unsettled" if unsettled(emergency) else None


def nothing_without_a_notice(campaign: Campaign) -> str | None:
    """Against the opening of a campaign (law 2)."""
    notice = current_notice(campaign)
    if notice is None:
        return "no_notice"
    return "notice_stale" if stale(notice, Emergency.objects.get(pk=campaign.emergency_id)) else None
