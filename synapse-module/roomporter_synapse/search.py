# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps what must not be indexed out of the homeserver's own search (`POST /search`)."""

import json
import logging
from typing import Any, Mapping

from roomporter_synapse.tables import make_table
from synapse.api.constants import EventTypes
from synapse.events import EventBase
from synapse.server import HomeServer
from synapse.storage.database import LoggingTransaction
from synapse.storage.databases.main.search import SearchEntry
from synapse.types import RoomStreamToken
from synapse.util.async_helpers import Linearizer

logger = logging.getLogger(__name__)

DO_NOT_INDEX = "do_not_index"
POLICY = "io.roomporter.policy"
ORIGIN = "io.roomporter.origin"
INDEXED = {
    EventTypes.Message: "body",
    EventTypes.Name: "name",
    EventTypes.Topic: "topic",
}
TABLE = "roomporter_unsearchable"
"""Rooms that were taken out of the index: a change that a stop cuts off is made up for at the next start."""
SLICE = 500
"""Events of a room that are put back into the index in one transaction."""


class SearchIndex:
    """
    In the process that stores a room's events. An event with `do_not_index` never comes into the index, and nothing of a room whose
    policy says so; where a policy begins or ceases to say so, what is there already is taken out or put back. An import marks all
    that it brings: there the policy decides, once it says that the room may be indexed.
    """

    def __init__(self, hs: HomeServer, service_user: str):
        self._hs = hs
        self._service_user = service_user
        self._store = hs.get_datastores().main
        self._pool = self._store.db_pool
        self._changes = Linearizer(name="roomporter_search", clock=hs.get_clock())
        self._has_table = False
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
        self._hear_of_policies()
        hs.run_as_background_process("roomporter_search", self._settle_all)

    def _is_hidden(self, event: EventBase, policy: bool | None) -> bool:
        """policy: `do_not_index` of the room; None: it has none"""
        if policy is True:
            return True
        if event.content.get(DO_NOT_INDEX) is not True:
            return False
        origin = event.content.get(ORIGIN)
        by_import = event.sender == self._service_user and isinstance(origin, Mapping)
        return policy is None or not by_import or _was_marked(origin)

    def _hear_of_policies(self) -> None:
        """
        For a callback `on_new_event` Synapse reads the whole state of the room at each event of the homeserver: 6 to 7 % of what a
        batch costs in a room with a few members, and more in a large one. Here only a policy is read.
        """
        notifier = self._hs.get_notifier()
        notify = notifier.notify_new_room_events

        async def learn_and_notify(
            event_entries: list[tuple[Any, str]], max_room_stream_token: RoomStreamToken
        ) -> None:
            for entry, event_id in event_entries:
                if entry.type == POLICY and entry.state_key == "":
                    try:
                        await self._learn(await self._store.get_event(event_id))
                    except Exception:
                        # whatever happens here, clients hear of the event
                        logger.exception("Roomporter could not read the policy %s", event_id)
            await notify(event_entries, max_room_stream_token)

        notifier.notify_new_room_events = learn_and_notify  # type: ignore[method-assign]

    async def _learn(self, event: EventBase) -> None:
        # who may send state of any type could hide a room of theirs: only the service's word counts
        if event.sender != self._service_user:
            return
        policies = await self._known_policies()
        hidden = policies[event.room_id] = event.content.get(DO_NOT_INDEX) is True
        if self._is_ours(event.room_id):
            if hidden:
                # before anything else of the room is kept out
                await self._mark(event.room_id)
            self._hs.run_as_background_process("roomporter_search", self._settle, event.room_id)

    def _is_ours(self, room_id: str) -> bool:
        """Does this process store the room's events?"""
        return self._hs.config.worker.events_shard_config.should_handle(self._hs.get_instance_name(), room_id)

    async def _known_policies(self) -> dict[str, bool]:
        if self._policies is None:
            policies = await self._pool.runInteraction("roomporter_policies", self._read_policies)
            # another one may have read them meanwhile, and heard of a change
            self._policies = self._policies or policies
        return self._policies

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

    async def _settle_all(self) -> None:
        """At the start: the module may have been away, or stopped in the middle."""
        await self._make_table()
        policies = await self._known_policies()
        marked = await self._pool.simple_select_onecol(TABLE, {}, "room_id", desc="roomporter_marked")
        for room_id in {*marked, *(room_id for room_id, hidden in policies.items() if hidden)}:
            if self._is_ours(room_id):
                await self._settle(room_id)

    async def _settle(self, room_id: str) -> None:
        """Brings the index to what the room's policy says."""
        room = {"room_id": room_id}
        async with self._changes.queue(room_id):
            if self._policies and self._policies.get(room_id):
                await self._mark(room_id)
                await self._pool.simple_delete("event_search", room, desc="roomporter_take_out")
            elif await self._pool.simple_select_one_onecol(TABLE, room, "room_id", allow_none=True):
                await self._put_back(room_id)
                await self._pool.simple_delete(TABLE, room, desc="roomporter_unmark")

    async def _mark(self, room_id: str) -> None:
        await self._make_table()
        await self._pool.simple_upsert(TABLE, {"room_id": room_id}, {}, desc="roomporter_mark")

    async def _make_table(self) -> None:
        if not self._has_table:
            await make_table(self._pool, f"{TABLE} (room_id TEXT NOT NULL PRIMARY KEY)")
            self._has_table = True

    async def _put_back(self, room_id: str) -> None:
        after = -1
        while True:
            rows = await self._pool.runInteraction("roomporter_slice", _slice, room_id, after)
            if not rows:
                return
            after = rows[-1][1]
            events = await self._store.get_events_as_list([event_id for event_id, _ in rows])
            entries = [entry for event in events if not self._is_hidden(event, False) and (entry := _entry(event))]
            await self._pool.runInteraction("roomporter_put_back", self._replace, entries)

    def _replace(self, txn: LoggingTransaction, entries: list[SearchEntry]) -> None:
        # somebody may have put one in meanwhile
        for entry in entries:
            self._pool.simple_delete_txn(txn, "event_search", {"event_id": entry.event_id})
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
