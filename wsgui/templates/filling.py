"""What a template is filled in with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Path: TypeAlias = "tuple[str | int, ...]"
"""The steps to a place in a JSON document."""

MISSING: Final = object()
"""What there is not; ``None`` is JSON's null."""


def nothing_given(name: str, path: Path) -> Any:
    """A source for templates that nothing came for."""
    return MISSING


@dataclass(slots=True)
class Filling:
    """``variables`` have values by name, ``counters`` count on with each use.

    ``environment`` are the names of those environment variables that may be sent. Nobody is in it unless a person has
    said so: a file of rules that somebody else wrote would else read this user's tokens out to any client.

    ``given(name, path)`` has what is known of the message that came (`placeholders.GIVEN`), or `MISSING`.
    """

    variables: Mapping[str, object] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    environment: frozenset[str] = frozenset()
    given: Callable[[str, Path], Any] = nothing_given
