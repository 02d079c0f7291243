#!/usr/bin/env bash
# Rows made by jq, drawn as they come, and the slowest pictures found by jq again.
# examples/jq.sh FOLDER [OPTIONS of imagegen batch]
set -euo pipefail
folder=$1
shift
jq --null-input --compact-output '
    ("cat", "dog") as $who | ("ball", "umbrella") as $what
    | {prompt: "a \($who) holding a \($what)", seed: 7, name: "\($who)-\($what).png"}' |
    imagegen batch - -o "$folder" --json "$@" |
    jq --slurp --raw-output '
        map(select(.event == "picture")) | sort_by(-.seconds)[] | "\(.seconds) \(.path)"'
