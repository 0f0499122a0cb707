#!/usr/bin/env bash
# PUT /rooms/{roomId}/state/… with `?ts=`: the same content again is no new event, whatever its date.
#
# Seen with Synapse 1.163.2 on 2026-11-29. An application service sets a topic dated 1,000 and the same topic once more dated 2,000. Both
# answers are 200, with one and the same event id; the room has one event, dated 1,000. It takes the same sender: from another member the
# same topic is an event of its own. Messages are not compared: the same text twice is two events.
#
# The guess: as the date belongs to the request and makes another event of the same content (another hash, another id), the second one
# would be stored; at the source it was, for two people had set the same topic one after the other.
#
# What to do: where one account replays the state of many people, give each event something of its own in its content (the original
# event's id will do), or one id here stands for two events there, and a redaction of the second one takes back the first.
set -euo pipefail
FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
PYTHONPATH=$(cd "$(dirname "$0")" && pwd)/support # homeserver.py
PYTHON=$FOLDER/venv/bin/python
export FOLDER PYTHONPATH
python3 -m venv "$FOLDER/venv"
"$PYTHON" -m pip install --quiet --disable-pip-version-check matrix-synapse==1.163.2

"$PYTHON" - <<'PY'
from homeserver import V3, call, room, send, start, user

start()
there = call("POST", f"{V3}/createRoom", {"preset": "private_chat", "room_version": "11"})[1]["room_id"]
topic = f"{V3}/rooms/{room(there)}/state/m.room.topic/"


def set_topic(ts, token="as"):
    status, answer, _ = call("PUT", topic, {"topic": "tea"}, token=token, query=ts and {"ts": ts})
    assert status == 200, answer
    return answer["event_id"]


first, again = set_topic(1000), set_topic(2000)
event = call("GET", topic, query={"format": "event"})[1]
print("the same topic, dated later:", "the same event" if again == first else "another event", "dated", event["origin_server_ts"])
assert again == first and event["origin_server_ts"] == 1000

texts = [send(there, {"msgtype": "m.text", "body": "tea"}, ts) for ts in (1000, 2000)]
assert texts[0] != texts[1]

ann = user("ann")
me = call("GET", f"{V3}/account/whoami", token=ann)[1]["user_id"]
call("POST", f"{V3}/rooms/{room(there)}/invite", {"user_id": me})
call("POST", f"{V3}/join/{room(there)}", {}, token=ann)
levels = call("GET", f"{V3}/rooms/{room(there)}/state/m.room.power_levels")[1]
levels["users"][me] = 100
call("PUT", f"{V3}/rooms/{room(there)}/state/m.room.power_levels", levels)
other = set_topic(None, ann)
print("the same topic from somebody else:", "the same event" if other == first else "another event")
assert other != first
PY
