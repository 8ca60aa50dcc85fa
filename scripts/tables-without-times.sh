#!/usr/bin/env bash
# Copies the tables of an experiment's folder without values in seconds, so that two runs can be compared byte for byte:
# scripts/tables-without-times.sh runs/paper/quick folder
set -euo pipefail
from=$1
to=$2
mkdir -p "$to"
for file in "$from"/*.md "$from"/*.csv "$from"/*.tex "$from"/*.json; do
  [ -f "$file" ] || continue
  name=$(basename "$file")
  case $name in
    # Seconds and seconds per step are the two columns before the last.
    table.csv) sed -E 's/,[^,]*,[^,]*(,[^,]*)$/\1/' "$file" >"$to/$name" ;;
    # Files that a run keeps for itself.
    shards-* | submission.json) ;;
    *) cp "$file" "$to/$name" ;;
  esac
done
