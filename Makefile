# `make help` lists the targets. Nothing here needs root, and nothing but the first installation
# needs a network.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run seed test check format lint types faults bench vendor dist clean

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

# The demonstration's prices are in dollars and its shops in America; what the environment has goes
# before.
run seed: export SALES_CURRENCY ?= USD
run seed: export SALES_TIMEZONE ?= America/New_York

run: seed ## Install, load the demonstration, serve on http://127.0.0.1:8000
	$(PY) -m quart_app serve

seed: .venv/installed ## Load the demonstration; again changes nothing
	$(PY) -m quart_app seed

test: .venv/installed-dev ## Run the tests, two at a time, with branch coverage
	$(PY) -m coverage erase
	$(PY) -m coverage run -m pytest -n 2 --dist loadfile -m "not alone"
	$(PY) -m coverage run -m pytest -m alone
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
	$(PY) -m pytest tests/faults tests/simulation tests/openapi/test_schemathesis.py --long -s

bench: .venv/installed-dev ## Measure, side by side with others
	$(PY) -m benchmarks

# One file for Linux on x86_64 and ARM with any Python of these; built twice it is the same.
DIST_PYTHONS := 3.11 3.12 3.13
DIST_MACHINES := x86_64 aarch64
# From glibc 2.28 on: Debian 10, Ubuntu 20.04, RHEL 8.
DIST_GLIBC := manylinux_2_17 manylinux2014 manylinux_2_26 manylinux_2_28
# What is known of the pages' own languages; all of the world's would be as large as all the rest.
DIST_LANGUAGES := root en $(basename $(notdir $(wildcard quart_app/dashboard/messages/*.po)))
PIP_INTO := $(PY) -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --target

dist: .venv/installed ## Build dist/quart_app.pyz, the service in one file
	@$(PY) -m pip install --quiet --disable-pip-version-check shiv==1.0.8
	@rm -rf build/dist dist && mkdir -p build/dist dist
	@$(PIP_INTO) build/dist/site -r requirements.txt .
	@find build/dist/site/babel/locale-data -name '*.dat' \
		$(foreach language,$(DIST_LANGUAGES),! -name $(language).dat) -delete
	@# What is compiled, once more for each. One that fits several Pythons (abi3) is named alike for
	@# every machine, so it is named as the others are, or one would take another's place.
	@grep -E '^(argon2-cffi-bindings|cffi|markupsafe|msgspec)==' requirements.txt > build/dist/compiled.txt
	@find build/dist/site -name '*.abi3.so' -delete
	@for python in $(DIST_PYTHONS); do for machine in $(DIST_MACHINES); do \
		echo "Adding what is compiled for Python $$python on $$machine" && \
		$(PIP_INTO) build/dist/$$python-$$machine --only-binary=:all: --implementation cp \
			--python-version $$python $(DIST_GLIBC:%=--platform %_$$machine) \
			-r build/dist/compiled.txt && \
		name=cpython-$$(echo $$python | tr -d .)-$$machine-linux-gnu.so && \
		find build/dist/$$python-$$machine -name '*.abi3.so' \
			-exec sh -c 'mv "$$1" "$${1%abi3.so}$$2"' sh {} $$name \; && \
		cp -R build/dist/$$python-$$machine/. build/dist/site/ || exit 1; done; done
	@# Notes of the installer's, with the places of this machine.
	@find build/dist/site \( -name direct_url.json -o -name RECORD \) -delete
	@rm -rf build/dist/site/bin
	@SOURCE_DATE_EPOCH=315532800 $(PY) -m shiv --reproducible --compressed --extend-pythonpath \
		--python '/usr/bin/env python3' --entry-point quart_app.cli:main \
		--site-packages build/dist/site --output-file dist/quart_app.pyz
	@ls -lh dist/quart_app.pyz

vendor: ## Fetch the files of others that are kept here again, and check them (needs npm)
	.ci/vendor-swagger-ui

clean: ## Remove what can be made again (not the data)
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .schemathesis .coverage .coverage.*
