#!/usr/bin/env bash
# No object of the static libraries given refers to a function that prints, or that ends the program.
set -euo pipefail

forbidden='printf|vprintf|fprintf|vfprintf|puts|fputs|putchar|putc|perror|(__(v?f?printf)_chk)|exit|_exit|_Exit|quick_exit|abort'
forbidden+='|std::(cout|cerr|clog|wcout|wcerr)|stdout|stderr'
failed=0
for library in "$@"; do
  if nm -C --undefined-only "$library" | grep -E " U ($forbidden)(@.*)?$"; then
    echo "^ in $library"
    failed=1
  fi
done
exit $failed
