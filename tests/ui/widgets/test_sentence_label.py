"""Sentences with a peer's words in them: nothing is hidden, and nothing widens the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wsgui.ui.widgets.banner import Banner
from wsgui.ui.widgets.sentence_label import SentenceLabel, shown

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.mark.parametrize("word", ["w" * 15_000, "\U000e0041" * 5000, "\u202e" * 2000, "\u0301" * 15_000])
def test_a_long_word_does_not_widen_the_window(qtbot: QtBot, word: str) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_sentence(f"The server closed the connection: {word}.")
    assert banner.sentence.endswith(f"{word}.")
    assert banner.minimumSizeHint().width() < 400
    banner.resize(600, 100)
    assert not banner.grab().isNull()


def test_what_is_shown() -> None:
    assert shown("a short\nsentence") == "a short\nsentence"
    assert shown("a\u202eb\U000e0041") == "a<U+202E>b<U+E0041>"
    assert shown("x" * 41) == "x" * 40 + "\u200b" + "x"
    assert shown("ab " * 600) == "ab " * 500 + "… (300 more characters)"


def test_its_text_is_what_was_set(qtbot: QtBot) -> None:
    label = SentenceLabel()
    qtbot.addWidget(label)
    label.setText("x" * 50)
    assert label.text() == "x" * 50
    label.clear()
    assert label.text() == ""
    label.setText("one line")
    assert label.minimumSizeHint().width() > 10
