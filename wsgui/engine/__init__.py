"""The asyncio engine: client and server on any loop.

async with wsgui.engine.connect("ws://127.0.0.1:8765/") as ws:
    await ws.send("hi")
    message = await ws.receive()

async with wsgui.engine.serve("127.0.0.1", 0, "echo") as server:
    print(server.url)
"""

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
