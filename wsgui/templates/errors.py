"""What can be wrong with a template, when it is read and when it is filled in."""

from __future__ import annotations


class TemplateError(ValueError):
    """A text that is no template, in one sentence; ``position`` is the character where it goes wrong, from 0."""

    def __init__(self, sentence: str, position: int = 0) -> None:
        super().__init__(sentence)
        self.position = position


class UnfilledError(ValueError):
    """There is nothing to fill a place in with, in one sentence: nothing is sent then, and nothing is made up."""
