# SPDX-License-Identifier: AGPL-3.0-or-later
"""What calls have sent: written before the events are stored, so that a call that is repeated does nothing twice."""

import json

import attr
from roomporter_synapse.tables import make_table
from synapse.server import HomeServer
from synapse.storage.database import LoggingTransaction

TABLE = "roomporter_batches"
KEPT_MS = 14 * 24 * 3600 * 1000
"""Nobody repeats a call after that."""


@attr.s(frozen=True, slots=True, auto_attribs=True)
class Entry:
    sha256: str
    event_ids: list[str]
    """of all events of the call; the first of them are stored, or all"""


class Journal:
    def __init__(self, hs: HomeServer):
        self._clock = hs.get_clock()
        self._pool = hs.get_datastores().main.db_pool
        self._there = False

    async def find(self, room_id: str, txn_id: str) -> Entry | None:
        await self._prepare()
        row = await self._pool.simple_select_one(
            table=TABLE,
            keyvalues={"room_id": room_id, "txn_id": txn_id},
            retcols=("sha256", "event_ids"),
            allow_none=True,
            desc="roomporter_find",
        )
        return Entry(row[0], json.loads(row[1])) if row else None

    async def write(self, room_id: str, txn_id: str, entry: Entry) -> None:
        await self._prepare()
        await self._pool.simple_upsert(
            table=TABLE,
            keyvalues={"room_id": room_id, "txn_id": txn_id},
            values={
                "sha256": entry.sha256,
                "event_ids": json.dumps(entry.event_ids),
                "created_ts": self._clock.time_msec(),
            },
            desc="roomporter_write",
        )

    async def stored(self, event_ids: list[str]) -> int:
        """How many of them, from the first on, are stored."""
        rows = await self._pool.simple_select_many_batch(
            table="events",
            column="event_id",
            iterable=event_ids,
            keyvalues={},
            retcols=("event_id",),
            desc="roomporter_stored",
        )
        there = {row[0] for row in rows}
        return next((index for index, event_id in enumerate(event_ids) if event_id not in there), len(event_ids))

    async def _prepare(self) -> None:
        if self._there:
            return
        oldest = self._clock.time_msec() - KEPT_MS

        def forget(txn: LoggingTransaction) -> None:
            txn.execute(f"DELETE FROM {TABLE} WHERE created_ts < ?", (oldest,))

        await make_table(
            self._pool,
            f"{TABLE} (room_id TEXT NOT NULL, txn_id TEXT NOT NULL, sha256 TEXT NOT NULL, event_ids TEXT NOT NULL,"
            " created_ts BIGINT NOT NULL, UNIQUE (room_id, txn_id))",
        )
        await self._pool.runInteraction("roomporter_forget", forget)
        self._there = True
