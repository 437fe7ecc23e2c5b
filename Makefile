# make demo [FEED=url|file|folder]   run the main job on the embedded API
# make test                          every test          make lint    style, types, import order, size budget
# make bench                         speed, as ratios    make ui      Prefect server, blocks, deployments and a worker
# make test-postgresql              the server's tests and the ledger's, all of them, on PostgreSQL
# make fuzz [EXAMPLES=500]          drawn calls against the server, many
# make simulate [SEED=1 SEEDS=1 DAYS=30]   a world with faults from a seed, and whether every promise held
# make chaos [ROUNDS=200 SEED=1]     flows, servers and PostgreSQL killed at random, as real processes
# make scale                         many machines on this one: PostgreSQL, Redis, an S3 store, two workers; one dies
# make docs                          the tables of README.md and docs/api.md, from the catalogue
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
FEED ?=
EXAMPLES ?= 500
SEED ?= 1
SEEDS ?= 1
DAYS ?= 30
ROUNDS ?= 200
TEST_ARGS ?=

export PREFECT_SERVER_ANALYTICS_ENABLED = false
export DO_NOT_TRACK = 1

.PHONY: demo test test-postgresql lint bench fuzz simulate chaos scale ui docs install clean

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Dovecote needs Python 3.11 or newer; say make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: install
	$(BIN)/python -m flows.demo $(if $(FEED),--feed '$(FEED)')

test: install
	$(BIN)/python -m pytest -n 3 --dist loadgroup $(TEST_ARGS)

test-postgresql: install
	DOVECOTE_TEST_STORE=postgresql $(BIN)/python -m pytest -n 2 tests/server tests/pipeline/ledger $(TEST_ARGS)

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_budget.py

fuzz: install
	DOVECOTE_FUZZ_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest tests/server/test_fuzz.py
	DOVECOTE_TEST_STORE=postgresql DOVECOTE_FUZZ_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest tests/server/test_fuzz.py

simulate: install
	PYTHONHASHSEED=0 $(BIN)/python tests/simulation/run.py --seed $(SEED) --seeds $(SEEDS) --days $(DAYS) --busy 40

chaos: install
	DOVECOTE_ROUNDS=$(ROUNDS) DOVECOTE_SEED=$(SEED) $(BIN)/python -m pytest -s tests/flows/test_chaos.py

scale: install
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt prefect-redis
	DOVECOTE_LONG=1 $(BIN)/python -m pytest -s tests/scale

bench: install
	$(BIN)/python tests/benchmarks/run.py

ui: install
	$(BIN)/python -m flows.serve

docs: install
	$(BIN)/python docs/tables.py

clean:
	rm -rf $(VENV) dovecote-data .mypy_cache .ruff_cache .pytest_cache
