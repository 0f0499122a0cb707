"""Bodies of any kind for the module's batch endpoint: fuzz.py URL TOKEN ROOM SEED EXAMPLES. Fails where one is answered with 5xx."""

import json
import sys
import urllib.error
import urllib.request
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

url, token, room, chosen_seed, examples = sys.argv[1:]

# lone surrogates and NUL among them
words = st.text(st.characters(), max_size=8) | st.sampled_from(["\x00", "\ud800", "$batch:0", "$batch:1", "$" + room[1:]])
numbers = st.integers() | st.floats() | st.sampled_from([2**53, -(2**53), 2**63, 10**400])
anything = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


def mostly(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 7).flatmap(lambda choice: anything if choice == 0 else usual)


def record(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return mostly(st.fixed_dictionaries({}, optional=parts))


relation = record(
    rel_type=mostly(st.sampled_from(["m.annotation", "m.replace", "m.thread", "m.reference", "\x00"])),
    event_id=mostly(words),
    key=mostly(words),
    **{"m.in_reply_to": record(event_id=mostly(words)), "is_falling_back": anything},
)
content = record(
    body=mostly(words),
    msgtype=mostly(words),
    redacts=mostly(words),
    **{
        "m.relates_to": relation,
        "m.mentions": record(user_ids=mostly(st.lists(words, max_size=2)), room=anything),
        "org.matrix.self_destruct_after": anything,
        "m.new_content": anything,
        "do_not_index": anything,
        "membership": anything,
    },
)
types = ["m.room.message", "m.reaction", "m.room.redaction", "m.room.encrypted", "m.room.member", "m.room.create"]
event = st.fixed_dictionaries(
    {"type": mostly(st.sampled_from(types) | words), "content": content},
    optional={"origin_server_ts": mostly(st.integers(0, 2**53 - 1))},
)
sound = st.fixed_dictionaries({"type": st.just("m.room.message"), "content": st.just({"msgtype": "m.text", "body": "x"})})
body = mostly(
    st.fixed_dictionaries(
        {
            "room_id": mostly(st.just(room)),
            "txn_id": mostly(st.builds(lambda: str(uuid4()))),
            "events": mostly(st.lists(event | sound, max_size=4)),
        }
    )
)


@seed(int(chosen_seed))
@settings(
    max_examples=int(examples),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
@given(body)
def never_fails(sent: Any) -> None:
    request = urllib.request.Request(url, json.dumps(sent).encode(), {"authorization": f"Bearer {token}"}, method="POST")
    try:
        with urllib.request.urlopen(request) as answer:
            status = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
        error.read()
    assert status < 500, f"{status} for {json.dumps(sent)}"


never_fails()
