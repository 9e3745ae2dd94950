"""Connect to a WebSocket server (RFC 6455 section 4.1)."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from wsgui.engine.dial import dial
from wsgui.engine.errors import ConnectError, HandshakeError, connect_sentence
from wsgui.engine.login import answer_to, login_for, request_headers
from wsgui.engine.options import Options
from wsgui.engine.redirects import REDIRECTS, redirected, unfollowed
from wsgui.engine.tcp_link import tcp_link
from wsgui.engine.websocket import WebSocket
from wsgui.protocol.client_handshake import ClientHandshake
from wsgui.protocol.head_text import HeaderError, is_token
from wsgui.protocol.states import State
from wsgui.protocol.url import UrlError, WsUrl

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable

    from wsgui.records import Record


async def open_connection(
    url: str,
    *,
    options: Options | None = None,
    number: int | Callable[[], int] = 1,
    observer: Callable[[Record], None] | None = None,
    on_opened: Callable[[WebSocket], None] | None = None,
    on_closed: Callable[[WebSocket], None] | None = None,
    request: Callable[[WsUrl, str], bytes] | None = None,
) -> WebSocket:
    """Connect and return the open WebSocket; who calls this closes it.

    ``observer`` hears every record of the connection, which carries ``number``; a function is asked for one for each
    attempt, as redirects make several. ``on_opened`` is called as soon as the handshake is done, before frames that
    came in the same read as the 101 are looked at; ``on_closed`` once the connection is over. ``request`` makes the
    bytes that are sent in place of the right request, from the URL and the key: a handshake that errs on purpose.

    Raises ConnectError with one sentence: wrong URL, name not found, refused, TLS, time; HandshakeError, a ConnectError
    with status, headers and body, if the server does not agree.

    A 401 that asks for HTTP Digest is answered with a second connection where `Options.digest` is set and ``request``
    is not; a third one follows only if the nonce was too old.
    """
    options = options or Options()
    try:
        target = WsUrl.parse(url)
    except UrlError as error:
        raise ConnectError(str(error)) from None
    for name in options.subprotocols:
        if not is_token(name):
            raise ConnectError(f"The subprotocol {name!r} has a character that is not allowed there.")
    ends = asyncio.get_running_loop().time() + options.timeouts.opening
    followed = 0
    login, authorization = login_for(target, options), ""
    while True:
        current = number() if callable(number) else number
        try:
            hooks = (on_opened, on_closed)
            return await _attempt(target, options, authorization, current, observer, hooks, request, ends)
        except HandshakeError as error:
            if error.status == 401 and login is not None and request is None:
                authorization = answer_to(error, login, target)
                continue
            if options.network.redirects <= 0 or error.status not in REDIRECTS:
                raise unfollowed(error) from error.__cause__
            followed += 1
            if followed > options.network.redirects:
                raise ConnectError(f"The server redirected more than {options.network.redirects} times.") from error
            before = target
            target, options = redirected(target, options, error)
            if target.origin != before.origin:
                request = None  # it was made for another server, and may hold what that one alone is to know
            login, authorization = login_for(target, options), ""


async def _attempt(
    target: WsUrl,
    options: Options,
    authorization: str,
    number: int,
    observer: Callable[[Record], None] | None,
    hooks: tuple[Callable[[WebSocket], None] | None, Callable[[WebSocket], None] | None],
    request: Callable[[WsUrl, str], bytes] | None,
    ends: float,
) -> WebSocket:
    try:
        handshake = ClientHandshake(
            target,
            secrets.token_bytes(16),
            subprotocols=options.subprotocols,
            headers=request_headers(target, options, authorization),
            offer=options.compression.offer if options.compression is not None else "",
            strict=options.policy.strict,
            head_limit=options.limits.head_bytes,
            header_limit=options.limits.headers,
        )
    except HeaderError as error:
        raise ConnectError(str(error)) from None
    if request is not None:
        handshake.request = request(target, handshake.key)
    ws = WebSocket(handshake, options, number=number, observer=observer, on_opened=hooks[0], on_closed=hooks[1])
    ws.driver.opening.until(ends)
    try:
        async with asyncio.timeout_at(ends):
            await dial(target, options, lambda: tcp_link(ws.driver))
    except TimeoutError as error:
        late = getattr(error.__cause__, "__notes__", None)  # who was waited for, if it was not the server
        raise ConnectError(late[0] if late else connect_sentence(error, target.host, target.port)) from error
    try:
        await ws.wait_opened()
    except asyncio.CancelledError:
        ws.abort()
        raise
    broken = handshake.error or handshake.status != 101
    if ws.state is State.CLOSED and (ws.closed is None or broken):
        sentence = ws.closed.text if ws.closed is not None else handshake.error
        sentence += _perhaps(handshake, options, ws.tls)
        raise HandshakeError(
            sentence,
            status=handshake.status,
            headers=handshake.headers.items,
            body=handshake.body,
            violations=handshake.violations,
        )
    return ws


def _perhaps(handshake: ClientHandshake, options: Options, tls: ssl.SSLObject | None) -> str:
    """What an answer that is none may come from."""
    target = handshake.url
    if tls is not None and tls.selected_alpn_protocol() == "h2":
        if handshake.status is None:
            return " HTTP/2 was agreed on by ALPN: offer http/1.1 alone, as WebSocket begins in HTTP/1.1 here."
    elif target.secure and not handshake.response and not options.tls.certificate:
        # With TLS 1.3 a client is done before the server has seen that it has no certificate.
        return " Perhaps it asks for a client certificate."
    elif not target.secure and target.unix_path is None:
        told = handshake.status == 400 and b"https" in handshake.body.lower()
        if told or not handshake.response:
            return " Perhaps TLS is spoken there: try wss://."
    return ""


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
