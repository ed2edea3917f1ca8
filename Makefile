# `make demo` runs everything on an embedded DuckDB, `make test` runs the tests; both set up .venv.

SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 3000
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
export DAGSTER_HOME := $(CURDIR)/.dagster
# Telemetry stays off, whoever starts what.
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

ifeq ($(UV),)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
NEW_VENV = $(PYTHON) -m venv --clear
else
INSTALL := $(UV) pip install --quiet --python $(BIN)/python
NEW_VENV = $(UV) venv --quiet --clear --seed --python $(PYTHON)
endif

PYTEST := $(BIN)/python -m pytest --numprocesses 2 --dist

.PHONY: help setup setup-dev demo shop questions sql export ui test test-slow lint types docs screenshots lock benchmarks load reliability snowflake-smoke clean distclean
.DEFAULT_GOAL := help

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

demo: setup ## set up, make a demonstration shop, build every table
	@$(BIN)/python -m analytics_assets.command.demo

test: setup-dev ## the tests that take seconds
	$(PYTEST) loadgroup -m "not slow"

test-slow: setup-dev ## whole runs, planted faults, the real shop, every command of the README
	$(PYTEST) loadgroup -m slow

shop: setup ## look at the files in DIR and say how they would be read, without loading
	@$(BIN)/python -m analytics_assets.command.shop "$(DIR)"

ui: setup ## the Dagster UI on 127.0.0.1:PORT
	@$(BIN)/python -c 'import socket, sys; s = socket.socket(); sys.exit(f"port $(PORT) must be free (got: something listens there, perhaps this UI). Next: make ui PORT=$$(( $(PORT) + 1 ))" if s.connect_ex(("127.0.0.1", $(PORT))) == 0 else 0)'
	@echo "Dagster UI on http://127.0.0.1:$(PORT)/asset-groups, end it with Ctrl-C"
	@$(BIN)/dg dev --host 127.0.0.1 --port $(PORT)

questions: setup ## each question of docs/questions.sql, and the answer on your data
	@$(BIN)/python -m analytics_assets.command.questions

sql: setup ## SQL on the published copy: make sql, or make sql Q="select ..."
	@$(BIN)/python -m analytics_assets.command.sql $(if $(Q),"$(Q)")

export: setup ## the marts as CSV, Parquet and Excel into data/export
	@$(BIN)/python -m analytics_assets.command.export

setup: .venv/installed .dagster/dagster.yaml .env

setup-dev: setup .venv/installed-dev

.venv/installed: requirements.lock pyproject.toml setup.py
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if (3, 11) <= v < (3, 14) else f"Python must be 3.11 to 3.13 (got {v.major}.{v.minor}). Next: make PYTHON=python3.12")'
	@echo "Setting up .venv, once"
	@$(NEW_VENV) .venv
	@$(INSTALL) --no-deps --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps -e .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	@echo "Adding what tests need, once"
	@$(INSTALL) --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

.dagster/dagster.yaml: dagster.yaml
	@mkdir -p .dagster data
	@ln -sfn ../dagster.yaml $@

# What Dagster's commands read in this folder: where the run history is, unless the shell says otherwise.
.env:
	@echo 'DAGSTER_HOME=$${DAGSTER_HOME:-$(CURDIR)/.dagster}' > $@

lint: setup-dev ## style, imports and dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models
	$(BIN)/lint-imports
	$(BIN)/deptry .

types: setup-dev ## types, strictly
	$(BIN)/mypy

docs: setup ## write docs/tables.md
	@$(BIN)/python -m analytics_assets.command.tables_page

screenshots: setup-dev ## the pictures of the UI in README and docs
	SCREENSHOTS=$(CURDIR)/docs/images $(BIN)/python -m pytest -q -m slow analytics_assets_tests/browser

snowflake-smoke: setup ## the whole graph on a Snowflake account, in a database dropped at the end
	@$(BIN)/python -m analytics_assets.command.snowflake_smoke

reliability: setup-dev ## kill the graph some ninety times; as root also on a full disk
	$(BIN)/python -W ignore analytics_assets_tests/reliability/kill_campaign.py
	@if [ "$$(id -u)" = 0 ]; then $(BIN)/python -W ignore analytics_assets_tests/reliability/disk_campaign.py; fi

load: setup-dev ## the whole graph on larger shops: make load SCALES="0.83 8.3"
	$(BIN)/python -W ignore benchmarks/load/run.py $(SCALES)

benchmarks: setup-dev ## ratios side by side: make benchmarks SECTION=pairs
	$(INSTALL) -r benchmarks/requirements.txt
	$(BIN)/python benchmarks/run.py $(SECTION)

lock: ## both lock files, from pyproject.toml
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet uv
	.venv-lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate -o requirements.lock pyproject.toml
	.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --extra dev \
		--constraint requirements.lock --generate-hashes --no-header --no-annotate -o requirements-dev.lock pyproject.toml
	rm -rf .venv-lock

clean: ## what was built; data and run history stay
	rm -rf .venv .venv-lock build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .env
	rm -rf dbt_project/target dbt_project/logs dbt_project/.user.yml

distclean: clean ## the demonstration's data and the run history too; asks first
	@read -r -p "Remove data/ and .dagster/ with all tables and history? Type yes: " answer && [ "$$answer" = yes ]
	rm -rf data .dagster
