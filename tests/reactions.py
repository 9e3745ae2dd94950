"""How other libraries react to each ready-made fault: ``python -m tests.reactions`` writes ``docs/reactions.md``.

Every fault of `wsgui.protocol.faults` is sent over a loopback socket, as literal bytes, to ``ws``, ``websockets`` and
``aiohttp`` with their default settings: as servers where a client can commit it, as clients where a server can. What
comes back is read for a second.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from wsgui.protocol.faults import FAULTS, Fault, FrameFault, ReactionKind, RequestFault, ResponseFault, frame_faults
from wsgui.protocol.handshake_rules import accept_value
from wsgui.protocol.opcodes import Opcode, opcode_name
from wsgui.protocol.parser import FrameParser
from wsgui.protocol.states import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = Path(__file__).parent.parent / "docs" / "reactions.md"
PEERS = Path(__file__).parent / "e2e" / "peers"
LIBRARIES = ("ws", "websockets", "aiohttp")
PATIENCE = 1.0
"""Seconds in which a peer has to react."""
_KEY = base64.b64encode(b"wsgui reactions!").decode()
_MASK = bytes.fromhex("37fa213d")
_OFFER = b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
_REQUEST = (
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    f"Sec-WebSocket-Key: {_KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
).encode()


def command(library: str, role: str, *, deflate: bool = False) -> list[str]:
    """What starts a library as ``server`` or ``client``."""
    words = [role, "deflate" if deflate else "plain"]
    if library == "ws":
        return [shutil.which("node") or "node", str(PEERS / "ws_reactor.mjs"), *words]
    return [sys.executable, str(PEERS / f"{library}_reactor.py"), *words]


@dataclass(slots=True)
class Heard:
    """What came back: bytes, and whether TCP was ended (``fin``) or reset."""

    data: bytes = b""
    fin: bool = False
    reset: bool = False

    async def listen(self, reader: asyncio.StreamReader) -> None:
        """Read until the end of TCP or of patience."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                try:
                    while part := await reader.read(65536):
                        self.data += part
                        if _closes(self.data):
                            return
                    self.fin = True
                except ConnectionError:
                    self.reset = True

    @property
    def ended(self) -> str:
        """How TCP ended, in words; empty if it did not."""
        return "TCP reset" if self.reset else "TCP closed" if self.fin else ""


def _closes(data: bytes) -> bool:
    return any(frame.opcode == Opcode.CLOSE for frame in FrameParser().feed(data))


def frames_in_words(heard: Heard) -> str:
    """The reaction on an open connection."""
    parser = FrameParser()
    words: list[str] = []
    for frame in parser.feed(heard.data):
        if frame.opcode == Opcode.CLOSE:
            code = int.from_bytes(frame.payload[:2], "big") if len(frame.payload) >= 2 else None
            return ", ".join([*words, f"close {code}" if code is not None else "close without a code"])
        words.append(f"replied {opcode_name(frame.opcode)}")
    if parser.rest:
        words.append("bytes that are no frame")
    ended = f"{heard.ended}, no close frame" if heard.ended else ""
    return ", ".join([*words, *([ended] if ended else [])]) or "no reaction"


def answer_in_words(heard: Heard) -> str:
    """A server's reaction to a request."""
    if heard.data.startswith(b"HTTP/"):
        status = heard.data.split(None, 2)[1].decode("latin-1")
        if status == "101":
            return "101 with it" if b"permessage-deflate" in heard.data else "101 without it"
        return f"HTTP {status}"
    return heard.ended or "no reaction"


def client_in_words(heard: Heard, said: str) -> str:
    """A client's reaction to an answer; ``said`` is what it told its own program: ``open`` or ``refused``."""
    if said == "refused":
        return f"refused, {heard.ended or 'TCP left open'}"
    return f"accepted, {frames_in_words(heard)}"


async def ask_server(port: int, fault: FrameFault | RequestFault) -> str:
    """Commit a client's fault against a server."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    heard = Heard()
    try:
        if isinstance(fault, RequestFault):
            writer.write(fault.request(f"127.0.0.1:{port}", "/", _KEY))
            await heard.listen(reader)
            return answer_in_words(heard)
        writer.write(_REQUEST[:-2] + _OFFER if fault.deflate else _REQUEST)
        async with asyncio.timeout(5):
            await reader.readuntil(b"\r\n\r\n")
        writer.write(fault.wire(Role.CLIENT, lambda: _MASK))
        if fault.fin:
            writer.write_eof()
        await heard.listen(reader)
        return frames_in_words(heard)
    finally:
        writer.transport.abort()


@dataclass
class Trap:
    """A TCP server that commits one fault against each client that comes; ``said`` gets the reaction."""

    fault: FrameFault | ResponseFault | None = None
    said: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    heard: Heard = field(default_factory=Heard)

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client."""
        try:
            self.said.put_nowait(await self._commit(reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError) as error:
            self.said.put_nowait(f"failed: {type(error).__name__}")
        finally:
            writer.transport.abort()

    async def _commit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        async with asyncio.timeout(5):
            request = await reader.readuntil(b"\r\n\r\n")
        names = (line.partition(b":") for line in request.split(b"\r\n"))
        key = next(value.strip().decode() for name, _, value in names if name.lower() == b"sec-websocket-key")
        heard = Heard()
        fault = self.fault
        if isinstance(fault, ResponseFault):
            writer.write(fault.response(accept_value(key), key))
            await heard.listen(reader)
            self.heard = heard
            return ""
        if fault is None:
            raise RuntimeError("nobody was expected")
        writer.write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept_value(key)}\r\n".encode()
            + (_OFFER if fault.deflate else b"\r\n")
        )
        writer.write(fault.wire(Role.SERVER, lambda: _MASK))
        if fault.fin:
            writer.write_eof()
        await heard.listen(reader)
        return frames_in_words(heard)


class Library:
    """A library as a server and as a client; ``reactions`` maps (side, fault's id) to words."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.version = name
        self.reactions: dict[tuple[str, str], str] = {}

    async def run(self) -> None:
        """Commit every fault that fits; as server and as client one after the other."""
        for deflate in (False, True):
            await self._as_server(deflate=deflate)
            await self._as_client(deflate=deflate)

    async def _as_server(self, *, deflate: bool) -> None:
        words = command(self.name, "server", deflate=deflate)
        process = await asyncio.create_subprocess_exec(*words, stdout=subprocess.PIPE)
        try:
            if process.stdout is None:
                raise RuntimeError("no pipe")
            async with asyncio.timeout(30):
                self.version = (await process.stdout.readline()).decode().strip()
                port = int(await process.stdout.readline())
            for fault in [one for one in FAULTS.values() if _from_client(one) and _compressed(one) is deflate]:
                if isinstance(fault, FrameFault | RequestFault):
                    self.reactions["server", fault.id] = await ask_server(port, fault)
        finally:
            process.kill()
            await process.wait()

    async def _as_client(self, *, deflate: bool) -> None:
        trap = Trap()
        server = await asyncio.start_server(trap.meet, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            *command(self.name, "client", deflate=deflate), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        try:
            if process.stdin is None or process.stdout is None:
                raise RuntimeError("no pipe")
            await process.stdout.readline()
            for fault in [one for one in FAULTS.values() if _from_server(one) and _compressed(one) is deflate]:
                if isinstance(fault, FrameFault | ResponseFault):
                    trap.fault = fault
                    process.stdin.write(f"ws://127.0.0.1:{port}/\n".encode())
                    async with asyncio.timeout(30):
                        words = await trap.said.get()
                        told = (await process.stdout.readline()).decode().strip()
                    self.reactions["client", fault.id] = words or client_in_words(trap.heard, told)
        finally:
            process.kill()
            await process.wait()
            server.close()
            await server.wait_closed()


def _compressed(fault: Fault) -> bool:
    """Whether the library has to speak permessage-deflate for the fault to be one."""
    return fault.deflate or fault.rule == "request.deflate"


def _from_client(fault: Fault) -> bool:
    return Role.CLIENT in fault.senders


def _from_server(fault: Fault) -> bool:
    return Role.SERVER in fault.senders


def _agrees(fault: Fault, reaction: str) -> bool:
    """Whether a reaction is what the fault expects; data that came before the fault may have been echoed."""
    wanted = fault.reaction
    last = reaction.rpartition(", ")[2]
    if wanted.kind in (ReactionKind.FAIL, ReactionKind.ANSWER):
        return last == f"close {wanted.code}"
    if wanted.kind is ReactionKind.DECLINE:
        return reaction == wanted.text
    if wanted.kind is ReactionKind.REFUSE:
        return reaction == f"HTTP {wanted.code}"
    if wanted.kind is ReactionKind.ABANDON:
        return reaction.startswith("refused")
    if wanted.kind is ReactionKind.WAIT:
        return reaction == "no reaction"
    return "TCP" in reaction


def _cell(fault: Fault, library: Library, side: str) -> str:
    reaction = library.reactions[side, fault.id]
    return reaction if _agrees(fault, reaction) else f"**{reaction}**"


def _table(faults: Sequence[Fault], libraries: Sequence[Library], side: str) -> list[str]:
    lines = [
        "| fault | rule | section | expected | " + " | ".join(library.name for library in libraries) + " |",
        "|" + "---|" * (4 + len(libraries)),
    ]
    for fault in faults:
        cells = [fault.name, f"`{fault.rule}`", fault.reference, fault.reaction.text]
        cells += [_cell(fault, library, side) for library in libraries]
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, ""]


def page(libraries: Sequence[Library]) -> str:
    """The whole page in Markdown."""
    versions = ", ".join(library.version for library in libraries)
    every = list(FAULTS.values())
    requests = [one for one in every if isinstance(one, RequestFault)]
    responses = [one for one in every if isinstance(one, ResponseFault)]
    lines = [
        "# How other libraries react to the ready-made faults",
        "",
        f"Written by a program, not by hand. Versions: {versions}.",
        "To reproduce: `python -m tests.reactions` (the npm package `ws` has to be installed in `tests/e2e/peers`).",
        "",
        "Each library ran with its default settings, with permessage-deflate for the faults that are about it and",
        "without it for all others (*it* in the tables). Each fault was sent once over a loopback",
        f"socket, and what came back was read for {PATIENCE:g} s. *Expected* is what wsgui itself does, strict and",
        "with its own limits (64 MiB a message, 16 KiB a head). **Bold** is anything else. That is not always a",
        "mistake: limits differ, an HTTP error may have another status, and the RFC lets an endpoint end TCP without",
        "a close frame.",
        "*No reaction*: nothing came, and TCP stayed open.",
        "",
        "## Servers, and a client that errs",
        "",
        *_table(frame_faults(Role.CLIENT), libraries, "server"),
        "## Clients, and a server that errs",
        "",
        *_table(frame_faults(Role.SERVER), libraries, "client"),
        "## Servers, and an opening handshake that errs",
        "",
        *_table(requests, libraries, "server"),
        "## Clients, and an answer to the opening handshake that errs",
        "",
        *_table(responses, libraries, "client"),
    ]
    return "\n".join(lines).rstrip() + "\n"


async def run(names: Sequence[str]) -> list[Library]:
    """Ask the libraries, all at once."""
    libraries = [Library(name) for name in names]
    async with asyncio.timeout(600):
        await asyncio.gather(*(library.run() for library in libraries))
    return libraries


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--output", type=Path, default=PAGE)
    arguments = parser.parse_args()
    arguments.output.write_text(page(asyncio.run(run(LIBRARIES))), encoding="utf-8")


if __name__ == "__main__":
    main()
