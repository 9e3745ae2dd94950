"""Which Protobuf schema the messages of a capture are read by; whoever reads the capture in this program finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.dissect.decoders.schema.model import SchemaChoice

_CHOSEN: Final[dict[str, SchemaChoice]] = {}


def use_schema(path: Path, choice: SchemaChoice | None) -> None:
    """Read the messages of a capture by a schema from now on, or by none."""
    key = str(path.absolute())
    if choice is None:
        _CHOSEN.pop(key, None)
    else:
        _CHOSEN[key] = choice


def schema_of(path: Path) -> SchemaChoice | None:
    """The schema of a capture; None if it has none."""
    return _CHOSEN.get(str(path.absolute())) if _CHOSEN else None
