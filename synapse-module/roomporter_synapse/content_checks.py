# SPDX-License-Identifier: AGPL-3.0-or-later
"""The checks of `EventValidator` for message events, without what costs much and never changes."""

from typing import Any

from synapse.api.constants import EventContentFields, EventTypes
from synapse.api.errors import Codes, SynapseError
from synapse.events.utils import validate_canonicaljson
from synapse.events.validator import MENTIONS_SCHEMA, MENTIONS_VALIDATOR

# made once: `jsonschema.validate` checks its own schema anew each time, which is half of what a batch would cost
_MENTIONS = MENTIONS_VALIDATOR(MENTIONS_SCHEMA)

STATE_ONLY = (EventTypes.Topic, EventTypes.Name, EventTypes.Tombstone, EventTypes.Create, EventTypes.Retention)


def check_content(event_type: str, content: dict[str, Any], room_id: str) -> None:
    """
    Raises:
        SynapseError 400
    """
    if event_type == EventTypes.Message:
        for key in ("body", "msgtype"):
            if key not in content:
                raise SynapseError(400, f"'{key}' not in content")
            if not isinstance(content[key], str):
                raise SynapseError(400, f"'{key}' not a string type")
    elif event_type in STATE_ONLY:
        raise SynapseError(400, f"'{event_type}' must be state events")
    validate_canonicaljson(content)
    mentions = content.get(EventContentFields.MENTIONS)
    if EventContentFields.MENTIONS in content:
        error = next(iter(_MENTIONS.iter_errors(mentions)), None)
        if error is not None:
            where = f'"{error.path[-1]}": ' if error.path else ""
            raise SynapseError(400, where + error.message, Codes.BAD_JSON)
