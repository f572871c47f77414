#!/bin/sh
# venv.sh DIRECTORY LOCK: make a virtual environment with the pinned installer in it.
# PYTHON names the interpreter; without it, the first one that is new enough is taken.
set -eu
venv=$1 lock=$2

fit() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

if [ -n "${PYTHON:-}" ]; then
    fit "$PYTHON" || { echo "PYTHON=$PYTHON is not a Python of version 3.11 or later." >&2; exit 1; }
    python=$PYTHON
else
    python=
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if fit "$candidate"; then python=$candidate; break; fi
    done
    if [ -z "$python" ]; then
        echo "chinwag needs Python 3.11 or later; python3 here is: $(python3 --version 2>&1 || true)" >&2
        echo "Install one (Debian 12: apt-get install python3; macOS: brew install python)," >&2
        echo "or name it: make PYTHON=/path/to/python3.12 ..." >&2
        exit 1
    fi
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "$python has no venv module. On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
fi

if ! fit "$venv/bin/python"; then
    rm -rf "$venv"
    "$python" -m venv "$venv"
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
