# SPDX-License-Identifier: AGPL-3.0-or-later
"""The checks of `EventValidator` for message events, without what costs much and never changes."""

from typing import Any

from synapse.api.constants import EventContentFields, EventTypes
from synapse.api.errors import Codes, SynapseError
from synapse.events.utils import validate_canonicaljson

try:
    from synapse.events.validator import MENTIONS_SCHEMA, MENTIONS_VALIDATOR
except ImportError:
    # Synapse 1.152 and older have a model of pydantic instead
    from synapse.events.validator import Mentions
    from synapse.http.servlet import validate_json_object

    def _check_mentions(mentions: Any) -> None:
        validate_json_object(mentions, Mentions)

else:
    # made once: `jsonschema.validate` checks its own schema anew each time, which is half of what a batch would cost
    _MENTIONS = MENTIONS_VALIDATOR(MENTIONS_SCHEMA)

    def _check_mentions(mentions: Any) -> None:
        error = next(iter(_MENTIONS.iter_errors(mentions)), None)
        if error is not None:
            where = f'"{error.path[-1]}": ' if error.path else ""
            raise SynapseError(400, where + error.message, Codes.BAD_JSON)


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
    # the empty object, as in nearly every message, is valid
    if (mentions := content.get(EventContentFields.MENTIONS, {})) != {}:
        _check_mentions(mentions)
