r"""A file that HDF5 can write to on a full disk without taking the process down.

The HDF5 library does not recover from a failed write: it cannot even close the file, and
may end the process.  Here a failed write goes to memory instead and is remembered, so that
the library closes the file as if nothing had happened, and the caller raises the error.

>>> import tempfile
>>> with tempfile.TemporaryFile(buffering=0) as raw:
...     file = SpillFile(raw)
...     _ = file.write(b"abc"), file.seek(1), file.write(b"x")
...     file.seek(0), file.read(3), file.fault
(0, b'axc', None)
"""

from __future__ import annotations

import io
from typing import IO, Any


class SpillFile:
    """A binary file with the methods that h5py asks of one."""

    def __init__(self, raw: IO[bytes]) -> None:
        self.raw = raw
        self.place = 0
        #: The first error, if there was one.
        self.fault: OSError | None = None
        #: What could not be written: offset and bytes, in order.
        self.spilled: list[tuple[int, bytes]] = []

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a place in the file."""
        if whence == io.SEEK_CUR:
            offset += self.place
        elif whence == io.SEEK_END:
            ends = [start + len(data) for start, data in self.spilled]
            offset += max([self.raw.seek(0, io.SEEK_END), *ends])
        self.place = offset
        return offset

    def tell(self) -> int:
        """Return the place in the file."""
        return self.place

    def write(self, data: Any) -> int:
        """Write all of the data, to the disk if it takes them."""
        rest = memoryview(data).cast("B")
        start = self.place
        self.place += len(rest)
        if self.fault is None:
            try:
                self.raw.seek(start)
                while rest:
                    done = self.raw.write(rest)
                    start, rest = start + done, rest[done:]
            except OSError as error:
                self.fault = error
        if rest:
            self.spilled.append((start, bytes(rest)))
        return self.place

    def read(self, size: int) -> bytes:
        """Return as many bytes as were asked for, zeros where nothing was written."""
        self.raw.seek(self.place)
        found = bytearray(self.raw.read(size).ljust(size, b"\0"))
        for start, data in self.spilled:
            low, high = max(start, self.place), min(start + len(data), self.place + size)
            if low < high:
                found[low - self.place : high - self.place] = data[low - start : high - start]
        self.place += size
        return bytes(found)

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer."""
        view = memoryview(buffer).cast("B")
        view[:] = self.read(len(view))
        return len(view)

    def truncate(self, size: int | None = None) -> int:
        """Set the length of the file, if the disk still takes it."""
        size = self.place if size is None else size
        if self.fault is None:
            try:
                self.raw.truncate(size)
            except OSError as error:
                self.fault = error
        return size

    def flush(self) -> None:
        """Do nothing: nothing is held back."""
