#!/usr/bin/env bash
# Runs a small experiment on a real Slurm: a cluster of one node on loopback, in a temporary folder. The script starts and
# stops the cluster. One task of the array is killed with -9 and submitted again. Then the tables must be those of a local
# run, byte for byte except for times:
#
#   scripts/slurm-test.sh
#
# TOOL names the program. The test is skipped with a message if Slurm is missing and apt cannot install it.
set -euo pipefail
tool=$(realpath "${TOOL:-.build/release/milbench}")
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
tasks=3

skip() {
  printf 'slurm-test: skipped: %s\n' "$*"
  exit 0
}
[ "$(uname -s)" = Linux ] || skip 'Slurm runs on Linux'
[ "$(id -u)" -eq 0 ] || skip 'only root can start a node of Slurm'
if ! command -v slurmctld slurmd sbatch munged >/dev/null; then
  command -v apt-get >/dev/null || skip 'there is no Slurm, and no apt to install it'
  apt-get update -q >/dev/null || echo 'note: the package lists could not be refreshed'
  # The system's services are not started, since the test has a cluster of its own.
  mkdir -p /usr/sbin
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends slurmctld slurmd slurm-client munge \
    >/dev/null || skip 'apt cannot install slurmctld, slurmd, slurm-client and munge'
fi

folder=$(mktemp -d)
# Slurm's programs reject folders that others can write to.
chmod 755 "$folder"
daemons=()
finish() {
  if [ -S "$folder/munge.socket" ] && [ -n "${SLURM_CONF-}" ]; then scancel --user=root --quiet 2>/dev/null || true; fi
  for daemon in "${daemons[@]}"; do kill "$daemon" 2>/dev/null || true; done
  for daemon in "${daemons[@]}"; do
    for _ in $(seq 100); do kill -0 "$daemon" 2>/dev/null || break; sleep 0.05; done
    kill -9 "$daemon" 2>/dev/null || true
  done
  rm -rf "$folder"
}
trap finish EXIT
fail() {
  printf 'slurm-test: %s\n' "$*" >&2
  tail -n 20 "$folder"/*.log "$folder"/work/runs/test/quick/slurm/*.log >&2 2>/dev/null || true
  exit 1
}
# Waits until a command succeeds, for at most the given number of seconds.
wait_for() {
  local limit=$1
  shift
  for _ in $(seq $((limit * 10))); do
    if "$@"; then return 0; fi
    sleep 0.1
  done
  return 1
}

host=$(hostname -s)
port=$((20000 + RANDOM % 20000))
mkdir -p "$folder"/{state,spool,work}
(umask 077 && head -c 1024 /dev/urandom >"$folder/munge.key")
munged --foreground --force --socket="$folder/munge.socket" --key-file="$folder/munge.key" \
  --pid-file="$folder/munged.pid" --log-file="$folder/munged-own.log" --seed-file="$folder/munged.seed" \
  >"$folder/munged.log" 2>&1 &
daemons+=($!)

export SLURM_CONF=$folder/slurm.conf
cat >"$SLURM_CONF" <<END
ClusterName=milbench
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
ReturnToService=2
SlurmdParameters=config_overrides
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=2000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
END
wait_for 10 test -S "$folder/munge.socket" || fail 'munged does not start'
slurmctld -D -i -f "$SLURM_CONF" >"$folder/slurmctld.log" 2>&1 &
daemons+=($!)
slurmd -D -f "$SLURM_CONF" -N "$host" >"$folder/slurmd.log" 2>&1 &
daemons+=($!)
is_idle() { [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ]; }
wait_for 30 is_idle || fail "the node does not come up: $(sinfo 2>&1)"

cd "$folder/work"
unset MILBENCH_DATA
mkdir -p experiments/test
cat >experiments/test/quick.json5 <<'END'
{
  title: "Quick",
  datasets: ["musk1"],
  models: ["constant", "mi-kernel", "mi-net-bag[epochs=50]", "attention[epochs=30]"],
  folds: 10,
  repeats: 1,
}
END
milbench() { "$tool" "$@" || fail "milbench $*"; }

milbench run test/quick --quiet --workers 2 --output local >local.log 2>&1
milbench submit test/quick --tasks "$tasks" -- --cpus-per-task=1 --time=10
echo

# Prints a running task's number in the job array and the number of its process.
running_task() {
  squeue --noheader --array --states=RUNNING --name=milbench-task --format='%A %K' | head -n 1
}
find_process() {
  read -r job task < <(running_task) || return 1
  [ -s "runs/test/quick/journal-$task-of-$tasks.jsonl.gz" ] || return 1
  process=$(scontrol listpids "$job" 2>/dev/null | awk 'NR > 1 && $1 > 0 { print $1 }' | while read -r pid; do
    if [ "$(readlink "/proc/$pid/exe" 2>/dev/null)" = "$tool" ]; then echo "$pid"; fi
  done | head -n 1)
  # A process that is stopped cannot end before it is killed.
  [ -n "$process" ] && kill -STOP "$process" 2>/dev/null
}
wait_for 30 find_process || fail 'no task is running'
milbench status test/quick
kill -9 "$process"
echo "killed task $task with -9"
is_empty() { [ -z "$(squeue --noheader)" ]; }
wait_for 60 is_empty || fail "the queue does not empty: $(squeue)"
milbench status test/quick >status.txt
cat status.txt
grep -q "^stopped: $task;" status.txt || fail "task $task is not told as stopped"
[ -s runs/test/quick/table.csv ] || fail 'the job that collects has written no table'

milbench submit test/quick | tee submit.txt
grep -q "tasks $task of $tasks$" submit.txt || fail 'other tasks than the killed one were handed over again'
wait_for 60 is_empty || fail "the queue does not empty: $(squeue)"
milbench status test/quick | tee status.txt
grep -q ', 0 failed, 0 missing$' status.txt || fail 'trials are missing'
milbench submit test/quick | grep -q 'nothing to hand over' || fail 'finished tasks were handed over again'

for kind in local runs; do
  "$scripts/tables-without-times.sh" "$kind/test/quick" "$kind.tables"
  "$scripts/journal-units.sh" "$kind/test/quick" >"$kind.units"
done
diff -r local.tables runs.tables || fail 'tables differ from those of the local run'
cmp local.units runs.units || fail 'records differ from those of the local run'
echo "slurm-test: $tasks tasks, one killed and handed over again: tables and records are those of the local run ($SECONDS s)"
