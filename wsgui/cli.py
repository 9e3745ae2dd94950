"""The command line: which subcommand it is.

What each needs is imported when it is known: ``wsgui --version`` takes no longer than Python itself, ``--help`` is
written down (`commands.written_help`), the subcommands need no Qt, and the window no parser of theirs.
`tests/test_start.py` holds what may be imported when.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import wsgui
from wsgui import console
from wsgui.commands.codes import FAILED, OK, STOPPED, WRONG_USE

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from wsgui.commands.parser import Parser

VERSION = f"wsgui {wsgui.__version__}"
WITHOUT_WINDOW = ("serve", "connect", "show", "export", "import")
"""The subcommands."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run wsgui with the given arguments (default: the process's); returns the exit code."""
    console.open_streams()
    if arguments is None:
        sys.excepthook = _note
        threading.excepthook = _note_thread
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(words, alone=arguments is None)
    except KeyboardInterrupt:  # at a prompt, say
        return STOPPED
    except Exception as error:  # noqa: BLE001  # a defect of ours: the details are kept, and nobody sees a traceback
        _note(type(error), error, error.__traceback__)
        return FAILED


def _run(words: Sequence[str], *, alone: bool) -> int:
    """``alone`` is whether the process is ours, with its signals."""
    command, rest = words[0] if words else "", words[1:]
    if alone and words == ["--version"]:
        console.show(f"{VERSION}\n")
        return OK
    if alone and words[-1:] in (["--help"], ["-h"]) and words[:-1] in ([], *([one] for one in WITHOUT_WINDOW)):
        from wsgui.commands.written_help import help_parser, written

        page = written("" if len(words) == 1 else command)
        if page is not None:
            help_parser(page).print_help()
            return OK
    if command == "serve":
        from wsgui.commands.serve import serve

        return serve(rest)
    if command == "connect":
        from wsgui.commands.connect import connect

        return connect(rest)
    if command in ("show", "export", "import"):
        from wsgui.commands import exchange_parsers
        from wsgui.session.user_decoders import user_decoders

        problems = user_decoders().problems  # before a filter is read: they have fields
        parsed = getattr(exchange_parsers, f"{command}_parser")().parse_args(rest)
        from wsgui.commands import exchange

        exchange.complain_of(problems)
        if alone:
            exchange.heed_signals()
        return int(getattr(exchange, f"run_{command}")(parsed))
    return _window(window_parser().parse_args(words))


def _note(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    from wsgui.session.defects import note_defect

    note_defect(kind, error, trace)


def _note_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _note(args.exc_type, args.exc_value, args.exc_traceback)


def window_parser() -> Parser:
    """What the window can be told."""
    from wsgui.capture.formats import import_suffixes
    from wsgui.commands.parser import Parser

    parser = Parser(
        prog="wsgui",
        description="A WebSocket playground: see every byte, send any byte. Without a subcommand it opens the window.",
        epilog=f"Subcommands without a window: {', '.join(WITHOUT_WINDOW)}; each explains itself with --help.",
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
    parser.add_argument(
        "--self-test", action="store_true", help="try whether everything works on this system; exit code 0 or 1"
    )
    parser.add_argument("--version", action="version", version=VERSION)
    return parser


def _window(options: argparse.Namespace) -> int:
    import gc

    from wsgui.system_libraries import do_without_screen, what_is_missing

    url: str | None = None
    files: list[Path] = []
    wrong = ""
    if options.what or options.endpoint is not None:
        url, files, wrong = _asked_for(options)
    if options.self_test:
        do_without_screen()
    wrong = wrong or what_is_missing()
    if not wrong:
        collecting = gc.isenabled()
        gc.disable()  # what is imported stays, so there is nothing to collect
        try:
            if options.self_test:
                from wsgui.self_test import run_self_test

                return run_self_test()
            from wsgui.app import run_window
        except ImportError as error:
            wrong = f"The window cannot be opened: {error}."
        finally:
            if collecting:
                gc.enable()
    if wrong:
        console.say(*wrong.split("\n"))
        return WRONG_USE
    from wsgui.engine.tasks import report_failures_to
    from wsgui.session.defects import note_failed_task

    report_failures_to(note_failed_task)
    return run_window(url, demo=options.demo, files=files, endpoint=options.endpoint)


def _asked_for(options: argparse.Namespace) -> tuple[str | None, list[Path], str]:
    """The URL and the files that the window is to open, and what is wrong with the words, in a sentence."""
    import argparse
    from pathlib import Path

    from wsgui.commands.secret_words import url_argument
    from wsgui.endpoint.settings import SettingsError
    from wsgui.endpoint.store import FILE_NAME, EndpointStore
    from wsgui.endpoint.variables import url_with_variables
    from wsgui.protocol.url import UrlError, WsUrl
    from wsgui.session.folders import config_folder

    files = [Path(one) for one in options.what if _is_file(one)]
    url: str | None = None
    for one in options.what:
        if not _is_file(one):
            if url is not None:
                return url, files, "Give one URL, or any number of files."
            try:
                url = url_argument(one)
                WsUrl.parse(url_with_variables(url))
            except (UrlError, SettingsError, argparse.ArgumentTypeError) as error:
                return url, files, str(error)
    if options.endpoint is not None:
        try:
            EndpointStore(config_folder() / FILE_NAME).named(options.endpoint)
        except LookupError as error:
            return url, files, str(error.args[0])
    return url, files, ""


def _is_file(word: str) -> bool:
    """Whether a word of the command line names a file: by its suffix, or because it is there."""
    from pathlib import Path

    from wsgui.capture.formats import SUFFIX, import_suffixes, may_be_imported

    path = Path(word)
    suffixes = (SUFFIX, *import_suffixes())
    try:
        return "://" not in word and (path.suffix.lower() in suffixes or may_be_imported(path) or path.exists())
    except (OSError, ValueError):
        return False
