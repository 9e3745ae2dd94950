"""The behaviours that there are. Each registers itself (`register`) when its file under ``known`` is imported, as
`all_behaviours` does.

They stand in two rooms (`ROOMS`): those that need no more than the engine here, and those that need filters, captures
or documents in a room above it, which the engine knows by its name alone."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.engine.behaviours.base import Behaviour

ROOMS: Final = ("wsgui.engine.behaviours.known", "wsgui.behaviours.known")
"""Packages with a file for each behaviour."""

_REGISTERED: Final[dict[str, type[Behaviour]]] = {}

_B = TypeVar("_B", bound="type[Behaviour]")


def register(kind: _B) -> _B:
    """A class decorator: make a behaviour known. Raises ValueError if its name is taken."""
    if _REGISTERED.get(kind.name, kind) is not kind:
        raise ValueError(f"there is a behaviour {kind.name!r} already")
    _REGISTERED[kind.name] = kind
    return kind


@cache
def all_behaviours() -> Mapping[str, type[Behaviour]]:
    """Every behaviour by its name, in the order of their names."""
    for room in ROOMS:
        for module in pkgutil.iter_modules(importlib.import_module(room).__path__):
            importlib.import_module(f"{room}.{module.name}")
    return {name: _REGISTERED[name] for name in sorted(_REGISTERED)}
