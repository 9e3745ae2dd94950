from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from wsgui.options.model import Choice, Option, Shape
from wsgui.options.texts import OptionError, pairs_of, read, read_all, texts_of

FLAG = Option(Shape.FLAG, False, {}, "flag")
COUNT = Option(Shape.COUNT, 5, {}, "count", least=1, most=10)
SECONDS = Option(Shape.SECONDS, 1.0, {}, "span", least=0.1)
CHOICE = Option(Shape.CHOICE, "a", {}, "choice", choices=(Choice("a", "A"), Choice("b", "B"), Choice("c", "C")))
TEXT = Option(Shape.TEXT, "", {}, "text")
LINES = Option(Shape.LINES, ["x"], {}, "lines")
PAIRS = Option(Shape.PAIRS, [], {}, "pairs", sign="=")
ROWS = {row.name: row for row in (FLAG, COUNT, SECONDS, CHOICE, TEXT, LINES, PAIRS)}


@pytest.mark.parametrize(
    ("row", "value", "texts"),
    [
        (FLAG, True, ["on"]),
        (FLAG, False, ["off"]),
        (COUNT, 10, ["10"]),
        (SECONDS, 0.25, ["0.25"]),
        (SECONDS, 86400.0, ["86400"]),
        (CHOICE, "b", ["b"]),
        (TEXT, " a = b\n", [" a = b\n"]),
        (LINES, ["a", "b c"], ["a", "b c"]),
        (LINES, [], [""]),
        (PAIRS, [("a", "b=c"), ("a", "")], ["a=b=c", "a="]),
        (PAIRS, [], [""]),
    ],
)
def test_values_as_texts_and_back(row: Option, value: Any, texts: list[str]) -> None:
    assert texts_of(row, value) == texts
    other = replace(row, default=None)
    pairs = pairs_of({row.name: other}, {row.name: value})
    assert pairs == [(row.name, text) for text in texts]
    assert read_all({row.name: other}, pairs, "it") == {row.name: value}


def test_only_what_is_not_usual_is_written() -> None:
    assert pairs_of(ROWS, {"count": 5, "lines": ["x"], "text": "y"}) == [("text", "y")]


def test_the_last_one_counts_and_lists_grow() -> None:
    pairs = [("count", "1"), ("lines", "a"), ("count", "2"), ("lines", "b"), ("flag", "yes")]
    assert read_all(ROWS, pairs, "it") == {"count": 2, "lines": ["a", "b"], "flag": True}


@pytest.mark.parametrize(
    ("row", "text", "sentence"),
    [
        (FLAG, "2", "flag: Expected on or off, not '2'."),
        (COUNT, "0", "count: Expected a number from 1 to 10, not '0'."),
        (COUNT, "11", "count: Expected a number from 1 to 10, not '11'."),
        (COUNT, "x", "count: Expected a number from 1 to 10, not 'x'."),
        (SECONDS, "0", "span: Expected a time of at least 0.1 seconds, not '0'."),
        (replace(SECONDS, most=2), "3s", "span: Expected a time from 0.1 to 2 seconds, not '3s'."),
        (CHOICE, "d", "choice: Expected a, b or c, not 'd'."),
        (PAIRS, "d", "pairs: Expected NAME=VALUE, not 'd'."),
        (PAIRS, "=d", "pairs: Expected NAME=VALUE, not '=d'."),
    ],
)
def test_what_is_no_value(row: Option, text: str, sentence: str) -> None:
    with pytest.raises(OptionError) as caught:
        read(row, text)
    assert (caught.value.name, str(caught.value)) == (row.name, sentence)
