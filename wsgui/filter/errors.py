"""What is wrong with a filter: one sentence, the place, and what would fit there."""

from __future__ import annotations


class FilterError(Exception):
    """A text is no filter.

    ``sentence`` (also ``str()``) says why. ``position`` and ``length`` are in characters of the text; a length of 0
    is a place between two characters or at the end. ``expected`` holds texts that would fit there, as far as they can
    be listed.
    """

    def __init__(self, sentence: str, position: int, length: int = 0, expected: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.position = position
        self.length = length
        self.expected = expected
