#!/usr/bin/env bash
# Prints the records in the journals of an experiment's folder, one unit per line, sorted, without times:
# scripts/journal-units.sh runs/paper/quick. Each line is a whole record, so that two runs can be compared byte for byte.
set -euo pipefail
for journal in "$1"/journal*.jsonl.gz; do
  [ -f "$journal" ] || continue
  # The journal of a killed process has no end yet, and gzip reports this after it has printed all lines.
  gzip -dc "$journal" 2>/dev/null || true
done | sed -E 's/"crc32":"[0-9a-f]{8}",//; s/"(seconds|scoringSeconds|ended)":[-+.0-9eE]+,?//g' | sort
