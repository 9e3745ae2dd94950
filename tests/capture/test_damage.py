"""Files that are no captures, or not any more: one sentence each, never an error of SQLite."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wsgui.capture.database import Database
from wsgui.capture.errors import CaptureError
from wsgui.capture.reader import CaptureReader
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.protocol.violations import Severity, Violation
from wsgui.records import ConnectionClosed, ConnectionOpened, Direction, EndedBy, FramesSeen, HandshakeSeen


def write(path: Path) -> None:
    broken = Violation("a.rule", "5.1", Severity.ERROR, 1002, "A text.")
    with CaptureWriter(path, name="a name") as capture:
        capture.put(ConnectionOpened(1, 1, "client", "ws://a/", "local", "remote"))
        capture.put(HandshakeSeen(1, 2, Direction.SENT, b"GET", [broken]))
        frames = [Frame(0x01, 7, None, b"a"), Frame(0x80, 64, b"abcd", b"b" * 20_000), Frame(0x82, 7, None, b"c")]
        for time_ns in range(20):
            capture.put(FramesSeen(1, time_ns, Direction.RECEIVED, frames, [(2, broken)]))
        capture.put(ConnectionClosed(1, 99, 1000, "bye", EndedBy.PEER, "Closed."))


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for statement in statements:
            database.execute(statement)


def sentence_of(path: Path) -> str:
    with pytest.raises(CaptureError) as caught:
        CaptureReader(path)
    return str(caught.value)


def test_missing(path: Path) -> None:
    assert sentence_of(path) == "test.wscap does not exist."
    assert not path.exists()


def test_a_folder(path: Path) -> None:
    path.mkdir()
    assert sentence_of(path) == "test.wscap is not a file."


def test_a_name_that_cannot_be(tmp_path: Path) -> None:
    assert sentence_of(tmp_path / "\0.wscap") == "\0.wscap does not exist."


def test_a_file_that_may_not_be_looked_at(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", refuse)
    assert sentence_of(path) == "test.wscap cannot be read: Permission denied."


@pytest.mark.parametrize("content", [b"GIF89a" * 1000, b"", b"SQLite format 3\0" + bytes(2000)])
def test_foreign_bytes(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert sentence_of(path) == "test.wscap is not a wsgui capture."


def test_another_database(path: Path) -> None:
    change(path, "CREATE TABLE bookmarks (url TEXT)")
    assert sentence_of(path) == "test.wscap is not a wsgui capture."


def test_newer(path: Path) -> None:
    write(path)
    change(path, "PRAGMA user_version = 5")
    assert sentence_of(path) == "test.wscap was made by a newer wsgui (format 5; this one reads up to 4)."


@pytest.mark.parametrize("statement", ["DROP TABLE notes", "ALTER TABLE notes ADD COLUMN more TEXT"])
def test_other_tables(path: Path, statement: str) -> None:
    write(path)
    change(path, statement)
    assert sentence_of(path) == "test.wscap is damaged: it lacks tables that a capture has."


def test_cut_off(path: Path) -> None:
    write(path)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(size // 2)
    assert sentence_of(path) == "test.wscap is damaged."


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE frames SET opcode = -4 WHERE id = 3", "row 3 has the opcode -4"),
        ("UPDATE frames SET opcode = 16 WHERE id = 3", "row 3 has the opcode 16"),
        ("UPDATE frames SET direction = 2 WHERE id = 3", "row 3 went neither way"),
        ("UPDATE frames SET direction = -1 WHERE id = 3", "row 3 went neither way"),
        ("UPDATE frames SET flags = 64 WHERE id = 3", "row 3 has flags that there are not"),
        ("UPDATE frames SET flags = -1 WHERE id = 3", "row 3 has flags that there are not"),
        ("UPDATE frames SET masking_key = x'' WHERE id = 3", "the masking key of row 3 has 0 bytes and not 4"),
        (
            "UPDATE frames SET masking_key = x'0102030405' WHERE id = 3",
            "the masking key of row 3 has 5 bytes and not 4",
        ),
        ("UPDATE frames SET length_form = 7 WHERE id = 3", "20000 bytes do not fit the length form of row 3"),
        ("UPDATE frames SET length_form = 32 WHERE id = 3", "the length of row 3 is written in 32 bits"),
        ("UPDATE frames SET length_form = 0 WHERE id = 3", "the length of row 3 is written in 0 bits"),
        ("UPDATE frames SET opcode = -2 WHERE id = 3", "row 3 is no frame and has a length form"),
        ("UPDATE frames SET length = -1 WHERE id = 3", "row 3 has -1 bytes"),
        ("UPDATE frames SET length = 19999 WHERE id = 3", "row 3 has another number of bytes than it says"),
        ("UPDATE frames SET payload = x'' WHERE id = 3", "row 3 has another number of bytes than it says"),
    ],
)
def test_rows_that_no_wire_can_carry(path: Path, statement: str, fault: str) -> None:
    write(path)
    change(path, statement)
    sentence = f"test.wscap is damaged: {fault}."
    with CaptureReader(path) as reader:
        for ask in (reader.row, reader.frame):
            with pytest.raises(CaptureError) as caught:
                ask(3)
            assert str(caught.value) == sentence
        with pytest.raises(CaptureError) as caught:
            reader.message_of(3)
        assert str(caught.value).startswith("test.wscap is damaged: ")
        assert reader.row(2).preview == b"a"


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE violations SET severity = 9 WHERE frame = 1", "a broken rule of row 1 has numbers that mean nothing"),
        (
            "UPDATE violations SET close_code = -5 WHERE frame = 1",
            "a broken rule of row 1 has numbers that mean nothing",
        ),
        ("UPDATE connections SET ended_by = 9", "connection 1 ended in a way that there is not"),
        ("UPDATE connections SET code = 65536", "connection 1 ended in a way that there is not"),
        ("UPDATE handshakes SET frame = 900", "the handshake of connection 1 is not there"),
        ("UPDATE messages SET opcode = 16", "message 1 has the opcode 16"),
    ],
)
def test_what_stands_beside_the_rows(path: Path, statement: str, fault: str) -> None:
    write(path)
    change(path, statement)
    faults = set()
    with CaptureReader(path) as reader:
        for ask in (
            lambda: reader.row(1),
            reader.connections,
            lambda: reader.handshake(1),
            lambda: reader.message_of(2),
        ):
            try:
                ask()
            except CaptureError as error:
                faults.add(str(error))
    assert faults == {f"test.wscap is damaged: {fault}."}


def test_more_broken_rules_on_one_row_than_anybody_can_read(path: Path) -> None:
    write(path)
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
    change(path, f"INSERT INTO violations {many} SELECT 4, 1, 'r' || i, '5.1', 2, NULL, 't' FROM n")
    with CaptureReader(path) as reader:
        rows = {row.id: row for row in reader.rows(1, 61)}
        assert len(rows[1].violations) == len(rows[7].violations) == 1
        assert len(rows[4].violations) == 100
        assert rows[4].violations[0].rule == "a.rule"
        assert rows[4].violations[98].rule == "r98"
        assert rows[4].violations[99].text == (
            "19902 more broken rules of this row stand in the file and are not shown."
        )
        assert reader.broken_rows(1)[:3] == [4, 7, 10]
        assert reader.broken_rows(61) == []


def test_texts_that_are_too_long_end_in_a_sign(path: Path) -> None:
    write(path)
    change(
        path,
        "UPDATE connections SET url = printf('%.*c', 200000, 'u')",
        "UPDATE violations SET text = url FROM connections",
    )
    with CaptureReader(path) as reader:
        assert reader.connections()[0].url == "u" * 65536 + "…"
        assert reader.row(1).violations[0].text == "u" * 65536 + "…"


@pytest.mark.parametrize("table", ["reads SET last", "reads SET id", "frames SET id"])
@pytest.mark.parametrize("number", [2**62, 10**9, 2**63 - 1])
def test_more_rows_than_there_is_room_for(path: Path, number: int, table: str) -> None:
    write(path)
    change(path, f"UPDATE {table} = {number} WHERE id > 57")
    with CaptureReader(path) as reader:
        for ask in (reader.last_id, lambda: reader.ids(None, 0, 2**62)):
            with pytest.raises(CaptureError, match=r"^test\.wscap is damaged: it has numbers of frames that cannot be"):
                ask()
    with pytest.raises(CaptureError, match="damaged"):
        CaptureWriter(path, append=True)


def test_numbers_below_one_are_no_rows(path: Path) -> None:
    write(path)
    change(path, "DELETE FROM reads WHERE id > 1", "UPDATE reads SET id = -5, last = -5 WHERE id = 1")
    with CaptureReader(path) as reader:
        assert reader.last_id() == 0


def test_lengths_that_lie(path: Path) -> None:
    write(path)
    change(path, "UPDATE frames SET length = 1000000 WHERE id = 3")
    sentence = r"^test\.wscap is damaged: row 3 has another number of bytes than it says\.$"
    with CaptureReader(path) as reader:
        for ask in (
            lambda: reader.row(3),
            lambda: reader.message_of(3),
            lambda: reader.payload(3),
            lambda: reader.payload_slice(3, 30_000, 10),
        ):
            with pytest.raises(CaptureError, match=sentence):
                ask()


def test_a_message_whose_frames_are_gone(path: Path) -> None:
    write(path)
    change(path, "UPDATE messages SET first_frame = 900, last_frame = 999")
    with CaptureReader(path) as reader:
        assert reader.message_of(2).payload == b"a"


def test_text_that_is_no_utf8(path: Path) -> None:
    write(path)
    change(path, "UPDATE connections SET url = CAST(x'ff' AS TEXT)")
    with (
        CaptureReader(path) as reader,
        pytest.raises(CaptureError, match=r"^test\.wscap is damaged: a text in it is not in UTF-8\.$"),
    ):
        reader.connections()


def test_values_of_another_type(path: Path) -> None:
    write(path)
    with CaptureReader(path) as reader:
        # What a flipped bit in a record's header makes of a number.
        reader.database.all("PRAGMA query_only = OFF")
        reader.database.all("CREATE TEMP TABLE reads AS SELECT * FROM main.reads")
        reader.database.all("UPDATE temp.reads SET direction = 'x', places = 7 WHERE id = 2")
        for method in (reader.row, reader.frame, reader.message_of):
            with pytest.raises(CaptureError, match=r"^test\.wscap is damaged\.$"):
                method(2)


def test_a_text_that_is_null_where_none_may_be(path: Path) -> None:
    write(path)
    with CaptureReader(path) as reader:
        reader.database.all("PRAGMA query_only = OFF")
        for table in ("connections", "violations", "notes", "meta"):
            reader.database.all(f"CREATE TEMP TABLE {table} AS SELECT * FROM main.{table}")
        for statement in (
            "UPDATE temp.connections SET url = NULL",
            "UPDATE temp.violations SET text = NULL",
            "INSERT INTO temp.notes VALUES (1, NULL)",
            "UPDATE temp.meta SET value = NULL",
        ):
            reader.database.all(statement)
        for tell in (reader.connections, lambda: reader.violations(0), reader.notes, reader.meta):
            with pytest.raises(CaptureError, match=r"^test\.wscap is damaged\.$"):
                tell()


def test_without_write_access_beside_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read-only media: SQLite cannot make its files beside a capture in WAL mode, and need not without a log."""
    write(path)
    tried: list[str] = []
    connect = Database._connect

    def refuse(self: Database, uri: str) -> sqlite3.Connection:
        tried.append(uri.partition("?")[2])
        if "immutable" not in uri:
            raise sqlite3.OperationalError("unable to open database file")
        return connect(self, uri)

    monkeypatch.setattr(Database, "_connect", refuse)
    with CaptureReader(path) as reader:
        assert reader.last_id() == 61
    assert tried == ["mode=ro", "mode=ro&immutable=1"]
    Path(f"{path}-wal").write_bytes(b"")
    assert sentence_of(path) == "test.wscap cannot be read: unable to open database file."


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "whole.wscap"
    write(path)
    return path.read_bytes()


def read_everything(path: Path) -> None:
    with CaptureReader(path) as reader:
        for id_ in (1, 2, 3, 4, 61):
            for ask in (reader.row, reader.frame, reader.payload, reader.message_of):
                with suppress(CaptureError, LookupError):
                    ask(id_)
            with suppress(CaptureError, LookupError):
                reader.payload_slice(id_, 3, 5000)
        for tell in (
            reader.meta,
            reader.last_id,
            reader.connections,
            reader.violation_count,
            reader.notes,
            lambda: reader.rows(1, 61),
            lambda: reader.rows_of([61, 3, 2]),
            lambda: reader.ids(1, 0, 61),
            lambda: reader.handshake(1),
            lambda: reader.violations(0),
        ):
            with suppress(CaptureError, LookupError):
                tell()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(damage=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8)), min_size=1))
def test_any_damage_ends_in_a_sentence(whole: bytes, path: Path, damage: list[tuple[float, bytes]]) -> None:
    content = bytearray(whole)
    for where, what in damage:
        start = int(where * len(content))
        content[start : start + len(what)] = what[: len(content) - start]
    path.write_bytes(content)
    with suppress(CaptureError):
        read_everything(path)
