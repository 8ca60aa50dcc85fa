#!/usr/bin/env bash
# Kills a run at N random points with kill -9 and continues it each time. Then the journal must have every unit once, and
# the tables must be those of an undisturbed run, byte for byte except for times:
#
#   scripts/kill-test.sh 20
#
# TOOL names the program; the same SEED gives the same points.
set -euo pipefail
kills=${1:-20}
tool=$(realpath "${TOOL:-.build/release/milbench}")
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
RANDOM=${SEED:-$$}
echo "kill-test: $kills kills, SEED=${SEED:-$$}"

folder=$(mktemp -d)
pid=
finish() {
  if [ -n "$pid" ]; then kill -9 "$pid" 2>/dev/null || true; fi
  rm -rf "$folder"
}
trap finish EXIT
fail() {
  printf 'kill-test: %s\n' "$*" >&2
  exit 1
}
cd "$folder"
mkdir -p experiments/test tmp
export TMPDIR=$folder/tmp
unset MILBENCH_DATA
cat >experiments/test/quick.json5 <<'END'
{
  title: "Quick",
  datasets: ["musk1"],
  models: ["constant", "mi-kernel", "mi-net-bag[epochs=4,layers=16]", "attention[epochs=2]"],
  folds: 10,
  repeats: 2,
}
END
run() { exec "$tool" run test/quick --quiet --workers 2 --output "$1" >log 2>&1; }

start=$(date +%s%N)
(run whole) || fail "the undisturbed run failed: $(cat log)"
# Points after the end would kill nothing, and most of the time is spent before the first unit.
milliseconds=$((($(date +%s%N) - start) / 1000000))
units=$("$scripts/journal-units.sh" whole/test/quick | wc -l)
"$scripts/tables-without-times.sh" whole/test/quick expected
"$scripts/journal-units.sh" whole/test/quick >expected.units

# At every moment the journal must have its earlier content and more.
check_kept() {
  "$scripts/journal-units.sh" runs/test/quick | grep -a '}$' >now.units || true
  [ -z "$(comm -23 before.units now.units)" ] || fail "units are lost after kill $done_kills"
  [ -z "$(uniq -d now.units)" ] || fail "units are doubled after kill $done_kills"
  mv now.units before.units
}
check_whole() {
  cmp before.units expected.units || fail 'the journal is not that of an undisturbed run'
  "$scripts/tables-without-times.sh" runs/test/quick found
  diff -r expected found || fail 'tables differ from those of an undisturbed run'
  local left
  left=$(find runs tmp \( -name '.milbench-*' -o -name 'milbench-*' -o -name '*.draft' \) -mmin +1)
  [ -z "$left" ] || fail "left behind: $left"
  rm -rf runs found
  : >before.units
}

: >before.units
done_kills=0
rounds=0
while [ "$done_kills" -lt "$kills" ]; do
  run runs &
  pid=$!
  sleep "$(awk -v n="$RANDOM" -v most="$milliseconds" 'BEGIN { print n / 32768 * most / 1000 }')"
  kill -9 "$pid" 2>/dev/null || true
  status=0
  { wait "$pid" || status=$?; } 2>/dev/null
  if [ "$status" -eq 137 ]; then
    done_kills=$((done_kills + 1))
    check_kept
  else
    [ "$status" -eq 0 ] || fail "a run that was not killed failed: $(cat log)"
    check_kept
    check_whole
    rounds=$((rounds + 1))
  fi
  pid=
done
(run runs) || fail "the last run failed: $(cat log)"
check_kept
check_whole
echo "kill-test: $done_kills kills in $((rounds + 1)) runs of $units units: none lost, none doubled, tables the same"
