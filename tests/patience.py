"""How long a test waits for something that does not come about. A way out of a hang and no measure: nothing that a test
judges may depend on how fast the machine is, so this is long, and a test that passes never sees it.
"""

from __future__ import annotations

PATIENCE = 60
"""Seconds."""
