#!/bin/sh
# Print a Python of 3.11 or newer: the first that can make a virtual environment, else
# the first at all (setup then says, or installs, what it lacks). $PYTHON overrides.
set -u

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

makes_environments() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

second_best=""
for candidate in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3 \
    /usr/bin/python3
do
    if new_enough "$candidate"; then
        if makes_environments "$candidate"; then
            command -v "$candidate"
            exit 0
        fi
        second_best=${second_best:-$candidate}
    fi
done

if [ -n "$second_best" ]; then
    command -v "$second_best"
    exit 0
fi
cat >&2 <<'SAY'
✗ No Python of 3.11 or newer.
  Debian 12, Ubuntu 24.04 and newer:  sudo apt-get install python3 python3-venv
  macOS:                              brew install python@3.12
SAY
exit 1
