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
from wsgui.commands.recording import HeadlessRecorder
from wsgui.commands.secret_words import HELP
from wsgui.commands.signals import on_stop
from wsgui.endpoint.engine_options import server_options, server_plan
from wsgui.endpoint.kinds import SERVER
from wsgui.endpoint.settings import SettingsError
from wsgui.engine.descriptors import open_more_files
from wsgui.engine.server import Server
from wsgui.session.folders import notices
from wsgui.session.server_certificate import certificate_folder, server_certificate
from wsgui.session.visits import VisitLog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.console import Output
    from wsgui.endpoint.settings import EndpointSettings
    from wsgui.engine.door import Visit

GRACE = 2.0
"""Seconds that peers have to answer the close frame when the program is told to stop."""


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
    options = server_options(settings)
    if settings.secure and not settings.certificate:
        own = await asyncio.to_thread(lambda: server_certificate(certificate_folder()))
        for notice in notices():
            console.say(notice)
        options.tls.certificate, options.tls.key = str(own.certificate), str(own.key)
        console.say(own.advice)
    open_more_files()
    stop = asyncio.Event()
    on_stop(stop.set)
    recording = HeadlessRecorder(capture, "wsgui serve", lambda: server.connections.values())
    log = VisitLog()

    def visited(visit: Visit) -> None:
        sentence = log.sentence(visit)
        if sentence:
            console.say(sentence)

    server = Server(
        server_plan(settings),
        options=options,
        observer=recording.recorder,
        on_change=recording.gate,
        on_visit=visited,
        on_notice=console.say,
    )
    complete = False
    try:
        if settings.unix_path:
            await server.listen_unix(settings.unix_path, secure=settings.secure)
        else:
            await server.listen(settings.host, settings.port, secure=settings.secure)
        out.write_lines(f"listening on {' and '.join(server.urls)}\n")
        out.flush()
        await stop.wait()
    finally:
        listened = server.listening
        await server.close(grace=GRACE)
        complete = await recording.close(keep_empty=listened)
    return OK if complete else FAILED
