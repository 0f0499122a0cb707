#!/usr/bin/env bash
# A file's media type is not what was uploaded: Synapse adds `; charset=UTF-8` to some types when it serves them.
#
# Seen with Synapse 1.163.2 on 2026-11-28. Uploaded as `text/plain`, `text/html`, `application/json` or `image/svg+xml`, a file comes back as
# `text/plain; charset=UTF-8` and so on, whatever its bytes are in: a text in Latin-1 is then declared to be UTF-8.
# `application/xml`, `image/png` and types that already name a charset come back as they were.
#
# The guess: a content repository keeps the Content-Type of the upload, as the specification says of the download ("the content type
# of the file that was previously uploaded"), so that whoever copies a room from server to server copies the type along unchanged.
#
# What to do: compare media types without their parameters, take the type of the event (`info.mimetype`) or of the bytes where it
# matters, and never upload again with the parameter that a download had: after one round the file would "have" a charset that
# nobody gave it.
set -euo pipefail
FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
PYTHONPATH=$(cd "$(dirname "$0")" && pwd)/support # homeserver.py
PYTHON=$FOLDER/venv/bin/python
export FOLDER PYTHONPATH
python3 -m venv "$FOLDER/venv"
"$PYTHON" -m pip install --quiet --disable-pip-version-check matrix-synapse==1.163.2

"$PYTHON" - <<'PY'
from homeserver import V1, call, start, user

start()
ann = user("ann")
expected = {
    "text/plain": "text/plain; charset=UTF-8",
    "text/html": "text/html; charset=UTF-8",
    "image/svg+xml": "image/svg+xml; charset=UTF-8",
    "text/plain; charset=iso-8859-1": "text/plain; charset=iso-8859-1",
    "application/json": "application/json; charset=UTF-8",
    "application/xml": "application/xml",
    "image/png": "image/png",
}
seen = {}
for kind in expected:
    answer = call("POST", "/_matrix/media/v3/upload", token=ann, raw="Grüße".encode("latin-1"), headers={"Content-Type": kind})
    address = answer[1]["content_uri"].removeprefix("mxc://")
    seen[kind] = call("GET", f"{V1}/media/download/{address}", token=ann)[2]["Content-Type"]
    print(f"uploaded as {kind}: served as {seen[kind]}")
assert seen == expected, seen
PY
