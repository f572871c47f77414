#!/bin/sh
# packages.sh PACKAGE…: install Debian packages as programs only: no service is started, now or at
# the next boot, and what runs already is left alone. Fails where that cannot be done: on another
# system, and for anybody but root.
set -eu
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || exit 1
policy=/usr/sbin/policy-rc.d
restore() {
    rm -f "$policy"
    [ ! -e "$policy.chinwag" ] || mv "$policy.chinwag" "$policy"
}
export DEBIAN_FRONTEND=noninteractive
# Debian's packages ask this file whether they may start their services: no.
[ ! -e "$policy" ] || [ -e "$policy.chinwag" ] || mv "$policy" "$policy.chinwag"
trap restore EXIT
trap 'exit 1' HUP INT TERM
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"
log=$(mktemp)
apt-get update -qq >"$log" 2>&1 || :
if apt-get install -qq -y --no-install-recommends "$@" >>"$log" 2>&1; then
    # Nor may they at the next boot.
    ! command -v systemctl >/dev/null || systemctl disable --quiet "$@" >/dev/null 2>&1 || :
    rm -f "$log"
    exit 0
fi
tail -n 5 "$log" >&2
rm -f "$log"
exit 1
