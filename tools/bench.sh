#!/bin/sh
# Run every script of bench/ in turn: `bench.sh quick` or `bench.sh long`.
set -eu

found=no
for script in bench/*.py
do
    if [ -f "$script" ]; then
        found=yes
        echo "== $script"
        BENCH_LENGTH="$1" .venv/bin/python "$script"
    fi
done
if [ "$found" = no ]; then
    echo "There is nothing to measure yet: bench/ holds no scripts."
fi
