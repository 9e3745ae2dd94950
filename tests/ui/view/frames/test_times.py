from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from wsgui.ui.view.frames.cells import TIME, cells_of
from wsgui.ui.view.frames.model import FrameModel
from wsgui.ui.view.frames.times import TimeMode, Times, span_text

if TYPE_CHECKING:
    from tests.ui.view.frames.conftest import Tape


@pytest.mark.parametrize(
    ("ns", "text"),
    [(0, "+0.000000"), (12_504_210_999, "+12.504210"), (-1_000, "\u22120.000001"), (3_600_000_000_000, "+3600.000000")],
)
def test_spans(ns: int, text: str) -> None:
    assert span_text(ns) == text


def test_each_mode_counts_from_its_zero(tape: Tape) -> None:
    tape.conversation()
    first, second = tape.reader.rows(1, 2)
    assert cells_of(second).texts[TIME] == Times().text(second)
    assert Times(TimeMode.START, first.time_ns).text(second) == "+0.001000"
    assert Times(TimeMode.MARKED, second.time_ns).text(first) == "\u22120.001000"
    assert Times(TimeMode.MARKED).text(first) == "—"
    assert Times(TimeMode.PREVIOUS).text(first) == "—"
    assert Times(TimeMode.PREVIOUS).text(second) == "+0.001000"


def test_the_model_writes_its_column_anew(tape: Tape) -> None:
    model = FrameModel(tape.reader)
    model.refresh(tape.conversation())
    model.set_times(Times(TimeMode.START, tape.reader.time_of(1)))
    assert model.index(1, TIME).data() == "+0.001000"
    assert model.headerData(TIME, Qt.Orientation.Horizontal) == "Since start"
