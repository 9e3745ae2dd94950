from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.ui.palette.fuzzy import fit


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [
        ("nc", "New Client", "Disconnect"),
        ("cl", "New Client", "Command Palette"),
        ("con", "Connect or Start", "Show Icon"),
        ("fil", "Go to Filter", "Fragment in list"),
        ("save as", "Save As…", "Save Endpoint As…"),
        ("as save", "Save As…", "Save a whole set"),
        ("gtf", "Go to Frames", "light frame"),
    ],
)
def test_what_fits_better(typed: str, better: str, worse: str) -> None:
    good, bad = fit(typed, better), fit(typed, worse)
    assert good is not None
    assert bad is None or good > bad


@pytest.mark.parametrize(("typed", "text"), [("xyz", "Connect"), ("tcennoc", "Connect"), ("connect foo", "Connect")])
def test_what_does_not_fit(typed: str, text: str) -> None:
    assert fit(typed, text) is None


def test_nothing_fits_everything_and_case_makes_no_difference() -> None:
    assert fit("  ", "Connect") == 0
    assert fit("CONNECT", "connect") == fit("connect", "CONNECT")


@given(st.text(max_size=12), st.text(max_size=40))
def test_it_fits_exactly_if_each_word_is_a_subsequence(typed: str, text: str) -> None:
    def within(word: str) -> bool:
        letters = iter(text.casefold())
        return all(letter in letters for letter in word)

    assert (fit(typed, text) is not None) == all(map(within, typed.casefold().split()))
