"""The command line. The subcommands use the engine alone; Qt is imported only to open the window."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import wsgui
from wsgui import console
from wsgui.capture.formats import import_suffixes, may_be_imported
from wsgui.commands.connect import connect
from wsgui.commands.exits import FAILED, STOPPED, wrong
from wsgui.commands.parser import Parser
from wsgui.commands.secret_words import elsewhere
from wsgui.commands.serve import serve
from wsgui.endpoint.store import FILE_NAME, EndpointStore
from wsgui.engine.tasks import report_failures_to
from wsgui.protocol.url import UrlError, WsUrl
from wsgui.session.defects import note_defect, note_failed_task
from wsgui.session.folders import config_folder
from wsgui.session.signals import stop_signals

if TYPE_CHECKING:
    from collections.abc import Sequence

FILES = (".wscap", *import_suffixes())
"""Suffixes of what the window opens or imports."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run wsgui with the given arguments (default: the process's); returns the exit code."""
    console.open_streams()
    if arguments is None:
        report_failures_to(note_failed_task)
        sys.excepthook = note_defect
        threading.excepthook = _note_thread
        if sys.argv[1:2] in (["show"], ["export"], ["import"]):
            for number in stop_signals():  # an import that is told to stop takes what it began away
                signal.signal(number, signal.default_int_handler)
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(words)
    except KeyboardInterrupt:  # at a prompt, say
        return STOPPED
    except Exception as error:  # noqa: BLE001  # a defect of ours: the details are kept, and nobody sees a traceback
        note_defect(type(error), error, error.__traceback__)
        return FAILED


def _run(words: Sequence[str]) -> int:
    if words[:1] == ["serve"]:
        return serve(words[1:])
    if words[:1] == ["connect"]:
        return connect(words[1:])
    if words[:1] in (["show"], ["export"], ["import"]):
        return _exchange(words[0], words[1:])
    return _window(_window_parser().parse_args(words))


def _note_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        note_defect(args.exc_type, args.exc_value, args.exc_traceback)


def _exchange(command: str, words: Sequence[str]) -> int:
    from wsgui.commands import exchange  # the readers of foreign files take 50 ms that serve and connect do not need

    if command == "show":
        return exchange.run_show(exchange.show_parser().parse_args(words))
    if command == "export":
        return exchange.run_export(exchange.export_parser().parse_args(words))
    return exchange.run_import(exchange.import_parser().parse_args(words))


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
        f"({', '.join(import_suffixes())})",
    )
    parser.add_argument("--endpoint", metavar="NAME", help="open the window with this saved endpoint")
    parser.add_argument("--demo", action="store_true", help="start an echo server and a client connected to it")
    parser.add_argument("--version", action="version", version=f"wsgui {wsgui.__version__}")
    return parser


def _window(options: argparse.Namespace) -> int:
    from wsgui.system_libraries import what_is_missing

    files = [Path(one) for one in options.what if _is_file(one)]
    url: str | None = None
    for one in options.what:
        if not _is_file(one):
            if url is not None:
                return wrong("Give one URL, or any number of files.")
            try:
                url = elsewhere(one)
                WsUrl.parse(url)
            except (UrlError, argparse.ArgumentTypeError) as error:
                return wrong(str(error))
    if options.endpoint is not None:
        try:
            EndpointStore(config_folder() / FILE_NAME).named(options.endpoint)
        except LookupError as error:
            return wrong(str(error.args[0]))
    missing = what_is_missing()
    if missing:
        return wrong(missing)
    try:
        from wsgui.app import run_window
    except ImportError as error:
        return wrong(f"The window cannot be opened: {error}.")
    return run_window(url, demo=options.demo, files=files, endpoint=options.endpoint)


def _is_file(word: str) -> bool:
    """Whether a word of the command line names a file: by its suffix, or because it is there."""
    path = Path(word)
    try:
        return "://" not in word and (path.suffix.lower() in FILES or may_be_imported(path) or path.exists())
    except (OSError, ValueError):
        return False
