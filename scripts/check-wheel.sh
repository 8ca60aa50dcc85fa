#!/usr/bin/env bash
# Installs the wheel in dist/ into a new virtual environment and compares a model in Python with two of the command. No
# compilers are on the path and, if this runs as root on Linux, the folder of Swift is hidden from all processes.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
if [ "${1-}" != --hidden ] && [ "$(id -u)" -eq 0 ] && swift=$(command -v swift); then
  folder=$(dirname "$(dirname "$(readlink -f "$swift")")")
  if unshare --mount true 2>/dev/null; then
    # shellcheck disable=SC2016
    exec unshare --mount sh -c 'mount -t tmpfs none "$1" && exec "$2" --hidden' sh "$folder" "$root/scripts/check-wheel.sh"
  fi
  echo 'note: the folder of Swift cannot be hidden here'
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"${PYTHON:-python3}" -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip install --quiet "$root"/dist/milbench-*.whl
cat >"$scratch/own.py" <<'PYTHON'
import numpy as np

import milbench


class Size:
    def fit(self, bags, labels):
        self.middle = np.median(bags.sizes)

    def predict_proba(self, bags):
        return 1 / (1 + np.exp((bags.sizes - self.middle) / self.middle))


milbench.evaluate(Size, datasets=["musk1"], name="size", folds=3, repeats=1)
comparison = milbench.compare("size", "constant", "elm-mil")
print(comparison)
assert milbench.find_tool().parent.parent.name == "milbench" and len(comparison.cells) == 3
PYTHON
cd "$scratch"
for command in "milbench --version" "milbench describe musk1" "python own.py"; do
  # shellcheck disable=SC2086
  env -i HOME="$scratch" PATH="$scratch/venv/bin:/usr/bin:/bin" $command
done
echo 'the wheel works'
