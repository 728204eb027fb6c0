#!/usr/bin/env bash
# The ratings in the samples are, byte for byte, what the generator writes.
#   samples.sh SAMPLES GENERATOR
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$2" --users 300 --items 120 --ratings 6000 -o "$work"
for file in ratings.csv movies.csv; do cmp "$1/ratings/$file" "$work/$file"; done
"$2" --users 300 --items 120 --ratings 6000 | cmp - "$1/ratings/ratings.csv"
