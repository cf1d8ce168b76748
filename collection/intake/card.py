"""The picture of a receipt, to be held and saved: a QR code of the receipt page, the code in letters. A PNG.

The letters are drawn dot by dot (5 × 7) so that no font and no picture library is needed.
"""

import base64
import struct
import zlib

import segno
from django.conf import settings

WIDTH = 480
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
    matrix = [list(row) for row in segno.make(link, error="m", micro=False).matrix]
    scale = (WIDTH - 80) // len(matrix)
    rows = _blank(28) + _centred(_scaled(matrix, scale)) + _blank(24)
    rows += _centred(_scaled(_letters(code), max(WIDTH // (6 * len(code)), 1)))
    return _png(rows + _blank(28))


def _letters(text: str) -> list[list[int]]:
    glyphs = [bytes.fromhex(_GLYPHS[letter]) for letter in text]
    return [
        [row >> (4 - place) & 1 if place < 5 else 0 for row in rows for place in range(6)]
        for rows in zip(*glyphs, strict=True)
    ]


def _scaled(matrix: list[list[int]], scale: int) -> list[list[int]]:
    return [wide for row in matrix for wide in [[bit for bit in row for _ in range(scale)]] * scale]


def _centred(rows: list[list[int]]) -> list[list[int]]:
    left = (WIDTH - len(rows[0])) // 2
    return [[0] * left + row + [0] * (WIDTH - left - len(row)) for row in rows]


def _blank(height: int) -> list[list[int]]:
    return [[0] * WIDTH] * height


def _png(rows: list[list[int]]) -> bytes:
    """One bit a dot, ISO/IEC 15948."""
    packed = b"".join(b"\0" + _packed(row) for row in rows)
    header = struct.pack(">IIBBBBB", WIDTH, len(rows), 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(packed, 9))
        + _chunk(b"IEND", b"")
    )


def _packed(row: list[int]) -> bytes:
    """Eight dots a byte, a set bit is white."""
    bits = int("".join("0" if bit else "1" for bit in row), 2)
    return bits.to_bytes(len(row) // 8, "big")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
