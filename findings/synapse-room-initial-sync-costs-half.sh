#!/usr/bin/env bash
# The deprecated snapshot of a room is Synapse's cheapest way to read one: `GET /rooms/{roomId}/initialSync` takes about half of the CPU
# of `/state` and `/messages` together, and gives the same events.
#
# Seen with Synapse 1.163.2 (SQLite, statistics gathered) on 2026-11-30: for a room of 60 events the snapshot takes 0.6 of the CPU
# of the two calls. Its chunk stands oldest first; `/messages?dir=b&from=` its `start` goes on with the event before it, and the events
# are those of `/messages` but for `unsigned.m.relations`: Synapse does not gather there what relates to each event, which is
# what `/messages` spends most on (and what gets slower with the square of the room's length without statistics).
#
# The guess: deprecated since r0, it is gone, or costs more than the calls that took its place, for it gathers presence and receipts, too.
#
# What to do: where edits and reactions are not wanted bundled, ask it for state and the newest page, with the two calls as the way out
# (no other homeserver is bound to have it, and the specification does not say in which order its chunk stands). In rooms with
# members on other servers use `/messages`, which fetches missing events from there first; the snapshot does not.
set -euo pipefail
FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
PYTHONPATH=$(cd "$(dirname "$0")" && pwd)/support # homeserver.py
PYTHON=$FOLDER/venv/bin/python
export FOLDER PYTHONPATH
python3 -m venv "$FOLDER/venv"
"$PYTHON" -m pip install --quiet --disable-pip-version-check matrix-synapse==1.163.2

"$PYTHON" - <<'PY'
import os
import sqlite3
from urllib.parse import quote

from homeserver import V3, call, start, user

start()
ann = user("ann")
room = quote(call("POST", f"{V3}/createRoom", {"name": "Tea"}, token=ann)[1]["room_id"])
base = f"{V3}/rooms/{room}"


def send(number, content):
    return call("PUT", f"{base}/send/m.room.message/{number}", content, token=ann)[1]["event_id"]


ids = [send(number, {"msgtype": "m.text", "body": f"message {number}"}) for number in range(50)]
new = {"msgtype": "m.text", "body": "edited"}
send(50, {**new, "m.new_content": new, "m.relates_to": {"rel_type": "m.replace", "event_id": ids[40]}})

with sqlite3.connect(f"{os.environ['FOLDER']}/homeserver.db", timeout=30) as database:
    database.execute("ANALYZE")


def get(path, **query):
    return call("GET", f"{base}/{path}", token=ann, query={name: str(value) for name, value in query.items()})[1]


def plain(event):
    unsigned = {name: value for name, value in event["unsigned"].items() if name not in ("age", "m.relations")}
    return {name: value for name, value in {**event, "unsigned": unsigned}.items() if name != "age"}


state, page = get("state"), get("messages", dir="b", limit=20)["chunk"]
snapshot = get("initialSync", limit=20)
chunk = snapshot["messages"]["chunk"]
assert [plain(event) for event in chunk[::-1]] == [plain(event) for event in page]
by_id = lambda events: sorted((plain(event) for event in events), key=lambda event: event["event_id"])
assert by_id(snapshot["state"]) == by_id(state)
before = get("messages", dir="b", limit=1, **{"from": snapshot["messages"]["start"]})["chunk"][0]
assert before["event_id"] == get("messages", dir="b", limit=21)["chunk"][20]["event_id"]
bundled = lambda events: sum("m.relations" in event["unsigned"] for event in events)
print(f"same events, oldest first; events with a bundled edit: {bundled(page)} by /messages, {bundled(chunk)} by /initialSync")
assert (bundled(page), bundled(chunk)) == (1, 0)

pids = [pid for pid in os.listdir("/proc") if pid.isdigit()]
command = lambda pid: open(f"/proc/{pid}/cmdline").read() if os.path.exists(f"/proc/{pid}/cmdline") else ""
[pid] = [pid for pid in pids if "synapse.app.homeserver" in command(pid) and os.environ["FOLDER"] in command(pid)]


def cpu():
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def cost(ask):
    begun = cpu()
    for _ in range(60):
        ask()
    return cpu() - begun


two, one = 0, 0
for turn in range(6):
    two += cost(lambda: (get("state"), get("messages", dir="b", limit=100)))
    one += cost(lambda: get("initialSync", limit=100))
print(f"CPU of the snapshot, as a part of that of the two calls: {one / two:.2f}")
assert one / two < 0.75
PY
