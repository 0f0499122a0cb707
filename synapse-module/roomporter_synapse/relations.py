# SPDX-License-Identifier: AGPL-3.0-or-later
"""The checks of a single send on relations (`EventCreationHandler._validate_event_relation`), asked of the database once a call."""

from typing import Iterable

import attr
from synapse.api.constants import RelationTypes
from synapse.api.errors import Codes, SynapseError
from synapse.events import EventBase, relation_from_event
from synapse.storage.database import LoggingTransaction, make_in_list_sql_clause
from synapse.storage.databases.main import DataStore

MAX_KEY = 500


@attr.s(slots=True, auto_attribs=True)
class Relations:
    """What relations of a call can meet."""

    room_id: str
    rooms: dict[str, str]
    """id of an event that is a target → its room"""
    targets: set[str]
    """events that are unknown, but somebody else's relation has this target"""
    relating: set[str]
    """targets that relate to an event themselves"""
    annotated: set[tuple[str, str, str]]
    """target, type and key of the sender's annotations"""

    def check(self, event: EventBase) -> None:
        """
        Raises:
            SynapseError as a single send would
        """
        relation = relation_from_event(event)
        if not relation:
            return
        parent = relation.parent_id
        room_id = self.rooms.get(parent)
        if room_id is not None and room_id != self.room_id:
            raise SynapseError(400, "Relations must be in the same room")
        if room_id is None and parent not in self.targets:
            raise SynapseError(400, "Can't send relation to unknown event")
        if relation.rel_type == RelationTypes.ANNOTATION:
            key = relation.aggregation_key
            if key is None:
                raise SynapseError(400, "Missing aggregation key")
            if len(key) > MAX_KEY:
                raise SynapseError(400, "Aggregation key is too long")
            if (parent, event.type, key) in self.annotated:
                raise SynapseError(400, "Can't send same reaction twice", errcode=Codes.DUPLICATE_ANNOTATION)
        elif relation.rel_type == RelationTypes.THREAD and parent in self.relating:
            raise SynapseError(400, "Cannot start threads from an event with a relation")

    def add(self, event: EventBase) -> None:
        """Later events of the call may relate to this one."""
        self.rooms[event.event_id] = event.room_id
        relation = relation_from_event(event)
        if not relation:
            return
        self.relating.add(event.event_id)
        self.targets.add(relation.parent_id)
        if relation.rel_type == RelationTypes.ANNOTATION and relation.aggregation_key is not None:
            self.annotated.add((relation.parent_id, event.type, relation.aggregation_key))


async def relations_to(store: DataStore, room_id: str, sender: str, targets: Iterable[str]) -> Relations:
    """What the database knows of the events that a call's events relate to."""
    ids = list(dict.fromkeys(targets))
    known = await store.get_events(ids) if ids else {}
    relations = Relations(room_id, {i: e.room_id for i, e in known.items()}, set(), set(), set())
    if ids:
        await store.db_pool.runInteraction("roomporter_relations", _read, ids, sender, relations)
    return relations


def _read(txn: LoggingTransaction, ids: list[str], sender: str, relations: Relations) -> None:
    for start in range(0, len(ids), 100):
        some = ids[start : start + 100]
        clause, args = make_in_list_sql_clause(txn.database_engine, "relates_to_id", some)
        txn.execute(f"SELECT DISTINCT relates_to_id FROM event_relations WHERE {clause}", args)
        relations.targets.update(row[0] for row in txn)
        txn.execute(
            "SELECT relates_to_id, type, aggregation_key FROM event_relations INNER JOIN events USING (event_id)"
            f" WHERE {clause} AND relation_type = ? AND sender = ?",
            [*args, RelationTypes.ANNOTATION, sender],
        )
        relations.annotated.update((target, kind, key) for target, kind, key in txn)
        clause, args = make_in_list_sql_clause(txn.database_engine, "event_id", some)
        txn.execute(f"SELECT event_id FROM event_relations WHERE {clause}", args)
        relations.relating.update(row[0] for row in txn)
