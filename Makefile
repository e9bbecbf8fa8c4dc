# The commands of this house. The same for a person, a hook and CI.
PY ?= python3
PORT ?= 8000
B := .venv/bin
export OMP_NUM_THREADS := 1
export TEILHABE_REFERENCE_DATA ?= ../shared/data
# uv takes the hashed list in seconds; without it (no wheel for this platform) pip does the same, slower
INSTALL = ($(B)/python -m uv pip install --python $(B)/python -q --require-hashes -r $(1) 2>/dev/null || $(B)/python -m pip install -q --require-hashes -r $(1))
ITSELF = $(B)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .

.PHONY: help setup run test check bench evaluate audit lock vectors messages migrations clean
help:
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

.venv/made:
	@$(PY) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v[:2] <= (3, 13) else f"Teilhabe needs Python 3.11 to 3.13; {sys.executable} is {v.major}.{v.minor}. Say: make run PY=python3.12")'
	@$(PY) -m venv .venv 2>/dev/null || ($(PY) -m venv --without-pip .venv && $(PY) -m pip --python $(B)/python install -q pip)
	@$(B)/python -m pip install -q --disable-pip-version-check uv || true
	@touch $@

.venv/run: requirements.txt .venv/made pyproject.toml
	@echo "Installing what Teilhabe runs on ..."
	@$(call INSTALL,requirements.txt)
	@$(ITSELF)
	@touch $@

.venv/dev: requirements-dev.txt .venv/run
	@echo "Installing what it takes to test it ..."
	@$(call INSTALL,requirements-dev.txt)
	@touch $@

catalogues: .venv/run
	@$(B)/python -m teilhabe.config.catalogues

setup: .venv/dev catalogues ## everything into .venv, development tools too

run: .venv/run catalogues ## the demo on http://127.0.0.1:8000 (PORT=)
	@$(B)/teilhabe demo
	@exec $(B)/teilhabe serve --port $(PORT)

test: setup ## all tests, guards and checks
	@PY=$(B)/python bash tests/run

check: setup ## the fast guards alone
	@$(B)/ruff check src tests && $(B)/ruff format --check src tests && $(B)/lint-imports && $(B)/mypy && $(B)/djlint src --lint --quiet && $(B)/python -m pytest -q tests/guards

bench: setup ## speed and memory, written to docs/measurements.md by hand
	@$(B)/python -m tests.bench

evaluate: setup ## quality of the matching
	@$(B)/python -m tests.evaluation

audit: setup ## checks that need node and Java: vnu, HTMLCS, Lighthouse (a few minutes)
	@$(B)/python -m tests.checks

vectors: setup ## embed the shipped texts anew, train the head
	@home=$$(mktemp -d) && export TEILHABE_HOME=$$home && $(B)/teilhabe vectors --head-only && $(B)/teilhabe migrate && $(B)/teilhabe demo && $(B)/teilhabe vectors --texts-only && rm -rf $$home

messages: setup ## collect the strings of the interface into the catalogues
	@$(B)/python -m tests.messages

migrations: setup
	@$(B)/teilhabe makemigrations

lock: .venv/made ## requirements*.txt anew from requirements*.in
	@for f in requirements requirements-dev; do $(B)/python -m uv pip compile -q --universal --python-version 3.11 --no-header --generate-hashes $$f.in -o $$f.txt; done

clean: ## take away the environment, keep the data
	rm -rf .venv
