# The verbs of this repository; .ci/run uses the same commands.
# Everything runs inside .venv, which the scripts make when it is missing.
.PHONY: help demo test check-all fast lint format types bench docs docs-site bench-pages page-points \
	check-pages constraints clean

PY = .venv/bin/python

help:
	@echo "make demo     solve the two main crises"
	@echo "make test     run the whole test suite (ARGS=... go to pytest)"
	@echo "make check-all  the same, and every slow verb on every shipped model"
	@echo "make fast     the same without the slow tests"
	@echo "make lint     ruff, rules and formatting"
	@echo "make format   let ruff mend what it can"
	@echo "make types    mypy, strict"
	@echo "make docs     run every code block of the documentation"
	@echo "make docs-site  build the documentation site, a page per model"
	@echo "make bench    time solvers, sweeps and sensitivity beside other libraries"
	@echo "make page-points  store points with exact answers for the explorer's pages"
	@echo "make check-pages  hold the explorer's pages against 1,000 points per model (hours)"
	@echo "make bench-pages  measure the explorer's pages in a browser (ARGS=NAMES)"
	@echo "make constraints  pin in .ci/constraints.txt what is installed now"
	@echo "make clean    remove what the verbs above made"

demo:
	sh scripts/main-job.sh

test:
	sh scripts/test.sh $(ARGS)

check-all:
	CHECK_ALL=1 sh scripts/test.sh $(ARGS)

fast:
	sh scripts/test.sh -m "not slow" $(ARGS)

docs:
	sh scripts/test.sh tests/docs $(ARGS)

docs-site:
	sh scripts/docs-site.sh $(ARGS)

lint: .venv/ready-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

format: .venv/ready-dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

types: .venv/ready-dev
	$(PY) -m mypy

bench:
	sh scripts/venv.sh bench
	$(PY) -m pytest -c setup.cfg benchmarks/bench_*.py --benchmark-only \
		--benchmark-columns=min,median --benchmark-group-by=group $(ARGS)

page-points: .venv/ready-dev
	$(PY) scripts/page_points.py $(ARGS)

check-pages: .venv/ready-dev
	$(PY) scripts/page_points.py --check $(ARGS)

bench-pages: .venv/ready-dev
	$(PY) benchmarks/pages.py $(ARGS)

constraints: .venv/ready-dev
	$(PY) -m pip freeze --exclude-editable --disable-pip-version-check | \
		grep -iv pygambit >.ci/constraints.txt

.venv/ready-dev: setup.cfg pyproject.toml
	sh scripts/venv.sh dev

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
