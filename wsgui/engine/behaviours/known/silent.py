"""Silence."""

from __future__ import annotations

from wsgui.engine.behaviours.base import Behaviour
from wsgui.engine.behaviours.registry import register


@register
class Silent(Behaviour):
    """Pings are answered all the same: that is the protocol's business."""

    name = "silent"
    summary = "Reads everything and says nothing."
    alone = True
