"""Schemas of files, kept until the file changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from wsgui.dissect.decoders.schema.model import Schema, SchemaChoice, SchemaError, choose

if TYPE_CHECKING:
    from collections.abc import Sequence


def load_choice(file: str, rules: Sequence[str]) -> SchemaChoice:
    """The schema of a `.proto` or descriptor file with the rules that say which message a payload is (see
    `choose`). Raises SchemaError."""
    path = Path(file).expanduser()
    try:
        about = path.stat()
    except OSError as error:
        raise SchemaError(f"{path.name} cannot be read: {error.strerror or error}.") from None
    except ValueError:  # a zero byte in the name
        raise SchemaError("The name of the .proto file cannot be one.") from None
    return choose(_load(path, about.st_mtime_ns, about.st_size), rules)


@lru_cache(8)
def _load(path: Path, changed: int, size: int) -> Schema:
    # Imported here: the parser of .proto files takes 40 ms, and most sessions have none.
    del changed, size
    if path.suffix.lower() == ".proto":
        from wsgui.dissect.decoders.schema.proto_file import read_proto

        return read_proto(path)
    from wsgui.dissect.decoders.schema.descriptor_file import read_descriptors

    return read_descriptors(path)
