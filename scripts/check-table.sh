#!/bin/sh
# Checks a table that a run has written: check-table.sh TABLE ROWS [COLUMN LOW HIGH]...
#
# TABLE is a .csv file, or a .md file with one table. It must have at least ROWS rows below its heading, all of one width.
# No cell may be NaN or infinite or, in a .md file, empty. Every cell of each named COLUMN must start with a number from
# LOW to HIGH. COLUMN@TEXT@... selects the rows in which each TEXT is a cell; there must be at least one.
set -eu

if [ $# -lt 2 ] || [ $((($# - 2) % 3)) -ne 0 ]; then
  echo 'usage: check-table.sh TABLE ROWS [COLUMN LOW HIGH]...' >&2
  exit 2
fi
table=$1
rows=$2
shift 2
if [ ! -s "$table" ]; then
  echo "check-table: $table: no such file, or it is empty" >&2
  exit 1
fi

rules=''
while [ $# -gt 0 ]; do
  rules="$rules$1	$2	$3
"
  shift 3
done

RULES=$rules awk -v rows="$rows" -v table="$table" '
  function complain(text) {
    printf "check-table: %s: %s\n", table, text > "/dev/stderr"
    failed = 1
  }

  function trimmed(text) {
    gsub(/^[ \t*]+|[ \t\r*]+$/, "", text)
    return text
  }

  # Splits a line into cell[1...]; quotes in CSV protect commas.
  function split_line(line,   count, at, sign, quoted, text) {
    if (table ~ /\.md$/) {
      sub(/^[ \t]*\|/, "", line)
      sub(/\|[ \t]*$/, "", line)
      return split(line, cell, "|")
    }
    count = 1
    text = ""
    for (at = 1; at <= length(line); at++) {
      sign = substr(line, at, 1)
      if (sign == "\"") quoted = !quoted
      else if (sign == "," && !quoted) { cell[count++] = text; text = "" }
      else text = text sign
    }
    cell[count] = text
    return count
  }

  function check_cell(text, place) {
    if (text == "" && table ~ /\.md$/) complain(place ": empty cell")
    if (tolower(text) ~ /(^|[^a-z])-?(nan|inf|infinity)([^a-z]|$)/) complain(place ": found " text)
  }

  # Checks the cell of the current row for a rule.
  function check_rule(r, place,   text) {
    text = trimmed(cell[at_column[r]])
    checked[r]++
    if (!match(text, /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)/)) complain(place ": found " text ", expected a number")
    else if (substr(text, 1, RLENGTH) + 0 < low[r] || substr(text, 1, RLENGTH) + 0 > high[r])
      complain(place ": found " text ", expected " low[r] " to " high[r])
  }

  # Returns whether the current row has a cell for each text of a rule.
  function is_meant(r,   t, i, found) {
    for (t = 2; t <= texts[r]; t++) {
      found = 0
      for (i = 1; i <= width; i++) if (trimmed(cell[i]) == text_of[r, t]) found = 1
      if (!found) return 0
    }
    return 1
  }

  table ~ /\.md$/ && !/^[ \t]*\|/ { next }
  table ~ /\.md$/ && /^[ \t]*\|[-: |]+$/ { next }
  table ~ /\.csv$/ && /^\r?$/ { next }

  !width {
    width = split_line($0)
    for (i = 1; i <= width; i++) heading[i] = trimmed(cell[i])
    rules = split(ENVIRON["RULES"], rule, "\n") - 1
    for (r = 1; r <= rules; r++) {
      split(rule[r], part, "\t")
      name[r] = part[1]
      low[r] = part[2] + 0
      high[r] = part[3] + 0
      texts[r] = split(part[1], piece, "@")
      for (t = 2; t <= texts[r]; t++) text_of[r, t] = piece[t]
      for (i = 1; i <= width; i++) if (heading[i] == piece[1]) at_column[r] = i
      if (!(r in at_column)) complain("no column named " piece[1])
    }
    next
  }

  {
    body++
    count = split_line($0)
    if (count != width) complain("line " NR ": " count " cells, expected " width)
    for (i = 1; i <= count && i <= width; i++)
      check_cell(trimmed(cell[i]), "line " NR ", column " heading[i])
    for (r = 1; r <= rules; r++) if (r in at_column && is_meant(r)) check_rule(r, "line " NR ", " name[r])
  }

  END {
    if (body < rows) complain(body + 0 " rows, expected at least " rows)
    for (r = 1; r <= rules; r++) if (body && !checked[r]) complain("no row for " name[r])
    if (failed) exit 1
    printf "check-table: %s: %d rows are plausible\n", table, body
  }
' "$table"
