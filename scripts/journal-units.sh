#!/usr/bin/env bash
# Prints what the journals of an experiment's folder hold, one unit a line, sorted, without times: scripts/journal-units.sh
# runs/paper/quick. Each line is a whole record, so that two runs can be compared byte for byte.
set -euo pipefail
for journal in "$1"/journal*.jsonl.gz; do
  [ -f "$journal" ] || continue
  # A journal that a killed process left has no end yet, of which gzip complains after it has given all lines.
  gzip -dc "$journal" 2>/dev/null || true
done | sed -E 's/"crc32":"[0-9a-f]{8}",//; s/"(seconds|scoringSeconds|ended)":[-+.0-9eE]+,?//g' | sort
