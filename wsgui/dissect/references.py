"""References to sections of RFCs within sentences, and where their text stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_REFERENCE: Final = re.compile(
    r"RFC (?P<rfc>\d{4})(?:,? (?:sections? )?§?(?P<section>\d+(?:\.\d+)*))?(?![\d.]*\d)"
    r"|(?<=, )(?P<more>\d+(?:\.\d+)+)(?=\))"
)


class Reference(NamedTuple):
    """From ``start`` to ``end`` of a sentence; ``name`` is what to call it, ``url`` where it can be read."""

    start: int
    end: int
    name: str
    url: str


def references_in(text: str) -> Iterator[Reference]:
    """The references of a sentence, in its order: ``RFC 6455 5.4``, ``RFC 6455 §5.4``, ``RFC 7692 section 7.1``, and
    further sections behind a comma, as in ``(RFC 6455 5.4, 8.1)``."""
    rfc = ""
    for match in _REFERENCE.finditer(text):
        section = match["section"] or match["more"] or ""
        rfc = match["rfc"] or rfc
        if rfc:
            name = f"RFC {rfc} section {section}" if section else f"RFC {rfc}"
            yield Reference(match.start(), match.end(), name, address(rfc, section))


def address(rfc: str, section: str = "") -> str:
    """Where the RFC Editor has the text."""
    return f"https://www.rfc-editor.org/rfc/rfc{rfc}" + (f"#section-{section}" if section else "")
