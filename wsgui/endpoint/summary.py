"""What of an endpoint is not as usual, in a few words: for the button that opens its options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.endpoint.kinds import ENDPOINT_KINDS
from wsgui.endpoint.settings import OPTIONS

if TYPE_CHECKING:
    from wsgui.endpoint.settings import EndpointSettings


def summary(settings: EndpointSettings) -> list[str]:
    """Each thing that differs from the defaults, as ``3 headers``, ``deflate``, ``proxy``; most telling first."""
    role = ENDPOINT_KINDS[settings.kind].role
    found: list[str] = []
    for name in settings.changed():
        row = OPTIONS.get(name)
        if row is not None and row.summary is not None and role in row.faces:
            found.append(row.summary(getattr(settings, name)))
    return list(dict.fromkeys(found))
