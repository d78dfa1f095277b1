"""Opens Nova's storage: the migrated database, its writer, its readers and the repositories."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, QueuePool

from nova_app.domain import tokenizer
from nova_app.domain.ports import Clock, EventPublisher
from nova_app.observability.instruments import Instruments, create_instruments
from nova_app.observability.storage import StorageMetrics
from nova_app.persistence.account_directory import SqlAccountDirectory
from nova_app.persistence.account_events import SqlAccountEventLog
from nova_app.persistence.account_links import SqlAccountLinks
from nova_app.persistence.accounts import SqlAccountRepository
from nova_app.persistence.arrivals import SqlArrivalReader
from nova_app.persistence.backup import last_success
from nova_app.persistence.conversations import SqlConversationRepository
from nova_app.persistence.deliveries import SqlDeliveryQueue
from nova_app.persistence.engine import create_read_engine, create_write_engine
from nova_app.persistence.files import DirectoryFileStore
from nova_app.persistence.link_previews import SqlLinkPreviewRepository
from nova_app.persistence.log import SqlMessageLog
from nova_app.persistence.migrate import migrate
from nova_app.persistence.optimization import optimize
from nova_app.persistence.post_search import SqlPostSearch
from nova_app.persistence.posts import SqlPostRepository
from nova_app.persistence.reader import Reader
from nova_app.persistence.readiness import Readiness
from nova_app.persistence.search import SqlMessageSearch
from nova_app.persistence.uploads import SqlUploadRepository
from nova_app.persistence.webhooks import SqlWebhookRepository
from nova_app.persistence.writer import MAX_BATCH, Writer
from nova_app.settings import Settings

ACCOUNT_THREADS = 2
"""For who somebody is, which everything else waits for."""
READ_THREADS = 4
SEARCH_THREADS = 2
SEARCH_SECONDS = 2.0
MIB = 1024 * 1024


class UtcClock:
    """The time of day of this machine."""

    def now(self) -> datetime:
        """Return an aware moment in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Storage:
    """The repositories, the files, and the reader and writer under them."""

    accounts: SqlAccountRepository
    arrivals: SqlArrivalReader
    directory: SqlAccountDirectory
    links: SqlAccountLinks
    account_events: SqlAccountEventLog
    conversations: SqlConversationRepository
    log: SqlMessageLog
    link_previews: SqlLinkPreviewRepository
    search: SqlMessageSearch
    post_search: SqlPostSearch
    uploads: SqlUploadRepository
    posts: SqlPostRepository
    webhooks: SqlWebhookRepository
    deliveries: SqlDeliveryQueue
    files: DirectoryFileStore
    readiness: Readiness
    reader: Reader
    writer: Writer

    async def optimize(self) -> None:
        """Keep the database quick; see ``optimization.optimize``."""
        await self.writer.run(optimize)


@contextlib.asynccontextmanager
async def open_storage(
    settings: Settings,
    publisher: EventPublisher,
    *,
    clock: Clock | None = None,
    max_batch: int = MAX_BATCH,
    instruments: Instruments | None = None,
    is_migrating: bool = True,
) -> AsyncIterator[Storage]:
    """Migrate the database and open it; at the end everything that waits is committed.

    Args:
        publisher: Gets every new durable event, once per commit.
        clock: Stamps messages; this machine's time of day unless given.
        max_batch: So many drafts are committed together at most.
        is_migrating: False beside a server, which has migrated it.
        instruments: Where reads and commits are counted; nowhere that is seen unless given.

    Raises:
        DatabaseUnusable: The file cannot be opened, or is newer than this code.
    """
    if is_migrating:
        await asyncio.to_thread(migrate, settings)
    await asyncio.to_thread(tokenizer.prepare)
    write_engine = create_write_engine(settings.database_path)
    instruments = instruments or create_instruments()
    readers = _Readers.open(settings.database_path, instruments.storage)
    connection = await asyncio.to_thread(write_engine.connect)
    writer = Writer(connection, publisher, clock or UtcClock(), max_batch=max_batch, instruments=instruments)
    figures = _Figures(instruments.storage, readers.engines, writer, settings.database_path, settings.data_dir)
    instruments.metrics.before_scrape(figures.refresh)
    reserve_bytes = settings.disk_reserve_mb * MIB
    files = DirectoryFileStore(settings.data_dir / "uploads", reserve_bytes=reserve_bytes)
    try:
        yield Storage(
            accounts=SqlAccountRepository(readers.accounts, writer),
            arrivals=SqlArrivalReader(readers.history),
            directory=SqlAccountDirectory(readers.history, writer),
            links=SqlAccountLinks(readers.accounts, writer),
            account_events=SqlAccountEventLog(readers.accounts, writer),
            conversations=SqlConversationRepository(readers.history, writer),
            log=SqlMessageLog(readers.history, writer),
            link_previews=SqlLinkPreviewRepository(readers.history, writer),
            search=SqlMessageSearch(readers.search),
            post_search=SqlPostSearch(readers.search),
            uploads=SqlUploadRepository(readers.history, writer),
            posts=SqlPostRepository(readers.history, writer),
            webhooks=SqlWebhookRepository(readers.history, writer),
            deliveries=SqlDeliveryQueue(readers.history, writer),
            files=files,
            readiness=Readiness(
                readers.accounts,
                writer,
                files=settings.data_dir / "uploads",
                disk_reserve_bytes=reserve_bytes,
            ),
            reader=readers.history,
            writer=writer,
        )
    finally:
        await files.close()
        await writer.close()
        await readers.close()
        write_engine.dispose()


@dataclass(frozen=True, slots=True)
class _Readers:
    """The readers, with threads and connections of their own."""

    accounts: Reader
    history: Reader
    search: Reader
    engines: Sequence[Engine]

    @classmethod
    def open(cls, path: Path, metrics: StorageMetrics) -> _Readers:
        threads = (ACCOUNT_THREADS, READ_THREADS, SEARCH_THREADS)
        engines = [create_read_engine(path, connections=count) for count in threads]
        accounts, history, search = engines
        return cls(
            Reader(accounts, threads=ACCOUNT_THREADS, metrics=metrics),
            Reader(history, threads=READ_THREADS, metrics=metrics, per_account=READ_THREADS - 1),
            Reader(search, threads=SEARCH_THREADS, metrics=metrics, per_account=1, query_seconds=SEARCH_SECONDS),
            engines,
        )

    async def close(self) -> None:
        for reader in (self.accounts, self.history, self.search):
            await reader.close()
        for engine in self.engines:
            engine.dispose()


@dataclass(frozen=True, slots=True)
class _Figures:
    """Database figures that are read at each scrape."""

    metrics: StorageMetrics
    engines: Sequence[Engine]
    writer: Writer
    path: Path
    data_dir: Path

    def refresh(self) -> None:
        pools = [engine.pool for engine in self.engines if isinstance(engine.pool, QueuePool)]
        in_use, idle = sum(pool.checkedout() for pool in pools), sum(pool.checkedin() for pool in pools)
        self.metrics.pool(in_use=in_use, idle=idle, at_most=ACCOUNT_THREADS + READ_THREADS + SEARCH_THREADS)
        self.metrics.waiting(self.writer.waiting)
        self.metrics.backed_up(last_success(self.data_dir))
        files = (self.path, self.path.with_name(f"{self.path.name}-wal"))
        self.metrics.size(sum(file.stat().st_size for file in files if file.exists()))
