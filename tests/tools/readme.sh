#!/usr/bin/env bash
# What README.md and samples/README.md show is what the program prints: every line after "    $ " is run, and the indented
# lines below it must be its output. Times and memory are not compared. What the documents name in tools/ must be there.
#   readme.sh PROJECT PROGRAM            compares
#   readme.sh PROJECT PROGRAM --update   puts the program's output into the documents
set -euo pipefail
project=$1 program=$2 mode=${3:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A command with the indented lines below it.
session() { awk '/^    \$ / { in_session = 1 } !/^    / { in_session = 0 } in_session' "$1"; }
# Times, memory, and digits that another processor may round otherwise.
timeless() {
  sed -E 's/^    [0-9.]+ seconds(, peak memory .*)?$/    TIME/; s/, loss .*//; s/largest residual .*/RESIDUAL/; s/divergence .*/MAP/
    s/[0-9.]+e-[0-9]+/TINY/g; s/^( +als .* TINY).*/\1/; s/^( +(autoencoder|variational) .* 8) .*/\1/; /^ +(svd|pca|linear-autoencoder|tied-autoencoder|denoising|kmeans) /s/ +[0-9.]+$//
    s/ +/ /g; s/([0-9]\.[0-9]{2})[0-9]+/\1/g'
}

# Runs the commands of a document in a folder of its own.
run_session() { # document, folder
  mkdir -p "$2/build"
  ln -s "$project/samples" "$2/samples"
  ln -s "$program" "$2/build/eckart"
  session "$1" | sed -n 's/^    \$ //p' | while read -r command; do
    echo "    \$ $command"
    (cd "$2" && bash -c "$command" 2>&1) | sed -E 's/^/    /; s/ +$//'
  done
}

update() { # document, output of its commands
  # A command stands for itself and for its new output; old output goes.
  awk 'FNR == NR { if (/^    \$ /) count++; now[count] = now[count] $0 "\n"; next }
       /^    \$ / { in_session = 1; printf "%s", now[++shown]; next }
       !/^    / { in_session = 0 }
       !in_session { print }' "$2" "$1" >"$work/new"
  cp "$work/new" "$1"
}

for document in README.md samples/README.md; do
  name=${document//\//-}
  run_session "$project/$document" "$work/$name" >"$work/$name.now"
  grep -q . "$work/$name.now"
  if [ "$mode" = --update ]; then
    update "$project/$document" "$work/$name.now"
  else
    diff <(session "$project/$document" | timeless) <(timeless <"$work/$name.now")
  fi
done

[ "$(wc -l <"$project/README.md")" -le 120 ] || { echo "README.md has more than 120 lines"; exit 1; }
for document in README.md BENCHMARKS.md CONTRIBUTING.md tools/README.md; do
  { grep -oE '(^|[ `(])tools/[a-zA-Z0-9_./-]*[a-zA-Z0-9_/]' "$project/$document" || true; } | tr -d ' `(' | sort -u | while read -r path; do
    [ -e "$project/$path" ] || { echo "$document: there is no $path"; exit 1; }
  done
done
