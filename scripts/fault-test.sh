#!/usr/bin/env bash
# Runs experiments under faults: on a full disk, in a read-only folder, in parallel with another run, in a folder that is
# removed during the run, and with output that no process reads. Each must end with an error that names the fault, and it
# must lose nothing:
#
#   scripts/fault-test.sh
#
# TOOL names the program. The test is skipped with a message if no small disk can be made in memory.
set -euo pipefail
tool=$(realpath "${TOOL:-.build/release/milbench}")
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)

folder=$(mktemp -d)
disk=$folder/disk
first=
finish() {
  # A run that was stopped would wait for ever.
  if [ -n "$first" ]; then kill -9 "$first" 2>/dev/null || true; fi
  umount "$disk" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
fail() {
  printf 'fault-test: %s\n' "$*" >&2
  cat "$folder/errors" >&2 2>/dev/null || true
  exit 1
}
mkdir "$disk"
if [ "$(uname -s)" != Linux ] || ! mount -t tmpfs -o size=40k,mode=755 tmpfs "$disk" 2>/dev/null; then
  echo 'fault-test: skipped: no small disk can be made in memory here'
  exit 0
fi
cd "$folder"
unset MILBENCH_DATA
mkdir -p experiments/test
cat >experiments/test/quick.json5 <<'END'
{ title: "Quick", datasets: ["musk1"], models: ["constant", "mi-net-bag[epochs=6,layers=16]"], folds: 10, repeats: 10 }
END
# Runs the tool, which must end with this exit code and print these words.
expect() {
  local code=$1 words=$2 status=0
  shift 2
  "$tool" "$@" >output 2>errors || status=$?
  [ "$status" -eq "$code" ] || fail "milbench $*: exit code $status, expected $code"
  grep -qF -- "$words" output errors || fail "milbench $*: expected to be told of: $words"
}
units() { "$scripts/journal-units.sh" "$1/test/quick" | grep -c '}$' || true; }

expect 0 test/quick run test/quick --quiet --output whole
"$scripts/journal-units.sh" whole/test/quick >expected
"$scripts/tables-without-times.sh" whole/test/quick expected.tables

echo '== a disk that becomes full'
expect 1 'no space' run test/quick --quiet --output disk
kept=$(units disk)
[ "$kept" -gt 0 ] || fail 'nothing was kept of what fitted'
mount -o remount,size=4m "$disk"
expect 0 'test/quick' run test/quick --quiet --output disk
"$scripts/journal-units.sh" disk/test/quick | cmp - expected || fail 'the journal is not that of an undisturbed run'
"$scripts/tables-without-times.sh" disk/test/quick found.tables
diff -r expected.tables found.tables || fail 'tables differ from those of an undisturbed run'

echo '== a finished run that can only be read'
mount -o remount,ro "$disk"
expect 0 'tables are only printed' report test/quick --output disk
expect 1 'can only be read' run test/quick --quiet --output disk
mount -o remount,rw "$disk"

echo '== a disk that is full before'
rm -rf "${disk:?}"/*
mount -o remount,size=40k "$disk"
head -c 1m /dev/zero >"$disk/fill" 2>/dev/null || true
expect 1 'no space' run test/quick --quiet --output disk
rm "$disk/fill"

# begin FOLDER: starts a run in the background, $first, and stops it as soon as its journal has a record.
begin() {
  "$tool" run test/quick --quiet --output "$1" >"$1.log" 2>&1 &
  first=$!
  local tries=0
  # A busy machine may need long for the first record.
  until [ -s "$1/test/quick/journal.jsonl.gz" ]; do
    tries=$((tries + 1))
    [ "$tries" -le 12000 ] || fail "the run in $1 has no record after a minute: $(cat "$1.log")"
    sleep 0.005
  done
  kill -STOP "$first" || fail "the run in $1 has ended already"
}

echo '== two runs in one folder'
begin two
expect 1 'another run is writing' run test/quick --quiet --output two
kill -CONT "$first"
wait "$first" || fail 'the first of two runs failed'
first=
"$scripts/journal-units.sh" two/test/quick | cmp - expected || fail 'the second run has disturbed the first'

echo '== a folder that is removed meanwhile'
begin gone
rm -rf gone
kill -CONT "$first"
status=0
wait "$first" || status=$?
first=
[ "$status" -eq 1 ] || fail "a run whose folder was removed: exit code $status, expected 1"
grep -q removed gone.log || fail "a run whose folder was removed says: $(cat gone.log)"
expect 0 'test/quick' run test/quick --quiet --output gone
"$scripts/journal-units.sh" gone/test/quick >found
sort -u found | cmp - expected || fail 'units are lost'

echo '== output that nobody takes'
status=0
"$tool" report test/quick --output whole >/dev/full 2>errors || status=$?
[ "$status" -eq 74 ] || fail "exit code $status with a full standard output, expected 74"
status=0
"$tool" report test/quick --output whole 2>errors >&- || status=$?
[ "$status" -eq 74 ] || fail "exit code $status with a closed standard output, expected 74"
echo "fault-test: all ends were as they should be ($SECONDS s)"
