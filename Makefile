# The few things one does with this project. `make` or `make help` lists them.
# BUILD names the folder of all build trees: `make test BUILD=/somewhere/else`.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
BUILD := build
export BUILD

# Builds a preset's tree; the words after it name what to build of it.
build_tree = cmake --preset $(1) -B "$(BUILD)/$(1)" && cmake --build "$(BUILD)/$(1)"

.PHONY: help
help:  ## lists the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) \
	  | while IFS='|' read -r target words; do printf '%-18s%s\n' "$$target" "$$words"; done

.PHONY: bootstrap
bootstrap:
	@tools/bootstrap

.PHONY: bootstrap-test
bootstrap-test:
	@tools/bootstrap --test

.PHONY: build
build: bootstrap  ## builds the program: build/release/src/cli/customeranalytics
	@$(call build_tree,release)

.PHONY: demo
demo: bootstrap  ## builds the program, makes an invented shop, loads it and prints what it shows
	@$(call build_tree,release) --target customeranalytics
	@rm -rf "$(BUILD)/demo-home"
	@"$(BUILD)/release/src/cli/customeranalytics" demo --home "$(BUILD)/demo-home"

.PHONY: test
test: bootstrap-test  ## runs all tests in release, those of what reads from outside under the address and undefined sanitizers
	@tools/run_tests

.PHONY: test-long
test-long: bootstrap-test  ## as test in long variants, all units under the sanitizers, then the thread sanitizer
	@tools/run_tests --long

.PHONY: bench
bench: bootstrap  ## measures speed and memory against DuckDB alone (bench/README.md)
	@$(call build_tree,release) --target customeranalytics bare_load own_reports analyst live
	@bench/run

.PHONY: bench-value
bench-value: bootstrap  ## measures customers' segments and value beside their bars
	@$(call build_tree,release) --target customeranalytics value_parts clv_models
	@bench/value

.PHONY: bench-server
bench-server: bootstrap  ## measures the server, idle and beside a run, and nginx beside it
	@tools/bootstrap --bench
	@$(call build_tree,release) --target customeranalytics
	@bench/server

.PHONY: bench-page
bench-page: bootstrap-test  ## measures the page in a browser beside its budgets
	@$(call build_tree,release) --target customeranalytics
	@bench/page.mjs

.PHONY: format
format: bootstrap  ## formats the C++ code in place
	@tools/format

.PHONY: lint
lint: bootstrap  ## checks format, clang-tidy's rules and the shell scripts
	@tools/lint
