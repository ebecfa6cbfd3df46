# Every job is one target. `make help` prints the list from the comments behind the targets.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install suggest train validate mlflow test check pictures bench fuzz sbom audit lock clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED) ## make .venv from the lock file (does nothing when nothing has changed)

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "Python 3.11, 3.12 or 3.13 is needed: make install PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

suggest: install ## suggest labels for the sample inquiries and show the table
	@mkdir -p build
	@$(BIN)/pobo-nlp batch data/samples/henvendelser.csv build/henvendelser_forslag.csv --restart --show

train: install ## train models/default from data/ (about five minutes)
	$(BIN)/python -m training run

validate: install ## check annotations, phrase bank and checksums; report every fault
	$(BIN)/python -m training validate

mlflow: install ## show tracked runs and released models in a browser
	@case "$$MLFLOW_TRACKING_URI" in \
	  http://*|https://*) \
	    echo "Runs are on a server: $$(printf %s "$$MLFLOW_TRACKING_URI" | sed 's|//[^/]*@|//|; s|?.*||')" ;; \
	  *) MLFLOW_DISABLE_TELEMETRY=true MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false $(BIN)/mlflow server \
	    --backend-store-uri "$${MLFLOW_TRACKING_URI:-sqlite:///mlflow.db}" --host 127.0.0.1 --workers 1 ;; \
	esac

test: install ## run the tests
	$(BIN)/python -m pytest

check: install ## lint, format, types, direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

pictures: install ## take the pictures of the adviser's page in docs/pictures anew (needs Chromium)
	POBO_NLP_PICTURES=docs/pictures $(BIN)/python -m pytest -q tests/web/test_page_pictures.py

bench: install ## time scoring against scikit-learn and fastText, and a batch end to end; write benchmarks/results.json
	$(BIN)/python -m benchmarks

fuzz: install ## read 20 000 changed models (about five minutes); write benchmarks/fuzz_artefact.json
	$(BIN)/python -m benchmarks.fuzz_artefact

sbom: install ## write the bill of materials (CycloneDX) to build/sbom.json
	$(BIN)/python -m training sbom

audit: ## hold the locked packages against known vulnerabilities (needs the network)
	$(PYTHON) -m venv build/audit && build/audit/bin/pip install --quiet pip-audit
	build/audit/bin/pip-audit --require-hashes --disable-pip -r requirements.lock

lock: ## resolve pyproject.toml anew into requirements.lock (needs the package registry)
	$(PYTHON) -m venv build/lock && build/lock/bin/pip install --quiet uv
	build/lock/bin/uv pip compile pyproject.toml --extra train --extra patterns --extra postgresql --extra signing --extra spark --extra web --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet --upgrade -o requirements.lock

clean: ## remove everything that can be made again
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
