# Everything a person does with a checkout. Needs make and Python 3.11 or 3.12 with pip; the rest is fetched,
# hash-checked, into .tools and .venv.

PYTHON ?= python3
export PYTHON
export CALLOUT_HOME ?= .callout
UV := tools/uv
CALLOUT := .venv/bin/callout

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help up down status test bench lock clean reset

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 18

up: .venv/.run web/dist/index.html ## Start everything and stay in the foreground; Ctrl-C stops it (DETACH=1: in the background)
	@exec $(CALLOUT) up $(if $(filter-out 0,$(DETACH)),--detach)

down: ## Stop everything, wherever it was started
	@if [ -x $(CALLOUT) ]; then exec $(CALLOUT) down; else echo "nothing is running"; fi

status: ## Show what runs
	@if [ -x $(CALLOUT) ]; then exec $(CALLOUT) status; else echo "nothing is running"; fi

test: .venv/.dev web/dist/index.html ## Run every check and every test (ARGS="-k name" goes to pytest)
	@tools/check $(ARGS)

bench: .venv-bench/.made ## Measure plans beside other engines (ARGS="--set solomon --budget 30")
	@.venv-bench/bin/python -m benchmarks run $(or $(ARGS),--set territory-100x20 --budget 10)

lock: .tools/.uv ## Pin the newest allowed versions of requirements/*.in
	@for name in tools run dev bench web; do \
	  $(UV) pip compile requirements/$$name.in --quiet --upgrade --universal --python-version 3.11 \
	    --no-emit-index-url --generate-hashes --no-header --no-annotate -o requirements/$$name.lock || exit 1; \
	done

clean: down ## Remove the environment and every cache; the data stays
	rm -rf .venv .venv-bench .venv-web web/node_modules web/dist .tools build reports *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

reset: down ## Delete the database, every case and every key (YES=1: without asking)
	@if [ -z "$(YES)" ]; then \
	  printf 'Delete everything in %s for ever? Type yes: ' "$(CALLOUT_HOME)"; \
	  read answer && [ "$$answer" = yes ] || { echo "nothing was deleted"; exit 1; }; \
	fi
	@if [ -e "$(CALLOUT_HOME)/postgres" ]; then rm -rf "$$(readlink -f "$(CALLOUT_HOME)/postgres")"; fi
	@rm -rf "$(CALLOUT_HOME)"

.tools/.uv: requirements/tools.lock
	@echo "Fetching uv …"
	@tools/bootstrap
	@touch $@

.venv/.made: | .tools/.uv
	@[ -x .venv/bin/python ] || $(UV) venv --quiet --clear --python "$$(command -v $(PYTHON))" .venv
	@touch $@

INTO_VENV := --quiet --python .venv/bin/python
OURSELVES := $(UV) pip install $(INTO_VENV) --no-deps --no-build-isolation -e .

.venv/.run: requirements/run.lock pyproject.toml | .venv/.made
	@echo "Installing packages …"
	@$(UV) pip install $(INTO_VENV) --require-hashes -r requirements/run.lock
	@$(OURSELVES)
	@touch $@

# The development packages include the others, so `make up` after `make test` changes nothing.
.venv/.dev: requirements/dev.lock pyproject.toml | .venv/.made
	@echo "Installing packages …"
	@$(UV) pip sync $(INTO_VENV) --require-hashes requirements/dev.lock
	@$(OURSELVES)
	@touch .venv/.run $@

# The peers of the benchmarks stay out of the environment that the product is tested in.
.venv-bench/.made: requirements/bench.lock | .tools/.uv
	@echo "Installing packages …"
	@[ -x .venv-bench/bin/python ] || $(UV) venv --quiet --python "$$(command -v $(PYTHON))" .venv-bench
	@$(UV) pip sync --quiet --python .venv-bench/bin/python --require-hashes requirements/bench.lock
	@touch $@

# Node for the console, pinned like everything else; only the build needs it.
.venv-web/.made: requirements/web.lock | .tools/.uv
	@[ -x .venv-web/bin/python ] || $(UV) venv --quiet --python "$$(command -v $(PYTHON))" .venv-web
	@$(UV) pip sync --quiet --python .venv-web/bin/python --require-hashes requirements/web.lock
	@touch $@

NPM := cd web && PATH="$(CURDIR)/.venv-web/bin:$$PATH" npm --loglevel=error

web/node_modules/.made: web/package-lock.json | .venv-web/.made
	@echo "Installing the console's packages …"
	@$(NPM) ci --ignore-scripts
	@touch $@

web/dist/index.html: $(shell find web/src web/public -type f 2>/dev/null) web/index.html web/link.html web/vite.config.ts web/tsconfig.json web/node_modules/.made
	@echo "Building the console …"
	@$(NPM) run --silent build -- --logLevel warn
	@touch $@
