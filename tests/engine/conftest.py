"""Every test of the engine must leave the loop as it found it: no task, no timer, no socket."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.patience import PATIENCE

try:
    import uvloop
except ImportError:  # Windows
    uvloop = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from wsgui.records import Record


ON_BOTH_LOOPS = (
    "dial",
    "fast_loop",
    "mischief",
    "raw_writer",
    "tcp_link",
)
"""What lies next to the loop: these tests run on uvloop too, which `serve` and `connect` use where it is installed."""


def pytest_asyncio_loop_factories(item: pytest.Item) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loops that a test runs on."""
    loops: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {"asyncio": asyncio.new_event_loop}
    if uvloop is not None and item.path.stem.removeprefix("test_") in ON_BOTH_LOOPS:
        loops["uvloop"] = uvloop.new_event_loop
    return loops


@pytest.fixture(autouse=True)
async def nothing_left() -> AsyncIterator[None]:
    """A test that leaves a task, a timer or an open socket on its loop fails."""
    loop = cast("Any", asyncio.get_running_loop())
    tasks_before = asyncio.all_tasks()
    sockets_before = _sockets(loop)
    yield
    for _ in range(5):  # transports that were closed last are taken off the loop in its next turns
        await asyncio.sleep(0)
    tasks = [task.get_name() for task in asyncio.all_tasks() - tasks_before - {asyncio.current_task()}]
    timers = [handle for handle in getattr(loop, "_scheduled", ()) if not handle.cancelled()]
    assert not tasks, f"tasks left: {tasks}"
    assert not timers, f"timers left: {timers}"
    assert _sockets(loop) == sockets_before, "sockets left"


def _sockets(loop: Any) -> int:
    """How many the loop watches; uvloop does not tell, and says itself which transports were not closed."""
    return len(loop._selector.get_map()) if hasattr(loop, "_selector") else 0


@pytest.fixture
def records() -> list[Record]:
    """What an observer has heard: give ``records.append`` to a client or server."""
    return []


@pytest.fixture(autouse=True)
def loop_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """An exception that escapes from a callback ends in asyncio's log: that fails the test."""
    yield
    said = [record.getMessage() for record in caplog.records if record.name == "asyncio" and record.levelno >= 30]
    assert not said, f"asyncio complained: {said}"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Files of a self-signed certificate for localhost and of its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("the openssl command, which makes the certificate, is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    names = (str(folder / "certificate.pem"), str(folder / "key.pem"))
    subprocess.run(
        [
            openssl,
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-out",
            names[0],
            "-keyout",
            names[1],
        ],
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )
    return names


@pytest.fixture
def tls(certificate: tuple[str, str]) -> ssl.SSLContext:
    """What a server with that certificate needs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context
