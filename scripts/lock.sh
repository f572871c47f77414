#!/bin/sh
# lock.sh [--upgrade]: pin all dependencies by version and hash, for every platform and Python.
# The development lock is resolved first; those of running and of tools are parts of it. The web
# client's stands alone: it holds what builds it where no Node is installed.
# The locks name no package index: whoever installs uses the one that is configured there.
set -eu
cd "$(dirname "$0")/../requirements"
uv=../.venv/bin/uv
python=3.11
pin() {
    "$uv" pip compile --quiet --universal --generate-hashes --python-version "$python" \
        --custom-compile-command "make lock" --no-emit-index-url --no-emit-find-links "$@"
}
# uv takes the pins that are there as its preference, unless told to upgrade.
pin ../pyproject.toml --group ../pyproject.toml:dev --group ../pyproject.toml:tools -o dev.lock "$@"
pin ../pyproject.toml -c dev.lock -o run.lock
pin --group ../pyproject.toml:tools -c dev.lock -o tools.lock
pin --group ../pyproject.toml:web -o web.lock "$@"
python=3.12 # whatever runs it: nothing of it but the program is used
pin --group ../pyproject.toml:s3 -o s3.lock "$@"
