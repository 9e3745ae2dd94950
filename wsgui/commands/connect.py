"""``wsgui connect``: what it can be told, and how that becomes `ClientOrders`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wsgui import console
from wsgui.commands.client import ClientOrders, run_client
from wsgui.commands.encodings import ENCODINGS, InputError
from wsgui.commands.endpoint_options import add_endpoint_arguments, settings_for
from wsgui.commands.exits import run_loop, wrong
from wsgui.commands.framings import FRAMINGS
from wsgui.commands.parser import Parser, choices_help
from wsgui.commands.printers import PRINTERS
from wsgui.commands.secret_words import HELP, text_argument, url_argument
from wsgui.endpoint.engine_options import client_options
from wsgui.endpoint.kinds import CLIENT
from wsgui.endpoint.settings import SettingsError
from wsgui.endpoint.variables import url_with_variables
from wsgui.options.quantities import QuantityError, read_seconds
from wsgui.options.texts import OptionError
from wsgui.protocol.close import REASON_LIMIT
from wsgui.protocol.url import UrlError, WsUrl
from wsgui.session.filler import Filler
from wsgui.templates import TemplateError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.endpoint.settings import EndpointSettings

EXITS: Final = (
    "Exit code: 0 if the connection ended in order (1000, 1001, no code, the code of --close answered, or one of "
    "--ok-codes); 1 if there was none, if it was lost (1006) or failed, if the peer closed with any other code, or if "
    "input, output, the capture or the messages waited for are not complete; 2 for wrong use; 130 if it was stopped "
    "before it was connected. Standard error says why, with the peer's code and reason or the body of its refusal."
)


def connect_parser() -> Parser:
    """What it can be told."""
    parser = Parser(
        "wsgui connect",
        "Connect to a WebSocket server. Lines of standard input go out as text messages; what arrives is printed, text "
        "as it is and binary as hex digits. The end of standard input closes the connection.",
        f"{HELP}\n\n{EXITS}",
        "wsgui connect URL [OPTIONS]\n       wsgui connect --endpoint NAME [OPTIONS]",
    )
    parser.add_argument(
        "url",
        type=url_argument,
        nargs="?",
        metavar="URL",
        help="ws://, wss:// or ws+unix:// URL; a saved endpoint has its own",
    )
    parser.add_argument("--capture", type=Path, metavar="FILE", help="record every frame in this new file (.wscap)")
    parser.add_argument(
        "--verbose",
        "-v",
        action="store_true",
        help="print both heads, control frames and broken rules on standard error, secrets masked",
    )
    parser.add_argument("--keep-secrets", action="store_true", help="do not mask them there")
    _sending(parser.add_argument_group("what is sent"))
    _staying(parser.add_argument_group("how long it stays, and how it ends"))
    _printing(parser.add_argument_group("what is printed"))
    add_endpoint_arguments(parser, CLIENT.role)
    return parser


def _sending(group: argparse._ArgumentGroup) -> None:
    def message(option: str, metavar: str, text: str, kind: Callable[[str], str | bytes]) -> None:
        group.add_argument(option, action="append", dest="send", default=[], type=kind, metavar=metavar, help=text)

    message("--send", "TEXT", "send this text first (repeatable, in order with the next three)", text_argument)
    message("--send-hex", "DIGITS", "send a binary message", lambda text: _encoded(text, "hex"))
    message("--send-base64", "TEXT", "send a binary message", lambda text: _encoded(text, "base64"))
    message("--send-file", "FILE", "send a file as one binary message", _file)
    group.add_argument("--ping", action="store_true", help="send a ping and print the round trip")
    group.add_argument("--echo", action="store_true", help="send every message back until the peer closes")
    group.add_argument(
        "--input",
        choices=list(FRAMINGS),
        default="lines",
        help=choices_help("how standard input is cut:", {name: one.summary for name, one in FRAMINGS.items()}),
    )
    group.add_argument(
        "--encoding",
        choices=list(ENCODINGS),
        default="text",
        help=choices_help(
            "what a message of standard input is:", {name: one.summary for name, one in ENCODINGS.items()}
        ),
    )


def _staying(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--wait", type=_seconds, default=0.0, metavar="TIME", help="stay so long (5s) after standard input has ended"
    )
    group.add_argument(
        "--wait-messages",
        type=_positive,
        default=0,
        metavar="N",
        help="after standard input has ended, stay until N messages have come in all; with --wait no longer than that",
    )
    group.add_argument("--stay", action="store_true", help="stay until the peer closes, or Ctrl+C")
    group.add_argument(
        "--close",
        nargs="+",
        metavar=("CODE", "REASON"),
        help="close with this code and reason (quoted, if it has blanks)",
    )
    group.add_argument(
        "--ok-codes",
        type=_codes,
        default=(),
        metavar="CODES",
        help="close codes that are as good as 1000 for the exit code: 4000,4100-4199",
    )


def _printing(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--output",
        choices=list(PRINTERS),
        default="text",
        help=choices_help("how messages are printed:", {name: kind.summary for name, kind in PRINTERS.items()}),
    )
    group.add_argument("--times", action="store_true", help="begin each line with the time of day")
    group.add_argument(
        "--directions", action="store_true", help="print what is sent too; lines begin with -> (sent) or <- (received)"
    )


def connect(words: Sequence[str]) -> int:
    """Run it with the words behind ``wsgui connect``; returns the exit code."""
    parsed = connect_parser().parse_args(words)
    if parsed.url is None and parsed.endpoint is None and len(parsed.close or ()) > 1 and "://" in parsed.close[-1]:
        # What follows --close is its code and reason, and with them it has taken the URL, which is nowhere else.
        parsed.url = parsed.close.pop()
    try:
        code, reason = _close(parsed.close)
        settings = settings_for(parsed, CLIENT.name)
        if not settings.url:
            return wrong("Say which URL to connect to.")
        WsUrl.parse(url_with_variables(settings.url))
        client_options(settings)
        _check_templates(settings, parsed.send)
    except (UrlError, SettingsError, InputError) as error:
        return wrong(str(error))
    except LookupError as error:
        return wrong(str(error.args[0]))
    kind = PRINTERS[parsed.output]
    out = console.Output()
    if kind.bytes_as_they_are and out.terminal:
        return wrong(
            f"--output {parsed.output} writes bytes as they are, and they could steer the terminal: send standard "
            "output to a file or to another program."
        )
    if not kind.prefixed and (parsed.times or parsed.directions):
        return wrong(f"--times and --directions have no place in --output {parsed.output}; json has both.")
    if parsed.stay and (parsed.wait or parsed.wait_messages):
        return wrong("--stay has no end that --wait or --wait-messages could set.")
    orders = ClientOrders(
        settings,
        send=parsed.send,
        ping=parsed.ping,
        echo=parsed.echo,
        capture=parsed.capture,
        framing=FRAMINGS[parsed.input],
        encoding=ENCODINGS[parsed.encoding],
        wait=parsed.wait,
        wait_messages=parsed.wait_messages,
        stay=parsed.stay,
        close_code=code,
        close_reason=reason,
        ok_codes=parsed.ok_codes,
        verbose=parsed.verbose,
        keep_secrets=parsed.keep_secrets,
    )
    printer = kind(out, times=parsed.times, directions=parsed.directions)
    return run_loop(run_client(orders, printer, sys.stdin))


def _check_templates(settings: EndpointSettings, send: Sequence[str | bytes]) -> None:
    """Raises InputError for a text that cannot be filled in, and for rules that cannot be read."""
    filler = Filler()
    filler.use(settings)
    if settings.answers:
        from wsgui.session.client_rules import ClientRules

        try:
            ClientRules(settings.answers, filler, settings.answer_limit, console.say).check()
        except OptionError as error:
            raise InputError(str(error)) from None
    for text in send if settings.templates else ():
        try:
            if isinstance(text, str):
                filler.check(text, typed=True, later=bool(settings.answers))
        except TemplateError as error:
            raise InputError(str(error)) from None


def _close(words: list[str] | None) -> tuple[int, str]:
    """The code and the reason of ``--close``. Raises InputError."""
    if not words:
        return 1000, ""
    code, reason = words[0], " ".join(words[1:])
    if not (code.isascii() and code.isdigit() and len(code) <= 5 and int(code) <= 0xFFFF):
        raise InputError(f"--close is written CODE REASON, with a code from 0 to 65535, not {code!r}.")
    if len(words) > 2:
        raise InputError("--close takes a code and a reason: quote a reason that has blanks in it.")
    size = len(text_of(reason).encode())
    if size > REASON_LIMIT:
        raise InputError(f"A close reason has up to {REASON_LIMIT} bytes of UTF-8, not {size} (RFC 6455 §5.5).")
    return int(code), reason


def text_of(reason: str) -> str:
    """``reason``, if it is text. Raises InputError."""
    try:
        return text_argument(reason)
    except argparse.ArgumentTypeError as error:
        raise InputError(f"The reason of --close is {error}.") from None


def _encoded(text: str, encoding: str) -> str | bytes:
    try:
        return ENCODINGS[encoding].decode(text_argument(text).encode())
    except InputError as error:
        raise argparse.ArgumentTypeError(f"{text!r} {error}") from None


def _file(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"the file {name} cannot be read: {error}") from None


def _seconds(text: str) -> float:
    try:
        return read_seconds(text)
    except QuantityError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:10]) < 10**9):
        raise argparse.ArgumentTypeError(f"a number from 1 on, not {text!r}")
    return int(text)


def _codes(text: str) -> frozenset[int]:
    """Close codes and spans of them, with commas between."""
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        ends = (first, last if dash else first)
        if not all(one.isascii() and one.isdigit() and len(one) <= 5 and int(one) <= 0xFFFF for one in ends):
            raise argparse.ArgumentTypeError(f"close codes are written 4000,4100-4199, not {text!r}")
        found.update(range(int(ends[0]), int(ends[1]) + 1))
    return frozenset(found)
