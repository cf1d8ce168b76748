"""Paper slips: their pre-printed code is the receipt code of what will be typed in from them."""

from django.utils.translation import gettext_lazy as _

from collection.points.models import Point
from collection.records import receipts
from pilifecycle.errors import Invalid, NotFound

slip_id = receipts.slip_id


def slip_at(point: Point, code: str) -> str:
    """The slip's code as it is printed, if it is one of this point's. Raises Invalid."""
    try:
        text = receipts.normal(code)
    except NotFound:
        text = ""
    tag = text.removeprefix(point.code)
    if not text.startswith(point.code) or len(tag) != receipts.TAG or not set(tag) <= set(receipts.ALPHABET):
        sentence = _("This is not the code of a slip of this point.")
        raise Invalid(sentence, fields={"slip": sentence}, code="unknown_slip")
    return "-".join((point.code, tag[:4], tag[4:8], tag[8:]))
