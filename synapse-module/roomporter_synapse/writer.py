# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where Synapse has workers, one process stores all events of a room: it carries out the calls for that room, whoever is asked."""

from typing import Any

from roomporter_synapse.batch import PATH
from synapse.api.errors import Codes, HttpResponseException, SynapseError
from synapse.http.site import SynapseRequest
from synapse.server import HomeServer

FORWARDED = b"forwarded"
"""Query parameter of a call that another process hands over."""


class Writers:
    def __init__(self, hs: HomeServer):
        self._hs = hs
        self._store = hs.get_datastores().main

    def elsewhere(self, room_id: str) -> str | None:
        """Name of the process that stores the room's events; None: this one."""
        name = self._hs.config.worker.events_shard_config.get_instance(room_id)
        return None if name == self._hs.get_instance_name() else name

    async def ask(self, name: str, request: SynapseRequest, token: str, body: dict[str, Any]) -> dict[str, Any]:
        """
        The answer of another process, once this one knows what that one has stored.

        Raises:
            SynapseError as the other process says it, 502 where it is away, 504 where it does not answer in time
        """
        if FORWARDED in (request.args or {}):
            raise SynapseError(400, f"by its own configuration, {name} stores the room's events", Codes.UNRECOGNIZED)
        # every listener serves what modules serve, that for the other processes, too
        uri = f"synapse-replication://{name}{PATH}/batch?{FORWARDED.decode()}=true"
        headers = {b"Authorization": [b"Bearer " + token.encode()]}
        try:
            answer = await self._hs.get_replication_client().post_json_get_json(uri, body, headers)
        except HttpResponseException as error:
            if error.code == 404:
                raise SynapseError(400, f"{name} stores the room's events, and has no module", Codes.UNRECOGNIZED)
            raise error.to_synapse_error()
        except SynapseError:
            raise
        except Exception as error:
            raise SynapseError(502, f"{name} stores the room's events, and cannot be reached") from error
        await self._catch_up(name, answer["event_ids"][-1])
        return answer

    async def _catch_up(self, name: str, event_id: str) -> None:
        position = await self._store.db_pool.simple_select_one_onecol(
            table="events",
            keyvalues={"event_id": event_id},
            retcol="stream_ordering",
            desc="roomporter_position",
        )
        await self._hs.get_replication_data_handler().wait_for_stream_position(name, "events", position)
