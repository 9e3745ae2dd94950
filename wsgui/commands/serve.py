"""``wsgui serve``: a server without a window."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from wsgui import console
from wsgui.commands.codes import FAILED, OK
from wsgui.commands.endpoint_options import add_endpoint_arguments, settings_for
from wsgui.commands.exits import run_loop, wrong
from wsgui.commands.parser import Parser
from wsgui.commands.recording import Aloud, put_away
from wsgui.commands.secret_words import HELP
from wsgui.commands.signals import on_stop
from wsgui.endpoint.engine_options import server_options
from wsgui.endpoint.kinds import SERVER
from wsgui.endpoint.settings import SettingsError
from wsgui.engine.descriptors import open_more_files
from wsgui.session.folders import notices
from wsgui.session.server import ServerSession
from wsgui.session.visits import VisitLog

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    add_endpoint_arguments(parser, SERVER.role)
    return parser


def serve(words: Sequence[str]) -> int:
    """Run it with the words behind ``wsgui serve``; returns the exit code."""
    parsed = serve_parser().parse_args(words)
    try:
        settings = settings_for(parsed, SERVER.name)
        server_options(settings)
    except SettingsError as error:
        return wrong(str(error))
    except LookupError as error:
        return wrong(str(error.args[0]))
    return run_loop(run_server(settings, parsed.capture, console.Output()))


async def run_server(settings: EndpointSettings, capture: Path | None, out: Output) -> int:
    """Serve until SIGINT or SIGTERM; the first line on ``out`` says where.

    Returns 1 if the capture is not complete. Raises SettingsError, ListenError, TlsError and CaptureError, and OSError
    if ``out`` is closed.
    """
    session = _Server("wsgui serve", None, file=capture)
    complete = False
    try:
        session.use_settings(settings)
        open_more_files()
        stop = asyncio.Event()
        on_stop(stop.set)
        await session.listen()
        out.write_lines(f"listening on {' and '.join(session.urls)}\n")
        out.flush()
        await stop.wait()
    finally:
        stopping = session.stop()
        if stopping is not None:
            await stopping
        complete = await put_away(session, capture)
    return OK if complete else FAILED


class _Server(Aloud, ServerSession):
    """A server that nobody looks at: nobody is asked, no connections are listed, and what a person has to know is said
    on standard error."""

    grace = 2.0
    asks = False

    def __init__(self, name: str, folder: Path | None, *, file: Path | None) -> None:
        super().__init__(name, folder, file=file)
        self._visits = VisitLog()
        self._listened = False

    async def listen(self) -> None:
        """Listen where the settings say. Raises ListenError and TlsError."""
        await self._start(self.settings.host, self.settings.port)
        self._listened = True

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
