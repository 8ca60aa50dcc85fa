#!/bin/sh
# Puts a brief form of the first experiment's table between the marks of README.md; with --check only reports whether it is
# there.
#
# A row is a model with published figures that was run, and a column is a data set. A cell is "paper / ours / oracle": the
# published mean, ours after the last epoch, and ours at the best epoch of each fold, picked on its test bags. The best
# of ours on a data set is bold. Ours is marked ≠ if the verdict is "differs", and ≈ if it is "agrees". If there is no table
# yet, nothing is between the marks.
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

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
: >"$scratch/table"
[ ! -f "$table" ] || awk -F ' *[|] *' '
  !/^[|]/ || /^[|][-:|]+$/ { next }

  !width {
    width = NF
    for (i = 1; i <= NF; i++) at[$i] = i
    split("data set;model;paper: mean ± spread;ours, last epoch: mean;ours, oracle epoch: per fold;verdict", name, ";")
    for (n = 1; n <= 6; n++) {
      if (!(name[n] in at)) { print "readme-table: no column named " name[n] > "/dev/stderr"; exit 1 }
      column[n] = at[name[n]]
    }
    next
  }

  # Rows are in the order of the table, which also has models without a published figure.
  { model = $column[2]; if (!(model in known)) { known[model]; models[++modelCount] = model } }

  # Removes the spread after the mean, but keeps the mark of figures that were not read.
  $column[3] == "not published" || $column[4] == "not run" { next }
  {
    set = $column[1]
    shown[model]
    paper = $column[3]
    sub(/ ± [^*]*/, "", paper)
    mark[model, set] = $column[6] ~ /^differs/ ? "≠" : $column[6] ~ /^agrees/ ? "≈" : ""
    ours[model, set] = $column[4]
    if (!(set in best) || $column[4] + 0 > best[set]) best[set] = $column[4] + 0
    if (!(set in seen)) { seen[set]; sets[++setCount] = set }
    published[model, set] = paper
    oracle[model, set] = $column[5]
  }

  END {
    if (!setCount) exit
    heading = "| model |"
    rule = "|:---|"
    for (s = 1; s <= setCount; s++) { heading = heading " " sets[s] " |"; rule = rule ":---|" }
    print heading
    print rule
    for (m = 1; m <= modelCount; m++) {
      if (!(models[m] in shown)) continue
      line = "| " models[m] " |"
      for (s = 1; s <= setCount; s++) {
        if (!((models[m], sets[s]) in ours)) { line = line " – |"; continue }
        mean = ours[models[m], sets[s]]
        if (mean + 0 == best[sets[s]]) mean = "**" mean "**"
        line = line " " published[models[m], sets[s]] " / " mark[models[m], sets[s]] mean " / " oracle[models[m], sets[s]] " |"
      }
      print line
    }
  }
' "$table" >"$scratch/table"

awk -v table="$scratch/table" '
  /^<!-- table:end -->$/ { inside = 0 }
  !inside { print }
  /^<!-- table:begin -->$/ {
    inside = 1
    while ((getline line < table) > 0) print line
  }
' README.md >"$scratch/page"

if cmp -s "$scratch/page" README.md; then
  exit 0
elif [ $# -eq 1 ]; then
  echo "readme-table: README.md does not agree with $table; 'make reference' mends that" >&2
  exit 1
fi
cat "$scratch/page" >README.md
echo "README.md now agrees with $table"
