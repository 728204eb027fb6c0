#!/usr/bin/env bash
# layering.sh refuses a tree for each rule that is broken, and passes one that breaks none.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree"/{direct,engine/{matrix,spectral,cluster},text/{words,terms},corpora/{bytes,documents},recsys/{interface,models},tools/{jobs/{common,search},cli/{arguments,commands,terminal}}}

write() { echo "$2" >>"$tree/$1"; }
write text/good.cpp '#include "engine/a.h"'
write text/terms/good.cpp '#include "text/words/tokenizer.h"'
write direct/good.cpp '#include "engine/a.h"'
write tools/jobs/search/good.cpp '#include "tools/jobs/search/good.h"
#include "direct/a.h"'
write engine/spectral/good.h '#include "engine/matrix/csr.h"'
write engine/cluster/good.cpp '#include "engine/spectral/pca.h"'
write recsys/models/good.h '#include "recsys/interface/ratings.h"'
write tools/jobs/search/good.h '#include "text/query/index.h"'
write tools/jobs/search/work.cpp '#include "tools/jobs/common/work.h"'
write tools/cli/commands/good.cpp '#include "tools/cli/arguments/arguments.h"'
"$here/layering.sh" "$tree" >/dev/null

refuses() {  # file, line
  echo "$2" >"$tree/$1"
  if "$here/layering.sh" "$tree" >/dev/null; then echo "passed: $2 in $1"; exit 1; fi
  rm "$tree/$1"
}
refuses engine/bad.cpp '#include "text/query/index.h"'
refuses direct/bad.cpp '#include "recsys/interface/ratings.h"'
refuses recsys/bad.cpp '#include "direct/a.h"'
refuses direct/bad.h '#include <cholmod.h>'
refuses text/bad.h '#include "corpora/documents/document.h"'
refuses corpora/bad.cpp '#  include "text/query/index.h"'
refuses corpora/bad.cpp '#include "document.h"'
refuses recsys/bad.cpp '#include "corpora/ratings/rating.h"'
refuses text/bad.cpp '#include "recsys/interface/ratings.h"'
refuses tools/jobs/search/bad.cpp '#include "tools/cli/terminal/session.h"'
refuses tools/jobs/search/bad.h '#include <nlohmann/json.hpp>'
refuses tools/cli/terminal/bad.h '#include "tools/cli/commands/command.h"'
refuses engine/bad.h '#include <nlohmann/json.hpp>'
refuses engine/spectral/good.cpp '#include "engine/matrix/csr.h"'

# Arrows that are turned: each makes a circle with one that is there.
refuses engine/matrix/bad.cpp '#include "engine/cluster/kmeans.h"'
refuses recsys/interface/bad.h '#include "recsys/models/als.h"'
refuses tools/cli/arguments/bad.cpp '#include "tools/cli/commands/train.h"'
refuses text/words/bad.h '#include "text/terms/vocabulary.h"'
refuses tools/jobs/common/bad.cpp '#include "tools/jobs/search/search.h"'
