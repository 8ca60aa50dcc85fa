#!/bin/sh
# Builds the documentation of all libraries, from the modules of the optimised build: documentation.sh [FOLDER]
#
# Each library becomes an archive, after the libraries below it, so that its page can link to theirs. Then all archives are
# merged into FOLDER, .build/documentation by default. Every warning is an error. The symbols come from the modules that
# 'swift build -c release' has made, or from those in the folder BUILT. This takes seconds; a build of its own would take
# minutes.
set -eu
cd "$(dirname "$0")/.."

# From the bottom up, in the order of the imports.
libraries='UserInput Subprocesses Output LinearAlgebra Autodiff MILRecords MILExperiments MILStatistics MILReport MILBags
Containers MILFormats MILCatalogue MILModels MILBenchTesting MILEvaluation MILBench'

fail() {
  echo "documentation: $*" >&2
  exit 1
}

build=${BUILT:-.build/release}
output=${1:-.build/documentation}
[ -d "$build/Modules" ] || fail "no modules in $build; run: make build"

# run TOOL ARGUMENT... runs a tool of the Swift toolchain.
run() {
  if command -v xcrun >/dev/null 2>&1; then
    xcrun "$@"
  else
    tool=$1
    shift
    "$(dirname "$(command -v swift)")/$tool" "$@"
  fi
}

target=$(swift -print-target-info | sed -n 's/^ *"triple" *: *"\(.*\)".*/\1/p' | head -n 1)
set -- -target "$target" -I "$build/Modules"
if [ "$(uname -s)" = Darwin ]; then
  set -- "$@" -sdk "$(xcrun --show-sdk-path)"
fi
for map in Sources/C*/module.modulemap Sources/C*/include/module.modulemap "$build"/C*.build/module.modulemap; do
  [ ! -f "$map" ] || set -- "$@" -Xcc "-fmodule-map-file=$map"
done
for flag in $(pkg-config --cflags-only-I openblas lapacke zlib hdf5 2>/dev/null); do
  set -- "$@" -Xcc "$flag"
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/archives"
for library in $libraries; do
  mkdir -p "$scratch/symbols/$library"
  run swift-symbolgraph-extract -module-name "$library" "$@" -minimum-access-level package \
    -emit-extension-block-symbols -skip-inherited-docs -skip-synthesized-members -output-dir "$scratch/symbols/$library"
done

archives=''
failed=''
for library in $libraries; do
  catalogue=Sources/$library/$library.docc
  # The words of $archives are flags and must be split.
  # shellcheck disable=SC2086
  run docc convert $([ ! -d "$catalogue" ] || echo "$catalogue") \
    --additional-symbol-graph-dir "$scratch/symbols/$library" --output-path "$scratch/archives/$library.doccarchive" \
    --fallback-display-name "$library" --fallback-bundle-identifier "milbench.$library" \
    --fallback-default-module-kind Library \
    --enable-experimental-external-link-support $archives --warnings-as-errors || failed="$failed $library"
  archives="$archives --dependency $scratch/archives/$library.doccarchive"
done
[ -z "$failed" ] || fail "warnings (above) in:$failed"

rm -rf "$output"
mkdir -p "$(dirname "$output")"
run docc merge "$scratch"/archives/*.doccarchive --synthesized-landing-page-name MILBench --output-path "$output"
echo "documentation: $output"
