"""The capture file: an SQLite database. What came or left in one read or write is one row of ``reads``.

Rows that people see are frames, and what else crossed the wire: they count from 1 without gaps, so row r of an
unfiltered table is frame r + 1 and needs no search. ``reads.id`` is the first of its rows, ``reads.last`` the last
one. There is no index beyond that: one index halves the speed of writing. ``docs/capture-format.md`` describes it for
others.

Files of formats 1 to 3 have one row a frame in a table ``frames``. They are read as they are; what goes on with one
goes on in a copy (`wsgui.capture.conversion`).

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

FORMAT_VERSION: Final = 4
"""Also the database's ``user_version``. A file with a higher one is refused. Version 3 has a row a frame in ``frames``
and neither ``reads`` nor what came with it; version 2 has no table ``problems`` and no rows of opcode -3 either;
version 1 has no table ``inflated`` and no ``connections.how``."""

APPLICATION_ID: Final = 0x77536361
"""``wSca``: how ``file`` and wsgui know a capture from other SQLite databases."""


FLAG_VIOLATIONS: Final = 16
"""The row has entries in ``violations``. The flags below it (`wsgui.records`) are those of the frame's first byte."""

FLAG_INFLATED: Final = 32
"""``inflated`` has what the row's payload inflates to: the frame belongs to a compressed message (RFC 7692)."""

ROW_OPCODES: Final = frozenset({*ROW_KINDS, *range(16)})
"""Every ``opcode`` that a row of ``frames`` may have: the wire's own four bits, and what is no frame."""

FRAME_COLUMNS: Final = (
    "id",
    "connection",
    "time",
    "direction",
    "opcode",
    "flags",
    "masking_key",
    "length_form",
    "length",
    "message",
    "fragment",
    "payload",
)
"""What a row is, whatever the format of the file. The payload stands last: SQLite reaches a column by walking over
those before it, and a long one fills many pages."""

BLOCK_ROWS: Final = 65_536
"""Row ``id`` stands in block ``(id - 1) // BLOCK_ROWS`` of columns."""

LOADED: Final = "loaded"
"""The temporary table (of old formats: view) of rows that questions in SQL are asked of: `wsgui.capture.loading`."""

TABLES: Final = {
    "meta": """\
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID""",
    # kind 0: frames; else one row that is none, its opcode: -1 an HTTP message, -2 bytes that formed no frame, -3 a
    # sentence (UTF-8) on bytes that an import lacks. opcodes: bit n is set if one of the frames has opcode n.
    # message: how many messages of this direction of the connection had begun before, fragment: how many fragments the
    # open one had then (0: none was open). places and wire: see `wsgui.capture.packing`.
    "reads": """\
CREATE TABLE reads (
  id INTEGER PRIMARY KEY,
  last INTEGER NOT NULL,
  connection INTEGER NOT NULL,
  time INTEGER NOT NULL,
  direction INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  opcodes INTEGER NOT NULL,
  message INTEGER NOT NULL,
  fragment INTEGER NOT NULL,
  places BLOB NOT NULL,
  wire BLOB NOT NULL
) STRICT""",
    # Columns of 65 536 rows, once there are so many (`wsgui.capture.columns`): made of ``reads``, and never needed.
    "blocks": """\
CREATE TABLE blocks (
  number INTEGER PRIMARY KEY,
  data BLOB NOT NULL
) STRICT""",
    # Rows that somebody changed by hand, in the view ``frames``: they stand in place of what ``reads`` says. A row
    # without an opcode was deleted. wsgui writes none.
    "edited": """\
CREATE TABLE edited (
  id INTEGER PRIMARY KEY,
  connection INTEGER,
  time INTEGER,
  direction INTEGER,
  opcode INTEGER,
  flags INTEGER,
  masking_key BLOB,
  length_form INTEGER,
  length INTEGER,
  message INTEGER,
  fragment INTEGER,
  payload BLOB
) STRICT""",
    # A frame of one leg of a proxied connection, and what became of it on the other: several rows where it became
    # several frames, NULL where it was dropped.
    "became": """\
CREATE TABLE became (
  frame INTEGER NOT NULL,
  other INTEGER
) STRICT""",
    # partner: the connection that is the other leg of a proxied one, leg: ``client`` or ``server``, whom this one leads
    # to. Both NULL where nothing was proxied.
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
  how TEXT,
  partner INTEGER,
  leg TEXT
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

FRAMES: Final = """\
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
) STRICT"""
"""The table of formats 1 to 3, a row a frame."""

_VERSION_3: Final = {
    **{table: statement for table, statement in TABLES.items() if table not in {"reads", "blocks", "edited", "became"}},
    "frames": FRAMES,
    "connections": TABLES["connections"].replace(",\n  partner INTEGER,\n  leg TEXT", ""),
}
_VERSION_2: Final = {table: statement for table, statement in _VERSION_3.items() if table != "problems"}
_VERSION_1: Final = {
    **{table: statement for table, statement in _VERSION_2.items() if table != "inflated"},
    "connections": _VERSION_3["connections"].replace(",\n  how TEXT", ""),
}

_OLD_TABLES: Final = {1: _VERSION_1, 2: _VERSION_2, 3: _VERSION_3}

INDEXES: Final = (
    "CREATE INDEX violations_by_frame ON violations (frame)",
    "CREATE INDEX notes_by_frame ON notes (frame)",
    "CREATE INDEX became_by_frame ON became (frame)",
)


_BYTES: Final = f"x'{bytes(range(256)).hex()}'"


def _byte(of: str) -> str:
    """The number of a BLOB of one byte, in SQL: its place among all bytes."""
    return f"(instr({_BYTES}, {of}) - 1)"


def _offset(number: str) -> str:
    """No row of several frames has so many bytes that the fourth byte of an offset said anything."""
    places = (f"{_byte(f'substr(places, ({number}) * 4 + {byte}, 1)')} * {1 << 8 * (byte - 1)}" for byte in (1, 2, 3))
    return " + ".join(places)


# For people with nothing but the sqlite3 shell: every row as formats 1 to 3 have it, worked out anew each time. wsgui
# itself asks ``reads``. Where all frames of a read begin a message, their numbers need no window function: those make a
# thousand frames take 20 instead of 5 ms.
_VIEW: Final = f"""\
CREATE VIEW frames AS
WITH placed AS (
  SELECT reads.id AS read, reads.id + n.key AS id, connection, time, direction, kind, opcodes, message AS before,
    fragment AS open, n.key AS number,
    CASE WHEN n.key THEN {_offset("n.key")} ELSE 0 END AS start,
    CASE WHEN reads.id + n.key < last THEN {_offset("n.key + 1")} ELSE length(wire) END AS stop,
    {_byte("substr(places, (last - reads.id + 1) * 4 + n.key + 1, 1)")} AS head,
    {_byte("substr(places, (last - reads.id + 1) * 5 + n.key + 1, 1)")} AS mark
  FROM reads, json_each('[' || rtrim(replace(hex(zeroblob(last - reads.id + 1)), '00', '0,'), ',') || ']') AS n
), begun AS (
  SELECT *, sum(kind = 0 AND head & 15 BETWEEN 1 AND 7) OVER (PARTITION BY read ORDER BY id) AS starts
  FROM placed WHERE kind != 0 OR opcodes & 65281
), numbered AS (
  SELECT read, id, connection, time, direction, kind, start, stop, head, mark, before + number + 1 AS message,
    0 AS place FROM placed WHERE kind = 0 AND NOT opcodes & 65281
  UNION ALL
  SELECT read, id, connection, time, direction, kind, start, stop, head, mark,
    CASE WHEN kind = 0 AND head & 15 < 8 AND (starts OR open)
      AND sum(head & 15 < 8 AND head > 127) OVER one = (head & 15 < 8 AND head > 127)
      THEN before + starts END AS message,
    sum(head & 15 < 8) OVER one - 1 + (NOT starts) * open AS place
  FROM begun WINDOW one AS (PARTITION BY read, starts ORDER BY id)
  ORDER BY id
), laid AS (
  SELECT *, CASE WHEN kind = 0 THEN start + 2 + (mark & 3 > 0) * 2 + (mark & 3 > 1) * 6 + (mark & 4) ELSE 0 END AS body
  FROM numbered WHERE id NOT IN (SELECT id FROM edited)
)
SELECT id, connection, time, direction, CASE WHEN kind = 0 THEN head & 15 ELSE kind END AS opcode,
  CASE WHEN kind = 0 THEN (head / 16) | (mark & 48)
    ELSE EXISTS (SELECT 1 FROM violations WHERE frame = read) * {FLAG_VIOLATIONS} END AS flags,
  CASE WHEN kind = 0 AND mark & 4 THEN (SELECT substr(wire, body - 3, 4) FROM reads WHERE reads.id = read) END
    AS masking_key,
  CASE WHEN kind != 0 THEN 0 WHEN mark & 3 = 0 THEN 7 WHEN mark & 3 = 1 THEN 16 ELSE 64 END AS length_form,
  stop - body AS length, message, CASE WHEN message IS NOT NULL THEN place END AS fragment,
  ifnull((SELECT substr(wire, body + 1, stop - body) FROM reads WHERE reads.id = read), x'') AS payload
FROM laid
UNION ALL
SELECT * FROM edited WHERE opcode IS NOT NULL"""  # noqa: S608 - numbers of ours

_NEW: Final = ", ".join(f"NEW.{column}" for column in FRAME_COLUMNS)

VIEWS: Final = {
    "frames": _VIEW,
    "frames_update": f"""\
CREATE TRIGGER frames_update INSTEAD OF UPDATE ON frames
BEGIN
  INSERT OR REPLACE INTO edited (id) VALUES (OLD.id);
  INSERT OR REPLACE INTO edited VALUES ({_NEW});
END""",  # noqa: S608 - names of ours
    "frames_delete": """\
CREATE TRIGGER frames_delete INSTEAD OF DELETE ON frames
BEGIN
  INSERT OR REPLACE INTO edited (id) VALUES (OLD.id);
END""",
}
"""The view for others, and what makes it a view that can be edited: a row, or none, stands in ``edited`` then."""


def create(connection: sqlite3.Connection, *, name: str, role: str, created_ns: int) -> None:
    """Make an empty capture in an empty database; ``connection`` is in autocommit mode. Raises sqlite3.Error."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
    for statement in (*TABLES.values(), *INDEXES, *VIEWS.values()):
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
    expected = _OLD_TABLES.get(version, TABLES)
    if any(tables.get(table) != statement for table, statement in expected.items()):
        raise CaptureError(f"{file_name} is damaged: it lacks tables that a capture has.")
    _complete(connection, version)


def _complete(connection: sqlite3.Connection, version: int) -> None:
    """Make what questions name and a format lacks, as temporary tables and views."""
    if version == FORMAT_VERSION:
        connection.execute("PRAGMA temp_store = MEMORY")
        # Without types: they are asked of what is read, and damage must get as far as that.
        columns = ", ".join(FRAME_COLUMNS).replace("id,", "id INTEGER PRIMARY KEY,", 1)
        connection.execute(f"CREATE TEMPORARY TABLE {LOADED} ({columns})")
        return
    connection.execute(f"CREATE TEMPORARY VIEW {LOADED} AS SELECT * FROM main.frames")  # noqa: S608
    if version < 3:
        connection.execute(TABLES["problems"].replace("CREATE TABLE", "CREATE TEMPORARY TABLE"))
    if version == 1:
        connection.execute(TABLES["inflated"].replace("CREATE TABLE", "CREATE TEMPORARY TABLE"))
        columns = "*, NULL AS how"
        connection.execute(f"CREATE TEMPORARY VIEW connections AS SELECT {columns} FROM main.connections")  # noqa: S608


def version_of(connection: sqlite3.Connection) -> int:
    """The format of a capture. Raises sqlite3.Error."""
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    return int(version)


def check_nothing_else(connection: sqlite3.Connection, file_name: str) -> None:
    """Raise CaptureError if there are triggers, views, tables or indexes that no capture has: a file that somebody
    made up must not decide what happens when rows are written. Raises sqlite3.Error."""
    tables = _OLD_TABLES.get(version_of(connection), TABLES)
    known = {*tables.values(), *INDEXES, *VIEWS.values()}
    found = connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")
    if any(sql not in known for (sql,) in found):
        raise CaptureError(f"{file_name} cannot be gone on with: it has parts that no capture has.")
