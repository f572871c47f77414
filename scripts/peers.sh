#!/bin/sh
# peers.sh [nginx]: see that ejabberd is there, which `make bench-cluster` compares with, or nginx, for
# `make bench-files`, and install Debian's where that can be done: as a program only, no service is
# started. Never fails: what is not there is not compared with.
set -u
missing=
if [ "${1:-}" = nginx ]; then
    [ -e /usr/sbin/nginx ] || command -v nginx >/dev/null || missing=" nginx"
else
    [ -e /usr/sbin/ejabberdctl ] || missing="$missing ejabberd"
    ls -d /usr/lib/erlang/lib/p1_pgsql-* >/dev/null 2>&1 || missing="$missing erlang-p1-pgsql"
fi
[ -n "$missing" ] || exit 0
echo "Installing$missing, to compare with; no service is started."
# shellcheck disable=SC2086 # one word a package
sh "$(dirname "$0")/packages.sh" $missing && exit 0
echo "Not there:$missing. What needs them is left out. Debian: sudo apt-get install$missing." >&2
