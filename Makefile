PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000

.PHONY: help run test check schema explorer clean

help: ## what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: $(VENV)/installed ## serve everything, with a demo inside, on http://127.0.0.1:$(PORT)
	$(BIN)/gateway serve --demo --port $(PORT)

test: $(VENV)/developed ## the tests; PostgreSQL, Redis and RabbitMQ are used where they answer
	$(BIN)/python -m pytest

check: $(VENV)/developed ## lint, types, import contracts and the golden schema
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/gateway schema --check

schema: $(VENV)/installed ## write schema.graphql anew
	$(BIN)/gateway schema > schema.graphql.new && mv schema.graphql.new schema.graphql

clean: ## remove the environment and what was built
	rm -rf $(VENV) gateway/explorer/built

$(VENV)/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/installed: pyproject.toml | $(VENV)/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/developed: pyproject.toml | $(VENV)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@ $(VENV)/installed
