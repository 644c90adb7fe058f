#!/bin/sh
# The main job, from a fresh checkout: install into .venv, then solve the
# Russia-NATO asymmetric bipolarity and the escalation ladder, and say under
# which conditions each equilibrium of the bipolarity exists.
set -eu
cd "$(dirname "$0")/.."
sh scripts/venv.sh main

for model in asymmetric-bipolarity escalation-ladder; do
    echo "\$ deterrence solve $model"
    .venv/bin/deterrence solve "$model"
    echo
done
echo "\$ deterrence regimes asymmetric-bipolarity"
.venv/bin/deterrence regimes asymmetric-bipolarity
echo
echo "More: .venv/bin/deterrence --help, and docs/tutorial/first-crisis.md"
