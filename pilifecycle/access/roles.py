"""One table: which role may do what. A new permission is a new word here, and nowhere else."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    COLLECTOR = "collector", _("collector")
    HEAD_OF_BODY = "head_of_body", _("head of body")
    EMERGENCY_OFFICER = "emergency_officer", _("emergency officer")
    PROTECTION_OFFICER = "protection_officer", _("protection officer")
    APPROVER = "approver", _("approver")
    WITNESS = "witness", _("witness")
    AUDITOR = "auditor", _("auditor")
    OPERATOR = "operator", _("operator")


LOOK = {"console.open", "emergencies.view", "points.view", "notices.view", "standards.view"}

PERMISSIONS: dict[str, set[str]] = {
    Role.COLLECTOR: LOOK | {"records.list", "records.register", "records.void", "records.duty_list"},
    Role.HEAD_OF_BODY: LOOK
    | {
        "records.list", "records.register", "records.void", "records.duty_list", "records.reveal", "records.search",
        "points.manage", "campaigns.open", "notices.draft", "notices.publish", "shifts.issue", "deferred.settle",
        "emergencies.close", "batches.view", "copies.view", "copies.declare", "certificates.view", "records.second",
        "holds.view",
    },
    Role.EMERGENCY_OFFICER: LOOK
    | {
        "emergencies.declare", "emergencies.level", "emergencies.close", "standards.draft", "points.manage",
        "campaigns.open", "notices.draft", "notices.publish", "records.list", "records.search", "records.reveal",
        "records.duty_list", "records.second", "holds.view", "holds.propose", "batches.view", "batches.propose",
        "certificates.view", "deferred.settle", "shifts.issue", "copies.view",
    },
    Role.PROTECTION_OFFICER: LOOK
    | {
        "standards.approve", "notices.draft", "notices.publish", "records.list", "records.reveal", "records.second",
        "holds.view", "holds.propose", "holds.approve", "requests.view", "requests.answer", "batches.view",
        "batches.review", "batches.stop", "batches.propose", "copies.view", "copies.declare", "certificates.view",
        "deferred.settle", "clock.acknowledge", "grants.confirm", "grants.view", "audit.read",
    },
    Role.APPROVER: LOOK
    | {
        "standards.approve", "batches.view", "batches.review", "batches.stop", "holds.view", "holds.approve",
        "records.second", "certificates.view", "copies.view", "campaigns.open", "clock.acknowledge", "grants.confirm",
        "grants.view", "emergencies.close",
    },
    Role.WITNESS: {"console.open", "batches.view", "batches.witness", "certificates.view", "copies.view"},
    Role.AUDITOR: LOOK | {"audit.read", "batches.view", "certificates.view", "copies.view", "holds.view"},
    Role.OPERATOR: {
        "console.open", "grants.propose", "grants.view", "accounts.manage", "custody.view", "copies.view",
        "copies.declare", "certificates.view", "batches.view",
    },
}  # fmt: skip


def roles_with(permission: str) -> list[str]:
    """The roles that carry `permission`."""
    return [role for role, permissions in PERMISSIONS.items() if permission in permissions]
