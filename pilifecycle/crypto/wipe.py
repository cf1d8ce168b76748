"""Keys that can be taken out of memory again.

A dropped ``bytes`` object stays readable in the process for a long time; a zeroed ``bytearray`` does not. So what is
kept longer than one call stands in a `Secret`, whose holder wipes it. The runtime may have made copies that nobody can
reach: this shortens the time in memory, it does not promise its end.
"""

import os
from types import TracebackType
from typing import NoReturn

from pilifecycle.crypto.faults import CryptoError


def wipe(buffer: bytearray) -> None:
    """Overwrite with zeros, in place."""
    buffer[:] = bytes(len(buffer))


class Secret:
    """Holds a bytearray, and zeroes it at `wipe()`, at the end of a ``with``, or when it is dropped.

    Anything that wants bytes takes `buffer` (it is not copied). A bytearray given to the constructor is adopted.
    """

    __slots__ = ("_buffer",)

    def __init__(self, source: bytes | bytearray) -> None:
        self._buffer: bytearray | None = source if isinstance(source, bytearray) else bytearray(source)

    @classmethod
    def random(cls, size: int = 32) -> "Secret":
        """A fresh key of `size` bytes."""
        return cls(os.urandom(size))

    @property
    def buffer(self) -> bytearray:
        """The bytes themselves, not a copy. Raises CryptoError once wiped."""
        if self._buffer is None:
            raise CryptoError("This secret was wiped.")
        return self._buffer

    @property
    def wiped(self) -> bool:
        return self._buffer is None

    def wipe(self) -> None:
        """Zero and let go. May be called twice."""
        if self._buffer is not None:
            wipe(self._buffer)
            self._buffer = None

    def __enter__(self) -> "Secret":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wipe()

    def __del__(self) -> None:
        if getattr(self, "_buffer", None) is not None:
            self.wipe()

    def __len__(self) -> int:
        return len(self.buffer)

    def __repr__(self) -> str:
        return "Secret(wiped)" if self.wiped else f"Secret({len(self)} bytes)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret is neither pickled nor copied.")
