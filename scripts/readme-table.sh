#!/bin/sh
# Puts the table of the first experiment between the marks of README.md; with --check only tells whether it is there.
#
# The rows that were run are copied, without the notes. Before there is a table, nothing stands between the marks.
set -eu
cd "$(dirname "$0")/.."

table=results/dp-minn/classical/table.md
if [ $# -gt 1 ] || [ "${1:---check}" != --check ]; then
  echo 'usage: readme-table.sh [--check]' >&2
  exit 2
fi
for mark in begin end; do
  if [ "$(grep -c "^<!-- table:$mark -->\$" README.md)" -ne 1 ]; then
    echo "readme-table: README.md: expected one line <!-- table:$mark -->" >&2
    exit 1
  fi
done

scratch=$(mktemp)
trap 'rm -f "$scratch"' EXIT
awk -v table="$table" '
  /^<!-- table:end -->$/ { inside = 0 }
  !inside { print }
  /^<!-- table:begin -->$/ {
    inside = 1
    while ((getline line < table) > 0) if (line ~ /^\|/ && line !~ /not run/) print line
  }
' README.md >"$scratch"

if cmp -s "$scratch" README.md; then
  exit 0
elif [ $# -eq 1 ]; then
  echo "readme-table: README.md does not agree with $table; 'make report' mends that" >&2
  exit 1
fi
cat "$scratch" >README.md
echo "README.md now agrees with $table"
