#!/bin/sh
# Find a Python that can run the stack (install one on a bare Debian), then run it.
# The one file of the stack that is not Python, for the one moment there is none.
set -eu
cd "$(dirname "$0")/.."

usable() {
  command -v "$1" >/dev/null 2>&1 &&
    "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null
}

find_python() {
  for name in ${PYTHON:-} python3 python3.12 python3.11 python3.10; do
    if usable "$name"; then
      echo "$name"
      return 0
    fi
  done
  return 1
}

if ! python=$(find_python); then
  log=$(mktemp)
  if ! command -v apt-get >/dev/null 2>&1 || command -v python3 >/dev/null 2>&1; then
    echo "STOPPED: Python 3.10, 3.11 or 3.12 is needed. Install one (Debian 12: python3, python3-venv, python3-dev) or name it: make … PYTHON=/path/to/python3.11" >&2
    exit 1
  elif [ "$(id -u)" = 0 ]; then
    sudo=
  elif sudo -n true 2>/dev/null; then
    sudo="sudo -n"
  else
    echo "STOPPED: Python is missing. Install it and run this again: sudo apt-get install python3 python3-venv python3-dev" >&2
    exit 1
  fi
  echo "Installing Python with apt-get …"
  if ! { $sudo apt-get -qq update && DEBIAN_FRONTEND=noninteractive $sudo apt-get -qq -y --no-install-recommends install python3; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    echo "STOPPED: apt-get could not install python3. Check the network and the package sources, then run this again." >&2
    exit 1
  fi
  rm -f "$log"
  python=$(find_python) || {
    echo "STOPPED: this system's Python is $(python3 --version 2>&1); 3.10, 3.11 or 3.12 is needed. Name one: make … PYTHON=/path/to/python3.11" >&2
    exit 1
  }
fi
exec "$python" -m stack "$@"
