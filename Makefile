# One door for everything. Each target does its own set-up: a virtual environment from the hashed lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: demo test coverage check format bench fuzz lock clean

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "opentally needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: $(VENV)/.ready  ## 1,519 households claim in private; an auditor confirms every sum
	$(BIN)/opentally demo $(ARGS)

test: $(VENV)/.ready  ## the whole test suite
	$(BIN)/python -m pytest -n auto $(ARGS)

coverage: $(VENV)/.ready  ## every line and branch of the pure core is run by its own tests
	$(BIN)/python -m coverage run -m pytest -q $(foreach part,crypto merkle tlog records rules log,tests/$(part)) \
		$(foreach part,encoding signing errors,tests/test_$(part).py)
	$(BIN)/python -m coverage report

check: $(VENV)/.ready  ## what is run before each commit: format, lint, types, import contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n auto -q $(ARGS)

format: $(VENV)/.ready  ## write the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.ready  ## the benchmarks, as ratios inside one run
	$(BIN)/python -m bench $(ARGS)

fuzz: $(VENV)/.ready  ## over a million broken inputs for every parser that eats foreign bytes
	$(BIN)/python -m fuzz $(ARGS)

lock:  ## write requirements.lock anew (names, versions, hashes; no address)
	uv pip compile pyproject.toml --universal --generate-hashes --extra test --extra dev --no-header \
		--no-emit-index-url --no-annotate --python-version 3.11 -o requirements.lock

clean:  ## remove what was made here
	rm -rf $(VENV) .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
