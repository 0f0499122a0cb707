#!/usr/bin/env bash
# An initial /sync is not always new: Synapse gives the answer of two minutes ago once more.
#
# Seen with Synapse 1.163.2 on 2026-11-28. `GET /_matrix/client/v3/sync` without `since`, asked again by the same device with the same
# filter and parameters, comes from a cache (`caches.sync_response_cache_duration`, two minutes unless configured): a room that was
# joined in between is not in it. With any other filter, even one that means the same, the answer is new.
#
# The guess: only the `since` token tells a homeserver what somebody has seen already; without one every answer is made from the
# state of that moment, so that "which rooms am I in" may be asked that way.
#
# What to do: ask `joined_rooms` for the list of rooms, which is not cached so; where an initial sync is needed for more, go on from
# its `next_batch`, or let the filter differ at each request.
set -euo pipefail
FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
PYTHONPATH=$(cd "$(dirname "$0")" && pwd)/support # homeserver.py
PYTHON=$FOLDER/venv/bin/python
export FOLDER PYTHONPATH
python3 -m venv "$FOLDER/venv"
"$PYTHON" -m pip install --quiet --disable-pip-version-check matrix-synapse==1.163.2

"$PYTHON" - <<'PY'
from homeserver import V3, call, start, user

start()
ann = user("ann")


def join_of_sync(**query):
    return set(call("GET", f"{V3}/sync", token=ann, query={"timeout": "0", **query})[1].get("rooms", {}).get("join", {}))


create = lambda name: call("POST", f"{V3}/createRoom", {"name": name}, token=ann)[1]["room_id"]
first = create("first")
assert first in join_of_sync()
second = create("second")
seen = {
    "joined_rooms": second in call("GET", f"{V3}/joined_rooms", token=ann)[1]["joined_rooms"],
    "sync, the same again": second in join_of_sync(),
    "sync, another filter": second in join_of_sync(filter='{"room":{"timeline":{"limit":10}}}'),
}
for way, found in seen.items():
    print(f"{way}: the second room is {'there' if found else 'missing'}")
assert list(seen.values()) == [True, False, True], seen
PY
