# The two commands a newcomer needs are `make serve` and `make test`; each does its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PROFILE ?= windows-server-2022-datacenter
SERVE_OPTIONS ?=
PYTEST_OPTIONS ?= -n auto

.PHONY: serve test test-slow fuzz lint types imports unit format benchmark clean

$(VENV)/serve.stamp: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/test.stamp: $(VENV)/serve.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	touch $@

serve: $(VENV)/serve.stamp
	exec $(BIN)/hyperv-emulator serve $(PROFILE) $(SERVE_OPTIONS)

test: lint types imports unit

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/test.stamp
	$(BIN)/mypy

imports: $(VENV)/test.stamp
	$(BIN)/lint-imports

unit: $(VENV)/test.stamp
	$(BIN)/pytest -m "not slow" $(PYTEST_OPTIONS)

test-slow: $(VENV)/test.stamp
	$(BIN)/pytest -m "slow and not alone" $(PYTEST_OPTIONS)
	$(BIN)/pytest -m "slow and alone"

# An extra: atheris has no wheels for some machines, and says so then.
fuzz: $(VENV)/test.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group fuzz || true
	$(BIN)/python tests/fuzz/coverage_guided.py 5

format: $(VENV)/test.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

benchmark: $(VENV)/test.stamp
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/engine.py
	$(BIN)/python benchmarks/scale.py
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group benchmark || true
	$(BIN)/python benchmarks/protocol.py

clean:
	rm -rf $(VENV) dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
