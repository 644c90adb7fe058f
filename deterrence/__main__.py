"""Lets ``python -m deterrence`` do what the command ``deterrence`` does."""

from deterrence.cli import main

if __name__ == "__main__":
    main()
