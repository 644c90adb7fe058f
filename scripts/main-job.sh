#!/bin/sh
# The main job, from a fresh checkout: install into .venv, then say on one page
# what the Russia-NATO asymmetric bipolarity comes to, solve the escalation ladder,
# say under which conditions each equilibrium of the bipolarity exists, and sweep
# its escalation costs: in words, and every equilibrium of 10,201 points into a CSV
# file.
set -eu
cd "$(dirname "$0")/.."
sh scripts/venv.sh main

echo "\$ deterrence brief asymmetric-bipolarity"
.venv/bin/deterrence brief asymmetric-bipolarity
echo
echo "\$ deterrence solve escalation-ladder"
.venv/bin/deterrence solve escalation-ladder
echo
echo "\$ deterrence regimes asymmetric-bipolarity"
.venv/bin/deterrence regimes asymmetric-bipolarity
echo
echo "\$ deterrence sweep asymmetric-bipolarity -p c_R=0:10:101"
.venv/bin/deterrence sweep asymmetric-bipolarity -p c_R=0:10:101
echo
mkdir -p results
echo "\$ deterrence sweep asymmetric-bipolarity -p c_R=0:10:101 -p c_N=0:10:101 -o results/costs.csv"
.venv/bin/deterrence sweep asymmetric-bipolarity -p c_R=0:10:101 -p c_N=0:10:101 \
    --quiet --force -o results/costs.csv
echo
echo "More: .venv/bin/deterrence --help, and docs/tutorial/first-crisis.md"
