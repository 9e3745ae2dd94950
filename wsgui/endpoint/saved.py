"""A saved endpoint, and what is wrong with a file of them: all that the window needs while there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wsgui.endpoint.settings import EndpointSettings

SIZE_LIMIT: Final = 4 * 1024 * 1024
"""Bytes of a file of endpoints that are read."""


class EndpointFileError(ValueError):
    """A file that holds no endpoints, in one sentence."""


@dataclass(slots=True)
class SavedEndpoint:
    """An endpoint with its name and the folders that it is in (``a/b``; empty for none). ``id`` never changes: secrets
    are kept under it."""

    id: str
    name: str
    folder: str
    settings: EndpointSettings
    plain: bool = False
    """Whether secrets stood in the file, where a person wrote them: they stay there until the endpoint is saved anew,
    as nothing else has them."""
