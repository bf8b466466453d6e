# `make help` lists the targets. Nothing here needs root, and nothing but the first installation
# needs a network.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run seed test check format lint types faults bench clean

# The first Python of these that starts and is 3.11 to 3.13.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$p && break; done)
PY := .venv/bin/python

help: ## Show this list
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	@echo "Installing what the service needs (once; it may take a minute)"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/installed-dev: requirements.txt requirements-dev.txt benchmarks/requirements.txt | .venv/bin/python
	@echo "Installing what the tests need (once; it may take a minute)"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/installed

# The demonstration's prices are in dollars; SALES_CURRENCY in the environment goes before.
run seed: export SALES_CURRENCY ?= USD

run: seed ## Install, load the demonstration, serve on http://127.0.0.1:8000
	$(PY) -m quart_app serve

seed: .venv/installed ## Load the demonstration; again changes nothing
	$(PY) -m quart_app import stores seed/stores.csv
	$(PY) -m quart_app import products seed/products.csv
	$(PY) -m quart_app import sales --until-yesterday seed/sales.csv.gz

test: .venv/installed-dev ## Run the tests, with branch coverage
	$(PY) -m coverage erase
	$(PY) -m coverage run -m pytest
	$(PY) -m coverage combine --quiet
	$(PY) -m coverage report

check: format lint types test ## Everything that CI runs

format: .venv/installed-dev
	$(PY) -m ruff format --check .

lint: .venv/installed-dev
	$(PY) -m ruff check .

types: .venv/installed-dev
	$(PY) -m mypy

faults: .venv/installed-dev ## Kill and cut the service off, at length, and count what it kept
	$(PY) -m pytest tests/faults tests/simulation --long -s

bench: .venv/installed-dev ## Measure, side by side with others
	$(PY) -m benchmarks

clean: ## Remove what can be made again (not the data)
	rm -rf .venv build .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.*
