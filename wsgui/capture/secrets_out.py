"""Secrets of the heads in a capture: which there are, and a capture made to have none.

What is a secret says `wsgui.redaction`. Messages are not looked into: they are what a capture is for.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from wsgui.capture.errors import CaptureError
from wsgui.capture.reader import CaptureReader
from wsgui.capture.schema import BLOCK_ROWS, FORMAT_VERSION, version_of
from wsgui.records import HTTP, NO_FRAME
from wsgui.redaction import Redactor

if TYPE_CHECKING:
    import sqlite3
    from collections import Counter
    from collections.abc import Callable
    from pathlib import Path

_ROWS: Final = (("reads", "kind", "wire"), ("edited", "opcode", "payload"))
"""(table, column of the kind, column of the bytes) of rows that may be heads."""
_OLD_ROWS: Final = (("frames", "opcode", "payload"),)

_TEXTS: Final = (
    ("meta", "key", "value"),
    ("connections", "id", "url"),
    ("connections", "id", "text"),
    ("violations", "rowid", "text"),
    ("problems", "rowid", "text"),
)
"""(table, key, column) of texts that may quote a head or a URL."""


def secrets_of(path: str | Path, most: int | None = None) -> Counter[str]:
    """The secrets in the handshakes of a capture, or of its first ``most`` connections, counted by what they are.
    Raises CaptureError."""
    redactor = Redactor()
    with CaptureReader(path) as reader:
        for connection in reader.connections()[:most]:
            redactor.url(connection.url)
            with suppress(CaptureError):  # the copy will tell what is damaged
                for head in reader.handshake(connection.id):
                    redactor.head(head or b"")
    return redactor.masked


def mask_secrets(database: sqlite3.Connection, step: Callable[[], None]) -> None:
    """Mask the secrets in the heads of a capture that is open to be written, in autocommit mode, and leave none of the
    bytes that were there in the file. ``step()`` is called between two rows. Raises sqlite3.Error."""
    redactor = Redactor()
    database.execute("PRAGMA secure_delete = ON")
    database.execute("BEGIN")
    for table, kind_column, column in _ROWS if version_of(database) == FORMAT_VERSION else _OLD_ROWS:
        for kind in (HTTP, NO_FRAME):
            ids = database.execute(f"SELECT id FROM {table} WHERE {kind_column} = ?", (kind,)).fetchall()  # noqa: S608
            for (id_,) in ids:
                step()
                query = f"SELECT {column} FROM {table} WHERE id = ?"  # noqa: S608 - names of ours
                payload = database.execute(query, (id_,)).fetchone()[0] or b""
                if kind == NO_FRAME and b"HTTP/" not in payload[:4096]:
                    continue
                masked = redactor.head(payload)
                if masked != payload:
                    changes = f"{column} = :masked" + ("" if table == "reads" else ", length = length(:masked)")
                    update = f"UPDATE {table} SET {changes} WHERE id = :id"  # noqa: S608 - names of ours
                    database.execute(update, {"masked": masked, "id": id_})
                    if table == "reads":  # the columns of these rows have another length now
                        database.execute("DELETE FROM blocks WHERE number = (? - 1) / ?", (id_, BLOCK_ROWS))
    for table, key, column in _TEXTS:
        if not database.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (table,)).fetchall():
            continue  # one of an older format
        rows = database.execute(f"SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()  # noqa: S608
        for place, text in rows:
            masked_text = redactor.url(text)
            if masked_text != text:
                database.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (masked_text, place))  # noqa: S608
    database.execute("COMMIT")
    database.execute("VACUUM")
