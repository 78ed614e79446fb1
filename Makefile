# Needs Python 3.11 or newer and PyPI, nothing else. Everything runs in the project's own .venv, built on first use
# and rebuilt only when uv.lock or a pyproject.toml changes.

BIN := .venv/bin
READY := .venv/.ready
PYTEST_ARGS ?=
# One more than there are processors: tests wait for browsers, databases and processes that are killed.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST := $(BIN)/pytest --numprocesses=$(WORKERS) --maxprocesses=8 --dist=loadfile --no-loadscope-reorder

# Bytecode is kept: without it every process compiles the package again, and pytest rewrites every test in each worker.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help bootstrap demo test quick smoke coverage check format-check lint types layers docs-check format docs clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bootstrap: $(READY) ## build .venv

$(READY): uv.lock pyproject.toml $(wildcard plugins/*/pyproject.toml) .ci/bootstrap
	@.ci/bootstrap
	@touch $@

demo: $(READY) ## take the two counties' example events into stores and evaluate their statements
	@rm -rf build/demo && mkdir -p build/demo
	@printf '\nNottinghamshire 2009-10: events and register into a store\n\n'
	@$(BIN)/indicators import indicators/nottinghamshire/2009-10.toml indicators/nottinghamshire/2009-10.events.csv \
		--register indicators/nottinghamshire/2009-10.register.csv --store build/demo/nottinghamshire.store
	@printf '\nNottinghamshire 2009-10, as of 31 March 2010\n\n'
	@$(BIN)/indicators run indicators/nottinghamshire/2009-10.toml --store build/demo/nottinghamshire.store \
		--as-of 2010-03-31
	@printf '\nDerbyshire 2008-09: events and register into a store\n\n'
	@$(BIN)/indicators import indicators/derbyshire/2008-09.toml indicators/derbyshire/2008-09.events.csv \
		--register indicators/derbyshire/2008-09.register.csv --store build/demo/derbyshire.store
	@printf '\nDerbyshire 2008-09, as of 31 March 2009\n\n'
	@$(BIN)/indicators run indicators/derbyshire/2008-09.toml --store build/demo/derbyshire.store --as-of 2009-03-31

test: $(READY) ## run every test: the engine's, the plugins' and the packs' own
	$(PYTEST) $(PYTEST_ARGS)
	$(BIN)/indicators test indicators

quick: $(READY) ## run the tests that take no time
	$(PYTEST) -m 'not slow and not generative' $(PYTEST_ARGS)

smoke: $(READY) ## ask everybody in the contest about a million events: answers are compared, nothing is timed
	$(BIN)/python -m benchmarks --size m --only W1,W3,known --repeats 0

coverage: $(READY) ## run every test and show the lines none of them reaches
	$(BIN)/coverage run -m pytest $(PYTEST_ARGS)
	$(BIN)/coverage report

check: format-check lint types layers docs-check ## run every check that is not a test

format-check: $(READY)
	$(BIN)/ruff format --check

lint: $(READY)
	$(BIN)/ruff check

types: $(READY)
	$(BIN)/mypy

layers: $(READY)
	$(BIN)/lint-imports --no-logo

docs-check: $(READY)
	.ci/generated-docs --check

format: $(READY) ## format the code and mend what ruff can mend
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

docs: $(READY) ## write the generated pages of docs/reference/ anew
	.ci/generated-docs

clean: ## remove .venv, .venv-uv and every cache
	rm -rf build .venv .venv-uv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
