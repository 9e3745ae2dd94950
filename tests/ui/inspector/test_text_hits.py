from __future__ import annotations

from wsgui.capture.needle import parse_needle
from wsgui.ui.inspector.text_hits import dump_spans, text_spans


def test_places_are_counted_as_qt_counts_them() -> None:
    assert text_spans(parse_needle("text", "b"), "\U0001f600b\r\nb") == [(2, 1), (4, 1)]
    assert text_spans(parse_needle("text", "\U0001f600"), "é\U0001f600") == [(1, 2)]
    assert text_spans(None, "é") == []
    assert text_spans(parse_needle("regex", "(a|aa)+$"), "a" * 80 + "b") == []


def test_bytes_in_a_dump_of_sixteen_a_line() -> None:
    data = bytes(range(40))
    assert dump_spans(parse_needle("hex", "00 01"), data) == [(10, 5)]
    assert dump_spans(parse_needle("hex", "0f 10"), data) == [(55, 2), (86, 2)]
