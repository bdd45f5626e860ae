"""Opening the database: SQLite in WAL by default, PostgreSQL by URL; migrations."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from coach.errors import DatabaseProblem, NotFound
from coach.store.tables import recording, stamp

BUSY = 15_000  # milliseconds that SQLite waits for another writer


def open_engine(url: str | URL) -> Engine:
    """An engine for ``url``; SQLite gets WAL, foreign keys and immediate transactions.

    Raises:
        DatabaseProblem: the URL names no database we can use.
    """
    try:
        parsed = make_url(url)
        local = parsed.get_backend_name() == "sqlite"
        if local and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(  # an error must not carry what was said into a log
            parsed, pool_pre_ping=not local, hide_parameters=True
        )
    except (ArgumentError, NoSuchModuleError, ImportError, OSError) as error:
        raise DatabaseProblem(detail=str(error)) from error
    if local:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        f"busy_timeout={BUSY}",
        "foreign_keys=ON",
        "synchronous=NORMAL",
        "secure_delete=ON",  # what is deleted is overwritten, not only forgotten
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    """A read that turns into a write would fail at once, whatever the busy timeout."""
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for reading only: on SQLite outside a transaction, so it waits for nobody."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


def there(db: Connection, recording_id: str) -> None:
    """Nothing is stored for a call that was deleted: locks its row. Raises NotFound."""
    query = select(recording.c.erased).where(recording.c.id == recording_id).with_for_update()
    found = db.execute(query).first()
    if found is None or found.erased:
        raise NotFound(what="录音", what_en="recording", key=recording_id)


def empty_log(engine: Engine) -> bool:
    """What was deleted or overwritten goes from SQLite's write-ahead log as well; False while
    somebody still reads from it."""
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        row = db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").first()
    return row is None or not row[0]


def upsert(
    db: Connection, table: Table, key: dict[str, Any], values: dict[str, Any], keep: str = ""
) -> bool:
    """Insert a row, or change the one with this key; column ``keep`` is set only on insert,
    with ``"*"`` every one: False where nothing was written."""
    into = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    changed = {k: v for k, v in values.items() if keep not in (k, "*")}
    statement = into(table).values(**key, **values)
    if changed:
        done = statement.on_conflict_do_update(index_elements=list(key), set_=changed)
    else:
        done = statement.on_conflict_do_nothing(index_elements=list(key))
    wrote = db.execute(done.returning(*table.primary_key.columns))  # a count is not told everywhere
    return wrote.first() is not None


def touch(db: Connection, name: str) -> None:
    """Something changed that others hold in memory; told with the change, in one transaction."""
    known = stamp.c.name == name
    if not db.execute(update(stamp).where(known).values(number=stamp.c.number + 1)).rowcount:
        upsert(db, stamp, {"name": name}, {"number": 1})


def stamped(engine: Engine, name: str) -> int:
    """How often it changed."""
    with reading(engine) as db:
        return int(db.execute(select(stamp.c.number).where(stamp.c.name == name)).scalar() or 0)


def migrate(engine: Engine, lock: Path | None = None) -> None:
    """Bring the schema to the newest revision, one process at a time where a lock is given.

    Raises:
        DatabaseProblem: the database cannot be reached or changed.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of every plug-in
    from alembic import command
    from alembic.config import Config
    from filelock import FileLock

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    try:
        if lock is not None:
            lock.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(lock, timeout=60):
                _upgrade(engine, config, command)
        else:
            _upgrade(engine, config, command)
    except (SQLAlchemyError, OSError) as error:
        detail = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise DatabaseProblem(detail=detail) from error


def _upgrade(engine: Engine, config: Any, command: Any) -> None:
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
