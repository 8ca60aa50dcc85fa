#!/bin/sh
# Installs missing system libraries and checks the Swift version. Does nothing if all libraries are installed.
set -eu

fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

# One line per library: its name for pkg-config, its package for apt, its formula for Homebrew (- for none needed).
libraries='openblas libopenblas-dev openblas
lapacke liblapacke-dev lapack
zlib zlib1g-dev -
hdf5 libhdf5-dev hdf5
libpng libpng-dev libpng'

# is_installed PKG_CONFIG_NAME APT_PACKAGE BREW_FORMULA
is_installed() {
  if [ "$system" = Darwin ]; then
    [ "$3" = - ] || [ -d "$(brew --prefix "$3" 2>/dev/null || echo /nonexistent)" ]
  else
    pkg-config --exists "$1" 2>/dev/null || dpkg -s "$2" >/dev/null 2>&1
  fi
}

# Prints the missing packages on one line, by the names of this system's package manager.
missing_packages() {
  command -v pkg-config >/dev/null 2>&1 || printf 'pkg-config '
  printf '%s\n' "$libraries" | while read -r name apt brew; do
    is_installed "$name" "$apt" "$brew" && continue
    if [ "$system" = Darwin ]; then printf '%s ' "$brew"; else printf '%s ' "$apt"; fi
  done
}

install_with_apt() {
  prefix=
  if [ "$(id -u)" -ne 0 ]; then
    prefix='sudo -n'
    sudo -n true 2>/dev/null || fail "missing: $1; run as root: apt-get install $1"
  fi
  echo "setup: installing $1"
  # The words of $prefix and of the package list must be split.
  # shellcheck disable=SC2086
  $prefix apt-get update -q || echo 'setup: the package lists could not be refreshed, trying with the old ones' >&2
  # shellcheck disable=SC2086
  $prefix env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $1 ||
    fail "apt-get could not install: $1"
}

install_with_brew() {
  command -v brew >/dev/null 2>&1 || fail "missing: $1; install Homebrew (https://brew.sh), then: brew install $1"
  echo "setup: installing $1"
  # shellcheck disable=SC2086
  brew install $1 || fail "brew could not install: $1"
}

check_swift() {
  command -v swift >/dev/null 2>&1 ||
    fail 'swift is not on the PATH; install Swift 6.1 or later from https://www.swift.org/install'
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
  [ -n "$version" ] || fail "'swift --version' names no version; expected Swift 6.1 or later"
  major=${version% *}
  minor=${version#* }
  if [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 1 ]; }; then
    fail "found Swift $major.$minor, expected 6.1 or later: https://www.swift.org/install"
  fi
}

system=$(uname -s)
missing=$(missing_packages)
missing=${missing% }
if [ -n "$missing" ]; then
  if [ "$system" = Darwin ]; then
    install_with_brew "$missing"
  elif command -v apt-get >/dev/null 2>&1; then
    install_with_apt "$missing"
  else
    fail "missing: $missing (names on Debian and Ubuntu: apt-get install $missing);" \
      'install pkg-config and the development files of OpenBLAS, LAPACKE, zlib, HDF5 and libpng with your package manager'
  fi
  missing=$(missing_packages)
  [ -z "$missing" ] || fail "still missing after the installation: ${missing% }"
fi
check_swift
