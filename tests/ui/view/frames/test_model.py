from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from tests.ui.view.frames.conftest import START
from wsgui.capture.late_rows import LateRows
from wsgui.capture.row_set import RowSet
from wsgui.capture.views import Row
from wsgui.protocol.frames import Frame
from wsgui.protocol.opcodes import Opcode
from wsgui.records import Direction
from wsgui.ui.view.frames.cells import MESSAGE, NUMBER, PAYLOAD, TIPS, TITLES
from wsgui.ui.view.frames.model import PAGE, PAGES_KEPT, FrameModel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytestqt.qtbot import QtBot

    from tests.ui.view.frames.conftest import Tape

KEY = bytes.fromhex("37fa213d")


@pytest.fixture
def model(tape: Tape, qtbot: QtBot) -> FrameModel:
    made = FrameModel(tape.reader)
    # In this mode a model that breaks Qt's rules says so with a warning, which fails the test.
    made.tester = QAbstractItemModelTester(  # type: ignore[attr-defined]
        made, QAbstractItemModelTester.FailureReportingMode.Warning
    )
    return made


def shown(model: FrameModel, column: int = PAYLOAD) -> list[str]:
    return [str(model.index(place, column).data()) for place in range(model.rowCount())]


def test_it_begins_empty(model: FrameModel) -> None:
    assert (model.rowCount(), model.columnCount()) == (0, 10)
    assert model.row(0) is None
    assert model.cells(-1) is None
    assert model.refresh(0) == 0


def test_rows_come_with_one_signal_for_all(model: FrameModel, tape: Tape, qtbot: QtBot) -> None:
    inserted: list[tuple[int, int]] = []
    model.rowsInserted.connect(lambda _, first, last: inserted.append((first, last)))
    assert model.refresh(tape.texts(300)) == 300
    assert model.refresh(tape.texts(5)) == 5
    assert model.refresh(305) == 0
    assert inserted == [(0, 299), (300, 304)]
    assert shown(model) == [str(number) for number in (*range(300), *range(5))]


def test_a_kind_of_each(model: FrameModel, tape: Tape) -> None:
    model.refresh(tape.conversation())
    assert len(shown(model)) == 12
    row = model.row(2)
    assert row is not None
    assert (row.id, row.preview) == (3, b"Hello")


def test_only_rows_that_are_committed_are_read(model: FrameModel, tape: Tape) -> None:
    tape.texts(10)
    model.refresh(4)
    assert shown(model) == ["0", "1", "2", "3"]
    assert model.row(4) is None


def test_a_page_that_was_not_full_is_read_again(model: FrameModel, tape: Tape) -> None:
    model.refresh(tape.texts(3))
    assert shown(model) == ["0", "1", "2"]
    model.refresh(tape.texts(2))
    assert shown(model) == ["0", "1", "2", "0", "1"]


def test_few_pages_are_kept(model: FrameModel, tape: Tape) -> None:
    count = PAGE * (PAGES_KEPT + 10)
    model.refresh(tape.texts(count))
    for place in range(0, count, PAGE):
        assert model.row(place) is not None
    assert len(model._pages) == PAGES_KEPT
    first = model.row(0)
    assert first is not None
    assert first.id == 1


def test_the_total_of_a_message_appears_when_its_last_fragment_has_come(model: FrameModel, tape: Tape) -> None:
    model.refresh(tape.frames([Frame.build(Opcode.TEXT, b"a", fin=False)]))
    assert shown(model, MESSAGE) == ["m1 ┌ 1"]
    model.refresh(tape.frames([Frame.build(Opcode.PING, b"")]))
    assert shown(model, MESSAGE) == ["m1 ┌ 1", ""]
    model.refresh(tape.frames([Frame.build(Opcode.CONTINUATION, b"b")]))
    assert shown(model, MESSAGE) == ["m1 ┌ 1/2", "", "m1 └ 2/2"]


def test_one_connection_alone(model: FrameModel, tape: Tape) -> None:
    tape.texts(3, connection=1)
    tape.texts(2, connection=2)
    model.refresh(tape.texts(1, connection=1))
    model.show_connection(2)
    assert model.connection == 2
    assert shown(model) == ["0", "1"]
    assert [model.row(place).id for place in range(2)] == [4, 5]  # type: ignore[union-attr]
    assert model.row(0).delta_ns is None  # type: ignore[union-attr]
    model.refresh(tape.texts(70, connection=2))
    model.refresh(tape.texts(7, connection=1))
    assert model.rowCount() == 72
    assert shown(model)[2:] == [str(number) for number in range(70)]
    assert model.row(70).delta_ns == 0  # type: ignore[union-attr]
    model.show_connection(2)
    assert model.rowCount() == 72
    model.show_connection(9)
    assert model.rowCount() == 0
    model.show_connection(None)
    assert model.rowCount() == 83


def test_the_time_between_rows_of_one_connection(model: FrameModel, tape: Tape) -> None:
    for connection in (1, 2, 1):
        tape.texts(1, connection)
    model.refresh(3)
    model.show_connection(1)
    assert model.row(1).delta_ns == 2_000_000  # type: ignore[union-attr]


def test_where_a_row_stands(model: FrameModel, tape: Tape) -> None:
    for connection in (1, 2, 1, 2, 2):
        tape.texts(1, connection)
    assert model.place_of(1) is None
    model.refresh(5)
    assert [model.place_of(number) for number in (0, 1, 5, 6)] == [None, 0, 4, None]
    model.show_connection(2)
    assert [model.place_of(number) for number in range(7)] == [None, None, 0, None, 1, 2, None]


def test_headers_say_what_they_are(model: FrameModel) -> None:
    horizontal = Qt.Orientation.Horizontal
    assert [model.headerData(column, horizontal) for column in range(10)] == list(TITLES)
    assert [model.headerData(column, horizontal, Qt.ItemDataRole.ToolTipRole) for column in range(10)] == list(TIPS)
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    assert model.headerData(10, horizontal) is None
    assert model.headerData(0, horizontal, Qt.ItemDataRole.DecorationRole) is None


def test_a_screen_reader_gets_the_text_and_other_roles_nothing(model: FrameModel, tape: Tape) -> None:
    model.refresh(tape.texts(1))
    index = model.index(0, PAYLOAD)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "0"
    assert index.data(Qt.ItemDataRole.ToolTipRole) is None
    assert model.data(QModelIndex()) is None
    assert model.rowCount(index) == model.columnCount(index) == 0


def test_earlier_rows_are_put_in_and_taken_out(model: FrameModel, tape: Tape) -> None:
    model.refresh(tape.texts(6))
    model.revise(LateRows([1], [1]))  # no search: all rows are shown
    assert model.rowCount() == 6
    model.show_found(None)
    model.add_found(RowSet([2, 4, 6]))
    model.revise(LateRows([1, 3, 4], [1, 3]))
    assert list(model.ids) == [1, 2, 3, 6]
    assert model.rowCount() == 4
    assert [row.id for place in range(4) if (row := model.row(place)) is not None] == [1, 2, 3, 6]


def test_ids_beyond_four_bytes_are_held_too(model: FrameModel, tape: Tape) -> None:
    model.refresh(tape.texts(3))
    model.show_found(None)
    model.add_found(RowSet([1, 3]))
    model.add_found(RowSet([1 << 40]))
    assert list(model.ids) == [1, 3, 1 << 40]
    assert model.place_of(1 << 40) == 2
    assert model.row(2) is None


def test_a_damaged_row_says_so_in_its_place(model: FrameModel, tape: Tape) -> None:
    model.refresh(
        tape.frames([Frame(0x81, 7, KEY, b"one"), Frame(0x81, 7, KEY, b"two"), Frame(0x81, 7, KEY, b"three")])
    )
    with closing(sqlite3.connect(tape.reader.path, isolation_level=None)) as database:
        database.execute("UPDATE frames SET masking_key = x'00' WHERE id = 2")
    model.forget_pages()
    told: list[str] = []
    model.unreadable.connect(told.append)
    rows = shown(model)
    assert told == ["tape.wscap is damaged: the masking key of row 2 has 1 bytes and not 4."]
    assert rows == ["one", "Damaged: the masking key of row 2 has 1 bytes and not 4.", "three"]
    assert shown(model, NUMBER) == ["1", "2 ⚠", "3"]
    assert model.row(1) is None
    assert model.row(2) is not None
    model.refresh(tape.frames([Frame(0x81, 7, None, b"four")]))  # looks at what is not whole yet
    assert shown(model)[3] == "four"


def test_a_row_that_is_gone_moves_no_other(model: FrameModel, tape: Tape) -> None:
    model.refresh(
        tape.frames([Frame(0x81, 7, KEY, b"one"), Frame(0x81, 7, KEY, b"two"), Frame(0x81, 7, KEY, b"three")])
    )
    with closing(sqlite3.connect(tape.reader.path, isolation_level=None)) as database:
        database.execute("DELETE FROM frames WHERE id = 2")
    model.forget_pages()
    told: list[str] = []
    model.unreadable.connect(told.append)
    assert shown(model) == ["one", "This row is not in the file.", "three"]
    assert told == ["The capture is damaged: it lacks rows."]


def waiting(numbers: Iterable[int]) -> list[Row]:
    """Rows as a writer tells them that has not committed them."""
    with_nothing = Row._field_defaults
    return [
        Row(
            **(
                dict.fromkeys(Row._fields)
                | with_nothing
                | {"id": number, "connection": 1, "time_ns": START + number, "direction": Direction.RECEIVED}
                | {"opcode": Opcode.TEXT, "flags": 8, "length_form": 7, "length": 4, "preview": b"%04d" % number}
                | {"violations": (), "notes": ()}
            )
        )
        for number in numbers
    ]


def test_rows_that_wait_are_shown_from_memory_and_then_from_the_file(tape: Tape, qtbot: QtBot) -> None:
    asked: list[tuple[int, int]] = []

    def recent(first: int, last: int, _before: int | None) -> list[Row]:
        asked.append((first, last))
        return waiting(range(max(first, 11), last + 1))

    model = FrameModel(tape.reader, recent)
    tape.texts(10)
    assert model.refresh(10, 100) == 100
    assert [row.id for place in range(100) if (row := model.row(place)) is not None] == list(range(1, 101))
    assert "0077" in str(model.index(76, PAYLOAD).data())
    assert asked == [(11, 64), (64, 100)]  # of the second page with the row before it, whose time is needed
    assert model.committed == 10
    assert model.refresh(10, 100) == 0
    committed = tape.texts(90)
    assert model.refresh(committed, committed) == 0  # they were there already
    asked.clear()
    assert "0077" not in str(model.index(76, PAYLOAD).data())  # the file has the last word
    assert not asked


def test_rows_that_were_committed_meanwhile_are_read_from_the_file(tape: Tape, qtbot: QtBot) -> None:
    model = FrameModel(tape.reader, lambda *_: [])
    tape.texts(80)
    assert model.refresh(10, 80) == 80
    assert [row.id for place in range(80) if (row := model.row(place)) is not None] == list(range(1, 81))


def test_rows_that_wait_are_not_in_views_that_are_searched(tape: Tape, qtbot: QtBot) -> None:
    model = FrameModel(tape.reader, lambda first, last, _: waiting(range(first, last + 1)))
    tape.texts(10)
    model.refresh(10)
    model.show_connection(1)
    assert model.refresh(10, 100) == 0
    assert model.rowCount() == 10
    model.show_found(None)
    assert model.refresh(10, 100) == 0
    assert model.rowCount() == 0


def test_rows_that_were_shown_stay_when_less_may_be_shown(tape: Tape, qtbot: QtBot) -> None:
    model = FrameModel(tape.reader, lambda first, last, _: waiting(range(first, last + 1)))
    assert model.refresh(0, 100) == 100
    assert model.refresh(tape.texts(10), 10) == 0
    assert model.rowCount() == 100
