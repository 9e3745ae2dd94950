# make run | test | check | bench | soak | fuzz | news | guide | package. Each sets up what it needs in .venv first.
VENV ?= .venv
# The first Python on the path that wsgui runs on; say `make PYTHON=...` to choose another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; raise SystemExit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
BIN = $(VENV)/bin
PIP = PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run test check format bench soak fuzz news guide package clean

# Seconds for each target of `make fuzz`.
FUZZ_SECONDS ?= 20

run: $(VENV)/.run
	$(BIN)/python -m wsgui $(ARGS)

test: $(VENV)/.test
	$(BIN)/python -m tests.coverage_gate $(ARGS)

check: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.bench $(VENV)/.ws
	@QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} $(BIN)/python -m tests.bench $(ARGS)

soak: $(VENV)/.bench
	$(BIN)/python -m tests.soak $(ARGS)

fuzz: $(VENV)/.fuzz
	$(BIN)/python -m tests.fuzz.run $(FUZZ_SECONDS)
	$(BIN)/python -m tests.fuzz.sanitized $(FUZZ_SECONDS)

news: $(VENV)/.test
	$(BIN)/towncrier build --draft --version unreleased

# The user guide, into resources/guide/site: F1 opens it there, and packages take it along.
guide: $(VENV)/.docs
	$(BIN)/python -m tests.guide

# Wheels and the source; ARGS="deb rpm tar" makes others: packaging/README.md.
package: $(VENV)/.package guide
	$(BIN)/python packaging/build.py $(or $(ARGS),wheel)

$(VENV)/.venv:
	@test -n "$(PYTHON)" || { echo "wsgui needs Python 3.11, 3.12 or 3.13; none was found on the path." >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian and Ubuntu: sudo apt install python3-venv" >&2; rm -rf $(VENV); exit 2; }
	@touch $@

# With a C compiler, the compiled core is built too: see hatch_build.py.
$(VENV)/.run: $(VENV)/.venv pyproject.toml constraints.txt hatch_build.py wsgui/protocol/_core.c
	@echo "Setting up (once; about 200 MB, most of it Qt) ..."
	$(PIP) --editable '.[gui]'
	@touch $@

$(VENV)/.test: $(VENV)/.run
	$(PIP) --editable '.[gui,test]'
	@touch $@

$(VENV)/.bench: $(VENV)/.run
	$(PIP) --editable '.[gui,test,bench]'
	@touch $@

# The peer on Node; a run of the benchmarks says so where it is missing.
$(VENV)/.ws: $(VENV)/.venv tests/e2e/peers/package.json
	@if command -v npm >/dev/null; then \
		cd tests/e2e/peers && npm install --no-audit --no-fund --loglevel=error --silent; \
	fi || echo "npm could not install the peer ws." >&2
	@touch $@

$(VENV)/.package: $(VENV)/.run
	$(PIP) --editable '.[gui,test,package]'
	@touch $@

$(VENV)/.docs: $(VENV)/.run
	$(PIP) --editable '.[docs]'
	@touch $@

$(VENV)/.fuzz: $(VENV)/.run
	$(PIP) --editable '.[gui,fuzz]'
	@touch $@

clean:
	rm -rf $(VENV) dist build resources/guide/site wsgui/protocol/_core.*.so wsgui/protocol/_core.*.pyd .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis
