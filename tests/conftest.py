"""Every test runs offscreen, with warnings of Python and Qt as failures, and must clean up behind itself."""

from __future__ import annotations

import asyncio
import functools
import gc
import os
import signal
import threading
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from pytestqt.qtbot import QtBot

from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"

if hasattr(signal, "SIGHUP"):  # under nohup it is ignored, also by every program that a test starts and hangs up on
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# Deadlines are wall time, and a busy machine is no defect. CI tries the same examples each time, so that a change is
# judged by what it changed; everybody else tries new ones.
settings.register_profile("wsgui", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("wsgui")


def _patient(name: str) -> Callable[..., Any]:
    waits = getattr(QtBot, name)

    @functools.wraps(waits)
    def wait(self: QtBot, *arguments: Any, timeout: int = PATIENCE * 1000, **more: Any) -> Any:
        return waits(self, *arguments, timeout=timeout, **more)

    return wait


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Long bytes do not name a test: pytest-xdist wants the same names in each process, and gzip has the time in it."""
    return argname if isinstance(val, bytes) and len(val) > 40 else None


def pytest_collection_finish() -> None:
    """What was imported and collected lives to the end: the garbage collector need not look through it."""
    gc.collect()
    gc.freeze()


class PatientBot(QtBot):
    """pytest-qt's, which gives up after 1 to 5 s: what a slow machine takes is no defect."""

    waitUntil = _patient("waitUntil")
    waitSignal = _patient("waitSignal")
    waitSignals = _patient("waitSignals")
    waitActive = _patient("waitActive")
    waitExposed = _patient("waitExposed")
    waitCallback = _patient("waitCallback")


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> QtBot:
    """In place of pytest-qt's fixture of this name."""
    return PatientBot(request)


@pytest.fixture(autouse=True)
def no_threads_left() -> Iterator[None]:
    """A test that leaves a thread of the program's running fails."""
    before = set(threading.enumerate())
    yield
    left = [
        thread.name
        for thread in set(threading.enumerate()) - before
        if thread.is_alive() and not thread.name.startswith(("asyncio_", "ThreadPoolExecutor", "standard input"))
    ]
    assert not left, f"threads left running: {left}"


@pytest.fixture
async def no_tasks_left() -> Iterator[None]:  # type: ignore[misc]
    """A test whose loop still has tasks of its own at the end fails."""
    before = asyncio.all_tasks()
    yield
    left = [task.get_name() for task in asyncio.all_tasks() - before]
    assert not left, f"tasks left running: {left}"
