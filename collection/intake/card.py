"""The picture of a receipt, to be held and saved: a QR code of the receipt page, the code in letters. A PNG.

The letters are drawn dot by dot (5 × 7) so that no font and no picture library is needed.
"""

import base64
import struct
import zlib
from collections.abc import Iterable

import segno
from django.conf import settings

WIDTH = 480
_BLANK = b"\xff" * (WIDTH // 8)
_GLYPHS = {
    "A": "0e11111f111111", "B": "1e11111e11111e", "C": "0e11101010110e", "D": "1e11111111111e", "E": "1f10101e10101f",
    "F": "1f10101e101010", "G": "0e11101713110f", "H": "1111111f111111", "I": "0e04040404040e", "J": "0702020202120c",
    "K": "11121418141211", "L": "1010101010101f", "M": "111b1515111111", "N": "11111915131111", "O": "0e11111111110e",
    "P": "1e11111e101010", "Q": "0e11111115120d", "R": "1e11111e141211", "S": "0f10100e01011e", "T": "1f040404040404",
    "U": "1111111111110e", "V": "11111111110a04", "W": "1111111515150a", "X": "11110a040a1111", "Y": "1111110a040404",
    "Z": "1f01020408101f", "0": "0e11131519110e", "1": "040c040404040e", "2": "0e11010204081f", "3": "1f02040201110e",
    "4": "02060a121f0202", "5": "1f101e0101110e", "6": "0608101e11110e", "7": "1f010204080808", "8": "0e11110e11110e",
    "9": "0e11110f01020c", "-": "0000001f000000",
}  # fmt: skip


def data_uri(code: str) -> str:
    """A ``data:`` picture of a receipt code; its QR code opens the receipt page with the code after the ``#``."""
    link = f"{settings.PIL_BASE_URL.rstrip('/')}/r/#{code}"
    return "data:image/png;base64," + base64.b64encode(png(code, link)).decode()


def png(code: str, link: str) -> bytes:
    """The picture, black on white, `WIDTH` dots wide."""
    matrix = segno.make(link, error="m", micro=False, boost_error=False).matrix
    scale = (WIDTH - 80) // len(matrix)
    lines = [_BLANK] * 28 + _lines(matrix, scale) + [_BLANK] * 24
    lines += _lines(_letters(code), max(WIDTH // (6 * len(code)), 1)) + [_BLANK] * 28
    return _png(lines)


def _letters(text: str) -> list[list[int]]:
    glyphs = [bytes.fromhex(_GLYPHS[letter]) for letter in text]
    return [
        [row >> (4 - place) & 1 if place < 5 else 0 for row in rows for place in range(6)]
        for rows in zip(*glyphs, strict=True)
    ]


def _lines(matrix: Iterable[Iterable[int]], scale: int) -> list[bytes]:
    """Rows of dots, each `scale` dots wide and high, centred; eight dots a byte, a set bit is white."""
    light, dark = "1" * scale, "0" * scale
    rows = ("".join(dark if bit else light for bit in row).center(WIDTH, "1") for row in matrix)
    return [line for row in rows for line in [int(row, 2).to_bytes(WIDTH // 8, "big")] * scale]


def _png(lines: list[bytes]) -> bytes:
    """One bit a dot, ISO/IEC 15948."""
    header = struct.pack(">IIBBBBB", WIDTH, len(lines), 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"".join(b"\0" + line for line in lines), 6))
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
