"""The version that is installed: read where a result says what made it.

>>> from deterrence.version import __version__
>>> __version__[0].isdigit()
True
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("deterrence")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0+unknown"
