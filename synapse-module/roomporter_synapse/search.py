# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps what must not be indexed out of the homeserver's own search (`POST /search`)."""

import json
from typing import Any, Mapping

from synapse.api.constants import EventTypes
from synapse.events import EventBase
from synapse.module_api import ModuleApi
from synapse.server import HomeServer
from synapse.storage.database import LoggingTransaction
from synapse.storage.databases.main.search import SearchEntry
from synapse.types import StateMap

DO_NOT_INDEX = "do_not_index"
POLICY = "io.roomporter.policy"
ORIGIN = "io.roomporter.origin"
INDEXED = {
    EventTypes.Message: "body",
    EventTypes.Name: "name",
    EventTypes.Topic: "topic",
}
SLICE = 500
"""Events of a room that are put back into the index in one transaction."""


class SearchIndex:
    """
    In the process that stores a room's events. An event with `do_not_index` never comes into the index, and nothing of a room whose
    policy says so; where a policy begins or ceases to say so, what is there already is taken out or put back. An import marks all
    that it brings: there the policy decides, once it says that the room may be indexed.
    """

    def __init__(self, hs: HomeServer, api: ModuleApi, service_user: str):
        self._hs = hs
        self._service_user = service_user
        self._store = hs.get_datastores().main
        self._policies: dict[str, bool] | None = None
        """`do_not_index` of rooms that have a policy; None: not read yet"""
        persist_events = hs.get_datastores().persist_events
        if persist_events is None:
            return
        store_entry = persist_events.store_event_search_txn

        def store_unless_hidden(txn: LoggingTransaction, event: EventBase, key: str, value: str) -> None:
            if self._policies is None:
                self._policies = self._read_policies(txn)
            if not self._is_hidden(event, self._policies.get(event.room_id)):
                store_entry(txn, event, key, value)

        persist_events.store_event_search_txn = store_unless_hidden  # type: ignore[method-assign]
        api.register_third_party_rules_callbacks(on_new_event=self._on_new_event)

    def _is_hidden(self, event: EventBase, policy: bool | None) -> bool:
        """policy: `do_not_index` of the room; None: it has none"""
        if policy is True:
            return True
        if event.content.get(DO_NOT_INDEX) is not True:
            return False
        origin = event.content.get(ORIGIN)
        by_import = event.sender == self._service_user and isinstance(origin, Mapping)
        return policy is None or not by_import or _was_marked(origin)

    async def _on_new_event(self, event: EventBase, state: StateMap[EventBase]) -> None:
        # who may send state of any type could hide a room of theirs: only the service's word counts
        if event.type != POLICY or event.get("state_key") != "" or event.sender != self._service_user:
            return
        room_id = event.room_id
        if self._policies is None:
            self._policies = await self._store.db_pool.runInteraction("roomporter_policies", self._read_policies)
        hidden = event.content.get(DO_NOT_INDEX) is True
        was_hidden = self._policies.get(room_id) is True or await self._was_hidden(event)
        self._policies[room_id] = hidden
        # the other processes that store events have others' rooms
        if not self._hs.config.worker.events_shard_config.should_handle(self._hs.get_instance_name(), room_id):
            return
        if hidden:
            self._hs.run_as_background_process("roomporter_search", self._take_out, room_id)
        elif was_hidden:
            self._hs.run_as_background_process("roomporter_search", self._put_back, room_id)

    async def _was_hidden(self, event: EventBase) -> bool:
        before = event.unsigned.get("replaces_state")
        replaced = await self._store.get_event(before, allow_none=True) if isinstance(before, str) else None
        return replaced is not None and replaced.content.get(DO_NOT_INDEX) is True

    def _read_policies(self, txn: LoggingTransaction) -> dict[str, bool]:
        txn.execute(
            "SELECT room_id, json FROM current_state_events INNER JOIN event_json USING (event_id, room_id)"
            " WHERE type = ? AND state_key = ''",
            (POLICY,),
        )
        policies = [(room_id, json.loads(text)) for room_id, text in txn]
        return {
            room_id: event["content"].get(DO_NOT_INDEX) is True
            for room_id, event in policies
            if event["sender"] == self._service_user
        }

    async def _take_out(self, room_id: str) -> None:
        await self._store.db_pool.simple_delete(
            table="event_search", keyvalues={"room_id": room_id}, desc="roomporter_take_out"
        )

    async def _put_back(self, room_id: str) -> None:
        after = -1
        while True:
            rows = await self._store.db_pool.runInteraction("roomporter_slice", _slice, room_id, after)
            if not rows:
                return
            after = rows[-1][1]
            events = await self._store.get_events_as_list([event_id for event_id, _ in rows])
            entries = [entry for event in events if not self._is_hidden(event, False) and (entry := _entry(event))]
            await self._store.db_pool.runInteraction("roomporter_put_back", self._replace, entries)

    def _replace(self, txn: LoggingTransaction, entries: list[SearchEntry]) -> None:
        # somebody may have put one in meanwhile
        for entry in entries:
            self._store.db_pool.simple_delete_txn(txn, "event_search", {"event_id": entry.event_id})
        self._store.store_search_entries_txn(txn, entries)


def _was_marked(origin: Mapping[str, Any]) -> bool:
    """Was an imported event marked before it was imported?"""
    restore = origin.get("restore")
    replaced = restore.get("set") if isinstance(restore, Mapping) else None
    return isinstance(replaced, Mapping) and f"/{DO_NOT_INDEX}" in replaced


def _slice(txn: LoggingTransaction, room_id: str, after: int) -> list[tuple[str, int]]:
    txn.execute(
        "SELECT event_id, stream_ordering FROM events WHERE room_id = ? AND stream_ordering > ?"
        " AND type IN (?, ?, ?) AND NOT outlier ORDER BY stream_ordering LIMIT ?",
        (room_id, after, *INDEXED, SLICE),
    )
    return [(event_id, stream_ordering) for event_id, stream_ordering in txn]


def _entry(event: EventBase) -> SearchEntry | None:
    value = event.content.get(INDEXED[event.type])
    if not isinstance(value, str):
        return None
    return SearchEntry(
        key=f"content.{INDEXED[event.type]}",
        value=value,
        event_id=event.event_id,
        room_id=event.room_id,
        stream_ordering=event.internal_metadata.stream_ordering,
        origin_server_ts=event.origin_server_ts,
    )
