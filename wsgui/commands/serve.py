"""``wsgui serve``: a server without a window."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from wsgui import console
from wsgui.commands.codes import FAILED, OK
from wsgui.commands.endpoint_options import ABSENT, add_endpoint_arguments, settings_for
from wsgui.commands.exits import run_loop, wrong
from wsgui.commands.parser import Parser
from wsgui.commands.recording import Aloud, put_away
from wsgui.commands.secret_words import HELP
from wsgui.commands.signals import on_stop
from wsgui.commands.verification import verified, verify_with
from wsgui.endpoint.engine_options import server_options
from wsgui.endpoint.kinds import SERVER
from wsgui.endpoint.settings import SettingsError
from wsgui.engine.descriptors import open_more_files
from wsgui.protocol.states import State
from wsgui.session.folders import notices
from wsgui.session.server import ServerSession
from wsgui.session.visits import VisitLog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.console import Output
    from wsgui.endpoint.settings import EndpointSettings
    from wsgui.engine.door import Visit
    from wsgui.engine.errors import ListenError
    from wsgui.engine.tls import TlsError
    from wsgui.records import Record
    from wsgui.session.server_certificate import ServerCertificate


def serve_parser() -> Parser:
    """What it can be told."""
    parser = Parser("wsgui serve", "Run a WebSocket server until Ctrl+C.", HELP, "wsgui serve [OPTIONS]")
    parser.add_argument("--capture", type=Path, metavar="FILE", help="record every frame in this new file (.wscap)")
    parser.add_argument(
        "--verify",
        metavar="FILE",
        help="do what the rules of FILE say (--behaviour rules --set file=FILE), and print at the end how often "
        "each was hit; exit code 1 if that is not what the file expects",
    )
    parser.add_argument(
        "--until-closed",
        nargs="?",
        const=1,
        default=0,
        type=_clients,
        metavar="N",
        help="end once N clients (usually 1) have been there and all are gone",
    )
    add_endpoint_arguments(parser, SERVER.role)
    return parser


def _clients(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text[:9]) <= 10**6:
        raise argparse.ArgumentTypeError(f"a number of clients from 1 to {10**6}, not {text!r}")
    return int(text)


def serve(words: Sequence[str]) -> int:
    """Run it with the words behind ``wsgui serve``; returns the exit code."""
    parsed = serve_parser().parse_args(words)
    try:
        settings = settings_for(parsed, SERVER.name)
        if parsed.verify is not None:
            verify_with(settings, parsed.verify, said=parsed.behaviour is not ABSENT)
        server_options(settings)
    except SettingsError as error:
        return wrong(str(error))
    except LookupError as error:
        return wrong(str(error.args[0]))
    ending = WhenToEnd(parsed.verify is not None, parsed.until_closed)
    return run_loop(run_server(settings, parsed.capture, console.Output(), ending))


class WhenToEnd(NamedTuple):
    """Whether expectations are verified at the end, and after how many clients that comes; 0: at a signal."""

    verify: bool = False
    clients: int = 0


async def run_server(
    settings: EndpointSettings, capture: Path | None, out: Output, ending: WhenToEnd | None = None
) -> int:
    """Serve until SIGINT or SIGTERM, or as ``ending`` says; the first line on ``out`` says where.

    Returns 1 if the capture is not complete, or if rules were not hit as they expect. Raises SettingsError,
    ListenError, TlsError and CaptureError, and OSError if ``out`` is closed.
    """
    session = _Server("wsgui serve", None, file=capture)
    complete = right = False
    ending = ending or WhenToEnd()
    try:
        session.use_settings(settings)
        open_more_files()
        stop = asyncio.Event()
        on_stop(stop.set)
        session.until(ending.clients, stop.set)
        await session.listen()
        out.write_lines(f"listening on {' and '.join(session.urls)}\n")
        out.flush()
        await stop.wait()
    finally:
        stopping = session.stop()
        if stopping is not None:
            await stopping
        right = not ending.verify or verified(session.reports(), out)
        complete = await put_away(session, capture)
    return OK if complete and right else FAILED


class _Server(Aloud, ServerSession):
    """A server that nobody looks at: nobody is asked, no connections are listed, and what a person has to know is said
    on standard error."""

    grace = 2.0
    asks = False

    def __init__(self, name: str, folder: Path | None, *, file: Path | None) -> None:
        super().__init__(name, folder, file=file)
        self._visits = VisitLog()
        self._listened = False
        self._clients = 0
        self._come: set[int] = set()
        self._over: Callable[[], None] = lambda: None

    def until(self, clients: int, over: Callable[[], None]) -> None:
        """Call ``over`` once so many clients have been there and all are gone; 0 for never."""
        self._clients, self._over = clients, over

    def _server_changed(self) -> None:
        super()._server_changed()
        if self._clients and self.server is not None:
            there = self.server.connections
            self._come |= {number for number, ws in there.items() if ws.state is State.OPEN}
            if len(self._come) >= self._clients and not there:
                self._over()

    async def listen(self) -> None:
        """Listen where the settings say. Raises ListenError and TlsError."""
        await self._start(self.settings.host, self.settings.port)
        self._listened = True
        if self.reach is not None and self.reach.warning:
            console.say(self.reach.warning)

    def _does_not_listen(self, error: ListenError | TlsError) -> None:
        raise error

    def _show_certificate(self, own: ServerCertificate) -> None:
        super()._show_certificate(own)
        for notice in notices():
            console.say(notice)
        console.say(own.advice)

    def _noticed(self, sentence: str) -> None:
        console.say(sentence)

    def _visited(self, visit: Visit) -> None:
        sentence = self._visits.sentence(visit)
        if sentence:
            console.say(sentence)

    def _connection_changed(self, record: Record) -> None:
        pass

    def _began(self) -> bool:
        return self._listened or super()._began()
