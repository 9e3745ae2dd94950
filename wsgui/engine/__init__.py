"""The asyncio engine: client and server on any loop.

async with wsgui.engine.connect("ws://127.0.0.1:8765/") as ws:
    await ws.send("hi")
    message = await ws.receive()

async with wsgui.engine.serve("127.0.0.1", 0, "echo") as server:
    print(server.url)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from wsgui.engine.behaviours import Behaviour, Plan, all_behaviours, plan, register, setting
    from wsgui.engine.client import connect, open_connection
    from wsgui.engine.errors import (
        ConnectError,
        ConnectionClosedError,
        EngineError,
        HandshakeError,
        ListenError,
        TextError,
    )
    from wsgui.engine.options import Options, Timeouts
    from wsgui.engine.server import Server, serve
    from wsgui.engine.websocket import WebSocket

__all__ = [
    "Behaviour",
    "ConnectError",
    "ConnectionClosedError",
    "EngineError",
    "HandshakeError",
    "ListenError",
    "Options",
    "Plan",
    "Server",
    "TextError",
    "Timeouts",
    "WebSocket",
    "all_behaviours",
    "connect",
    "open_connection",
    "plan",
    "register",
    "serve",
    "setting",
]

_PLACES: Final = {
    "Behaviour": "wsgui.engine.behaviours",
    "ConnectError": "wsgui.engine.errors",
    "ConnectionClosedError": "wsgui.engine.errors",
    "EngineError": "wsgui.engine.errors",
    "HandshakeError": "wsgui.engine.errors",
    "ListenError": "wsgui.engine.errors",
    "Options": "wsgui.engine.options",
    "Plan": "wsgui.engine.behaviours",
    "Server": "wsgui.engine.server",
    "TextError": "wsgui.engine.errors",
    "Timeouts": "wsgui.engine.options",
    "WebSocket": "wsgui.engine.websocket",
    "all_behaviours": "wsgui.engine.behaviours",
    "connect": "wsgui.engine.client",
    "open_connection": "wsgui.engine.client",
    "plan": "wsgui.engine.behaviours",
    "register": "wsgui.engine.behaviours",
    "serve": "wsgui.engine.server",
    "setting": "wsgui.engine.behaviours",
}


def __getattr__(name: str) -> Any:
    """Each name is imported when it is first asked for: a program that only needs the errors waits for nothing else."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
