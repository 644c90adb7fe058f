"""A file that takes no more: what is read back is what was written, in memory or on disk."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.analysis.sweeping.spill import SpillFile


class FullDisk(io.BytesIO):
    """Takes so many bytes, and then raises."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, data: object) -> int:
        data = bytes(data)  # type: ignore[call-overload]
        if self.tell() + len(data) > self.room:
            if self.tell() < self.room:  # as a system call does: part of it
                return super().write(data[: self.room - self.tell()])
            raise OSError(28, "No space left on device")
        return super().write(data)


@given(
    st.integers(0, 60),
    st.lists(st.tuples(st.integers(0, 50), st.binary(min_size=1, max_size=20)), max_size=12),
)
def test_reading_gives_what_was_written(room: int, writes: list[tuple[int, bytes]]) -> None:
    file, wanted = SpillFile(FullDisk(room)), bytearray(80)
    for offset, data in writes:
        file.seek(offset)
        assert file.write(data) == offset + len(data)
        wanted[offset : offset + len(data)] = data
    for offset in (0, 7, 33):
        file.seek(offset)
        assert file.read(40) == bytes(wanted[offset : offset + 40])
    end = max((offset + len(data) for offset, data in writes), default=0)
    assert file.seek(0, io.SEEK_END) == end
    assert (file.fault is not None) == (end > room)


def test_hdf5_reads_back_what_was_spilled() -> None:
    h5py = pytest.importorskip("h5py")
    file = SpillFile(FullDisk(3000))
    with h5py.File(file, "w") as target:
        target.create_dataset("a", data=range(5000))
    assert file.fault is not None
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    with h5py.File(io.BytesIO(file.read(size)), "r") as found:
        assert found["a"][:].tolist() == list(range(5000))
