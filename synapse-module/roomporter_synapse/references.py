# SPDX-License-Identifier: AGPL-3.0-or-later
"""References of events to earlier events of the same call: `$batch:<index>`."""

from typing import Any, Sequence

from roomporter_synapse.batch import REFERENCE
from synapse.api.constants import EventTypes
from synapse.api.errors import Codes, SynapseError


def resolve(event_type: str, content: dict[str, Any], event_ids: Sequence[str]) -> dict[str, Any]:
    """
    The content with the ids of the events that `m.relates_to` refers to; anything else stays as it is, whatever it looks like.

    Args:
        event_ids: of the events of the call before this one

    Raises:
        SynapseError 400 for a reference to this event or a later one, or of a redaction
    """
    if event_type == EventTypes.Redaction and _index(content.get("redacts")) is not None:
        raise SynapseError(400, "a redaction takes back events of earlier calls only", Codes.INVALID_PARAM)
    relation = content.get("m.relates_to")
    if not isinstance(relation, dict):
        return content
    resolved = dict(relation)
    _replace(resolved, "event_id", event_ids)
    reply = relation.get("m.in_reply_to")
    if isinstance(reply, dict):
        resolved["m.in_reply_to"] = dict(reply)
        _replace(resolved["m.in_reply_to"], "event_id", event_ids)
    return {**content, "m.relates_to": resolved}


def _replace(where: dict[str, Any], key: str, event_ids: Sequence[str]) -> None:
    index = _index(where.get(key))
    if index is None:
        return
    if index >= len(event_ids):
        raise SynapseError(400, f"$batch:{index} is no earlier event of this call", Codes.INVALID_PARAM)
    where[key] = event_ids[index]


def _index(value: Any) -> int | None:
    found = REFERENCE.fullmatch(value) if isinstance(value, str) else None
    return int(found.group(1)) if found else None
