#!/usr/bin/env bash
# Copies the tables of an experiment's folder without what is measured in seconds, so that two runs can be compared byte for
# byte: scripts/tables-without-times.sh runs/paper/quick folder
set -euo pipefail
from=$1
to=$2
mkdir -p "$to"
for file in "$from"/*.md "$from"/*.csv "$from"/*.tex "$from"/*.json; do
  [ -f "$file" ] || continue
  name=$(basename "$file")
  case $name in
    # Seconds and seconds a step are the last columns but one.
    table.csv) sed -E 's/,[^,]*,[^,]*(,[^,]*)$/\1/' "$file" >"$to/$name" ;;
    # What a run keeps for itself.
    shards-* | submission.json) ;;
    *) cp "$file" "$to/$name" ;;
  esac
done
