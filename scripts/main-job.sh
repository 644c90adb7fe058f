#!/bin/sh
# The main job, from a fresh checkout: install into .venv, then say in six sentences, a table
# and a figure what the bipolarity of Russia and NATO comes to.  The folder results gets the
# figure, and every equilibrium at 10,201 pairs of escalation costs.
set -eu
cd "$(dirname "$0")/.."
sh scripts/venv.sh main

.venv/bin/python examples/main_job.py
echo
echo "Next:  .venv/bin/deterrence brief asymmetric-bipolarity   (the same on a page)"
echo "       .venv/bin/deterrence models                        (the crises that ship)"
echo "       docs/tutorial/first-crisis.md                      (change one, write your own)"
