"""What was measured is printed at the end."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING

import pytest

from tests.programs import join_watchers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LINES: pytest.StashKey[list[str]] = pytest.StashKey()


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Call it with a line to be printed at the end, before anything about it is asserted."""
    name = request.node.name.removeprefix("test_").replace("_", " ")
    lines = request.config.stash.setdefault(LINES, [])
    return lambda line: lines.append(f"{name}: {line}")


@pytest.fixture(autouse=True)
def watchers_end() -> Iterator[None]:
    """asyncio's own threads, which wait for processes, end with them."""
    yield
    join_watchers()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the figures, and what else may explain them."""
    lines = config.stash.get(LINES, [])
    if not lines:
        return
    terminalreporter.section("figures")
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    terminalreporter.line(f"Python {platform.python_version()}, {os.cpu_count()} CPUs{load}, {platform.system()}")
    for line in lines:
        terminalreporter.line(line)
