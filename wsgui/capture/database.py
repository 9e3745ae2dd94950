"""A capture file that is open for reading: opened and checked, guarded at every question, interrupted from outside.

What reads captures (`reader`, `search`, `find`, `statistics`, `copy`) stands on this and asks SQLite nothing else.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from wsgui.capture import schema
from wsgui.capture.checks import DamageError
from wsgui.capture.errors import CaptureError, code_of, reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class InterruptedReadError(CaptureError):
    """`Database.interrupt` was called while SQLite was at work."""


class _HasPath(Protocol):
    @property
    def path(self) -> Path: ...


_S = TypeVar("_S", bound=_HasPath)
_P = ParamSpec("_P")
_T = TypeVar("_T")


def guarded(method: Callable[Concatenate[_S, _P], _T]) -> Callable[Concatenate[_S, _P], _T]:
    """Turn what a damaged file makes SQLite or us stumble over into a CaptureError with one sentence.

    For methods of what has the ``path`` of the capture.
    """

    @wraps(method)
    def guard(self: _S, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return method(self, *args, **kwargs)
        except (sqlite3.Error, OSError) as error:
            name = self.path.name
            code = code_of(error)
            if code == sqlite3.SQLITE_INTERRUPT:
                raise InterruptedReadError(f"Reading {name} was interrupted.") from error
            if code == sqlite3.SQLITE_NOTADB:
                raise CaptureError(f"{name} is not a wsgui capture.") from error
            if code & 0xFF == sqlite3.SQLITE_CORRUPT:  # the bits above say more closely what
                raise CaptureError(f"{name} is damaged.") from error
            if isinstance(error, sqlite3.OperationalError) and not code and "UTF-8" in str(error):
                # Of Python's module, with a part of the query in it.
                raise CaptureError(f"{name} is damaged: a text in it is not in UTF-8.") from error
            raise CaptureError(f"{name} cannot be read: {reason_of(error)}.") from error
        except DamageError as error:
            raise CaptureError(f"{self.path.name} is damaged: {error}.") from error
        # A damaged page may hold a value of any type where the schema says another.
        except (TypeError, ValueError, OverflowError) as error:
            raise CaptureError(f"{self.path.name} is damaged.") from error

    return guard


class Database:
    """A capture file, read-only; each question sees what was committed by then.

    One thread at a time, except for `interrupt`. Methods raise CaptureError when the file turns out to be damaged.
    """

    def __init__(self, path: str | Path) -> None:
        """Raises CaptureError if the file is missing, damaged, made by a newer wsgui, or no capture at all."""
        self.path = Path(path)
        self._connection = self._open()
        self.version = schema.version_of(self._connection)
        """The format of the file."""

    def close(self) -> None:
        """Close the file. May be called again."""
        self._connection.close()

    def interrupt(self) -> None:
        """End what SQLite is at with InterruptedReadError; from any thread."""
        self._connection.interrupt()

    @guarded
    def all(self, query: str, *parameters: object) -> list[Any]:
        """All rows of an answer."""
        return self._connection.execute(query, parameters).fetchall()

    @guarded
    def one(self, query: str, id_: int) -> Any:
        """The first row of what is asked of row ``id_`` of the capture. LookupError if there is none."""
        found = self.all(query, id_)
        if not found:
            raise LookupError(f"no frame {id_}")
        return found[0]

    @guarded
    def text(self, query: str, *parameters: object) -> str:
        """The single text of an answer; "" for NULL."""
        ((found,),) = self.all(query, *parameters)
        return found or ""

    def each(self, query: str, *parameters: object) -> Iterator[Any]:
        """The rows of an answer, read while they are gone through. Raises sqlite3.Error."""
        return self._connection.execute(query, parameters)

    def blob(self, table: str, id_: int, column: str = "payload") -> sqlite3.Blob:
        """The BLOB of a row, to read parts of. Raises sqlite3.Error."""
        return self._connection.blobopen(table, column, id_, readonly=True)

    @contextmanager
    def filling(self) -> Iterator[Callable[..., object]]:
        """Gives what writes to temporary tables, and to nothing else. Raises sqlite3.Error."""
        execute = self._connection.execute
        execute("PRAGMA query_only = OFF")
        try:
            execute("SAVEPOINT filling")
            try:
                yield execute
            except BaseException:
                execute("ROLLBACK TO filling")
                raise
            finally:
                execute("RELEASE filling")
        finally:
            execute("PRAGMA query_only = ON")

    def create_function(self, name: str, count: int, function: Callable[..., object]) -> None:
        """Make a function of ``count`` arguments known to queries; it gives the same for the same arguments."""
        self._connection.create_function(name, count, function, deterministic=True)  # type: ignore[arg-type]

    def hold(self) -> None:
        """From the next question on everything is answered from the file as it stands then."""
        self.all("BEGIN")

    def backup(self, target: sqlite3.Connection, *, pages: int, progress: Callable[[int, int, int], None]) -> None:
        """SQLite's backup to another database, so many pages at a time. Raises sqlite3.Error and OSError: it may be
        the other one that cannot be written."""
        self._connection.backup(target, pages=pages, progress=progress)

    @guarded
    def _open(self) -> sqlite3.Connection:
        name = self.path.name
        if not self.path.is_file():
            raise CaptureError(f"{name} does not exist." if not self.path.exists() else f"{name} is not a file.")
        uri = self.path.absolute().as_uri()
        try:
            return self._connect(f"{uri}?mode=ro")
        except sqlite3.OperationalError:
            # SQLite wants to make files beside one that has a log. On read-only media it may not, and need not if
            # there is no log.
            if self.path.with_name(f"{name}-wal").exists():
                raise
            return self._connect(f"{uri}?mode=ro&immutable=1")

    def _connect(self, uri: str) -> sqlite3.Connection:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            schema.check(connection, self.path.name)
            connection.execute("PRAGMA query_only = ON")
        except BaseException:
            connection.close()
            raise
        return connection
