#!/usr/bin/env bash
# Opens a map in headless Chromium and uses it: tests/tools/map_browser.js. Skipped, with code 77, where there is no Chromium or no
# node.
#   map_browser.sh PROGRAM SAMPLES
set -euo pipefail
program=$1 samples=$2 here=$(cd "$(dirname "$0")" && pwd)
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$chromium" ] || ! command -v node >/dev/null; then
  echo "skipped: needs Chromium and node"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$program" index "$samples" -o "$work/docs.idx" --quiet
cat >"$work/hostile.csv" <<'CSV'
id,a,b
"</script><script>window.broken = 1</script>",1,2
"""><img src=x onerror=""window.broken = 1"">",2,1
plain,5,5
CSV
"$program" map "$work/docs.idx" -o "$work/map.html" --clusters 6 --quiet
"$program" map "$work/hostile.csv" -o "$work/hostile.html" --title '</title><script>window.broken = 1</script>' --quiet
node "$here/map_browser.js" "$chromium" "$work"
