# Everything sets up what it needs in .venv and nothing elsewhere. See the README.
.DELETE_ON_ERROR:
.PHONY: run demo test test-noko check audit-deps audit-workflows format bench pictures prove prove-long prove-table prove-move package wheel emulate deploy destroy clean

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
STAGE ?= dev
ARCH ?= x86_64
READY := .venv/.ready

run: $(READY)        ## serve everything on this machine until Ctrl-C; STORE=aws for the embedded AWS
	@exec $(BIN)/tallyhook serve

demo: $(READY)       ## push a recorded push through a fresh instance and show what became of it; STORE=aws likewise
	@$(BIN)/python -m devstack.demo

test: $(READY)       ## run all tests; those in a browser need Debian's chromium and chromium-driver, and say so
	@$(BIN)/pytest -n 2 --dist loadfile -rs

test-noko: $(READY)  ## hold the client against the Noko that NOKO_BASE_URL and a token name, and leave nothing there
	@CONTRACT_BASE_URL="$$NOKO_BASE_URL" CONTRACT_TOKEN="$$NOKO_TOKEN" CONTRACT_ACCESS_TOKEN="$$NOKO_ACCESS_TOKEN" \
		$(BIN)/pytest -rs tests/noko/contract

check: $(READY)      ## lint, types, dependency rules, known weaknesses
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory audit-deps audit-workflows

audit-deps: $(READY) ## look for known weaknesses in what is installed; says so where it could not
	@$(BIN)/python .ci/audit_deps.py

audit-workflows: $(READY) ## look for weaknesses in the workflow files
	@if ls .github/workflows/*.y*ml >/dev/null 2>&1; then $(BIN)/zizmor --offline --no-progress --quiet .github/workflows; \
	else echo "workflows: none to audit" >&2; fi

format: $(READY)     ## mend what a tool can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(READY)      ## measure the door, the drain and the tick
	@$(BIN)/python -m devstack.bench

pictures: $(READY)   ## take the pictures of the docs anew; needs chromium
	@$(BIN)/python -m docs.build.form_picture

prove: $(READY)      ## try to break the promise, for a few minutes; SEED=7 replays one schedule
	@PYTHONPATH=.:tests $(BIN)/python -m proof $(if $(SEED),--seed $(SEED))

prove-long: $(READY) ## try every pair of faults and thousands of schedules, for the better part of an hour
	@PYTHONPATH=.:tests $(BIN)/python -m proof --long

prove-table: $(READY) ## write the table of call × fault anew, after looking at what changed
	@PYTHONPATH=.:tests $(BIN)/python -m proof --write-table

prove-move: $(READY) ## move 50,000 entries from a file to the embedded AWS, killed on the way, and deliver all again: an hour
	@MOVE_ENTRIES=50000 $(BIN)/pytest -q -s tests/journeys/test_move.py

package: $(READY)    ## make zip and template of a stage in out/; STAGE=prod ARCH=arm64 ROUTING_FILE=mine.toml
	@$(BIN)/python -m infra.build --stage $(STAGE) --arch $(ARCH) $(if $(ROUTING_FILE),--routing-file $(ROUTING_FILE))
	@$(BIN)/cfn-lint out/sam.yaml infra/account.yaml

wheel: $(READY)      ## make the wheel that installs Tallyhook on one machine, in dist/
	@$(BIN)/python -m infra.standalone.wheel

emulate: $(READY)    ## deploy to an emulated AWS, push through it, upgrade and destroy it, and show each step with its time
	@PYTHONPATH=.:tests $(BIN)/python -m emulated

deploy: check package ## check, package, show what would change on AWS, and do it; OPTIONS="--budget-email you@example.com"
	@$(BIN)/python -m infra.deploy up --stage $(STAGE) $(OPTIONS)

destroy: $(READY)    ## say what goes and what stays, and delete a stage from AWS
	@$(BIN)/python -m infra.deploy down --stage $(STAGE) $(OPTIONS)

clean:               ## forget the environment and all local state
	rm -rf .venv .tallyhook out dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.txt requirements-standalone.txt requirements-dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed" >&2; exit 3; }
	@echo "setting up .venv with $(PYTHON)" >&2
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check "pip<26.3"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@
