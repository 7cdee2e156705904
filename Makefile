# `make` lists what there is. Every target prepares what it needs first, so on a new
# machine `make demo` or `make test` is the whole story. Choose a Python with PYTHON=…,
# a port with PORT=…; pip's PIP_* and npm's npm_config_* variables are respected.
SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
export PORT ?= 8000

PY := .venv/bin/python
SETUP := python=$$(sh tools/find_python.sh) && "$$python" -m tools.setup
COMPILE := .venv/bin/uv pip compile --quiet --universal --generate-hashes \
	--python-version 3.11 --custom-compile-command "make deps" $(if $(upgrade),--upgrade)
BABEL := $(PY) -m babel.messages.frontend
CATALOGUE := issuer/translations

.PHONY: help setup demo run test test-fast vc-api conformance lint format sure migrate migration \
	translations deps bench bench-long clean doctor ready-to-develop ready-to-test

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

setup: ## prepare this machine to serve: libraries, .venv, translations, secrets
	@$(SETUP) demo

demo: setup ## invented people do a whole certificate; prints every check
	@$(PY) -m tools.demo

run: setup ## serve the demo on http://localhost:8000 (PORT=… for another)
	@test -f var/demo/env || $(PY) -m tools.demo
	@set -a && . ./var/demo/env && set +a && echo "  http://localhost:$(PORT)" && \
	exec $(PY) -m gunicorn --worker-class gthread --workers 1 --threads 8 \
		--no-control-socket --bind "127.0.0.1:$(PORT)" wsgi:application

ready-to-develop:
	@$(SETUP) develop

ready-to-test:
	@$(SETUP) test

test: ready-to-test ## every test (ARGS="-k word" for some)
	@$(PY) -m pytest $(ARGS)

test-fast: ready-to-develop ## only the rules and the seals, in seconds
	@$(PY) -m pytest -q $(wildcard tests/domain tests/credentials) $(ARGS)

vc-api: ready-to-develop ## the W3C suites' issuer and verifier on 127.0.0.1:8955
	@VC_API=1 $(PY) -m tools.vc_api

conformance: ready-to-test ## vectors, W3C inputs, and verifiers that others wrote
	@$(PY) -m pytest tests/conformance tests/api/test_vc_api.py $(ARGS)

lint: ready-to-develop ## style, types, who imports whom, house rules
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports
	@$(if $(wildcard tests/architecture),$(PY) -m pytest -q tests/architecture)

format: ready-to-develop ## let ruff put the code in order
	@$(PY) -m ruff check --fix-only .
	@$(PY) -m ruff format .

sure: lint test ## lint and test: what must pass before a commit

migrate: setup ## bring the database of DATABASE_URL up to date
	@$(PY) -m flask db upgrade

migration: setup ## write a migration from the rows: make migration m="what changes"
	@test -n "$(m)" || { echo 'Say what changes: make migration m="…"'; exit 1; }
	@number=$$(ls migrations/versions/*.py 2>/dev/null | wc -l) && \
	$(PY) -m flask db revision -m "$(m)" --rev-id "$$(printf '%04d' $$((number + 1)))"

translations: setup ## collect the English texts for fi and sv, and compile them
	@$(BABEL) -q extract -F babel.cfg -k sentence --add-location=file --sort-by-file \
		--project issuer -w 88 -o var/messages.pot .
	@for language in fi sv; do \
		if test -f $(CATALOGUE)/$$language/LC_MESSAGES/messages.po; then \
			$(BABEL) -q update -N --ignore-pot-creation-date -w 88 \
				-i var/messages.pot -d $(CATALOGUE) -l $$language; \
		else \
			$(BABEL) -q init -w 88 -i var/messages.pot -d $(CATALOGUE) -l $$language; \
		fi || exit 1; \
	done
	@$(BABEL) compile -d $(CATALOGUE) --statistics

deps: ready-to-develop ## pin pyproject.toml's wishes with hashes (upgrade=1 for the newest)
	@$(COMPILE) pyproject.toml -o requirements.txt
	@$(COMPILE) pyproject.toml --extra demo -c requirements.txt -o requirements-demo.txt
	@$(COMPILE) pyproject.toml --extra dev -c requirements.txt -o requirements-dev.txt
	@$(COMPILE) --group node -o requirements-node.txt
	@$(COMPILE) --group foreign -o requirements-foreign.txt
	@if grep -nF "$(CURDIR)" requirements*.txt; then exit 1; fi

bench: setup ## measure against peers, in minutes
	@sh tools/bench.sh quick

bench-long: setup ## the same with full series
	@sh tools/bench.sh long

doctor: ## say what this machine has and lacks; changes nothing
	@python=$$(sh tools/find_python.sh) && "$$python" -m tools.doctor

clean: ## throw away .venv, caches and what npm installed; keeps var/ and keys/
	@rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	@rm -rf tests/node/node_modules
	@find issuer tests tools migrations bench -name __pycache__ -type d -prune \
		-exec rm -rf {} + 2>/dev/null || true
	@find issuer/translations -name '*.mo' -delete 2>/dev/null || true
