#!/bin/sh
# Install what the tests need into .venv, then run them; arguments go to pytest.
set -eu
cd "$(dirname "$0")/.."
sh scripts/venv.sh dev
exec .venv/bin/python -m pytest "$@"
