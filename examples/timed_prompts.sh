#!/usr/bin/env bash
# Draw every line of a file and print the path and the seconds of each picture.
# examples/timed_prompts.sh FILE [OPTIONS of imagegen]
set -euo pipefail
file=$1
shift
imagegen - --json --seed 7 "$@" <"$file" |
    python3 -c '
import json, sys
for line in map(json.loads, sys.stdin):
    if line["event"] == "picture":
        print(line["path"], line["seconds"])
'
