#!/bin/sh
# Build the documentation site into build/site/html, and check it; arguments go to sphinx-build
# (-E: read every page anew).  SITE_MODELS=tripwire,chicken restricts what is analysed.
set -eu
cd "$(dirname "$0")/.."
sh scripts/venv.sh dev
.venv/bin/python docs/site/build.py "$@"
echo "The site: build/site/html/index.html"
