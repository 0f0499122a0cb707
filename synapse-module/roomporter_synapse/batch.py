# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a call asks for, parsed into types at the door."""

import hashlib
import re
from typing import Any

import attr
from canonicaljson import encode_canonical_json
from synapse.api.errors import Codes, SynapseError

PATH = "/_synapse/client/roomporter/v1"

MAX_EVENTS = 1000
"""Most events of one call."""
COMMIT_EVENTS = 100
"""Synapse stores so many events of a room in one transaction of the database."""
MAX_TXN_ID = 255

MAX_TS = 2**53 - 1
NO_COLUMN = re.compile("[\0\ud800-\udfff]")
"""PostgreSQL takes no NUL; a single send with such a string as its type or target ends in 500 there."""
REFERENCE = re.compile(r"\$batch:(\d{1,4})")


@attr.s(frozen=True, slots=True, auto_attribs=True)
class Draft:
    """An event that is to be sent."""

    type: str
    content: dict[str, Any]
    origin_server_ts: int | None


@attr.s(frozen=True, slots=True, auto_attribs=True)
class Batch:
    room_id: str
    txn_id: str
    drafts: list[Draft]
    sha256: str
    """of the canonical JSON of `drafts`: the same transaction id stands for the same events"""


def parse_batch(body: Any) -> Batch:
    """
    Raises:
        SynapseError 400, which names the first key that is wrong
    """
    _only(body, "the body", {"room_id", "txn_id", "events"})
    room_id = _text(body, "room_id", "")
    txn_id = _text(body, "txn_id", "")
    if not 0 < len(txn_id) <= MAX_TXN_ID:
        raise _wrong(f"txn_id must have 1 to {MAX_TXN_ID} characters")
    events = body.get("events")
    if not isinstance(events, list) or not 0 < len(events) <= MAX_EVENTS:
        raise _wrong(f"events must be a list of 1 to {MAX_EVENTS} events")
    drafts = [_parse_draft(event, f"events[{index}]") for index, event in enumerate(events)]
    try:
        sha256 = hashlib.sha256(encode_canonical_json(events)).hexdigest()
    except (UnicodeEncodeError, ValueError, RecursionError):
        # a lone surrogate, NaN, or depth without end: a single send answers 500
        raise _wrong("events hold what no event can: a lone surrogate, or values nested too deep", Codes.BAD_JSON)
    return Batch(room_id, txn_id, drafts, sha256)


def _parse_draft(event: Any, where: str) -> Draft:
    _only(event, where, {"type", "content", "origin_server_ts"})
    content = event.get("content")
    if not isinstance(content, dict):
        raise _wrong(f"{where}.content must be an object", Codes.BAD_JSON)
    relation = content.get("m.relates_to")
    related = relation if isinstance(relation, dict) else {}
    columns = [content.get("redacts"), related.get("rel_type"), related.get("event_id"), related.get("key")]
    if any(isinstance(value, str) and NO_COLUMN.search(value) for value in columns):
        raise _wrong(f"{where} has NUL or a lone surrogate in its relation or redacts", Codes.BAD_JSON)
    ts = event.get("origin_server_ts")
    if ts is not None and (isinstance(ts, bool) or not isinstance(ts, int) or not 0 <= ts <= MAX_TS):
        raise _wrong(f"{where}.origin_server_ts must be milliseconds from 0 to 2^53 - 1")
    return Draft(_text(event, "type", where + "."), content, ts)


def _only(value: Any, where: str, keys: set[str]) -> None:
    if not isinstance(value, dict):
        raise _wrong(f"{where} must be an object", Codes.BAD_JSON)
    unknown = sorted(set(value) - keys)
    if unknown:
        raise _wrong(f"{where} has a key that is not known: {unknown[0]!r}")


def _text(value: dict[str, Any], key: str, where: str) -> str:
    text = value.get(key)
    if not isinstance(text, str):
        raise _wrong(f"{where}{key} must be a string")
    if NO_COLUMN.search(text):
        raise _wrong(f"{where}{key} has NUL or a lone surrogate", Codes.BAD_JSON)
    return text


def _wrong(message: str, errcode: Codes = Codes.INVALID_PARAM) -> SynapseError:
    return SynapseError(400, message, errcode)
