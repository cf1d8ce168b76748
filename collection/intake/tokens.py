"""Two signed slips that replace a session: what a form was shown with, and who has shown the right receipt.

Neither holds a personal value. Their age is real time.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext_lazy as _

from collection.notices.models import Notice
from collection.points.models import Point
from pilifecycle.errors import Forbidden, Invalid, WrongState

FORM_AGE = timedelta(hours=2)
HOLDER_AGE = timedelta(minutes=15)
STALE = _("The notice has changed since this page was opened. Please read it again. What you typed is still here.")
EXPIRED = _(
    "This page was open for more than two hours. Please look at it again and send it. What you typed is still here."
)
BROKEN = _("This page was not complete. Please look at it again and send it. What you typed is still here.")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a form was rendered with."""

    point: UUID
    notice: UUID
    level: int
    language: str


def form_token(point: Point, notice: Notice, language: str) -> str:
    """Sign what is shown now."""
    level = point.campaign.emergency.level
    return _form().sign(f"{point.pk.hex}.{notice.pk.hex}.{level}.{language}")


def read_form_token(token: str, point: Point, notice: Notice) -> Shown:
    """What was shown. Raises Invalid for a broken slip, WrongState for an expired one and one of an older notice."""
    try:
        parts = _form().unsign(token, max_age=FORM_AGE).split(".")
        shown = Shown(UUID(parts[0]), UUID(parts[1]), int(parts[2]), parts[3])
    except signing.SignatureExpired:
        raise WrongState(EXPIRED, code="form_expired") from None
    except (signing.BadSignature, ValueError, IndexError):
        raise Invalid(BROKEN, code="form_token") from None
    if shown.point != point.pk:
        raise Invalid(BROKEN, code="form_token")
    if shown.notice != notice.pk or shown.level != point.campaign.emergency.level:
        raise WrongState(STALE, code="notice_stale")
    return shown


def new_submission_id() -> str:
    """128 random bits in hexadecimal, rendered into the form where the reader's browser has no script."""
    return secrets.token_hex(16)


def submission_id(text: str) -> bytes:
    """The 16 bytes of a submission id. Raises Invalid."""
    if len(text) != 32 or not all(character in "0123456789abcdefABCDEF" for character in text):
        raise Invalid(BROKEN, code="submission_id")
    return bytes.fromhex(text)


def holder_pass(receipt_hash: bytes) -> str:
    """Proof that somebody has just shown this receipt, and the fact that it is checked with."""
    return _holder().sign(receipt_hash.hex())


def holds(token: str, receipt_hash: bytes) -> bool:
    """Whether a slip proves it for this receipt."""
    try:
        return _holder().unsign(token, max_age=HOLDER_AGE) == receipt_hash.hex()
    except signing.BadSignature:
        return False


def demand_holder(token: str, receipt_hash: bytes) -> None:
    """Raise Forbidden unless the slip proves it."""
    if not holds(token, receipt_hash):
        raise Forbidden(_("Please enter the receipt code again."), code="receipt_again")


def _form() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="intake.form")


def _holder() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="intake.holder")
