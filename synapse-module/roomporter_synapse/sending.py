# SPDX-License-Identifier: AGPL-3.0-or-later
"""Carries a call out: each part of it is stored whole or not at all, and never twice."""

from typing import Any

import attr
from roomporter_synapse.batch import COMMIT_EVENTS, Batch
from roomporter_synapse.build import Chain, EventChains
from roomporter_synapse.journal import Entry, Journal
from roomporter_synapse.relations import relations_to
from synapse.api.constants import EventTypes
from synapse.api.errors import Codes, SynapseError
from synapse.handlers.worker_lock import NEW_EVENT_DURING_PURGE_LOCK_NAME
from synapse.server import HomeServer
from synapse.types import PersistedEventPosition, Requester
from synapse.util.async_helpers import Linearizer


@attr.s(frozen=True, slots=True, auto_attribs=True)
class Sent:
    event_ids: list[str]
    replayed: int
    """so many of them were stored by an earlier call with the same transaction id"""


class Sending:
    """In the process that stores the room's events, and in no other."""

    def __init__(self, hs: HomeServer):
        self._hs = hs
        self._handler = hs.get_event_creation_handler()
        self._store = hs.get_datastores().main
        self._locks = hs.get_worker_locks_handler()
        self._chains = EventChains(hs)
        self._journal = Journal(hs)
        # calls for one room one after another: each goes on where the one before it ended
        self._rooms = Linearizer(name="roomporter_batch", clock=hs.get_clock())

    async def send(self, requester: Requester, batch: Batch) -> Sent:
        """
        Raises:
            SynapseError: nothing of this call was stored by this request
        """
        async with self._rooms.queue(batch.room_id):
            async with self._locks.acquire_read_write_lock(
                NEW_EVENT_DURING_PURGE_LOCK_NAME, batch.room_id, write=False
            ):
                return await self._send(requester, batch)

    async def _send(self, requester: Requester, batch: Batch) -> Sent:
        version = await self._chains.room_version(batch.room_id, requester)
        known = await self._journal.find(batch.room_id, batch.txn_id)
        done: list[str] = []
        if known:
            if known.sha256 != batch.sha256:
                raise SynapseError(400, "this txn_id stands for other events", Codes.INVALID_PARAM)
            done = known.event_ids[: await self._journal.stored(known.event_ids)]
        drafts = batch.drafts[len(done) :]
        if not drafts:
            return Sent(done, len(done))
        sender = requester.user.to_string()
        targets = [target for draft in drafts for target in _targets(draft.content)]
        relations = await relations_to(self._store, batch.room_id, sender, [*targets, *done])
        chain = await self._chains.make(requester, version, batch.room_id, drafts, done, relations)
        event_ids = [*done, *(event.event_id for event in chain.events)]
        await self._journal.write(batch.room_id, batch.txn_id, Entry(batch.sha256, event_ids))
        await self._persist(requester, batch.room_id, chain)
        return Sent(event_ids, len(done))

    async def _persist(self, requester: Requester, room_id: str, chain: Chain) -> None:
        if any(event.type in (EventTypes.Message, EventTypes.Encrypted) for event in chain.events):
            await self._store.set_room_participation(requester.user.to_string(), room_id)
        # the federation sender looks each event's destinations up, which is half of what a batch costs: here there are none
        if await self._store.get_current_hosts_in_room(room_id) <= {self._hs.hostname}:
            for event in chain.events:
                event.internal_metadata.proactively_send = False
        for start in range(0, len(chain.events), COMMIT_EVENTS):
            await self._commit([(event, chain.context) for event in chain.events[start : start + COMMIT_EVENTS]])

    async def _commit(self, pairs: list[Any]) -> None:
        """In one transaction of the database."""
        persistence = self._hs.get_storage_controllers().persistence
        assert persistence is not None
        persisted, token = await persistence.persist_events(pairs)
        positions = []
        for event in persisted:
            if self._handler._ephemeral_events_enabled:
                self._hs.get_message_handler().maybe_schedule_expiry(event)
            stream_ordering = event.internal_metadata.stream_ordering
            assert stream_ordering is not None
            positions.append((event, PersistedEventPosition(self._hs.get_instance_name(), stream_ordering)))
        await self._hs.get_notifier().on_new_room_events(positions, token, extra_users=[])


def _targets(content: dict[str, Any]) -> list[str]:
    relation = content.get("m.relates_to")
    target = relation.get("event_id") if isinstance(relation, dict) else None
    return [target] if isinstance(target, str) else []
