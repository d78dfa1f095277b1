# Nova's commands. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# An environment fits the place and the Python it was made for: after a move or an upgrade it is made again.
HERE := $(shell pwd -P | cksum | cut -d ' ' -f 1)
$(shell $(BIN)/python -c 'import pip' 2>/dev/null || rm -f $(VENV)/.*-$(HERE) 2>/dev/null)
# Not its scripts: their first line cannot name every path.
NOVA := $(BIN)/python -m nova_app
MADE := $(VENV)/.made-$(HERE)
RUN := $(VENV)/.run-$(HERE)
DEV := $(VENV)/.dev-$(HERE)
JS := tests/js/node_modules/.installed
# The environment's own bun first; no Node is needed anywhere.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export REFLEX_TELEMETRY_ENABLED := false
# Containers often set it; what one process compiled, the next ones need not.
unexport PYTHONDONTWRITEBYTECODE
# A lock is complete: pip installs it as it stands and resolves nothing. Where an earlier run was cut off, whatever
# it left is written over.
CUT := $(VENV)/.unfinished
LOCKED := --quiet --no-deps --require-hashes
install_lock = again=$$(test ! -e $(CUT) || echo --ignore-installed); touch $(CUT); \
  $(BIN)/python -m pip install $(LOCKED) $$again -r requirements/$(1).txt

help: ## list these commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(RUN) ## the environment only

run: $(RUN) ## install, migrate, build and serve on http://localhost:3000
	@exec $(NOVA) serve

build: $(RUN) ## build the pages beside a running Nova, which goes on serving its own
	@$(NOVA) build

dev: $(RUN) ## the same with hot reload: pages on 3000, backend on 8000
	@$(NOVA) migrate
	@exec $(BIN)/python -m reflex run

demo: $(RUN) ## `make run` with simulated people talking
	@exec $(NOVA) demo

monitoring: $(RUN) ## Prometheus (9090) and Alertmanager (9093) against the running app
	@exec $(BIN)/python -m monitoring.run

check: $(DEV) $(JS) ## format, lint, types, import rule, generated files
	@$(BIN)/ruff format --check --quiet . || { echo "run 'make format'"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/python -m mypy
	@$(BIN)/lint-imports
	@$(NOVA) generate --check
	@$(BIN)/python -m monitoring.generate --check
	@cd tests/js && bun run check

# Side by side: one half waits where the other works. What the shorter one says follows the other, in one piece.
test: $(DEV) $(JS) ## install what the tests need, then run everything
	@$(BIN)/python tests/tools.py
	@rest=$$(mktemp); $(MAKE) --no-print-directory test-rest >$$rest 2>&1 & \
	  $(MAKE) --no-print-directory test-browser; failed=$$?; \
	  wait $$! || failed=$$?; cat $$rest; rm $$rest; exit $$failed

# Playwright's loop and asyncio's cannot share a process. Tests in a browser wait more than they work: three at a time.
test-browser: $(DEV) $(JS)
	@$(NOVA) build
	@rm -rf .controls
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --max-worker-restart 2 tests/e2e
	@$(BIN)/python -m tests.controls --check

test-rest: $(DEV) $(JS)
	@cd tests/js && bun test --timeout 60000
	@$(BIN)/python -m pytest -n 1 --ignore tests/e2e

screens: $(DEV) $(JS) ## compare every page and state with its reference picture; what differs is in .screens/
	@NOVA_SCREENS=all $(BIN)/python -m pytest -n 2 -o faulthandler_timeout=900 tests/e2e/test_screens.py

screens-update: $(DEV) $(JS) ## take the reference pictures again
	@NOVA_SCREENS=update $(BIN)/python -m pytest -n 2 -o faulthandler_timeout=900 tests/e2e/test_screens.py
	@git status --short tests/screens/references | tail -5

controls: $(DEV) ## every control with the browser tests of the last run that used it
	@$(BIN)/python -m tests.controls

# PEERS=all also installs what is not here; CURVES=1 measures longer; ONLY=side_by_side stops after the peers; KEEP=1
# keeps their figures and writes the page of the documentation.
PEERS ?= here
ROUNDS ?= 5
bench: $(DEV) ## the benchmarks: Nova beside its peers, then its parts
	@$(NOVA) build
	@$(BIN)/python -m benchmarks.side_by_side --peers $(PEERS) --rounds $(ROUNDS) $(if $(CURVES),--curves) $(if $(KEEP),--keep)
	@$(if $(ONLY),:,$(MAKE) --no-print-directory bench-parts)
	@$(if $(KEEP),$(BIN)/python -m benchmarks.side_by_side.page,:)

bench-parts: $(DEV)
	@$(BIN)/python benchmarks/durable.py
	@$(BIN)/python benchmarks/fanout.py
	@$(BIN)/python benchmarks/shells.py
	@$(BIN)/python benchmarks/search.py
	@$(BIN)/python benchmarks/history.py
	@$(BIN)/python benchmarks/reads.py
	@$(BIN)/python benchmarks/scrolling.py $(if $(KEEP),--keep)
	@$(BIN)/python benchmarks/first_message.py $(if $(KEEP),--keep)
	@$(BIN)/python benchmarks/live_page.py $(if $(KEEP),--keep)
	@$(BIN)/python benchmarks/instrumentation.py
	@$(BIN)/python benchmarks/log_volume.py
	@$(BIN)/python benchmarks/start.py $(if $(KEEP),--keep)
	@$(BIN)/python benchmarks/unread.py

chaos: $(DEV) $(JS) ## the long fault runs (about four hours), with their report
	@$(BIN)/python tests/tools.py
	@$(BIN)/python -m tests.chaos.run

format: $(DEV) ## format and fix what can be fixed
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

codes: $(DEV) ## write the generated browser tables again
	@$(NOVA) generate
	@$(BIN)/python -m monitoring.generate

lock: $(DEV) ## write the locks from requirements/*.in; UPGRADE=--upgrade takes the newest of everything
	@for name in run dev pip; do $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-strip-extras \
	  --no-emit-index-url --no-annotate --python-version 3.11 --custom-compile-command "make lock" $(UPGRADE) \
	  requirements/$$name.in -o requirements/$$name.txt || exit 1; done

sbom: $(DEV) ## write the software bill of materials (CycloneDX) to sbom.json, from the locks
	@$(BIN)/python requirements/sbom.py > sbom.json

clean: ## remove everything that was installed or built; keeps data/
	rm -rf $(VENV) .web .controls tests/js/node_modules .mypy_cache .ruff_cache .pytest_cache *.egg-info

$(MADE):
	@case "$$(pwd)" in *[:\$$#]*) echo "Nova cannot run where the path has a :, a # or a \$$ in it: $$(pwd)"; exit 1; esac
	@rm -rf $(VENV) 2>/dev/null || { echo "Nova cannot write to $(CURDIR): who owns it?"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Nova needs Python 3.11 or newer; this is $$($(PYTHON) --version 2>&1)."; exit 1; }
	@echo "Making the virtual environment …"
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 \
	  || { rm -rf $(VENV) && $(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python \
	       install $(LOCKED) -r requirements/pip.txt; } >/dev/null 2>&1 \
	  || { rm -rf $(VENV); echo "Please install the package python3-venv first: apt-get install python3-venv"; exit 1; }
	@touch $@

$(RUN): requirements/run.txt pyproject.toml | $(MADE)
	@echo "Installing what Nova needs (only after a change) …"
	@$(call install_lock,run)
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m pip check >$(CUT) || { cat $(CUT); exit 1; }
	@rm $(CUT) && touch $@

$(DEV): requirements/dev.txt $(RUN)
	@echo "Installing what the checks need (only after a change) …"
	@$(call install_lock,dev)
	@$(BIN)/python -m pip check >$(CUT) || { cat $(CUT); exit 1; }
	@rm $(CUT) && touch $@

$(JS): tests/js/package.json tests/js/bun.lock | $(RUN)
	@cd tests/js && bun install --frozen-lockfile --silent
	@touch $@

.PHONY: help install build run dev demo monitoring check test screens screens-update controls bench bench-parts chaos format codes lock sbom clean
