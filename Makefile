PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
EXPLORER := gateway/explorer

.PHONY: help run test check schema explorer clean

help: ## what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: $(VENV)/installed $(VENV)/explorer ## serve everything, with a demo inside, on http://127.0.0.1:$(PORT)
	$(BIN)/gateway serve --demo --port $(PORT)

test: $(VENV)/developed ## the tests; PostgreSQL, Redis and RabbitMQ are used where they answer
	$(BIN)/python -m pytest -n auto --dist worksteal

check: $(VENV)/developed ## lint, types, import contracts and the golden schema
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/gateway schema --check

schema: $(VENV)/installed ## write schema.graphql anew
	$(BIN)/gateway schema > schema.graphql.new && mv schema.graphql.new schema.graphql

explorer: ## build the explorer page for use without a network; needs Node.js
	cd $(EXPLORER) && npm install --no-audit --no-fund --loglevel=error && npm run --silent build

clean: ## remove the environment and what was built
	rm -rf $(VENV) $(EXPLORER)/built $(EXPLORER)/node_modules

$(VENV)/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/installed: pyproject.toml | $(VENV)/python
	@echo "Installing into $(VENV): this takes about half a minute."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/developed: pyproject.toml | $(VENV)/python
	@echo "Installing the tools into $(VENV): this takes about a minute."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(VENV)/installed

# Tried once per change of the page, and never in the way of `make run`.
$(VENV)/explorer: $(wildcard $(EXPLORER)/src/* $(EXPLORER)/*.js*) | $(VENV)/python
	@if command -v node npm >/dev/null; then \
	  echo "Building the explorer page with npm, once: this can take a minute."; touch $@; \
	  $(MAKE) --no-print-directory explorer || echo "It was not built: /graphql serves the public copy. Try again with make explorer."; \
	else echo "No Node.js here: /graphql serves the public copy of the explorer."; fi
