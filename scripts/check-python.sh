#!/usr/bin/env bash
# Checks the Python package with the command in the folder BUILT: format, types, tests, and the notebooks of the examples.
# With --prepare it only makes the virtual environment Python/.venv, which later calls use.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
bin=$root/Python/.venv/bin

if ! cmp -s Python/requirements-test.txt Python/.venv/requirements.txt; then
  "${PYTHON:-python3}" -m venv --clear Python/.venv
  "$bin/python" -m pip install --quiet --requirement Python/requirements-test.txt
  cp Python/requirements-test.txt Python/.venv/requirements.txt
fi
[ "${1-}" != --prepare ] || exit 0

MILBENCH_TOOL=$(cd "${BUILT:-.build/release}" && pwd -P)/milbench
export MILBENCH_TOOL
cd Python
# Paths in its settings are relative to this folder.
code=(. ../scripts/man_page.py ../scripts/run-notebooks.py ../Benchmarks/python_overhead.py \
  ../Benchmarks/simulated_study.py)
"$bin/ruff" check --config pyproject.toml "${code[@]}"
"$bin/ruff" format --check --config pyproject.toml "${code[@]}"
"$bin/mypy"
"$bin/python" -m pytest
PYTHONPATH=$root/Python "$bin/python" ../scripts/run-notebooks.py ../Examples/Notebooks/*.ipynb
