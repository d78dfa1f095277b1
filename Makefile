# Nova's commands. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
# The environment's own bun first; no Node is needed anywhere.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export REFLEX_TELEMETRY_ENABLED := false
PIP_INSTALL := $(BIN)/python -m pip install --quiet --no-deps --require-hashes -r

help: ## list these commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.run ## install, migrate, build and serve on http://localhost:3000
	@exec $(BIN)/nova serve

dev: $(VENV)/.run ## the same with hot reload: pages on 3000, backend on 8000
	@$(BIN)/nova migrate
	@exec $(BIN)/reflex run

demo: $(VENV)/.run ## `make run` with simulated people talking
	@exec $(BIN)/nova demo

monitoring: $(VENV)/.run ## Prometheus (9090) and Alertmanager (9093) against the running app
	@exec $(BIN)/python -m monitoring.run

check: $(VENV)/.dev tests/js/node_modules ## format, lint, types, import rule, generated files
	@$(BIN)/ruff format --check --quiet . || { echo "run 'make format'"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/nova generate --check
	@$(BIN)/python -m monitoring.generate --check
	@cd tests/js && bun run check

test: $(VENV)/.dev tests/js/node_modules ## install what the tests need, then run everything
	@$(BIN)/python tests/tools.py
	@cd tests/js && bun test
	@$(BIN)/nova build
	@$(BIN)/python -m pytest -n 2 --dist loadfile --max-worker-restart 0 --ignore tests/e2e
	@rm -rf .controls
	@$(BIN)/python -m pytest tests/e2e
	@$(BIN)/python -m tests.controls --check

controls: $(VENV)/.dev ## every control of the pages with the browser tests that used it
	@$(BIN)/python -m tests.controls

bench: $(VENV)/.dev ## the benchmarks: ratios measured side by side
	@$(BIN)/python benchmarks/durable.py
	@$(BIN)/python benchmarks/fanout.py
	@$(BIN)/python benchmarks/search.py
	@$(BIN)/python benchmarks/history.py
	@$(BIN)/python benchmarks/instrumentation.py

chaos: $(VENV)/.dev tests/js/node_modules ## the long fault runs (about three hours), with their report
	@$(BIN)/python tests/tools.py
	@$(BIN)/python -m tests.chaos.run

format: $(VENV)/.dev ## format and fix what can be fixed
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

codes: $(VENV)/.dev ## write the generated browser tables again
	@$(BIN)/nova generate
	@$(BIN)/python -m monitoring.generate

lock: $(VENV)/.dev ## resolve the locks again from requirements/*.in
	@for name in run dev; do $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	  --no-annotate --python-version 3.11 --custom-compile-command "make lock" --upgrade \
	  requirements/$$name.in -o requirements/$$name.txt; done

clean: ## remove everything that was installed or built; keeps data/
	rm -rf $(VENV) .web .controls tests/js/node_modules .mypy_cache .ruff_cache .pytest_cache *.egg-info

$(VENV)/bin/python:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Nova needs Python 3.11 or newer; this is $$(python3 --version)."; exit 1; }
	@echo "Making the virtual environment …"
	@python3 -m venv $(VENV) >/dev/null 2>&1 \
	  || { rm -rf $(VENV) && python3 -m venv --without-pip $(VENV) \
	       && python3 -m pip --python $(VENV)/bin/python install --quiet pip >/dev/null 2>&1; } \
	  || { rm -rf $(VENV); echo "Please install the package python3-venv first: apt-get install python3-venv"; exit 1; }

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Nova needs (only after a change) …"
	@$(PIP_INSTALL) requirements/run.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "Installing what the checks need (only after a change) …"
	@$(PIP_INSTALL) requirements/dev.txt
	@touch $@

tests/js/node_modules: tests/js/package.json tests/js/bun.lock | $(VENV)/.run
	@cd tests/js && bun install --frozen-lockfile --silent
	@touch $@

.PHONY: help run dev demo monitoring check test controls bench chaos format codes lock clean
