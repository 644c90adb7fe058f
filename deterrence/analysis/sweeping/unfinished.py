r"""Blocks of an unfinished sweep, kept in a folder beside the output.

``out.nc.parts`` holds a manifest that says what the sweep is, exactly, and a file for
every finished block, written whole or not at all.  So a sweep can be killed at any time
and go on with what is there; and it refuses to go on with what is another sweep's.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from deterrence.errors import DeterrenceError, UsageError

if TYPE_CHECKING:
    from deterrence.analysis.sweeping.layout import BlockArrays
    from deterrence.analysis.sweeping.plan import SweepPlan

MANIFEST = "manifest.json"
#: What the folder may hold besides the manifest; all else is not ours to delete.
_OURS = re.compile(
    r"(block-\d+-[0-9a-f]+\.npz|manifest\.json)(\.\d+\.draft)?|result(\.[a-z]+)*|lock"
)
_LIMIT = 1 << 20


def block_path(folder: Path, plan: SweepPlan, number: int) -> Path:
    """Return where a block is kept in a folder.

    The name holds the plan's mark: a worker that outlives its run for a moment must not
    leave a block in the parts of another sweep.
    """
    return folder / f"block-{number:08d}-{plan.mark}.npz"


def save(file: IO[bytes], arrays: BlockArrays) -> None:
    """Write arrays to an open file, with check sums."""
    import numpy as np

    # Names of variables may be words that savez keeps for itself, such as ``file``.
    named: dict[str, Any] = {f"v_{name}": array for name, array in arrays.items()}
    np.savez(file, **named)


def decode(data: bytes) -> BlockArrays:
    """Return the arrays that :func:`save` wrote; raises ``ValueError`` where they are broken."""
    import numpy as np

    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            return {name[2:]: file[name] for name in file.files}
    except (zipfile.BadZipFile, KeyError, OSError, EOFError) as error:
        raise ValueError(str(error)) from None


class UnfinishedSweep:
    """The folder of an unfinished sweep."""

    def __init__(self, plan: SweepPlan, output: str | Path) -> None:
        self.plan = plan
        self.output = Path(output)
        self.folder = self.output.with_name(self.output.name + ".parts")
        self._lock: Any = None

    def path(self, number: int) -> Path:
        """Return where a block is kept."""
        return block_path(self.folder, self.plan, number)

    def draft(self) -> Path:
        """Return where the output is put together."""
        return self.folder / f"result{self.output.suffix}"

    def open(self, *, resume: bool, force: bool) -> set[int]:
        """Prepare the folder and return the blocks that are done.

        Raises :class:`UsageError` where something is there already and neither ``resume``
        nor ``force`` was asked for, and where what is there belongs to another sweep.
        """
        if self.folder.is_symlink() or (self.folder.exists() and not self.folder.is_dir()):
            raise UsageError(f"{str(self.folder)!r} is in the way: it is no folder of a sweep")
        if self.folder.is_dir():
            if not (resume or force):
                raise UsageError(
                    f"an unfinished sweep is kept in {str(self.folder)!r}",
                    remedy="--resume goes on with it, --force begins anew",
                )
            self._hold()
            if force:
                self._clear()
        elif self.output.exists() and not force:
            hint = "there is nothing to resume; " if resume else ""
            raise UsageError(
                f"{str(self.output)!r} exists already", remedy=f"{hint}--force replaces it"
            )
        try:
            self.folder.mkdir(exist_ok=True)
            self._hold()
            if (self.folder / MANIFEST).exists():
                self._check()
            else:
                self._write()
            return self._done()
        except OSError as error:
            raise unwritable(self.folder, error) from None

    def read(self, number: int) -> BlockArrays:
        """Return a block's arrays; raises :class:`DeterrenceError` where the file is broken."""
        path = self.path(number)
        try:
            arrays = decode(path.read_bytes())
            _check_arrays(arrays, self.plan, number)
            return arrays
        except (OSError, ValueError) as error:
            with contextlib.suppress(OSError):
                path.unlink()
            raise DeterrenceError(
                f"the block in {str(path)!r} cannot be read: {error}",
                remedy="it was removed; --resume computes it again",
            ) from None

    def stream(self) -> Iterator[BlockArrays]:
        """Yield the arrays of all blocks in their order."""
        for number in range(self.plan.blocks):
            yield self.read(number)

    def widest(self) -> int:
        """Return the largest number of equilibria of a point, at least 1."""
        import numpy as np

        name = self.plan.layout.names.get(("component", ""))
        width = 1
        for number in range(self.plan.blocks) if name is not None else ():
            try:
                with (
                    self.path(number).open("rb") as handle,
                    np.load(handle, allow_pickle=False) as file,
                ):
                    width = max(width, file[f"v_{name}"].shape[1])
            except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
                self.read(number)  # says what is wrong
                raise
        return width

    def finish(self) -> None:
        """Remove the folder."""
        try:
            self._clear()
            self.close()
            self.folder.rmdir()
        except OSError as error:
            raise DeterrenceError(
                f"{str(self.output)!r} is complete, but {str(self.folder)!r} cannot be removed: "
                f"{error.strerror or error}",
                remedy="remove it by hand",
            ) from None

    def close(self) -> None:
        """Let go of the folder."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None
            with contextlib.suppress(OSError):
                (self.folder / "lock").unlink()

    def _hold(self) -> None:
        """Make sure that no other process works in the folder; the system ends the hold."""
        if self._lock is not None:
            return
        try:
            import fcntl
        except ImportError:  # not on Windows
            return
        file = (self.folder / "lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise UsageError(
                f"another process is working on {str(self.output)!r}",
                remedy="wait for it, or choose another output",
            ) from None
        self._lock = file

    def _clear(self) -> None:
        strange = [
            path.name
            for path in self.folder.iterdir()
            if path.name != MANIFEST and not _OURS.fullmatch(path.name)
        ]
        if strange:
            raise UsageError(
                f"{str(self.folder)!r} holds files of somebody else: {strange[0][:60]}",
                remedy="move them away",
            )
        # The manifest goes last: without it, what is left would belong to no sweep.
        for path in sorted(self.folder.iterdir(), key=lambda p: p.name == MANIFEST):
            if path.name == "lock":
                continue
            if path.is_dir() and not path.is_symlink():
                import shutil

                shutil.rmtree(path)
            else:
                path.unlink()

    def _write(self) -> None:
        if any(self.folder.glob("block-*")):
            raise UsageError(
                f"{str(self.folder)!r} holds blocks, and no manifest that says of what",
                remedy="--force begins anew",
            )
        text = json.dumps({"schema": 1, "sweep": self.plan.identity}, indent=2)
        write_part(self.folder / MANIFEST, f"{text}\n".encode())

    def _check(self) -> None:
        path = self.folder / MANIFEST
        try:
            with path.open("rb") as file:
                found = json.loads(file.read(_LIMIT))["sweep"]
            if not isinstance(found, dict):
                raise ValueError
        except (ValueError, KeyError, TypeError, RecursionError):
            raise UsageError(
                f"{str(path)!r} is not the manifest of a sweep", remedy="--force begins anew"
            ) from None
        mine = self.plan.identity
        changes = [
            f"{key} was {_short(found.get(key))}, is {_short(mine.get(key))}"
            for key in {**found, **mine}
            if found.get(key) != mine.get(key)
        ]
        if changes:
            raise UsageError(
                f"the sweep in {str(self.folder)!r} is another one: {'; '.join(changes)}",
                remedy="--force begins anew; or go on with what it was begun with",
            )

    def _done(self) -> set[int]:
        for path in self.folder.glob("*.draft"):
            path.unlink(missing_ok=True)  # of a process that was killed
        found = {path.name for path in self.folder.glob("block-*.npz")}
        return {k for k in range(self.plan.blocks) if self.path(k).name in found}


def _check_arrays(arrays: BlockArrays, plan: SweepPlan, number: int) -> None:
    """Raise ``ValueError`` where arrays are not those of a block."""
    start, stop = plan.points_of(number)
    wanted = {
        v.name: (len(v.dims) - len(plan.layout.points), v.dtype) for v in plan.layout.variables
    }
    found = {name: (a.ndim - 1, a.dtype.str.lstrip("<>|=")) for name, a in arrays.items()}
    if found != wanted or any(len(a) != stop - start for a in arrays.values()):
        raise ValueError("it holds other arrays")


def write_part(path: Path, content: bytes | BlockArrays) -> None:
    """Write bytes, or a block's arrays, as a file that is whole or not there at all."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    try:
        with draft.open("wb") as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                save(file, content)
        os.replace(draft, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise unwritable(path, error) from None


def unwritable(path: Path, error: OSError) -> DeterrenceError:
    """Return the error to raise where the system does not let a sweep write."""
    return DeterrenceError(
        f"{str(path)!r} cannot be written: {error.strerror or error}",
        remedy="finished blocks are kept; --resume goes on with them",
    )


def _short(value: Any) -> str:
    if value is None:
        return "missing"
    text = str(value)
    if len(text) == 64:
        return text[:12]
    return repr(text if len(text) <= 60 else text[:57] + "...")
