#!/usr/bin/env bash
# GET /rooms/{roomId}/threads of an imported room: newest first by arrival, not by date.
#
# Seen with Synapse 1.163.2 on 2026-11-28. An application service sends three threads whose last replies have the dates 3, 1 and 2
# (`?ts=`). The list of threads comes in the order in which those replies arrived, latest arrival first; the dates that clients show
# beside them then go up and down.
#
# The guess: as `/timestamp_to_event` and `/search` with `order_by: recent` go by `origin_server_ts` (they do, in the same room), the
# list of threads would, too: the specification says "ordered by their latest event".
#
# What to do: replay in the order in which things were said, as the timeline has it, and the two agree. Who merges two rooms or sends
# a thread's replies in a block gets another list of threads than at the source, and no date can mend it.
set -euo pipefail
FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
PYTHONPATH=$(cd "$(dirname "$0")" && pwd)/support # homeserver.py
PYTHON=$FOLDER/venv/bin/python
export FOLDER PYTHONPATH
python3 -m venv "$FOLDER/venv"
"$PYTHON" -m pip install --quiet --disable-pip-version-check matrix-synapse==1.163.2

"$PYTHON" - <<'PY'
from homeserver import V1, V3, call, room, send, start

start()
there = call("POST", f"{V3}/createRoom", {"preset": "private_chat", "room_version": "11"})[1]["room_id"]
say = lambda body, more={}: {"msgtype": "m.text", "body": body, **more}
roots = {name: send(there, say(name), 1_600_000_000_000 + n) for n, name in enumerate("abc")}
for name, day in [("a", 3), ("b", 1), ("c", 2)]:
    relation = {"m.relates_to": {"rel_type": "m.thread", "event_id": roots[name]}}
    send(there, say(f"in {name}", relation), 1_600_000_000_000 + day * 86_400_000)
listed = call("GET", f"{V1}/rooms/{room(there)}/threads")[1]["chunk"]
names = {event_id: name for name, event_id in roots.items()}
seen = [names[event["event_id"]] for event in listed]
print("threads, first to last:", seen, "(by date it would be a, c, b)")
assert seen == ["c", "b", "a"], seen
PY
