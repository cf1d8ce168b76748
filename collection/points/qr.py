"""The address of a point, as a QR code and in letters. Made here: no foreign service ever learns of a point."""

import segno
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from collection.points.models import Point


def url(point: Point) -> str:
    """The public page of a point."""
    return f"{settings.PIL_BASE_URL.rstrip('/')}/p/{point.code}/"


def in_letters(point: Point) -> str:
    """The same, to be typed by hand."""
    return url(point).removeprefix("https://").removeprefix("http://").rstrip("/")


def svg(point: Point, *, scale: int = 8) -> SafeString:
    """An inline SVG, error correction H: it still reads when a third is torn, wet or badly copied. Black on white."""
    code = segno.make(url(point), error="h", micro=False)
    return mark_safe(code.svg_inline(scale=scale, border=4, dark="#000", light="#fff", omitsize=True))  # noqa: S308  our own markup
