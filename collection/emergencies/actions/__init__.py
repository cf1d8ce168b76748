"""What is done to emergencies and to collection standards."""

from .ends import apply_default_ends, confirm_end, default_end, mark_destroyed, propose_end, waiting
from .levels import change_level, grow
from .opening import declare
from .writing import approve_standard, draft_standard, load_templates

__all__ = [
    "apply_default_ends",
    "approve_standard",
    "change_level",
    "confirm_end",
    "declare",
    "default_end",
    "draft_standard",
    "grow",
    "load_templates",
    "mark_destroyed",
    "propose_end",
    "waiting",
]
