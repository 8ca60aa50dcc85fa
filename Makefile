# Everything a user or a developer does with MILBench. 'make' alone lists the targets.
# MILBENCH_DATA, the folder of data files, is passed on from the environment where it is set.

SWIFT ?= swift
PYTHON ?= python3
TOOL = .build/release/milbench
TEST_FLAGS = -c release -Xswiftc -assert-config -Xswiftc Debug --scratch-path .build-test
RUN_FLAGS = $(if $(REPEATS),--repeats $(REPEATS)) $(if $(WORKERS),--workers $(WORKERS)) \
	$(if $(ONLY),--only $(ONLY))
PLACE = $(if $(OUTPUT),--output $(OUTPUT))
LINTED = Package.swift Sources Tests datasets \
	$(wildcard $(foreach package,Benchmarks Fuzzing,$(package)/Package.swift $(package)/Sources) Examples/*/Package.swift Examples/*/Sources Examples/*/Tests)

# Homebrew keeps OpenBLAS, LAPACK and others out of the common folders, so pkg-config must be told where they are.
ifeq ($(shell uname -s),Darwin)
KEGS := $(shell brew --prefix openblas lapack hdf5 2>/dev/null)
empty :=
space := $(empty) $(empty)
export PKG_CONFIG_PATH := $(subst $(space),:,$(strip $(addsuffix /lib/pkgconfig,$(KEGS)) $(PKG_CONFIG_PATH)))
endif

.DEFAULT_GOAL := help
.PHONY: help setup build test data reproduce quick report reference models documentation bench bench-rivals lint clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo "Narrow 'reproduce', 'quick' and 'report' with EXPERIMENT=name, and runs with REPEATS=n, WORKERS=n and ONLY=set."
	@echo "'reproduce' and 'report' work in runs, or in another folder with OUTPUT=folder; results is only read."

setup: ## Install the system libraries that are missing and check the Swift version
	@scripts/setup.sh

build: setup ## Build the tool, optimised: .build/release/milbench
	$(SWIFT) build -c release

test: setup ## Run all tests, optimised and with assertions, in a build folder of their own
	$(SWIFT) test $(TEST_FLAGS)

data: build ## Get every data set that can be had and check the files against the catalogue
	$(TOOL) data get
	$(TOOL) data verify

reproduce: build ## Run every experiment that is not done yet and write its tables, into runs
	$(TOOL) run $(EXPERIMENT) $(RUN_FLAGS) $(PLACE)

quick: REPEATS = 1
quick: OUTPUT = runs-quick
quick: EXPERIMENT := $(or $(EXPERIMENT),dp-minn/classical)
quick: reproduce ## Make the classical table with one repeat, into runs-quick

report: build ## Write tables, figures and report of your own runs again, from the journals
	$(TOOL) report $(EXPERIMENT) $(PLACE)

reference: build ## Write those of the finished runs in results again, and the table in README.md
	$(TOOL) report --reference $(EXPERIMENT)
	@scripts/readme-table.sh

models: build ## Write the page of models again from the registry
	$(TOOL) list models --markdown >Sources/MILBench/MILBench.docc/Models.md.new
	mv Sources/MILBench/MILBench.docc/Models.md.new Sources/MILBench/MILBench.docc/Models.md

documentation: build ## Build the documentation of all libraries, without warnings: .build/documentation
	@scripts/documentation.sh

bench: setup ## Measure the speed of training steps; what and how with BENCH='--help'
	$(SWIFT) run -c release --package-path Benchmarks Benchmarks $(BENCH)

bench-rivals: ## Get the Python libraries that 'make bench' measures ours against
	$(PYTHON) -m venv Benchmarks/rivals/.venv
	Benchmarks/rivals/.venv/bin/python -m pip install --requirement Benchmarks/rivals/requirements.txt

lint: ## Check the format of the sources
	$(SWIFT) format lint --strict -r $(LINTED)

clean: ## Remove what builds and quick runs have made
	rm -rf .build .build-test runs-quick Benchmarks/.build Fuzzing/.build $(addsuffix .build,$(wildcard Examples/*/))
