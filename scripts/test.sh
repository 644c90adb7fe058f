#!/bin/sh
# Install what the tests need into .venv, then run them, a file at a time on every core;
# arguments go to pytest (-n 0: on one core, as a debugger wants it).
set -eu
cd "$(dirname "$0")/.."
sh scripts/venv.sh dev
exec .venv/bin/python -m pytest -n auto --dist loadfile "$@"
