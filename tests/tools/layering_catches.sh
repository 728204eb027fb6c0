#!/usr/bin/env bash
# layering.sh refuses a tree for each rule that is broken, and passes one that breaks none.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree"/{engine,text,corpora,recsys,tools}

echo '#include "engine/a.h"' >"$tree/text/good.cpp"
"$here/layering.sh" "$tree" >/dev/null

refuses() {  # file, line
  echo "$2" >"$tree/$1"
  if "$here/layering.sh" "$tree" >/dev/null; then echo "passed: $2 in $1"; exit 1; fi
  rm "$tree/$1"
}
refuses engine/bad.cpp '#include "text/index.h"'
refuses text/bad.h '#include "corpora/documents/document.h"'
refuses corpora/bad.cpp '#  include "text/index.h"'
refuses corpora/bad.cpp '#include "document.h"'
refuses recsys/bad.cpp '#include "corpora/ratings/rating.h"'
refuses text/bad.cpp '#include "recsys/interface/ratings.h"'
refuses engine/bad.h '#include <nlohmann/json.hpp>'
