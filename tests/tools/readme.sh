#!/usr/bin/env bash
# The session in the README shows what the program prints: every line after "    $ " is run, and what follows must be its output.
# Times and memory are not compared.
#   readme.sh PROJECT PROGRAM            compares
#   readme.sh PROJECT PROGRAM --update   puts the program's output into the README
set -euo pipefail
project=$1 program=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ln -s "$project/samples" "$work/samples"
mkdir "$work/build"
ln -s "$program" "$work/build/eckart"

session() { sed -n '/^## A session/,/^## What it does$/p' "$project/README.md" | grep '^    ' || true; }
# Times, memory, and digits that another processor may round otherwise.
timeless() {
  sed -E 's/^    [0-9.]+ seconds(, peak memory .*)?$/    TIME/; s/, loss .*//; s/largest residual .*/RESIDUAL/; s/divergence .*/MAP/
    s/[0-9.]+e-[0-9]+/TINY/g; s/^( +als .* TINY).*/\1/; s/^( +(autoencoder|variational) .* 8) .*/\1/; /^ +(svd|pca|linear-autoencoder|tied-autoencoder|denoising|kmeans) /s/ +[0-9.]+$//
    s/ +/ /g; s/([0-9]\.[0-9]{2})[0-9]+/\1/g'
}

session | grep '^    \$ ' | while read -r _ command; do
  echo "    \$ $command"
  (cd "$work" && bash -c "$command" 2>&1) | sed -E 's/^/    /; s/ +$//'
done >"$work/now"

if [ "${3:-}" = --update ]; then
  # A command of the README stands for itself and for its new output; old output goes.
  awk 'FNR == NR { if (/^    \$ /) count++; now[count] = now[count] $0 "\n"; next }
       /^## A session$/ { session = 1 }
       /^## What it does$/ { session = 0 }
       session && /^    \$ / { printf "%s", now[++shown]; next }
       session && /^    / { next }
       { print }' "$work/now" "$project/README.md" >"$work/new"
  cp "$work/new" "$project/README.md"
else
  grep -q . "$work/now"
  diff <(session | timeless) <(timeless <"$work/now")
fi
