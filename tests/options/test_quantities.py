from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.options.quantities import QuantityError, read_bytes, read_flag, read_number, read_seconds


@pytest.mark.parametrize(
    ("text", "size"), [("0", 0), ("65536", 65536), ("64k", 65536), ("64 KiB", 65536), ("1M", 1 << 20), ("2gb", 2 << 30)]
)
def test_bytes(text: str, size: int) -> None:
    assert read_bytes(text) == size


@pytest.mark.parametrize(
    ("text", "span"), [("1", 1.0), ("500ms", 0.5), ("2 s", 2.0), ("1.5 min", 90.0), ("1m", 60.0), ("1h", 3600.0)]
)
def test_seconds(text: str, span: float) -> None:
    assert read_seconds(text) == span


@pytest.mark.parametrize(
    ("read", "sentence"),
    [
        (lambda: read_bytes("x"), "Expected a number of bytes, such as 65536, 64k or 1M, not 'x'."),
        (lambda: read_bytes("-1"), "Expected a number of bytes, such as 65536, 64k or 1M, not '-1'."),
        (lambda: read_bytes("1", 125), "Expected at least 125, not '1'."),
        (lambda: read_bytes("999999999999999g"), "'999999999999999g' is too large."),
        (lambda: read_seconds("soon"), "Expected a time, such as 500ms or 2s, not 'soon'."),
        (lambda: read_number("7", 8, 15), "Expected a number from 8 to 15, not '7'."),
        (lambda: read_number("\u0667", 0, 9), "Expected a number from 0 to 9, not '\u0667'."),
        (lambda: read_flag("maybe"), "Expected on or off, not 'maybe'."),
    ],
)
def test_sentences(read, sentence: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(QuantityError) as raised:
        read()
    assert str(raised.value) == sentence


def test_flags_and_numbers() -> None:
    assert [read_flag(text) for text in ("on", "YES", "1", "off", "false")] == [True, True, True, False, False]
    assert read_number(" 15 ", 8, 15) == 15


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (read_bytes, read_seconds, read_flag):
        try:
            assert read(text) >= 0
        except QuantityError as error:
            assert str(error)  # noqa: PT017 - or it is read
