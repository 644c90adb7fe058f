"""Lets ``python -m deterrence`` do what the command ``deterrence`` does.

Python puts the current folder on the path before; ``python -P -m deterrence`` is without.
"""

from deterrence.cli import main

if __name__ == "__main__":
    main()
