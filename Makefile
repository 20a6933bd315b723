# `make` sets up, renders every environment, judges the result and says so. `make help` lists the rest.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
COMPILED := .venv/.compiled
UV := uv==0.13.8
FORM := $(if $(GITHUB_ACTIONS),--output github) # what is wrong then stands beside the lines of the pull request

.DEFAULT_GOAL := all
.PHONY: all help setup synth check review test lint format bench lock kubeconform rehearse clean

all: $(COMPILED) ## set up, render everything, judge it
	@$(BIN)/groundplan make $(STRICT) $(FORM)

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup: $(COMPILED) ## create .venv with exactly what requirements.lock says

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || \
		{ echo "groundplan needs Python 3.11 to 3.13; name one with: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	@VIRTUAL_ENV=.venv $(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode requirements.lock
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps --editable .
	@command -v git >/dev/null && .githooks/install || true
	@touch $(READY)

# Once for each change of the program: where PYTHONDONTWRITEBYTECODE is set, every start would compile it anew.
$(COMPILED): $(READY) $(shell find constructs -name '*.py')
	@$(BIN)/python -m compileall -q -j 0 constructs/groundplan
	@touch $(COMPILED)

synth: $(COMPILED) ## render every environment into dist/ and argocd/, and the documents derived from them
	@$(BIN)/groundplan synth
	@$(BIN)/groundplan report

check: $(COMPILED) ## judge what is rendered
	@$(BIN)/groundplan check $(STRICT) $(FORM)

review: $(READY) ## say as Markdown what the change since BASE does, and fail where nobody answers for a danger
	@$(BIN)/groundplan review --gate --output markdown $(BASE) $(if $(BASE),HEAD)

test: $(READY) lint ## the linters and the tests
	@$(BIN)/python -m pytest

lint: $(READY) ## formatting, style, types and layers
	@$(BIN)/ruff format --check --quiet constructs main.py tests environments
	@$(BIN)/ruff check --quiet constructs main.py tests environments
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache >/dev/null || { $(BIN)/lint-imports --no-cache; exit 1; }

format: $(READY) ## rewrite the Python as the formatter wants it
	@$(BIN)/ruff check --quiet --fix constructs main.py tests environments
	@$(BIN)/ruff format --quiet constructs main.py tests environments

bench: $(READY) ## measure synth and gates against the floor and against the peers that are installed
	@$(BIN)/python -m groundplan.bench

kubeconform: $(READY) ## judge the same schemas with the kubeconform binary, where it is installed
	@$(BIN)/groundplan kubeconform

rehearse: $(READY) ## apply everything twice to an API server of this machine's own, where KUBEBUILDER_ASSETS has one
	@$(BIN)/groundplan rehearse || { status=$$?; test $$status -eq 3 && echo "skipped: nothing was rehearsed" || exit $$status; }

lock: ## resolve pyproject.toml into requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url \
		--no-header --python-version 3.11 --quiet --output-file requirements.lock

clean: ## remove what make created, never dist/ or argocd/
	@rm -rf .venv .groundplan .mypy_cache .ruff_cache .pytest_cache .hypothesis
