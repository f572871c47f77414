# All there is to do here; `make` alone lists it. Works with GNU make 3.81 (macOS) and later.
# Variables: ARGS (for run, demo, cluster, echo, bench), TESTS and PYTEST_ARGS (for test), WORKERS, PYTHON.
# WEB=no runs the server without building its web client.

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
# Tests wait more than they work.
WORKERS ?= 3
TESTS ?= tests
WEB ?= yes
# Once the checkout is set up for development, or is about to be, `make run` and `make web` keep it so.
DEVELOPS := setup test lint weblint webtest format bench bench-cluster bench-files docs cluster
WANTED := $(if $(or $(wildcard $(VENV)/.dev),$(filter $(DEVELOPS),$(MAKECMDGOALS))),.dev,.run)
CLIENT := $(if $(filter no,$(WEB)),,web)
# What tests of the pages need, unless only others are wanted.
PAGES := $(if $(filter tests tests/web% tests/cluster%,$(TESTS)),web browser)
# The same for tests of many nodes.
ENGINES := $(if $(filter tests tests/cluster% tests/contracts% tests/files%,$(TESTS)),engines)
# Tests of many nodes come after the others, and a file of them is for one worker: its tests share a
# cluster.
MANY := $(if $(filter tests,$(TESTS)),tests/cluster,$(filter tests/cluster%,$(TESTS)))
SINGLE := $(strip $(filter-out tests/cluster%,$(TESTS)) $(if $(filter tests,$(TESTS)),--ignore tests/cluster))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run demo cluster web echo test lint weblint webtest browser engines format bench bench-web bench-files capacity bench-cluster screenshots docs lock clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.dev ## Set up .venv for development
	@true

run: $(VENV)/$(WANTED) $(CLIENT) ## Run the server (ARGS="--port 9000")
	@exec $(BIN)/chinwag serve $(ARGS)

demo: $(VENV)/$(WANTED) $(CLIENT) ## Run the server with people and chats to try out
	@exec $(BIN)/chinwag serve --demo $(ARGS)

cluster: $(VENV)/.dev engines $(CLIENT) ## Run a whole cluster on this machine (ARGS="--data DIR")
	@exec $(BIN)/python -m engines $(ARGS)

web: $(VENV)/$(WANTED) ## Build the web client, if its sources have changed
	@$(BIN)/python scripts/web.py

echo: $(VENV)/$(WANTED) ## Run the bare echo server, for measuring the transport
	@exec $(BIN)/chinwag echo $(ARGS)

# Servers start by the hundred: compiled once, that takes half of the time, whatever the environment
# says of compiled files.
test: export PYTHONDONTWRITEBYTECODE :=
test: lint $(if $(filter tests,$(TESTS)),weblint webtest) $(PAGES) $(ENGINES) ## Lint, then run the tests (TESTS=tests/unit PYTEST_ARGS="-k sync")
	$(if $(SINGLE),$(BIN)/pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS) $(SINGLE))
	$(if $(MANY),$(BIN)/pytest -n $(WORKERS) --dist loadfile $(PYTEST_ARGS) $(MANY))

lint: $(VENV)/.dev ## Check style, types and the arrows between packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

weblint: $(VENV)/.dev ## The same for the web client
	@$(BIN)/python scripts/web.py types lint

webtest: $(VENV)/.dev ## Run the web client's own tests
	@$(BIN)/python scripts/web.py test

browser:
	@sh scripts/browser.sh

engines: $(VENV)/.uv
	@sh scripts/engines.sh
	@sh scripts/s3.sh

format: $(VENV)/.dev ## Rewrite the code in the house style
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## Measure (ARGS=...)
	$(BIN)/python -m bench $(ARGS)

bench-web: $(VENV)/.dev web browser ## Measure the web client in Chromium (ARGS=...)
	@cd bench/web && { [ -d node_modules ] || npm ci --silent; }
	$(BIN)/python -m bench.web $(ARGS)

bench-files: $(VENV)/.dev ## Measure files, beside nginx (ARGS=...)
	@sh scripts/peers.sh nginx
	$(BIN)/python -m bench.files $(ARGS)

bench-cluster: $(VENV)/.dev engines ## Measure many nodes, beside their peers (ARGS=...)
	@sh scripts/peers.sh
	$(BIN)/python -m bench.cluster $(ARGS)

capacity: $(VENV)/.run ## Reckon how large a deployment has to be (ARGS="--messages-a-day 60"; --help)
	@$(BIN)/python -m bench.capacity $(ARGS)

screenshots: $(VENV)/.dev web browser ## Take the pictures of the web client
	$(BIN)/python scripts/screenshots $(ARGS)

docs: $(VENV)/.dev ## Regenerate the pages that are made from the code
	$(BIN)/python -m chinwag.protocol.generate
	$(BIN)/python -m chinwag.server.adapters.ddl
	$(BIN)/python -m chinwag.server.config

lock: $(VENV)/.uv ## Re-pin the dependencies (UPGRADE=--upgrade for the newest)
	sh scripts/lock.sh $(UPGRADE)

clean: ## Remove .venv, caches and build products; data stays
	rm -rf $(VENV) .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache build dist
	rm -rf web/node_modules web/dist src/chinwag/server/gateway/web
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The installer comes first, by pip and by hash; it then installs the rest, also by hash.
$(VENV)/.uv: requirements/tools.lock scripts/venv.sh
	@sh scripts/venv.sh $(VENV) requirements/tools.lock
	@touch $@

$(VENV)/.run: requirements/run.lock pyproject.toml $(VENV)/.uv
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/run.lock requirements/tools.lock
	$(UV) pip install --python $(BIN)/python --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.lock pyproject.toml $(VENV)/.uv
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.lock
	$(UV) pip install --python $(BIN)/python --quiet --no-deps --no-build-isolation --editable .
	@touch $@
