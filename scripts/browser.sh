#!/bin/sh
# browser.sh: see that there is a Chromium for the tests of the pages, and install Debian's where
# that can be done, with what the program that drives it is linked to. CHROMIUM names a browser that
# is elsewhere. Prints nothing when there is one.
set -eu
[ -z "${CHROMIUM:-}" ] || [ -x "$CHROMIUM" ] || { echo "CHROMIUM=$CHROMIUM is no program." >&2; exit 1; }
needs_atomic() { [ "$(uname)" = Linux ] && ! ldconfig -p 2>/dev/null | grep -q libatomic.so.1; }
for candidate in "${CHROMIUM:-}" chromium chromium-browser google-chrome \
    "/Applications/Chromium.app/Contents/MacOS/Chromium" \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    [ -z "$candidate" ] || ! command -v "$candidate" >/dev/null || needs_atomic || exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium, for the tests of the pages."
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null
    apt-get install -qq -y --no-install-recommends \
        chromium fonts-noto-color-emoji libatomic1 >/dev/null 2>&1 && exit 0
fi
echo "The tests of the pages need Chromium. Debian: apt-get install chromium; macOS: brew install" >&2
echo "--cask chromium; or name it: CHROMIUM=/path/to/chrome make test. Other tests run without:" >&2
echo "make test TESTS=tests/unit" >&2
exit 1
