# Needs Python 3.11 or later and make; Node 20 or later is taken from a wheel where it is missing.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.SUFFIXES:
.DELETE_ON_ERROR:

NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# uv installs in a third of pip's time; pip does where uv does not run.
install = @if $(BIN)/uv --version >/dev/null 2>&1; \
	then $(BIN)/uv pip install --quiet --python $(BIN)/python $(1); \
	else $(BIN)/python -m pip install --quiet $(1); fi

NODE_NEW_ENOUGH := process.exit(+(parseInt(process.versions.node) < 20))
# Asked only until the packages are there, since asking starts Node each time.
NODE := $(if $(wildcard web/front/node_modules/.stamp),found,$(shell \
	node -e '$(NODE_NEW_ENOUGH)' 2>/dev/null && command -v npm >/dev/null && echo found))
NODE_STAMP := $(if $(NODE),,.venv/.node)

FRONT := web/front
PROGRAMS := web/bench/programs
FRONT_SOURCES := $(shell find $(FRONT)/src $(FRONT)/scripts -type f 2>/dev/null) \
	$(wildcard $(FRONT)/*.json $(FRONT)/*.ts)
CODE := chat routing store web tests
# What a start imports, some of it only on its way.
STARTED := web.cli.preparing, web.cli.answering, web.cli.welcoming, web.redis_server, web.server, web.app, \
	store.migrating, uvicorn.lifespan.on, asyncpg, typer.testing
SERVED := $(shell find chat routing store web -name '*.py' -not -path '$(FRONT)/*' -not -path '$(PROGRAMS)/*')

SEED ?= 0

.PHONY: help run simulate faults crowded soak drill bench test check format lint types imports generated front-check test-python test-front build lock clean

help:
	@echo 'make run     serve a demo desk on 127.0.0.1, PORT 8000 unless set'
	@echo 'make test    every test of both languages'
	@echo 'make simulate  show the router beside queueing theory: about five minutes'
	@echo 'make faults  every fault of the table amid real clients: ONLY=redis DATABASE=sqlite SEED=1 PAIRING=0.5'
	@echo 'make crowded  how soon a long queue is back after Redis was wiped: WAITING=10000 DATABASE=sqlite'
	@echo 'make soak    dialogues with faults by chance: SECONDS=600 SEED=1 DATABASE=sqlite DIALOGUES=file.jsonl'
	@echo 'make drill   a backup amid a replay, restored elsewhere and compared: DATABASE=postgresql DIALOGUES=file.jsonl'
	@echo 'make bench   speed, beside what we stand on and beside others: ONLY=messages ROUNDS=1 SECONDS=2 CHATS=50'
	@echo 'make check   format, lint, types, import contract, generated files, tests: what CI runs'
	@echo 'make format  put the code in shape'
	@echo 'make build   a wheel in dist/'
	@echo 'make lock    resolve the dependencies anew (UPGRADE=--upgrade for newer ones)'

run: .venv/.run .venv/.bytecode web/static/manifest.json
	@exec $(BIN)/frontdesk serve --demo --leash

simulate: .venv/.run
	$(BIN)/frontdesk simulate

faults: .venv/.dev web/static/manifest.json
	$(BIN)/python -m tests.faults --seed $(SEED) $(if $(ONLY),--only $(ONLY)) \
		$(if $(DATABASE),--database $(DATABASE)) $(if $(PAIRING),--pairing $(PAIRING))

crowded: .venv/.dev web/static/manifest.json
	$(BIN)/python -m tests.faults.crowded $(if $(WAITING),--waiting $(WAITING)) \
		$(if $(DATABASE),--database $(DATABASE))

soak: .venv/.dev web/static/manifest.json
	$(BIN)/python -m tests.faults.soak --seed $(SEED) $(if $(SECONDS),--seconds $(SECONDS)) \
		$(if $(DATABASE),--database $(DATABASE)) $(if $(PAIRING),--pairing $(PAIRING)) \
		$(if $(DIALOGUES),--file $(DIALOGUES))

drill: .venv/.dev web/static/manifest.json
	$(BIN)/python -m tests.faults.backup $(if $(DATABASE),--database $(DATABASE)) \
		$(if $(DIALOGUES),--file $(DIALOGUES))

bench: .venv/.dev .venv/.bytecode web/static/manifest.json
	@# Who cannot be installed is missing from the tables, which say so.
	-@$(MAKE) --silent .cache/peers/.stamp
	-@$(MAKE) --silent $(PROGRAMS)/node_modules/.stamp
	$(BIN)/python -m web.bench $(if $(ONLY),--only $(ONLY)) $(if $(ROUNDS),--rounds $(ROUNDS)) \
		$(if $(SECONDS),--seconds $(SECONDS)) $(if $(CHATS),--chats $(CHATS)) \
		$(if $(SUBJECT),--subject '$(SUBJECT)') $(if $(IDLE),--idle $(IDLE))

test: test-python test-front

test-python: .venv/.dev web/static/manifest.json
	$(BIN)/pytest -n auto --dist worksteal -q

test-front: $(FRONT)/node_modules/.stamp
	npm --prefix $(FRONT) --silent test

check: lint types imports generated front-check test

lint: .venv/.dev
	$(BIN)/ruff format --check --quiet $(CODE)
	$(BIN)/ruff check --quiet $(CODE)

types: .venv/.dev
	$(BIN)/mypy

imports: .venv/.dev
	$(BIN)/lint-imports --no-logo

generated: .venv/.dev
	$(BIN)/frontdesk protocol --check

front-check: $(FRONT)/node_modules/.stamp
	npm --prefix $(FRONT) --silent run check

format: .venv/.dev $(FRONT)/node_modules/.stamp
	$(BIN)/ruff check --quiet --fix $(CODE) || true
	$(BIN)/ruff format --quiet $(CODE)
	$(BIN)/frontdesk protocol
	npm --prefix $(FRONT) --silent run format

build: .venv/.run web/static/manifest.json
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@rm -rf build

lock: .venv/.build
	$(call compile,) -o requirements.lock
	$(call compile,--group dev) -o requirements-dev.lock
	$(call compile_only,build) -o requirements-build.lock
	$(call compile_only,node) -o requirements-node.lock
	$(call compile_only,bench) -o requirements-bench.lock
	npm --prefix $(FRONT) install --package-lock-only --no-audit --no-fund
	npm --prefix $(PROGRAMS) install --package-lock-only --no-audit --no-fund

compile = $(BIN)/uv pip compile pyproject.toml $(1) --universal --python-version 3.11 \
	--generate-hashes --no-header --quiet $(UPGRADE)
compile_only = $(BIN)/uv pip compile --group $(1) --universal --python-version 3.11 \
	--generate-hashes --no-header --quiet $(UPGRADE)

clean:
	rm -rf .venv .cache build dist web/static $(FRONT)/node_modules $(PROGRAMS)/node_modules *.egg-info

# Stamps: a step runs again only when what it was made from has changed.

.venv/.build: requirements-build.lock
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or later is needed: install it, or name it with PYTHON=…'; exit 1; }
	@echo 'Making .venv and installing what the service needs…'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-build.lock
	@touch $@

.venv/.run: .venv/.build requirements.lock pyproject.toml
	$(call install,--require-hashes -r requirements.lock)
	$(call install,--no-deps --no-build-isolation --config-settings editable_mode=compat -e .)
	@touch $@

# Compiling what it imports is two thirds of a first start. uv leaves that undone, and so does Python for
# ever where PYTHONDONTWRITEBYTECODE is set.
.venv/.bytecode: .venv/.run $(SERVED)
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -c 'import $(STARTED); web.cli.application()'
	@touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	$(call install,--require-hashes -r requirements-dev.lock)
	@touch $@

.venv/.node: .venv/.build requirements-node.lock
	$(call install,--require-hashes -r requirements-node.lock)
	@touch $@

.cache/peers/.stamp: requirements-bench.lock .venv/.build
	@echo 'Installing those beside whom we measure ourselves…'
	@$(BIN)/python -m venv --without-pip .cache/peers
	@$(BIN)/uv pip install --quiet --python .cache/peers/bin/python --require-hashes -r requirements-bench.lock
	@touch $@

$(PROGRAMS)/node_modules/.stamp: $(PROGRAMS)/package-lock.json $(NODE_STAMP)
	@npm --prefix $(PROGRAMS) ci --no-audit --no-fund --loglevel=error
	@touch $@

$(FRONT)/node_modules/.stamp: $(FRONT)/package-lock.json $(NODE_STAMP)
	@echo 'Building the screens…'
	@npm --prefix $(FRONT) ci --no-audit --no-fund --loglevel=error
	@touch $@

web/static/manifest.json: $(FRONT)/node_modules/.stamp $(FRONT_SOURCES)
	@npm --prefix $(FRONT) --silent run build
	@touch $@
