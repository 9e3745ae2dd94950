"""Command lines of websocat, and of wscat."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wsgui.endpoint.elsewhere.model import Draft, ElsewhereError, Findings
from wsgui.endpoint.elsewhere.words import Flag, QuoteError, commands, flag, harmless, left_out, take_words
from wsgui.options.quantities import QuantityError, read_seconds
from wsgui.protocol.states import Role

if TYPE_CHECKING:
    from collections.abc import Callable


def _set(name: str, value: object = None) -> Callable[[Draft, str], object]:
    return lambda draft, text: setattr(draft.settings, name, text if value is None else value)


def _seconds(name: str) -> Callable[[Draft, str], object]:
    def take(draft: Draft, text: str) -> None:
        try:
            setattr(draft.settings, name, read_seconds(f"{text}s"))
        except QuantityError as error:
            draft.say(f"{error}.")

    return take


def _protocols(draft: Draft, text: str) -> None:
    draft.settings.subprotocols += [part.strip() for part in text.split(",") if part.strip()]


def _listen(draft: Draft, text: str) -> None:
    """``8080``, ``127.0.0.1:8080``: a server."""
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        draft.say(f"{text!r} is no place to listen at.")
        return
    draft.settings.kind = Role.SERVER.value
    draft.settings.host = host.strip("[]") or draft.settings.host
    draft.settings.port = int(port)


_WEBSOCAT: Final = [
    flag("-H --header", lambda draft, text: draft.header_line(text)),
    flag("--protocol --server-protocol", _protocols),
    flag("--origin", _set("origin")),
    flag("--basic-auth", lambda draft, text: draft.basic(text)),
    flag("-k --insecure", _set("verify", False), takes=False),
    flag("--ping-interval", _seconds("ping_interval")),
    flag("--ping-timeout", _seconds("ping_timeout")),
    flag("-s --server-mode", _set("kind", Role.SERVER.value), takes=False),
    flag("--server-header", lambda draft, text: draft.header_line(text)),
    flag("--tls-domain", _set("server_name")),
    *harmless(
        "-t --text -b --binary -n --no-close -1 --one-message -v -vv -q --quiet -E --exit-on-eof -U --unidirectional "
        "-u --unidirectional-reverse -0 --null-terminated --linemode-strip-newlines --no-line -S --strict --async-stdio"
    ),
    *harmless("-B --buffer-size --max-messages --max-messages-rev", takes=True),
    *left_out(
        "--socks5 --basic-auth-file --header-to-env --close-status-code --close-reason --restrict-uri --pkcs12-der "
        "--pkcs12-passwd --client-pkcs12-der --client-pkcs12-passwd --static-file --ua --ws-c-uri --exec-args"
    ),
]
_WSCAT: Final = [
    flag("-c --connect", _set("url")),
    flag("-l --listen", _listen),
    flag("-H --header", lambda draft, text: draft.header_line(text)),
    flag("-s --subprotocol", _protocols),
    flag("-o --origin", _set("origin")),
    flag("--host", lambda draft, text: draft.headers.append(("Host", text))),
    flag("--auth", lambda draft, text: draft.basic(text)),
    flag("-n --no-check", _set("verify", False), takes=False),
    flag("-L --location", _set("redirects", 20), takes=False),
    flag("--max-redirects", None),
    flag("--ca", _set("ca_file")),
    flag("--cert", _set("certificate")),
    flag("--key", _set("key")),
    flag("--passphrase", _set("key_password")),
    flag("--proxy", lambda draft, text: setattr(draft.settings, "proxy", text if "://" in text else f"http://{text}")),
    flag("-x --execute", lambda draft, text: draft.settings.on_connect.append(text)),
    *harmless("-P --show-ping-pong --slash --no-color", takes=False),
    *harmless("-w --wait -p --protocol", takes=True),
]


def _websocat_places(draft: Draft, places: list[str]) -> None:
    """websocat's addresses: the WebSocket among them, or where it listens."""
    for place in places:
        scheme, colon, rest = place.partition(":")
        kind = scheme.lower()
        if kind in ("ws-l", "ws-listen", "listen-ws"):
            _listen(draft, rest.removeprefix("//"))
        elif kind in ("ws", "wss", "ws-c", "ws-connect", "wss-connect"):
            draft.settings.url = place if kind in ("ws", "wss") else f"{kind[:3].rstrip('-')}:{rest}"
        elif draft.settings.kind == Role.SERVER.value and re.fullmatch(r"(?:.*:)?\d+", place):
            _listen(draft, place)
        elif place not in ("-", "stdio:", "readstdio:", "writestdio:") and colon:
            draft.say(f"the address {place!r} has no place in an endpoint, and was left out.")


def _wscat_places(draft: Draft, places: list[str]) -> None:
    for place in places:
        if not draft.settings.url:
            draft.settings.url = place
        else:
            draft.say(f"{place!r} was left out.")


PROGRAMS: Final[dict[str, tuple[list[Flag], Callable[[Draft, list[str]], None]]]] = {
    "websocat": (_WEBSOCAT, _websocat_places),
    "wscat": (_WSCAT, _wscat_places),
}
"""By program: its options, and what its other words are."""


def _program(word: str) -> str:
    name = word.rsplit("/", 1)[-1].lower().removesuffix(".exe")
    return name if name in PROGRAMS else ""


_CALL: Final = re.compile(
    r"(?m)(?:^|[|;&])\s*(?:\$ )?(?:npx\s+(?:-y\s+|--yes\s+)?)?(?:\S*/)?(?:websocat|wscat)(?:\.exe)?\s"
)


def fits(text: str) -> bool:
    """Whether one of the programs is called here."""
    return _CALL.search(text + "\n") is not None


def read(text: str) -> Findings:
    """The endpoints of command lines. Raises ElsewhereError."""
    found = Findings()
    try:
        lines = commands(re.sub(r"^\$\s+", "", text.lstrip()))
    except QuoteError as error:
        raise ElsewhereError(str(error)) from None
    for number, words in enumerate(lines, 1):
        where = f"Command {number}" if len(lines) > 1 else ""
        if words[0] == "npx":
            words = [word for word in words[1:] if word not in ("-y", "--yes")]
        program = _program(words[0]) if words else ""
        if not program:
            found.complaints.append(f"{where}: {' '.join(words)[:80]!r} is another program, and was left out.")
            continue
        flags, places = PROGRAMS[program]
        draft = Draft(found, where)
        places(draft, take_words(draft, words[1:], flags))
        if draft.settings.url or draft.settings.kind == Role.SERVER.value:
            draft.endpoint()
        else:
            draft.say("no address was found.")
    return found
