"""No test of the protocol is judged by the clock."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("without clock", deadline=None)
settings.load_profile("without clock")
