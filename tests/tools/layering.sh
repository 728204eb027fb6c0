#!/usr/bin/env bash
# Checks who includes whom in the project at $1: engine knows nothing else of ours; text, corpora and recsys know engine only; jobs
# know these four; folders of a library form no circle; includes are written from the project's root; a source
# includes its own header first, which shows that the header compiles alone; no header of a library includes a third party's other
# than Eigen; JSON stands in no header of ours.
set -euo pipefail
cd "$1"

failed=0
forbid() {  # what is wrong, a pattern, where to look for it
  local what=$1 pattern=$2
  shift 2
  local places=()
  for place in "$@"; do [ ! -e "$place" ] || places+=("$place"); done
  [ ${#places[@]} -gt 0 ] || return 0
  if grep -rnE --include='*.h' --include='*.cpp' -- "$pattern" "${places[@]}"; then
    echo "^ $what"
    failed=1
  fi
}

# Prints "A B" for each file of $1 in the folder A that includes one in the folder B.
arrows() {  # folder
  [ -d "$1" ] || return 0
  (grep -roE --include='*.h' --include='*.cpp' "^ *# *include +\"$1/[^\"]+\.h\"" "$1" || true) |
    sed -E 's/^([^:]+):.*"([^"]+)"$/\1 \2/; s,/[^/ ]+( |$),\1,g' |
    awk '$1 != $2' | sort -u
}

no_circle() {  # folder
  local order
  if ! order=$(arrows "$1" | tsort 2>&1 >/dev/null); then
    echo "$order" | sed -E 's/^tsort: (-: )?/  /'
    echo "^ folders of $1 form a circle"
    failed=1
  fi
}

forbid "engine knows no other folder of ours" '^ *# *include +["<](text|corpora|recsys|tools|tests)/' engine
forbid "direct knows engine only" '^ *# *include +["<](text|corpora|recsys|tools|tests)/' direct
forbid "only tools know direct" '^ *# *include +["<]direct/' engine text corpora recsys
forbid "text knows engine only" '^ *# *include +["<](corpora|recsys|tools|tests)/' text
forbid "corpora knows engine only" '^ *# *include +["<](text|recsys|tools|tests)/' corpora
forbid "recsys knows engine only" '^ *# *include +["<](text|corpora|tools|tests)/' recsys
forbid "jobs know nothing of the program" '^ *# *include +["<](tools/cli|tests)/' tools/jobs
forbid "what commands share knows no command" '^ *# *include +["<]tools/cli/commands/' tools/cli/arguments tools/cli/terminal
forbid "includes of ours are written from the root" '^ *# *include +"([^/"]+"|\.)' engine direct text corpora recsys tools

while read -r source; do
  own=${source%.cpp}.h
  [ ! -e "$own" ] || [ "$(grep -m 1 '^ *# *include' "$source")" = "#include \"$own\"" ] ||
    { echo "$source does not include $own first"; failed=1; }
done < <(find engine direct text corpora recsys tools/jobs tools/cli -name '*.cpp' 2>/dev/null)

for library in engine text corpora recsys tools/jobs tools/cli; do no_circle "$library"; done

third_party='(unicode|nlohmann|Spectra|CLI|fmt|gmime|glib|cld2)/|(sqlite3|cholmod|SuiteSparseQR_C|gumbo|zstd|zlib|xxhash|libstemmer|compact_lang_det|archive)\.h'
headers=$(find engine direct text corpora recsys tools/jobs -name '*.h' ! -path direct/suitesparse.h 2>/dev/null || true)
# shellcheck disable=SC2086
[ -z "$headers" ] || forbid "no third party but Eigen in a library's header" "^ *# *include +[\"<]($third_party)" $headers

users=$( (grep -rlE '^ *# *include +[<"]sqlite3\.h' --include='*.h' --include='*.cpp' engine text corpora || true) | wc -l)
[ "$users" -le 1 ] || { echo "$users files include sqlite3.h; one is to own it"; failed=1; }

exit $failed
