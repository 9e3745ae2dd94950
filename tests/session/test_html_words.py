"""What is left of HTML pages, whole and broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.session.html_words import html_words


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<!doctype html><title>403  No</title>\n<h1>403 No</h1><p>nginx", "403 No\nnginx"),
        ("<SCRIPT type=x>if (a < b) {}</SCRIPT >a<style>p</style>b", "a\nb"),
        ("a < b &amp; <!-- c > --> d &lt;e&gt;", "a < b &\nd <e>"),
        ("<?xml version='1'?><a>b</a>", "b"),
        ("1 <2 <3", "1 <2 <3"),
        ("a<!-- b > c", "a"),
        ("a<b c", "a"),
        ("a<script>b", "a"),
        ("", ""),
    ],
)
def test_words(page: str, words: str) -> None:
    assert html_words(page) == words


@pytest.mark.parametrize("piece", ["<!--", "<![", "</", "<a ", "<a b='", "<", "<script>", "<script></", "<?", "&amp"])
def test_what_is_never_closed_is_looked_for_once(piece: str) -> None:
    # The library's parser takes minutes for some of these; the suite's limit of time would end it.
    assert len(html_words(piece * (2 * 1024 * 1024 // len(piece)))) <= 2 * 1024 * 1024


@given(st.text("<>!-/ascript&;\"' "))
def test_no_page_raises(page: str) -> None:
    assert "  " not in html_words(page)
