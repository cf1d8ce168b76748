"""What is done to records: the room's verbs, each in the file of its matter."""

from .leaving import SHIFT, VOID_REASONS, leave_errand, stop_errand, void
from .revealing import LOOK_FOR, allow_second, ask_second, break_glass, reveal, review_break_glass
from .submitting import Receipt, submit

__all__ = [
    "LOOK_FOR",
    "SHIFT",
    "VOID_REASONS",
    "Receipt",
    "allow_second",
    "ask_second",
    "break_glass",
    "leave_errand",
    "reveal",
    "review_break_glass",
    "stop_errand",
    "submit",
    "void",
]
