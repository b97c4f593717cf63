#!/bin/sh
# Runs every fuzz program for a while: tests/fuzz.sh [BUILD] [SECONDS]   (build/fuzz, 10)
#
# Seeds are read from tests/fuzz/corpus/<program>; what a run finds new is kept in BUILD/corpus/<program>, and inputs
# that fail in BUILD/failures. Exit status 1 when one failed.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=${1:-$here/../build/fuzz}
seconds=${2:-10}

failed=0
count=0
mkdir -p "$build/failures"
for program in "$build"/*_fuzz; do
    [ -x "$program" ] || continue
    name=$(basename "$program")
    found=$build/corpus/$name
    seeds=$here/fuzz/corpus/$name
    mkdir -p "$found"
    [ -d "$seeds" ] || seeds=
    count=$((count + 1))
    if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix="$build/failures/$name-" "$found" $seeds >"$build/$name.log" 2>&1; then
        echo "fuzz: $name passed, $(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$build/$name.log") runs"
    else
        failed=$((failed + 1))
        echo "fuzz: $name FAILED; the end of $build/$name.log:" >&2
        tail -n 30 "$build/$name.log" >&2
    fi
done
if [ "$count" -eq 0 ]; then
    echo "fuzz: no fuzz program in $build" >&2
    exit 1
fi
[ "$failed" -eq 0 ]
