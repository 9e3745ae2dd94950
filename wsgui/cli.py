"""The command line. The subcommands use the engine alone; Qt is imported only to open the window."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import wsgui
from wsgui import console
from wsgui.capture.errors import CaptureError
from wsgui.commands.endpoint_options import ABSENT, add_endpoint_arguments, saved_settings, settings_from
from wsgui.commands.headless import ClientOrders, run_client, run_server
from wsgui.commands.parser import Parser
from wsgui.engine.behaviours import BEHAVIOURS
from wsgui.engine.errors import ConnectError, EngineError, reason_of
from wsgui.protocol.url import UrlError, WsUrl
from wsgui.session.defects import note_defect
from wsgui.session.endpoint_settings import EndpointSettings, SettingsError, client_options, server_options
from wsgui.session.endpoint_store import FILE_NAME, EndpointStore
from wsgui.session.folders import config_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

FILES = (".wscap", ".har", ".jsonl", ".ndjson", ".pcap", ".pcapng")
"""Suffixes of what the window opens or imports."""
WRONG_USE = 2
FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run wsgui with the given arguments (default: the process's); returns the exit code."""
    console.open_streams()
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["serve"]:
        return _serve(_serve_parser().parse_args(words[1:]))
    if words[:1] == ["connect"]:
        return _connect(_connect_parser().parse_args(words[1:]))
    if words[:1] in (["show"], ["export"], ["import"]):
        return _exchange(words[0], words[1:])
    return _window(_window_parser().parse_args(words))


def _exchange(command: str, words: Sequence[str]) -> int:
    from wsgui.commands import exchange  # the readers of foreign files take 50 ms that serve and connect do not need

    if command == "show":
        shown = exchange.show_parser().parse_args(words)
        return _guarded(lambda: exchange.run_show(shown))
    if command == "export":
        exported = exchange.export_parser().parse_args(words)
        return _guarded(lambda: exchange.run_export(exported))
    imported = exchange.import_parser().parse_args(words)
    return _guarded(lambda: exchange.run_import(imported))


def _window_parser() -> Parser:
    parser = Parser(
        prog="wsgui",
        description="A WebSocket playground: see every byte, send any byte. Without a subcommand it opens the window.",
        epilog="Subcommands without a window: serve, connect, show, export, import; each explains itself with --help.",
    )
    parser.add_argument(
        "what",
        nargs="*",
        metavar="URL|FILE",
        help="open the window connected to this ws:// or wss:// URL, or with captures (.wscap) and files to import "
        "(.har, .jsonl, .pcap, .pcapng)",
    )
    parser.add_argument("--endpoint", metavar="NAME", help="open the window with this saved endpoint")
    parser.add_argument("--demo", action="store_true", help="start an echo server and a client connected to it")
    parser.add_argument("--version", action="version", version=f"wsgui {wsgui.__version__}")
    return parser


def _serve_parser() -> Parser:
    parser = Parser(prog="wsgui serve", description="Run a WebSocket server until Ctrl+C.")
    parser.add_argument("--host", default=ABSENT, help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=_port, default=ABSENT, help="port; 0 takes a free one (default: 8765)")
    parser.add_argument(
        "--behaviour",
        default=ABSENT,
        choices=list(BEHAVIOURS),
        help="; ".join(f"{name}: {kind.summary}" for name, kind in BEHAVIOURS.items()),
    )
    parser.add_argument("--capture", type=Path, metavar="FILE", help="record every frame in this new file (.wscap)")
    add_endpoint_arguments(parser, "server")
    return parser


def _connect_parser() -> Parser:
    parser = Parser(
        prog="wsgui connect",
        description="Connect to a WebSocket server. Lines of standard input go out as text messages; what arrives is "
        "printed, text as it is and binary as hex digits. The end of standard input closes the connection.",
    )
    parser.add_argument(
        "url",
        type=_text,
        nargs="?",
        metavar="URL",
        help="ws://, wss:// or ws+unix:// URL; a saved endpoint has its own",
    )
    parser.add_argument(
        "--send", action="append", type=_text, default=[], metavar="TEXT", help="send this text first (repeatable)"
    )
    parser.add_argument("--ping", action="store_true", help="send a ping and print the round trip")
    parser.add_argument("--echo", action="store_true", help="send every message back until the peer closes")
    parser.add_argument("--capture", type=Path, metavar="FILE", help="record every frame in this new file (.wscap)")
    add_endpoint_arguments(parser, "client")
    return parser


def _text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:  # bytes of the command line that no text has come out of
        raise argparse.ArgumentTypeError(f"not valid UTF-8: {text!a}") from None
    return text


def _port(text: str) -> int:
    try:
        port = int(text)
    except ValueError:
        port = -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return port


def _serve(parsed: argparse.Namespace) -> int:
    return _with_settings(parsed, "server", lambda settings: run_server(settings, parsed.capture, console.Output()))


def _connect(parsed: argparse.Namespace) -> int:
    def run(settings: EndpointSettings) -> Coroutine[object, object, int]:
        orders = ClientOrders(settings, parsed.send, parsed.ping, parsed.echo, parsed.capture)
        return run_client(orders, console.Output(), sys.stdin)

    return _with_settings(parsed, "client", run)


def _with_settings(
    parsed: argparse.Namespace, kind: str, run: Callable[[EndpointSettings], Coroutine[object, object, int]]
) -> int:
    """Put together what the command line and a saved endpoint say, check it, and run."""
    try:
        saved = saved_settings(parsed.endpoint, kind) if parsed.endpoint is not None else None
        settings = settings_from(parsed, kind, saved)
        if kind == "client":
            if not settings.url:
                return _wrong("Say which URL to connect to.")
            WsUrl.parse(settings.url)
            client_options(settings)
        else:
            server_options(settings)
    except (UrlError, SettingsError) as error:
        return _wrong(str(error))
    except LookupError as error:
        return _wrong(str(error.args[0]))
    return _run(run(settings))


def _run(work: Coroutine[object, object, int]) -> int:
    return _guarded(lambda: asyncio.run(cast("Coroutine[None, None, int]", work)))


def _guarded(work: Callable[[], int]) -> int:
    """Run a subcommand; what goes wrong becomes a sentence on standard error and an exit code."""
    try:
        return work()
    except ConnectError as error:
        return _wrong(str(error), FAILED)
    except (EngineError, CaptureError) as error:
        return _wrong(str(error))
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        # Whoever read our output has gone, or the disk is full. Python would complain once more as it flushes at exit.
        console.Output().abandon()
        if isinstance(error, BrokenPipeError):
            return FAILED
        return _wrong(f"Standard output cannot be written: {reason_of(error)}.", FAILED)
    except Exception as error:  # noqa: BLE001  # a defect of ours: the details are kept, and nobody sees a traceback
        note_defect(type(error), error, error.__traceback__)
        return FAILED


def _wrong(sentence: str, code: int = WRONG_USE) -> int:
    console.say(sentence)
    return code


def _window(options: argparse.Namespace) -> int:
    from wsgui.system_libraries import what_is_missing

    files = [Path(one) for one in options.what if _is_file(one)]
    url: str | None = None
    for one in options.what:
        if not _is_file(one):
            if url is not None:
                return _wrong("Give one URL, or any number of files.")
            url = one
            try:
                WsUrl.parse(_text(one))
            except (UrlError, argparse.ArgumentTypeError) as error:
                return _wrong(str(error))
    if options.endpoint is not None:
        try:
            EndpointStore(config_folder() / FILE_NAME).named(options.endpoint)
        except LookupError as error:
            return _wrong(str(error.args[0]))
    missing = what_is_missing()
    if missing:
        return _wrong(missing)
    try:
        from wsgui.app import run_window
    except ImportError as error:
        return _wrong(f"The window cannot be opened: {error}.")
    return run_window(url, demo=options.demo, files=files, endpoint=options.endpoint)


def _is_file(word: str) -> bool:
    """Whether a word of the command line names a file: by its suffix, or because it is there."""
    path = Path(word)
    try:
        return "://" not in word and (path.suffix.lower() in FILES or path.exists())
    except (OSError, ValueError):
        return False
