"""What the judge says of a frame or a handshake: which rule is broken, where it stands, what should follow."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Severity(IntEnum):
    """How much a broken rule matters."""

    NOTE = 0
    """Unusual, but allowed."""
    WARNING = 1
    """A SHOULD is not kept, or a MUST whose breach the RFC lets pass: shown, the connection goes on."""
    ERROR = 2
    """A MUST is broken: a strict endpoint fails the connection."""


class Violation(NamedTuple):
    """A rule that was broken.

    ``rule`` is the id in the table of rules (``mask.client-unmasked``), ``section`` the place in RFC 6455 (``5.1``)
    or, with its number in front, in another one (``7692 6.1``); ``close_code`` is what a strict endpoint closes
    with (None: it need not close); ``text`` is one sentence about this very case.
    """

    rule: str
    section: str
    severity: Severity
    close_code: int | None
    text: str

    @property
    def reference(self) -> str:
        """``RFC 6455 §5.1``."""
        number, _, section = self.section.rpartition(" ")
        return f"RFC {number or '6455'} §{section}"
