# Two commands are enough: `make run` and `make test`. `make help` lists the others.

PYTHON ?= python3
ROUNDS ?= 3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
ROOMS  := app bots console core scheduler
COMPILE := uv pip compile --universal --generate-hashes --no-header --no-emit-index-url -p 3.11 -q

# The suite starts hundreds of short processes: without the byte code of the first each would compile everything again.
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: run test lint types contracts check lock pages bench bench-peers soak year clean help

run: $(VENV)/run.made  ## start everything in one process, on SQLite under var/ (ARGS: --port 8001)
	@$(BIN)/tousu serve $(ARGS)

test: $(VENV)/test.made  ## run the whole suite, bringing PostgreSQL and Chromium if they are missing
	@$(BIN)/python tests/provide.py
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

lint: $(VENV)/test.made  ## style and plain mistakes
	@$(BIN)/ruff check $(ROOMS) tests $(wildcard bench)
	@$(BIN)/ruff format --check $(ROOMS) tests $(wildcard bench)

types: $(VENV)/test.made  ## mypy, strict
	@$(BIN)/mypy

contracts: $(VENV)/test.made  ## who may import whom
	@$(BIN)/lint-imports

check: lint types contracts test  ## everything that .ci/run checks

lock: $(VENV)/test.made  ## pin all requirements again
	@PATH="$(CURDIR)/$(BIN):$$PATH" && \
	$(COMPILE) --upgrade requirements.in -o requirements.lock && \
	$(COMPILE) requirements-build.in -o requirements-build.lock && \
	$(COMPILE) --upgrade requirements-dev.in -o requirements-dev.lock

pages: $(VENV)/test.made  ## write the reference pages again that are made from packs and tables
	@$(BIN)/python -m app.policy_pages
	@$(BIN)/python -m app.lifecycle_page

bench: $(VENV)/test.made  ## every figure that the documents claim (ARGS: see docs/howto/measure.md)
	@$(BIN)/python bench/startup.py
	@$(BIN)/python -m bench.intake $(ARGS)
	@$(BIN)/python bench/overload.py
	@$(BIN)/python bench/ledger.py
	@$(BIN)/python bench/delivery.py

bench-peers: $(VENV)/test.made  ## the peers that bench measures us beside, each in an environment of its own
	@$(BIN)/python -m bench.peers.install

soak: $(VENV)/test.made  ## kills, scans and random walks in a big dose, ROUNDS times, each time otherwise
	@for round in $$(seq $(ROUNDS)); do echo "== round $$round of $(ROUNDS)" && TOUSU_SOAK=1 \
	$(BIN)/python -m pytest -q -n 2 --hypothesis-seed=$$round tests/hammer tests/core/dialog tests/core/cases tests/conversations $(ARGS) || exit 1; done

year: $(VENV)/test.made  ## a year of five institutions by simulation, judged, and its page (ARGS: --cases, --days, --seed)
	@$(BIN)/python -m tests.year.run --cases 2000 --days 365 --jobs 2 --out docs $(ARGS)

clean:  ## remove what make built; var/ stays
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/\1	\2/p' $(MAKEFILE_LIST) | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

# The environment. setuptools comes first and from its own lock, because what is published as source only is built with
# it; so nothing is built with anything whose hash is not in a lock file.

$(VENV)/built: requirements-build.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Tousu needs Python 3.11 or newer; say which: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
		{ echo "Python has no venv module; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install -q --require-hashes -r requirements-build.lock
	@touch $@

$(VENV)/run.made: $(VENV)/built requirements.lock pyproject.toml
	@echo "Installing (the first time only) ..."
	@$(PIP) install -q --require-hashes --no-build-isolation --use-pep517 -r requirements.lock
	@$(PIP) install -q --no-deps --no-build-isolation --use-pep517 --editable .
	@touch $@

$(VENV)/test.made: $(VENV)/run.made requirements-dev.lock
	@echo "Installing the test tools (the first time only) ..."
	@$(PIP) install -q --require-hashes --no-build-isolation --use-pep517 -r requirements-dev.lock
	@touch $@
