"""Nothing is configured from the current folder: who is asked to look there, and how not.

Somebody works in a folder that came from somebody else.  Python, numba, z3 and matplotlib
would each read something in it, and the first three would run it; what is needed of them
is therefore started and imported here, and nowhere else.  The reasons are in
docs/decisions/0015-current-folder.md.
"""

# What stands here is imported before the current folder has left the search path, so
# nothing but what Python has loaded by then anyway.
from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence
    from importlib.resources.abc import Traversable

#: Where this package lies, and the folder that it is imported from.
PACKAGE = os.path.dirname(os.path.abspath(__file__))
HOME = os.path.dirname(PACKAGE)

#: What numba reads in the current folder, and what it is told to read instead: nothing.
_NUMBA_FILE = ".numba_config.yaml"
_NUMBA_NOWHERE = os.path.join(PACKAGE, "no-such-folder", _NUMBA_FILE)
_MATPLOTLIB_FILE = "matplotlibrc"

#: What a process of ours does: it takes the path that it is given, and calls ``main``.
_BOOT = "import sys; sys.path[:] = sys.argv[1:]; from {} import main; main()"

_told: set[str] = set()


class _Process:
    """Whether this process is the program's own, which may end where nothing else helps."""

    ours = False


def this_process_is_ours() -> None:
    """Let the whole process be ended where compiled code cannot be broken off."""
    _Process.ours = True


def is_our_process() -> bool:
    """Say whether the process is the program's own, and not a guest's in another program."""
    return _Process.ours


def models_folder() -> Traversable:
    """Return the folder of the models that ship.

    In an installation that is the package ``deterrence.models``; in a checkout
    that was not installed, the folder ``models`` beside the package.
    """
    from importlib.resources import files
    from pathlib import Path

    try:
        return files("deterrence.models")
    except ModuleNotFoundError:
        return Path(HOME) / "models"


# ---- Python ----------------------------------------------------------------------------
def without_current_folder(path: Sequence[Any]) -> list[str]:
    """Return a search path as absolute folders, without the current one.

    Where this package itself is imported from the current folder, that comes last, so
    that no file in it hides a module of another place.

    >>> import os
    >>> without_current_folder(["", os.curdir, os.sep])[0] == os.path.abspath(os.sep)
    True
    """
    kept = []
    here = False
    for entry in path:
        if not isinstance(entry, str):  # Python passes over it, too
            continue
        if _is_current(entry):
            here = True
        elif (folder := _absolute(entry)) is not None:
            kept.append(folder)
    if here and _is_current(HOME):
        kept.append(HOME)
    return kept


def leave_current_folder() -> None:
    """Take the current folder out of this process's search path."""
    sys.path[:] = without_current_folder(sys.path)


def start(module: str, variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a process that calls a module's ``main``, with pipes to its input and output.

    It finds modules where this process does, except in the current folder, and works in
    the folder of Python itself; ``variables`` are added to its environment.
    """
    import subprocess

    flags = ["-P"]
    if sys.flags.isolated:
        flags.append("-I")
    if sys.flags.ignore_environment:
        flags.append("-E")
    if sys.flags.no_user_site:
        flags.append("-s")
    env = {**os.environ, **variables, "PYTHONSAFEPATH": "1"}
    # It may have relative and empty entries; what it says is in the path already.
    env.pop("PYTHONPATH", None)
    return subprocess.Popen(
        [sys.executable, *flags, "-c", _BOOT.format(module), *without_current_folder(sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=env,
        cwd=sys.prefix,
    )


def _is_current(entry: str) -> bool:
    try:
        return not entry or os.path.samefile(entry, os.curdir)
    except (OSError, ValueError):  # there is no such place
        return False


def _absolute(entry: str) -> str | None:
    try:
        return os.path.abspath(entry)
    except (OSError, ValueError):  # the current folder has been removed
        return None


# ---- numba -----------------------------------------------------------------------------
def numba_allowed() -> bool:
    """Say whether numba can be used; not where the current folder would configure it."""
    config = sys.modules.get("numba.core.config")
    if getattr(config, "_config_fname", None) == _NUMBA_NOWHERE:
        return True
    if not os.path.exists(_NUMBA_FILE):
        return True
    _tell(
        f"numba is not used: it would take its configuration from {_NUMBA_FILE} in the "
        "current folder. The numbers are the same, many points take longer"
    )
    return False


def load_numba() -> Any:
    """Import numba, and let it never read the current folder.

    Raises :class:`.UsageError` where that would configure it.
    """
    from deterrence.errors import UsageError

    if not numba_allowed():
        raise UsageError(
            f"numba would take its configuration from {_NUMBA_FILE} in the current folder",
            remedy="work in another folder, or move the file away",
        )
    import numba
    from numba.core import config

    # It is looked for again whenever something is compiled, wherever we are by then.
    config._config_fname = _NUMBA_NOWHERE
    return numba


def compiled(function: Any) -> Any:
    """Compile a function, keeping the result on disk where there is a place for it.

    numba's cache is code.  It is beside this package or in the user's own cache; a name of
    a folder that depends on where we are is no such place.
    """
    numba = load_numba()
    options = {"nogil": True, "error_model": "numpy"}
    if os.path.isabs(numba.config.CACHE_DIR or PACKAGE):
        try:
            kept = numba.njit(cache=True, **options)(function)
        except RuntimeError:  # nowhere to keep the cache: compile for this process only
            pass
        else:
            place = getattr(getattr(kept, "stats", None), "cache_path", None)
            if place is None or os.path.isabs(place):
                return kept
    return numba.njit(**options)(function)


# ---- z3 --------------------------------------------------------------------------------
class _Absolute(list[str]):
    """A list that takes no relative folders; z3 adds those of ``PATH`` and ``PYTHONPATH``."""

    def extend(self, more: Any) -> None:
        super().extend(folder for folder in more if os.path.isabs(folder))


def load_z3() -> Any:
    """Import z3, whose own first choice is a library ``libz3`` in the current folder."""
    if "z3" not in sys.modules:
        import builtins
        import importlib.util

        spec = importlib.util.find_spec("z3")
        places = list(spec.submodule_search_locations or ()) if spec is not None else []
        own: Any = builtins
        if places and not hasattr(own, "Z3_LIB_DIRS"):
            folders = [*places, *(os.path.join(p, "lib") for p in places)]
            own.Z3_LIB_DIRS = _Absolute([*folders, os.path.join(sys.prefix, "lib")])
    import z3

    return z3


# ---- matplotlib ------------------------------------------------------------------------
def load_matplotlib_apart() -> None:
    """Import matplotlib without a ``matplotlibrc`` that lies in the current folder.

    For the command line.  It changes the folder for a moment, so no other thread may be
    at work; in a program of the user's, the file is the user's, and figures do not depend
    on it (:func:`deterrence.figures.drawing.files.settings`).
    """
    import contextlib
    import threading

    if "matplotlib" in sys.modules or not os.path.lexists(_MATPLOTLIB_FILE):
        return
    with contextlib.suppress(ImportError):  # reported by who needs it
        if threading.active_count() == 1:
            with contextlib.chdir(sys.prefix):
                import matplotlib.figure  # noqa: F401


def _tell(text: str) -> None:
    """Write a remark to the log, once; without a log it goes to standard error."""
    import logging

    if text not in _told:
        _told.add(text)
        logging.getLogger("deterrence").warning("%s", text)
