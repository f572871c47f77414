#!/bin/sh
# engines.sh: see that PostgreSQL, RabbitMQ, Redis, HAProxy and Prometheus' promtool are there for the
# tests of many nodes and for `make cluster`, and install Debian's where that can be done. What is installed here is only
# a program: no service is started, now or at the next boot, and what runs already is left alone.
# Servers that are elsewhere are named by CHINWAG_TEST_POSTGRES_URL, CHINWAG_TEST_RABBITMQ_URL and
# CHINWAG_TEST_REDIS_URL. Prints nothing when all is there.
set -eu
found() {
    for program in "$@"; do
        for path in "$(command -v "$program" || :)" /usr/sbin/"$program" \
            /usr/lib/postgresql/*/bin/"$program" /usr/lib/rabbitmq/bin/"$program" \
            /opt/homebrew/sbin/"$program" /usr/local/sbin/"$program"; do
            [ -z "$path" ] || [ ! -x "$path" ] || return 0
        done
    done
    return 1
}
missing=
need() { # PACKAGE URL PROGRAM…
    package=$1 url=$2
    shift 2
    [ -n "$url" ] || found "$@" || missing="$missing $package"
}
need postgresql "${CHINWAG_TEST_POSTGRES_URL:-}" postgres
need rabbitmq-server "${CHINWAG_TEST_RABBITMQ_URL:-}" rabbitmq-server
need redis-server "${CHINWAG_TEST_REDIS_URL:-}" redis-server valkey-server
need haproxy "" haproxy
need prometheus "" promtool # checks the alarms
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing$missing, for clusters on this machine; no service is started."
    # shellcheck disable=SC2086 # one word a package
    sh "$(dirname "$0")/packages.sh" $missing && exit 0
fi
echo "These are not there:$missing. The tests of many nodes, and \`make cluster\`, need them." >&2
echo "Debian: sudo apt-get install$missing; macOS: brew install postgresql rabbitmq redis haproxy prometheus." >&2
echo "Other tests run without: make test TESTS=tests/unit" >&2
exit 1
