"""The offscreen platform has no window manager, and warns of each thing that it lacks: not a fault of a widget's."""

from __future__ import annotations

import pytest


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))
