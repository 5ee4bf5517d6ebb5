# Tasks. `make` alone lists them. They need Python 3.11 or newer, make and a package index.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help book test fast check lowest hooks proofs bench bench-pages coverage oracle lock picture credit crate serve clean

help:  ## list the tasks
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 14

book: .venv/ready  ## execute the pages that are stale and build the site into _build/html
	$(BIN)/python -m wavebook build

test: .venv/ready check  ## all checks, then tests
	$(BIN)/python -m pytest

fast: .venv/ready  ## the tests that build neither pages nor the site: under a minute
	$(BIN)/python -m pytest -m "not slow"

check: .venv/ready  ## lint, spelling, types, order of imports and declared dependencies only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/typos
	$(BIN)/nbstripout --verify --keep-id notebooks/*.ipynb tests/fixtures/book/notebooks/*.ipynb
	$(BIN)/python -m mypy
	PYTHONPATH=. $(BIN)/lint-imports
	$(BIN)/deptry src chapters notebooks
	$(BIN)/python -m wavebook.figures.citing.deposits --check

lowest:  ## the tests of `make fast` with the lowest versions that pyproject.toml allows, in .venv-lowest
	rm -rf .venv-lowest
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check uv
	.venv-lowest/bin/uv pip compile pyproject.toml --extra dev --resolution lowest-direct --python .venv-lowest/bin/python \
		--no-header --no-annotate --quiet --output-file .venv-lowest/requirements.txt
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check -r .venv-lowest/requirements.txt
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	.venv-lowest/bin/python -m pytest -m "not slow"

hooks: .venv/ready  ## check what is committed before it is: see .pre-commit-config.yaml
	$(BIN)/pre-commit install

proofs: .venv/ready  ## edit a small book at random and kill its builds, and hold each against a clean build
	$(BIN)/python tests/proofs/edits.py
	$(BIN)/python tests/proofs/kills.py

bench: .venv/ready  ## time the estimators on up to ten million respondents, beside R's where R is there
	$(BIN)/python tests/bench/survey.py

bench-pages: .venv/ready  ## time builds of the book beside plain papermill and Jupyter Book's own execution
	$(BIN)/python tests/bench/pages.py

coverage: .venv/ready  ## simulate at length whether 95% intervals cover 95%
	WAVEBOOK_COVERAGE_ROUNDS=5000 $(BIN)/python -m pytest tests/survey/test_coverage.py

oracle: .venv/ready  ## redo tests/oracle with R and its packages survey and brglm2
	@command -v Rscript >/dev/null || { echo "R is not here; on Debian: apt-get install r-base-core r-cran-survey r-cran-brglm2"; exit 1; }
	cd tests/oracle && ../../$(BIN)/python make_data.py && Rscript reference.R

serve: .venv/ready  ## show the built site on this machine
	$(BIN)/python -m wavebook serve

picture: book  ## copy the README's picture from the built book
	cp book/pages/figures/kz-russia-trend.svg book/_static/kz-russia-trend.svg

credit: .venv/ready  ## renew .zenodo.json and codemeta.json from CITATION.cff
	$(BIN)/python -m wavebook.figures.citing.deposits

crate: .venv/ready  ## pack the last edition as an RO-Crate in _build/crate
	$(BIN)/python -m wavebook.site.crate

lock: .venv/ready  ## renew requirements.lock and environment.yml from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --generate-hashes --fork-strategy fewest \
		--no-header --no-annotate --quiet --upgrade --output-file requirements.lock

clean:  ## remove what the tasks made, but no data
	rm -rf .venv .venv-lowest _build book/pages .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The environment: exactly what the lock says, then this package, which needs no index.
.venv/ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found; name it: make PYTHON=…"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make environments; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
