#!/bin/sh
# Counts the public declarations of each module, and fails if there are more than the limit: public-surface.sh [--list]
#
# A public declaration is a promise to other packages; what they do not need is 'package' or narrower. The limit may only
# fall: the commit that raises it says which package needs more. --list prints every declaration with its place.
#
# Requirements of protocols and cases of enumerations are as public as their type, and are not counted.
set -eu
cd "$(dirname "$0")/.."

limit=459
# A package that imports MILBench has types of its own with these names.
reserved='Table Figure Graph Journal Record Row Column Chart Report Result Trial Task Format Dataset Context Options'

find Sources -name '*.swift' | sort | xargs awk -v limit="$limit" -v reserved="$reserved" -v list="${1:-}" '
  BEGIN { split(reserved, names); for (place in names) bare[names[place]] = 1 }
  FNR == 1 { text = 0; split(FILENAME, part, "/") }
  /^ *\/\// { next }
  # Templates of sources are texts.
  { copy = $0; if (gsub(/"""/, "", copy) % 2) { text = !text; next } }
  text { next }
  /^ *((@[A-Za-z_]+(\([^)]*\))?|[a-z]+) +)*public / {
    count[part[2]]++
    all++
    if (list == "--list") { line = $0; sub(/^ +/, "", line); print FILENAME ":" FNR ": " line }
    # Types in types are named after those.
    if ($0 ~ /^[^ ]/ && match($0, /(struct|enum|class|protocol|actor|typealias) +[A-Za-z]+/)) {
      split(substr($0, RSTART, RLENGTH), word, / +/)
      if (word[2] in bare) wrong = wrong FILENAME ":" FNR ": public name " word[2] ", say of what\n"
    }
  }
  END {
    for (module in count) printf "%-16s %4d\n", module, count[module] | "sort"
    close("sort")
    printf "%-16s %4d, at most %d\n", "public", all, limit
    if (all > limit) wrong = wrong "more public declarations than " limit "; what no other package needs is package\n"
    printf "%s", wrong | "cat >&2"
    exit wrong != ""
  }'
