# SPDX-License-Identifier: AGPL-3.0-or-later
"""The module's own tables, in Synapse's database."""

from synapse.storage.database import DatabasePool, LoggingTransaction
from synapse.storage.engines import PostgresEngine

LOCK = 0x726F6F6D
"""Of PostgreSQL: two processes that make the same table at the same time disturb each other."""


async def make_table(pool: DatabasePool, columns: str) -> None:
    """columns: what follows `CREATE TABLE IF NOT EXISTS`"""

    def make(txn: LoggingTransaction) -> None:
        if isinstance(txn.database_engine, PostgresEngine):
            txn.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
        txn.execute(f"CREATE TABLE IF NOT EXISTS {columns}")

    await pool.runInteraction("roomporter_make_table", make)
