"""How well a few letters fit a text. Knows no Qt."""

from __future__ import annotations

from typing import Final

_WORD: Final = 8
"""A letter that begins a word."""
_NEXT: Final = 5
"""A letter right behind the one before."""
_FAR: Final = 10
"""What letters that lie apart cost at most."""


def fit(typed: str, text: str) -> int | None:
    """The more, the better; None if the letters of a word that was typed do not stand in the text in this order. Words
    may come in any order, and case makes no difference."""
    text = text.casefold()
    total = 0
    for word in typed.casefold().split():
        found = _fit_word(word, text)
        if found is None:
            return None
        total += found
    return total


def _fit_word(word: str, text: str) -> int | None:
    whole = text.find(word)
    if whole >= 0:
        # In one piece; best where a word of the text begins.
        starts = [place for place in _places(word, text) if _begins(text, place)]
        place = starts[0] if starts else whole
        return len(word) * _NEXT + (_WORD * 2 if starts else 0) - min(place, _FAR)
    first = text.find(word[0])
    best: int | None = None
    while first >= 0:
        found = _from(word, text, first)
        if found is not None and (best is None or found > best):
            best = found
        first = text.find(word[0], first + 1)
    return best


def _from(word: str, text: str, first: int) -> int | None:
    score = _WORD if _begins(text, first) else 0
    at = first
    for letter in word[1:]:
        starts = [place for place in _places(letter, text, at + 1) if _begins(text, place)]
        place = at + 1 if text[at + 1 : at + 2] == letter else starts[0] if starts else text.find(letter, at + 1)
        if place < 0:
            return None
        score += _NEXT if place == at + 1 else _WORD if _begins(text, place) else -min(place - at, _FAR)
        at = place
    return score


def _places(word: str, text: str, start: int = 0) -> list[int]:
    found = []
    place = text.find(word, start)
    while place >= 0:
        found.append(place)
        place = text.find(word, place + 1)
    return found


def _begins(text: str, place: int) -> bool:
    return place == 0 or not text[place - 1].isalnum()
