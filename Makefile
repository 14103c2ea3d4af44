# The ways in. CI calls the same targets and nothing else.
# Options of each: CKAN=2.11 (default) or CKAN=2.12; PORT=5000

CKAN ?= 2.11
PORT ?=
WHO ?=
ARGS ?=
ONLY ?=
export CKAN PORT WHO ARGS ONLY PYTHON DEMO

STACK = @sh stack/bootstrap.sh

.DEFAULT_GOAL := help
.PHONY: run up down test lint bench prove mail token help

run: ## set everything up and serve in the foreground; Ctrl-C stops it
	$(STACK) run

up: ## the same in the background; prints the address and the sign-ins
	$(STACK) up

down: ## stop what `make up` has started
	$(STACK) down

test: ## all tests; ONLY=domain|house|integration|pages picks a part, ARGS= goes to pytest
	$(STACK) test

lint: ## ruff, its formatter, pyright
	$(STACK) lint

bench: ## compare with stock CKAN (benchmarks/)
	$(STACK) bench

prove: ## the long proofs: kill, cut and fill up what can be; ONLY=life|files|… picks one
	$(STACK) prove

mail: ## print the letters that the portal has sent
	$(STACK) mail

token: ## print an API token on the last line: make token WHO=publisher
	$(STACK) token

help: ## this list
	@echo "make <target> [CKAN=2.11|2.12] [PORT=5000]"
	@sed -n 's/^\([a-z]*\): ## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 12
