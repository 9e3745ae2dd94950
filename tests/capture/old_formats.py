"""Captures of formats 1 to 3, as the programs of then wrote them: a row a frame in the table ``frames``."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from wsgui.capture import schema

if TYPE_CHECKING:
    from pathlib import Path

KEY: Final = b"abcd"

# id, connection, time, direction, opcode, flags, masking key, length form, length, message, fragment, payload
ROWS: Final = (
    (1, 1, 10, 0, -1, 16, None, 0, 24, None, None, b"GET /b HTTP/1.1\r\nA: b\r\n\r\n"[:24]),
    (2, 1, 20, 1, -1, 0, None, 0, 12, None, None, b"HTTP/1.1 101"),
    (3, 1, 30, 0, 1, 8, KEY, 7, 5, 1, 0, b"hello"),
    (4, 1, 30, 0, 2, 0, KEY, 16, 200, 2, 0, b"first word " + bytes(189)),
    (5, 1, 30, 0, 9, 8, KEY, 7, 1, None, None, b"p"),
    (6, 1, 40, 0, 0, 24, KEY, 64, 70_000, 2, 1, b"last".ljust(70_000)),
    (7, 1, 50, 1, 1, 8, None, 7, 7, 1, 0, b'{"a":1}'),
    (8, 1, 60, 1, -2, 0, None, 0, 2, None, None, b"\x81\x05"),
    (9, 1, 70, 1, 1, 8, None, 7, 4, 2, 0, b"bye."),
)
INFLATED: Final = (10, 1, 80, 1, 1, 8 | 4 | 32, None, 7, 5, 3, 0, b"\xca\x00\x11\x00\x00")
MISSING: Final = (11, 1, 90, 1, -3, 0, None, 0, 26, None, None, b"5 bytes were not captured.")


def rows_of(version: int) -> list[tuple[object, ...]]:
    """What a capture of a version has in ``frames``."""
    return [*ROWS, *([INFLATED] if version > 1 else []), *([MISSING] if version > 2 else [])]


def write_old(path: Path, version: int, rows: list[tuple[object, ...]] | None = None) -> None:
    """Make a capture of format 1, 2 or 3."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA page_size = 8192")
        for statement in (*schema._OLD_TABLES[version].values(), *schema.INDEXES[:2]):
            database.execute(statement)
        database.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {version}")
        database.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [("format", str(version)), ("program", "wsgui 0.1"), ("name", "old"), ("role", "client"), ("created", "5")],
        )
        marks = ", ".join("?" * 12)
        database.executemany(f"INSERT INTO frames VALUES ({marks})", rows_of(version) if rows is None else rows)
        ended = (1, 9, "client", "ws://a/b", "127.0.0.1:5", "127.0.0.1:80", 99, 1000, "bye", 1, "Closed.")
        database.execute(
            f"INSERT INTO connections VALUES ({', '.join('?' * (11 if version == 1 else 12))})",
            ended if version == 1 else (*ended, "fin"),
        )
        database.executemany("INSERT INTO handshakes VALUES (1, ?, ?)", [(1, 0), (2, 1)])
        database.execute("INSERT INTO messages VALUES (1, 0, 2, 2, 4, 6, 2, 70200, 1)")
        database.execute("INSERT INTO violations VALUES (1, 1, 'a.rule', '4.1', 2, NULL, 'A text.')")
        database.execute("INSERT INTO violations VALUES (6, 1, 'b.rule', '5.2', 2, 1002, 'B text.')")
        database.execute("INSERT INTO notes VALUES (3, 'a note')")
        if version > 1:
            database.execute("INSERT INTO inflated VALUES (10, 5, x'48656c6c6f')")
        if version > 2:
            database.execute("INSERT INTO problems VALUES (1, 5, 'A block is broken.')")
        database.commit()
