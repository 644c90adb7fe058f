"""The version that is installed: read where a result says what made it.

>>> from deterrence.version import __version__
>>> __version__[0].isdigit()
True
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def installed(library: str) -> str:
    """Return the version of a library that is installed, ``""`` where there is none.

    >>> installed("sympy")[0].isdigit(), installed("no such library")
    (True, '')
    """
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


#: A checkout that was never installed has none.
__version__ = installed("deterrence") or "0+unknown"
