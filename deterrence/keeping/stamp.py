"""What every answer depends on besides the question: the program, and what it computes with.

The program's own files count by name, size and times, so that somebody who changes one never
sees an answer of yesterday's code; times of the file system cannot be set back.

>>> first, again = stamp(), stamp()
>>> first == again
True
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from typing import Any

from deterrence.surroundings import PACKAGE, models_folder
from deterrence.version import __version__, installed

#: When this process began to read the package's files.
STARTED: float = vars(sys.modules["deterrence"])["_STARTED"]
#: What answers are worked out with; matplotlib draws the pictures of pages.
LIBRARIES = (
    "matplotlib", "mpmath", "networkx", "numpy", "pydantic", "python-flint", "pyyaml", "scipy",
    "sympy", "z3-solver",
)  # fmt: skip
_ENDINGS = (".py", ".yaml", ".json", ".css", ".mjs", ".html")
#: File systems keep times in steps; what changed so shortly before the start may be newer.
_STEP = 1.0


def stamp() -> str | None:
    """Return a digest of the program and its libraries.

    None where it cannot be told that this process runs what lies on the disk: a file was
    changed since it began, or the package does not lie in a folder.
    """
    try:
        files = sorted(_files(PACKAGE)) + sorted(_files(os.fspath(models_folder())))  # type: ignore[call-overload]
    except (OSError, TypeError):
        return None
    latest = max((max(times) for _, _, *times in files), default=None)
    if latest is None or latest / 1e9 > STARTED - _STEP:
        return None
    made_with = [__version__, sys.version, sys.platform, *map(installed, LIBRARIES)]
    return hashlib.sha256(repr((made_with, files)).encode()).hexdigest()


def _files(folder: str) -> Iterator[tuple[Any, ...]]:
    """Yield the name, size and times of every file of the program under a folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(_ENDINGS):
                found = entry.stat()
                yield entry.path, found.st_size, found.st_mtime_ns, found.st_ctime_ns
            elif entry.name != "__pycache__" and entry.is_dir():
                yield from _files(entry.path)
