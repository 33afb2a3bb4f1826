# Every command of the project. `make` alone prints them. GNU make 4.3 or newer.
# Each target does its own set-up first: on a fresh Debian 12 or Ubuntu machine with Python 3.11+,
# make and git, `make demo` and `make test` are all one has to type.

# The distribution's own Python, where it is new enough: it is built with the optimisations that
# self-built ones often lack, and lays a report out in four fifths of their time.
PYTHON   ?= $(or $(shell /usr/bin/python3 -c "import sys; sys.version_info >= (3, 11) and print(sys.executable)" 2>/dev/null),python3)
PORT     ?= 8000
SCALE    ?= 0.03
HEADLESS ?=
AREA     ?=
WEB_WORKERS ?= 2
TEST_WORKERS ?= 2

VENV := .venv/bin
CATALOGUE := config/locale/zh_Hans/LC_MESSAGES/django.mo
# Variables that are "0", "no" or empty count as not set.
yes = $(filter-out 0 no false,$(1))

# Settings of a production site with throw-away secrets: what `check --deploy` looks at.
secret = $$($(VENV)/python -c "import base64, secrets; print(base64.b64encode(secrets.token_bytes($(1))).decode())")
AS_PRODUCTION = PRODUCTION=1 ALLOWED_HOSTS=teachers.example SECRET_KEY="$(call secret,64)" \
	IDENTITY_KEY="$(call secret,32)" IDENTITY_HASH_KEY="$(call secret,32)"

.DEFAULT_GOAL := help
.PHONY: help install demo test run worker lint translations screenshots bench openapi
.PHONY: site-packages test-packages

help: ## print these lines
	@echo "usage: make <target> [VARIABLE=value]"; echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)$$/\1|\2/p' $(MAKEFILE_LIST) \
	| while IFS='|' read -r target text; do printf '  %-13s %s\n' "$$target" "$$text"; done
	@echo; echo "DATABASE_URL=postgresql://user:secret@host/name uses that server (PostgreSQL 15 or newer)"
	@echo "instead of the embedded one under var/."

site-packages:
	@$(PYTHON) -m config.bootstrap site

test-packages:
	@$(PYTHON) -m config.bootstrap tests

$(CATALOGUE): config/locale/zh $(wildcard config/locale/zh/*.po) config/translations.py | site-packages
	@$(VENV)/python -m config.translations

install: site-packages $(CATALOGUE) ## set this machine up: .venv, pinned packages, system libraries

demo: install ## a whole round on the demonstration province, then serve it (SCALE=0.03 PORT=8000 HEADLESS=1)
	@$(VENV)/python manage.py demo --scale $(SCALE) --port $(PORT) $(if $(call yes,$(HEADLESS)),--headless)

test: test-packages $(CATALOGUE) ## the whole suite, browser journeys included
	@$(VENV)/pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder

run: install ## the web server alone, on 127.0.0.1 (PORT=8000 WEB_WORKERS=2)
	@$(VENV)/gunicorn config.wsgi --bind 127.0.0.1:$(PORT) --workers $(WEB_WORKERS) --threads 2 --keep-alive 10 \
		--no-control-socket --max-requests 5000 --max-requests-jitter 500

worker: install ## a worker for the background tasks; start as many as you like
	@$(VENV)/python manage.py db_worker --queue-name '*' --interval 1

lint: test-packages ## ruff, import-linter, migrations, production checks, translations
	@$(VENV)/ruff check
	@$(VENV)/ruff format --check
	@$(VENV)/lint-imports
	@$(VENV)/python -m config.translations --strict
	@$(VENV)/python manage.py makemigrations --check --dry-run
	@$(AS_PRODUCTION) $(VENV)/python manage.py check --deploy --fail-level WARNING

translations: site-packages ## merge and compile the Chinese texts; fail on any that is missing
	@$(VENV)/python -m config.translations --strict

screenshots: test-packages $(CATALOGUE) ## the pictures of docs/, from the demonstration province
	@$(VENV)/python -m tests.browser.screenshots

bench: test-packages $(CATALOGUE) ## measure ours, the peer and the limit into var/bench.json (AREA=engine, register, reports)
	@$(VENV)/python -m tests.bench $(AREA)

openapi: install ## write the OpenAPI document of the API to docs/openapi.yaml (a test compares it)
	@$(VENV)/python manage.py spectacular --lang en --validate --fail-on-warn --file docs/openapi.yaml
	@echo docs/openapi.yaml
