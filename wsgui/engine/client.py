"""Connect to a WebSocket server (RFC 6455 section 4.1)."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from wsgui.engine.errors import ConnectError, HandshakeError, connect_sentence
from wsgui.engine.options import Options
from wsgui.engine.websocket import WebSocket
from wsgui.protocol.client_handshake import ClientHandshake
from wsgui.protocol.handshake_rules import is_token
from wsgui.protocol.states import State
from wsgui.protocol.url import UrlError, WsUrl

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from wsgui.records import Record


async def open_connection(
    url: str,
    *,
    options: Options | None = None,
    number: int = 1,
    observer: Callable[[Record], None] | None = None,
    on_closed: Callable[[WebSocket], None] | None = None,
    request: Callable[[WsUrl, str], bytes] | None = None,
) -> WebSocket:
    """Connect and return the open WebSocket; who calls this closes it.

    ``observer`` hears every record of the connection, which carries ``number``. ``on_closed`` is called once the
    connection is over. ``request`` makes the bytes that are sent in place of the right request, from the URL and
    the key: a handshake that errs on purpose.

    Raises ConnectError with one sentence: wrong URL, name not found, refused, TLS, time; HandshakeError, a
    ConnectError with status, headers and body, if the server does not agree.
    """
    options = options or Options()
    try:
        target = WsUrl.parse(url)
    except UrlError as error:
        raise ConnectError(str(error)) from None
    _check_headers(options)
    handshake = ClientHandshake(
        target, secrets.token_bytes(16), subprotocols=options.subprotocols, headers=options.headers
    )
    if request is not None:
        handshake.request = request(target, handshake.key)
    ws = WebSocket(handshake, options, number=number, observer=observer, on_closed=on_closed)
    loop = asyncio.get_running_loop()
    ends = loop.time() + options.timeouts.opening
    ws.endpoint.open_until(ends)
    try:
        async with asyncio.timeout_at(ends):
            # To read the system's certificates takes tens of ms: not in the window's thread.
            context = await asyncio.to_thread(ssl.create_default_context) if target.secure else None
            await loop.create_connection(
                lambda: ws.endpoint,
                target.host,
                target.port,
                ssl=context,
                server_hostname=target.host if target.secure else None,
            )
    except (OSError, ValueError) as error:
        raise ConnectError(connect_sentence(error, target.host, target.port)) from error
    try:
        await ws.wait_opened()
    except asyncio.CancelledError:
        ws.abort()
        raise
    if ws.state is State.CLOSED and (ws.closed is None or handshake.error or handshake.status != 101):
        raise HandshakeError(
            ws.closed.text if ws.closed is not None else handshake.error,
            status=handshake.status,
            headers=handshake.headers.items,
            body=handshake.body,
            violations=handshake.violations,
        )
    return ws


def _check_headers(options: Options) -> None:
    for name, value in options.headers:
        if not is_token(name):
            raise ConnectError(f"{name!r} cannot be the name of a header.")
        if "\r" in value or "\n" in value:
            raise ConnectError(f"The value of the header {name} has a line break in it.")
    for name in options.subprotocols:
        if not is_token(name):
            raise ConnectError(f"The subprotocol {name!r} has a character that is not allowed there.")


@asynccontextmanager
async def connect(
    url: str,
    *,
    options: Options | None = None,
    number: int = 1,
    observer: Callable[[Record], None] | None = None,
) -> AsyncIterator[WebSocket]:
    """`open_connection` for ``async with``: closes with 1000 at the end of the block, and cuts TCP on an error."""
    ws = await open_connection(url, options=options, number=number, observer=observer)
    try:
        yield ws
    except BaseException:
        ws.abort()
        await ws.wait_closed()
        raise
    try:
        await ws.close()
    except asyncio.CancelledError:
        ws.abort()
        raise
