# One door for everybody: an office that tries it, a developer, the checks. Works with Python 3.11, make and gcc alone.
#
#   make demo      a whole life of one emergency, from its declaration to its certificate
#   make run       the console and the forms, with demo accounts
#   make test      the tests, on SQLite and (where installed) on PostgreSQL and Redis
#   make check     format, types, import contracts, migrations, translations, words

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
PEOPLE ?= 200
N ?= 100
ARGS ?=
BIND ?= 127.0.0.1:8000
LOCK := $(BIN)/uv pip compile --quiet pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header

# A store of its own for commands that only look at the code: nothing they do touches ./var.
LOOK := PIL_HOME=.cache/check PIL_HTTPS=1 PIL_BASE_URL=https://check.invalid \
	PIL_SECRET_KEY=only-for-checks-Zr8uB1xWq0Lm5Tn3Yv7Kc2Pd9Hs4Jf6Ga-2Ri7Xe PIL_CANARY_KEY=only-for-checks \
	PIL_KEYRING_PASSPHRASE=only-for-checks

.PHONY: help setup setup-dev demo run test check bench torture lock words clean

help:
	@sed -n 's/^#   //p' Makefile

# -- set-up: each stamp is remade only when what it stands for has changed
$(PY):
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; say which: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV)

$(VENV)/base.stamp: requirements/base.txt | $(PY)
	$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/base.txt
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt | $(PY)
	$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@ $(VENV)/base.stamp

$(VENV)/words.stamp: $(wildcard locale/*/LC_MESSAGES/*.po) | $(VENV)/base.stamp
	@$(PY) manage.py compilewords
	@touch $@

setup: $(VENV)/base.stamp $(VENV)/words.stamp

setup-dev: $(VENV)/dev.stamp setup

# -- to see it live
demo: setup
	@PIL_HOME=var/demo $(PY) manage.py demo --people $(PEOPLE) $(ARGS)

run: setup
	@PIL_HOME=var/run $(PY) manage.py setup --demo
	@PIL_HOME=var/run $(PY) manage.py demo --prepare-only
	@PIL_HOME=var/run $(PY) manage.py up --bind $(BIND)

# -- to trust it
test: setup-dev
	PIL_TEST_DATABASE=sqlite $(PY) -m pytest -n 2 --dist loadfile -m "not torture" $(ARGS)
	@if $(PY) -m tests.servers; then \
		PIL_TEST_DATABASE=postgresql PIL_TEST_ONLY=database $(PY) -m pytest -n 2 --dist loadfile -m "not torture and not browser and not embedded" $(ARGS); \
	elif [ -n "$${PIL_REQUIRE_SERVERS:-}" ]; then exit 1; fi

check: setup-dev
	@mkdir -p .cache/check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --cache-dir .cache/import_linter
	$(LOOK) $(BIN)/mypy pilifecycle collection retention tools
	$(LOOK) $(PY) manage.py makemigrations --check --dry-run
	$(LOOK) $(PY) manage.py check --deploy --fail-level WARNING
	$(LOOK) $(PY) tools/mergewords.py --check
	PIL_TEST_DATABASE=sqlite $(PY) -m pytest -q tests/house/test_words.py tests/house/test_tree.py tests/house/test_locks.py

bench: setup-dev
	$(PY) -m bench $(ARGS)

torture: setup-dev
	PIL_TORTURE=$(N) $(PY) -m pytest -m torture -n 2 --dist loadfile -q $(ARGS)
	@if $(PY) -m tests.servers; then \
		PIL_TEST_DATABASE=postgresql $(PY) -m pytest -m "torture and not embedded" -n 2 --dist loadfile -q $(ARGS) \
			tests/flows/test_production.py tests/torture/test_races.py tests/torture/test_fuzz.py; \
	elif [ -n "$${PIL_REQUIRE_SERVERS:-}" ]; then exit 1; fi

# -- to change it
lock: setup-dev
	$(LOCK) -o requirements/base.txt >/dev/null
	$(LOCK) --group dev -c requirements/base.txt -o requirements/dev.txt >/dev/null

words: setup-dev
	$(LOOK) $(PY) tools/mergewords.py $(ARGS)
	@$(PY) manage.py compilewords

clean:
	rm -rf .cache staticfiles build *.egg-info
	find . -path ./$(VENV) -prune -o -path ./.git -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf
	@echo "Left alone: $(VENV) and var/ (a store is removed by its owner, by hand)."
