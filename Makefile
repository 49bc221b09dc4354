# `make demo` and `make test` work on a fresh clone with nothing but Python 3.10 to 3.13 and make.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
# As many test processes as cores; each keeps TensorFlow to one thread, see tests/conftest.py.
WORKERS ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu)

.PHONY: demo test test-all lint format env clean

env: $(VENV)/.up-to-date

# Made again only when what is installed changes.
$(VENV)/.up-to-date: setup.py
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; \
	  sys.exit(0 if (3, 10) <= v <= (3, 13) else "Python %d.%d found; tfgan_zoo needs 3.10 to 3.13: make PYTHON=python3.12 …" % v)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

demo: env
	$(BIN)/tfgan-zoo demo --workdir=runs/demo

lint: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: env
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not long"

test-all: lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

clean:
	rm -rf $(VENV) build *.egg-info
