# `make demo` runs everything on an embedded DuckDB, `make test` runs the tests; both set up .venv.

SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
HOME_DIR := $(CURDIR)/.dagster
export DAGSTER_HOME := $(HOME_DIR)

# What a shell gets that activates .venv: the project's run history, and the code location for the
# commands of Dagster that read neither workspace.yaml nor pyproject.toml.
define ACTIVATE

export DAGSTER_HOME="$(HOME_DIR)"
export DAGSTER_CLI_ASSET_LIST_MODULE_NAME=analytics_assets.definitions
export DAGSTER_CLI_ASSET_MATERIALIZE_MODULE_NAME=analytics_assets.definitions
export DAGSTER_CLI_JOB_EXECUTE_MODULE_NAME=analytics_assets.definitions
endef
export ACTIVATE

PYTEST := $(BIN)/python -m pytest --numprocesses 2 --dist

.PHONY: screenshots demo test test-slow lint types ui docs clean lock setup benchmarks snowflake-smoke reliability load
.DEFAULT_GOAL := demo

setup: .venv/installed .dagster/dagster.yaml

.venv/installed: requirements.lock pyproject.toml setup.py
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if (3, 11) <= v < (3, 13) else f"Python 3.11 or 3.12 is needed, $(PYTHON) is {v.major}.{v.minor}; type: make PYTHON=python3.11")'
	@echo "Setting up .venv: about two minutes, once"
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m pip check --disable-pip-version-check
	@echo "$$ACTIVATE" >> $(BIN)/activate
	@touch $@

.dagster/dagster.yaml: dagster.yaml
	@mkdir -p .dagster
	@ln -sfn ../dagster.yaml $@

demo: setup
	@$(BIN)/python -m analytics_assets.command.demo

test: setup lint types
	$(PYTEST) loadscope -m "not slow"

# What takes longer: whole runs, planted faults, the real shop, every command of the README.
test-slow: setup
	$(PYTEST) loadgroup -m slow

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models

types: setup
	$(BIN)/mypy

ui: setup
	@echo "Dagster UI on http://127.0.0.1:3000, end it with Ctrl-C"
	$(BIN)/dagster dev --host 127.0.0.1 --port 3000

# The pictures of the UI in README and docs, made by the test that looks at it.
screenshots: setup
	SCREENSHOTS=$(CURDIR)/docs/images $(BIN)/python -m pytest -q -m slow analytics_assets_tests/browser

# docs/tables.md, from the contracts and dbt's descriptions.
docs: setup
	@$(BIN)/python -m analytics_assets.command.tables_page

# For whoever has an account: the whole graph in a database that is dropped at the end.
snowflake-smoke: setup
	@$(BIN)/python -m analytics_assets.command.snowflake_smoke

# Kills the whole graph some ninety times (an hour or two); as root also on a disk that fills up.
reliability: setup
	$(BIN)/python -W ignore analytics_assets_tests/reliability/kill_campaign.py
	@if [ "$$(id -u)" = 0 ]; then $(BIN)/python -W ignore analytics_assets_tests/reliability/disk_campaign.py; fi

# The whole graph on larger shops: make load SCALES="0.83 8.3", where 85 is ten million orders.
load: setup
	$(BIN)/python -W ignore benchmarks/load/run.py $(SCALES)

benchmarks: .venv-benchmarks/installed
	.venv-benchmarks/bin/python benchmarks/run.py $(SECTION)

.venv-benchmarks/installed: requirements.lock benchmarks/requirements.txt
	$(PYTHON) -m venv --clear .venv-benchmarks
	.venv-benchmarks/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	.venv-benchmarks/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	.venv-benchmarks/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	@touch $@

lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet uv
	.venv-lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --extra dev \
		--generate-hashes --no-header --no-annotate -o requirements.lock pyproject.toml
	rm -rf .venv-lock

clean:
	rm -rf .venv .venv-benchmarks .dagster data build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -rf dbt_project/target dbt_project/logs dbt_project/.user.yml
