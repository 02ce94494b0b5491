#!/bin/sh
# Runs Sytest against this checkout and prints its tally: test/sytest/run.sh SUITE KIT [TEST FILES...], where SUITE is a
# work tree of matrix-org/sytest and KIT the folder with the plugin and the Perl modules that it needs (see README.md).
set -eu

suite=$(cd "$1" && pwd)
kit=$(cd "$2" && pwd)
shift 2
hearth=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$suite"
PERL5LIB="$kit/perl" SYTEST_PLUGINS="$kit/plugins" perl run-tests.pl -I Hearth \
  --cmd "$hearth/node_modules/.bin/node --conditions=hearth-source --disable-warning=ExperimentalWarning $hearth/test/sytest/serve.ts" \
  --work-directory "$work" -O tap -a "$@" >"$work/tap" || true
cat "$work/tap"
printf 'passed %s, failed %s, skipped %s\n' \
  "$(grep '^ok' "$work/tap" | grep -vci '# skip' || true)" \
  "$(grep -c '^not ok' "$work/tap" || true)" \
  "$(grep -ci '^ok.*# skip' "$work/tap" || true)"
