#!/bin/sh
# Make .venv and install the package in it, editable:
#
#     sh scripts/venv.sh [main|dev|bench]
#
# main: the package, with figures and files of data; dev: with the needs of tests, linters,
# types and the documentation site;
# bench: dev, and the libraries that the benchmarks compare with.
# Does nothing where that was done before and setup.cfg has not changed since.
set -eu
cd "$(dirname "$0")/.."

want=${1:-main}
case $want in
main) needs='.[plot,data]' ;;
dev) needs='.[test,dev,site]' ;;
bench) needs='.[test,dev,site,bench]' ;;
*)
    echo "venv.sh: unknown set of needs '$want'; one of main, dev, bench" >&2
    exit 2
    ;;
esac

say() { echo "$*" >&2; }

# A stamp is good while the needs, the folder (editable installs remember it)
# and the tool's own recipe are what they were.
print_stamp() { { pwd; cat setup.cfg pyproject.toml scripts/venv.sh; } | cksum; }

works() { [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null; }

stamp=$(print_stamp)
if works; then
    for set in "$want" dev bench; do
        # A larger set contains the smaller ones, in the order main, dev, bench.
        case "$want-$set" in bench-dev) continue ;; esac
        if [ "$(cat ".venv/ready-$set" 2>/dev/null || true)" = "$stamp" ]; then
            exit 0
        fi
    done
fi

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}

if ! works; then
    if ! python=$(find_python); then
        say "deterrence needs Python 3.11 or newer, and none was found."
        say "On Debian 12 or Ubuntu 24.04 and newer:  sudo apt-get install python3 python3-venv"
        say "With another interpreter:  PYTHON=/path/to/python3.12 sh scripts/main-job.sh"
        exit 1
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            say "Installing python3-venv, which this Python lacks ..."
            DEBIAN_FRONTEND=noninteractive
            export DEBIAN_FRONTEND
            { apt-get install -qq -y python3-venv || {
                apt-get update -qq && apt-get install -qq -y python3-venv
            }; } >/dev/null || true
        fi
        if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            say "This Python ($version) cannot make virtual environments: its venv package is missing."
            say "On Debian or Ubuntu:  sudo apt-get install python3-venv"
            say "(or python$version-venv), then run this command again."
            exit 1
        fi
    fi
    say "Making .venv with $("$python" --version) ..."
    rm -rf .venv
    "$python" -m venv .venv
fi

say "Installing into .venv (a minute or two the first time) ..."
.venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check --editable "$needs" || {
    say "pip could not install the package; its message is above."
    say "Most often the network is to blame; run the same command again."
    exit 1
}
print_stamp >".venv/ready-$want"
