"""The capture file: an SQLite database with one row for everything that crossed the wire.

``frames.id`` counts from 1 without gaps, so row r of an unfiltered table is frame r + 1 and needs no search. There is
no index on ``frames`` beyond that: one index halves the speed of writing. ``payload`` is the last column because
SQLite reaches a column by walking over those before it, and a long payload fills many pages.

Times are nanoseconds since the Unix epoch. ``direction``, ``severity`` and ``ended_by`` hold the numbers of
`Direction`, `Severity` and `EndedBy`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import wsgui
from wsgui.capture.errors import CaptureError
from wsgui.records import FLAG_FIN as FLAG_FIN
from wsgui.records import FLAG_RSV1 as FLAG_RSV1
from wsgui.records import HTTP as HTTP
from wsgui.records import MISSING as MISSING
from wsgui.records import NO_FRAME as NO_FRAME
from wsgui.records import ROW_KINDS

if TYPE_CHECKING:
    import sqlite3

FORMAT_VERSION: Final = 3
"""Also the database's ``user_version``. A file with a higher one is refused. Version 2 has no table ``problems`` and no
rows of opcode -3; version 1 has no table ``inflated`` and no ``connections.how`` either."""

APPLICATION_ID: Final = 0x77536361
"""``wSca``: how ``file`` and wsgui know a capture from other SQLite databases."""


FLAG_VIOLATIONS: Final = 16
"""The row has entries in ``violations``. The flags below it (`wsgui.records`) are those of the frame's first byte."""

FLAG_INFLATED: Final = 32
"""``inflated`` has what the row's payload inflates to: the frame belongs to a compressed message (RFC 7692)."""

ROW_OPCODES: Final = frozenset({*ROW_KINDS, *range(16)})
"""Every ``opcode`` that a row of ``frames`` may have: the wire's own four bits, and what is no frame."""

FRAME_COLUMNS: Final = 12

TABLES: Final = {
    "meta": """\
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID""",
    # opcode -1: an HTTP message, -2: bytes that formed no frame, -3: a sentence (UTF-8) on bytes that an import lacks;
    # these have length_form 0.
    # message counts from 1 per connection and direction; NULL for a frame that belongs to none.
    "frames": """\
CREATE TABLE frames (
  id INTEGER PRIMARY KEY,
  connection INTEGER NOT NULL,
  time INTEGER NOT NULL,
  direction INTEGER NOT NULL,
  opcode INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  masking_key BLOB,
  length_form INTEGER NOT NULL,
  length INTEGER NOT NULL,
  message INTEGER,
  fragment INTEGER,
  payload BLOB NOT NULL
) STRICT""",
    "connections": """\
CREATE TABLE connections (
  id INTEGER PRIMARY KEY,
  opened INTEGER NOT NULL,
  role TEXT NOT NULL,
  url TEXT NOT NULL,
  local TEXT NOT NULL,
  remote TEXT NOT NULL,
  closed INTEGER,
  code INTEGER,
  reason TEXT,
  ended_by INTEGER,
  text TEXT,
  how TEXT
) STRICT""",
    "handshakes": """\
CREATE TABLE handshakes (
  connection INTEGER NOT NULL,
  frame INTEGER NOT NULL,
  direction INTEGER NOT NULL,
  PRIMARY KEY (connection, frame)
) STRICT, WITHOUT ROWID""",
    # Only messages of two fragments or more: for all others the frame says everything.
    "messages": """\
CREATE TABLE messages (
  connection INTEGER NOT NULL,
  direction INTEGER NOT NULL,
  number INTEGER NOT NULL,
  opcode INTEGER NOT NULL,
  first_frame INTEGER NOT NULL,
  last_frame INTEGER NOT NULL,
  fragments INTEGER NOT NULL,
  length INTEGER NOT NULL,
  finished INTEGER NOT NULL,
  PRIMARY KEY (connection, direction, number)
) STRICT, WITHOUT ROWID""",
    "violations": """\
CREATE TABLE violations (
  frame INTEGER NOT NULL,
  connection INTEGER NOT NULL,
  rule TEXT NOT NULL,
  section TEXT NOT NULL,
  severity INTEGER NOT NULL,
  close_code INTEGER,
  text TEXT NOT NULL
) STRICT""",
    # What crossed the wire is in ``frames``. With context takeover nothing but the whole connection could inflate it,
    # so what the engine inflated is kept.
    "inflated": """\
CREATE TABLE inflated (
  frame INTEGER PRIMARY KEY,
  length INTEGER NOT NULL,
  payload BLOB NOT NULL
) STRICT""",
    "notes": """\
CREATE TABLE notes (
  frame INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT""",
    # What an import could not read, in the order in which it came upon it; offset is where in the file it read.
    "problems": """\
CREATE TABLE problems (
  id INTEGER PRIMARY KEY,
  offset INTEGER,
  text TEXT NOT NULL
) STRICT""",
}

_VERSION_2: Final = {table: statement for table, statement in TABLES.items() if table != "problems"}
_VERSION_1: Final = {
    **{table: statement for table, statement in _VERSION_2.items() if table != "inflated"},
    "connections": TABLES["connections"].replace(",\n  how TEXT", ""),
}

INDEXES: Final = (
    "CREATE INDEX violations_by_frame ON violations (frame)",
    "CREATE INDEX notes_by_frame ON notes (frame)",
)


def create(connection: sqlite3.Connection, *, name: str, role: str, created_ns: int) -> None:
    """Make an empty capture in an empty database; ``connection`` is in autocommit mode. Raises sqlite3.Error."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
    for statement in (*TABLES.values(), *INDEXES):
        connection.execute(statement)
    values = {
        "format": str(FORMAT_VERSION),
        "program": f"wsgui {wsgui.__version__}",
        "name": name,
        "role": role,
        "created": str(created_ns),
    }
    connection.executemany("INSERT INTO meta VALUES (?, ?)", values.items())
    connection.execute("COMMIT")


def check(connection: sqlite3.Connection, file_name: str) -> None:
    """Raise CaptureError unless the database is a capture of this version or an older one; sqlite3.Error if it is no
    database. What an older one lacks is added as an empty temporary table: the file stays as it is."""
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    if application_id != APPLICATION_ID:
        raise CaptureError(f"{file_name} is not a wsgui capture.")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > FORMAT_VERSION:
        raise CaptureError(
            f"{file_name} was made by a newer wsgui (format {version}; this one reads up to {FORMAT_VERSION})."
        )
    # The very text: STRICT tables then vouch for the types of what is read.
    tables = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'"))
    expected = {1: _VERSION_1, 2: _VERSION_2}.get(version, TABLES)
    if any(tables.get(table) != statement for table, statement in expected.items()):
        raise CaptureError(f"{file_name} is damaged: it lacks tables that a capture has.")
    if version < 3:
        connection.execute(TABLES["problems"].replace("CREATE TABLE", "CREATE TEMPORARY TABLE"))
    if version == 1:
        connection.execute(TABLES["inflated"].replace("CREATE TABLE", "CREATE TEMPORARY TABLE"))
        columns = "*, NULL AS how"
        connection.execute(f"CREATE TEMPORARY VIEW connections AS SELECT {columns} FROM main.connections")  # noqa: S608


def upgrade(connection: sqlite3.Connection) -> None:
    """Make a capture of an older version one of this version; others are left as they are. Raises sqlite3.Error.

    ``connection`` is in autocommit mode.
    """
    if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
        return
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    tables = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'"))
    if tables != {1: _VERSION_1, 2: _VERSION_2}.get(version):
        return
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(TABLES["problems"])
    if version == 1:
        connection.execute(TABLES["inflated"])
        connection.execute("ALTER TABLE connections RENAME TO old")
        connection.execute(TABLES["connections"])
        connection.execute("INSERT INTO connections SELECT *, NULL FROM old")
        connection.execute("DROP TABLE old")
    connection.execute("UPDATE meta SET value = ? WHERE key = 'format'", (str(FORMAT_VERSION),))
    connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
    connection.execute("COMMIT")


def check_nothing_else(connection: sqlite3.Connection, file_name: str) -> None:
    """Raise CaptureError if there are triggers, views, tables or indexes that no capture has: a file that somebody
    made up must not decide what happens when rows are written. Raises sqlite3.Error."""
    known = {*TABLES.values(), *INDEXES}
    found = connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")
    if any(sql not in known for (sql,) in found):
        raise CaptureError(f"{file_name} cannot be gone on with: it has parts that no capture has.")
