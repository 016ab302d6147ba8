# 칩워치 — two commands: `make run` and `make test`. The others are for those who work on it.
PYTHON ?= python3
BIN := .venv/bin
LOCK := uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11

.PHONY: run test lint types unit format accuracy bench bench-data lock clean
.DEFAULT_GOAL := run

run: .venv/installed ## collect once, then open the dashboard
	@$(BIN)/chipwatch start $(ARGS)

test: lint types unit ## everything that a developer and CI need

lint: .venv/developer
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/developer
	$(BIN)/mypy

unit: .venv/developer
	$(BIN)/coverage erase
	COVERAGE_PROCESS_START=pyproject.toml $(BIN)/pytest --numprocesses 2 --dist loadgroup \
		--cov --cov-report=term $(ARGS)

format: .venv/developer
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

accuracy: .venv/developer ## how right the tags are; renews what the dashboard shows of it
	@$(BIN)/python -m tests.accuracy

bench: .venv/developer ## figures, as ratios within one run
	$(BIN)/python -m tests.bench $(ARGS)

bench-data: .venv/developer ## invented news of five years: ARGS="--articles 1000000"
	$(BIN)/python -m tests.bench.newsdata $(ARGS)

lock: .venv/developer ## renew the pinned, hashed requirements
	$(BIN)/pip install --quiet uv
	$(BIN)/$(LOCK) --extra build pyproject.toml --output-file requirements.txt $(ARGS)
	$(BIN)/$(LOCK) --extra build --extra dev --constraint requirements.txt pyproject.toml \
		--output-file requirements-dev.txt $(ARGS)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*

# the stamps are made anew when what they were made from changes
.venv/installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "chipwatch needs Python 3.11 or newer (PYTHON=python3.12 make run)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || \
		{ echo "python3-venv is missing: apt install python3-venv"; rm -rf .venv; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/developer: .venv/installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
