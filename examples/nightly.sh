#!/usr/bin/env bash
# A cron job that draws a file of prompts each night and writes one line of what became of it:
#   30 2 * * *  /path/to/nightly.sh /path/to/prompts.txt /path/to/pictures
# Stopped or killed, it goes on the next time where it was; what is drawn is not drawn again.
set -uo pipefail
prompts=$1 folder=$2
shift 2
mkdir -p "$folder"
imagegen batch "$prompts" -o "$folder" --retries 2 --log "$folder/events.log" --quiet "$@" \
    >"$folder/new.txt" 2>"$folder/errors.txt"
code=$?
echo "$(date -u +%FT%TZ) exit $code, $(wc -l <"$folder/new.txt") new pictures" |
    tee -a "$folder/nightly.log"
exit "$code"
