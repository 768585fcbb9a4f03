# Everything here starts from Python 3.11, 3.12 or 3.13 alone: each target sets up what it needs, and only what it lacks.

.DEFAULT_GOAL := help
.SUFFIXES:

# The interpreter of .venv: the first of these that runs and is new enough, or the one named with `make PYTHON=…`.
PYTHON ?=
PYTHONS := python3.13 python3.12 python3.11 python3 python
VENV := .venv
BIN := $(VENV)/bin

# Words added to pytest's and the bench's own command lines: make test PYTEST_ARGS="-k calendar".
PYTEST_ARGS ?=
BENCH_ARGS ?=

.PHONY: help
help: ## Show the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/\1 \2/p' $(firstword $(MAKEFILE_LIST)) \
	| while read -r target words; do printf '  make %-14s %s\n' "$$target" "$$words"; done

.PHONY: run
run: setup-demo ## Run the site beside reference diaries; Ctrl-C ends it
	@exec $(BIN)/python -m webapp.reference.demo

.PHONY: test
test: setup-dev ## Run every test, the browser's too (PYTEST_ARGS="-k calendar")
	@$(BIN)/python -m tests.setup.browser
	@$(BIN)/python -m tests.setup.services
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 $(PYTEST_ARGS)

# Every tool looks at everything, also when one before it has found fault.
.PHONY: lint
lint: setup-dev ## Check code, types, imports and templates
	@failed=; \
	check() { name=$$1; shift; echo "== $$name"; "$$@" || failed="$$failed $$name,"; }; \
	check 'ruff check' $(BIN)/ruff check; \
	check 'ruff format' $(BIN)/ruff format --check; \
	check basedpyright $(BIN)/basedpyright; \
	check import-linter $(BIN)/lint-imports --no-logo; \
	check 'djlint --check' $(BIN)/djlint templates --check; \
	check 'djlint --lint' $(BIN)/djlint templates --lint; \
	if [ -n "$$failed" ]; then echo "Lint found fault:$${failed%,}." >&2; exit 1; fi; \
	echo 'Lint found no fault.'

.PHONY: format
format: setup-dev ## Mend what the linters can mend by themselves
	@$(BIN)/ruff check --fix-only --quiet
	@$(BIN)/ruff format
	@$(BIN)/djlint templates --reformat --quiet || true

.PHONY: bench
bench: setup-dev ## Measure the site under load (BENCH_ARGS=…)
	@$(BIN)/python -m tests.bench $(BENCH_ARGS)

# Keeps the versions that still fit pyproject.toml; `make requirements UPGRADE=1` takes the newest of all of them.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --custom-compile-command 'make requirements' $(if $(UPGRADE),--upgrade)

.PHONY: requirements
requirements: setup-dev ## Pin requirements/ anew from pyproject.toml (UPGRADE=1: the newest)
	@$(COMPILE) --output-file requirements/run.txt pyproject.toml
	@$(COMPILE) --output-file requirements/demo.txt --constraints requirements/run.txt --group demo
	@$(COMPILE) --output-file requirements/dev.txt --constraints requirements/run.txt \
		--constraints requirements/demo.txt --group dev pyproject.toml
	@! grep -nE '://|^ *-(-index|-extra|-find|-trusted|i |f )' $(addprefix requirements/,run.txt demo.txt dev.txt) \
	|| { echo 'requirements/ must name no index or address: the lines above do.' >&2; exit 1; }

.PHONY: clean
clean: ## Remove what the other targets made, but not instance/
	@rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache .hypothesis test-results
	@find . -name .git -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

# Set-up. Each step compares what it would do with what is there, so that a second time costs no more than a look.

.PHONY: setup-venv
setup-venv:
	@runs() { \
		"$$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1; \
	}; \
	version() { "$$1" -c 'import sys; print(sys.version_info[:2])' 2>/dev/null; }; \
	if runs $(BIN)/python && $(BIN)/python -c 'import pip' >/dev/null 2>&1 \
		&& { [ -z '$(PYTHON)' ] || [ "$$(version $(BIN)/python)" = "$$(version '$(PYTHON)')" ]; }; \
	then exit 0; fi; \
	chosen=; fitting=; \
	for candidate in $(if $(PYTHON),'$(PYTHON)',$(PYTHONS)); do \
		runs "$$candidate" || continue; \
		fitting=$$candidate; \
		"$$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1 || continue; \
		chosen=$$candidate; \
		break; \
	done; \
	if [ -z "$$fitting" ]; then \
		echo 'Openslot needs Python 3.11, 3.12 or 3.13, and $(if $(PYTHON),$(PYTHON) is none of them,no command of' \
			'that kind is on the PATH): install one, or name one with make PYTHON=/path/to/python3.' >&2; \
		exit 1; \
	elif [ -z "$$chosen" ]; then \
		echo "$$fitting cannot make virtual environments: install its venv package" \
			"(on Debian and Ubuntu: apt-get install python3-venv)." >&2; \
		exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$chosen" --version)."; \
	"$$chosen" -m venv --clear $(VENV)

# $(call install,NAME): requirements/NAME.txt into .venv, unless these very words were installed already.
define install
	@if cmp -s requirements/$(1).txt $(VENV)/installed-$(1).txt; then exit 0; fi; \
	echo 'Installing requirements/$(1).txt.'; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes \
		-r requirements/$(1).txt && \
	cp requirements/$(1).txt $(VENV)/installed-$(1).txt
endef

.PHONY: setup-run
setup-run: setup-venv
	$(call install,run)

# One after the other: two pips in one environment trip each other up.
.PHONY: setup-demo
setup-demo: setup-run
	$(call install,demo)

.PHONY: setup-dev
setup-dev: setup-demo
	$(call install,dev)
