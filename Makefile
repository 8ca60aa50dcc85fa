# The tasks of users and developers of MILBench. 'make' alone lists the targets.
# MILBENCH_DATA, the folder of data files, is passed on from the environment if it is set.

SWIFT ?= swift
PYTHON ?= python3
# The tool for targets that need an optimised build: built first, or with BUILT=folder an existing one.
BUILT =
TOOL = $(or $(BUILT),.build/release)/milbench
TEST_FLAGS = -c release -Xswiftc -assert-config -Xswiftc Debug --scratch-path .build-test
RUN_FLAGS = $(if $(REPEATS),--repeats $(REPEATS)) $(if $(WORKERS),--workers $(WORKERS)) \
	$(if $(ONLY),--only $(ONLY))
PLACE = $(if $(OUTPUT),--output $(OUTPUT))
LINTED = Package.swift Sources Tests datasets experiments/recipes \
	Benchmarks/Sources Fuzzing/Sources $(wildcard Examples/*/Package.swift Examples/*/Sources Examples/*/Tests)

# Homebrew keeps OpenBLAS, LAPACK and others out of the common folders, so pkg-config needs their locations.
ifeq ($(shell uname -s),Darwin)
KEGS := $(shell brew --prefix openblas lapack hdf5 libpng 2>/dev/null)
empty :=
space := $(empty) $(empty)
export PKG_CONFIG_PATH := $(subst $(space),:,$(strip $(addsuffix /lib/pkgconfig,$(KEGS)) $(PKG_CONFIG_PATH)))
endif

.DEFAULT_GOAL := help
.PHONY: help setup build test data reproduce quick report reference models documentation python wheel bench bench-rivals \
	fuzz sanitize kill-test slurm-test lint clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo "Narrow 'reproduce', 'quick' and 'report' with EXPERIMENT=name, and runs with REPEATS=n, WORKERS=n and ONLY=set."
	@echo "'reproduce' and 'report' work in runs, or in another folder with OUTPUT=folder; results is only read."

setup: ## Install missing system libraries and check the Swift version
	@scripts/setup.sh

build: setup ## Build the tool, optimised: .build/release/milbench
	$(if $(BUILT),,$(SWIFT) build -c release --product milbench)

test: setup ## Run all tests, optimised and with assertions, in a build folder of their own
	$(SWIFT) test $(TEST_FLAGS)

data: build ## Get every available data set and check the files against the catalogue
	$(TOOL) data get
	$(TOOL) data verify

reproduce: build ## Run every unfinished experiment and write its tables, into runs
	$(TOOL) run $(EXPERIMENT) $(RUN_FLAGS) $(PLACE)

quick: REPEATS = 1
quick: OUTPUT = runs-quick
quick: EXPERIMENT := $(or $(EXPERIMENT),dp-minn/classical)
quick: reproduce ## Make the classical table with one repeat, into runs-quick

report: build ## Write tables, figures and report of your own runs again, from the journals
	$(TOOL) report $(EXPERIMENT) $(PLACE)

reference: build ## Write those of the finished runs in results, and the table in README.md
	$(TOOL) report --reference $(EXPERIMENT)
	@scripts/readme-table.sh

models: build ## Write the page of models again from the registry
	$(TOOL) list models --markdown >Sources/MILBench/MILBench.docc/Models.md.new
	mv Sources/MILBench/MILBench.docc/Models.md.new Sources/MILBench/MILBench.docc/Models.md

documentation: build ## Build the documentation of all libraries, without warnings: .build/documentation
	$(if $(BUILT),,$(SWIFT) build -c release --product MILBenchTesting)
	@BUILT=$(BUILT) scripts/documentation.sh

python: build ## Check the Python package: format, types, tests and notebooks, in a virtual environment of its own
	@BUILT=$(or $(BUILT),.build/release) scripts/check-python.sh

wheel: setup ## Make the wheel and the archive of the command, which need no Swift, in dist, and test the wheel
	BUILT=$(BUILT) scripts/make-wheel.sh
	scripts/check-wheel.sh

bench: setup ## Measure the speed of training steps; BENCH='--help' lists the options
	$(SWIFT) run -c release Benchmarks $(BENCH)

bench-rivals: ## Get the Python libraries that 'make bench' compares with ours
	$(PYTHON) -m venv Benchmarks/rivals/.venv
	Benchmarks/rivals/.venv/bin/python -m pip install --requirement Benchmarks/rivals/requirements.txt

# Each day runs another part of all cases; the printed seed runs a finding again.
FUZZ_FIRST ?= $(shell date +%j)000000
fuzz: SECONDS ?= 60
fuzz: build ## Read damaged files of every kind for SECONDS=n, and fail on a crash, a hang or excessive memory
	@mkdir -p .build/fuzz
	$(TOOL) train --model 'mi-net-bag[epochs=1,layers=4]' --dataset musk1 --output .build/fuzz/model.safetensors
	XDG_DATA_HOME=$(CURDIR)/.build/fuzz $(TOOL) data import Tests/TestSupport/Fixtures/folders/torchmil --overwrite
	$(SWIFT) run -c release ReaderFuzz --seconds $(SECONDS) --first $(FUZZ_FIRST) \
	  --corpus Tests/TestSupport/Fixtures --corpus experiments --corpus results/tuned --corpus datasets \
	  --corpus Examples/external-pytorch/models --corpus .build/fuzz

# Optimised like the other tests: without, many accesses are in the standard library, where no sanitizer sees them. What
# Swift's libraries keep until the end of a process is no leak.
sanitize: export ASAN_OPTIONS = detect_leaks=0
sanitize: setup ## Run the tests under the address and the thread sanitizer, in build folders of their own; FILTER=name selects
	for sanitizer in address thread; do \
	  $(SWIFT) test $(TEST_FLAGS:.build-test=.build-$$sanitizer) --sanitize $$sanitizer \
	    $(if $(FILTER),--filter '$(FILTER)') || exit 1; done

kill-test: KILLS ?= 20
kill-test: build ## Kill a run KILLS=n times and check that nothing is lost, duplicated or different
	TOOL=$(TOOL) scripts/kill-test.sh $(KILLS)

slurm-test: build ## Run an experiment as a job array on a Slurm of this machine alone, and kill one task
	TOOL=$(TOOL) scripts/slurm-test.sh

lint: ## Check the format of the sources, their comments, and how much is public
	$(SWIFT) format lint --strict -r $(LINTED)
	scripts/lint-comments.sh
	scripts/public-surface.sh

clean: ## Remove the output of builds and quick runs
	rm -rf .build .build-test .build-wheel .build-address .build-thread dist runs-quick Python/.venv \
	  $(addsuffix .build,$(wildcard Examples/*/))
