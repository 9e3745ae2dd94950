"""curl commands, such as browsers' "Copy as cURL" makes, with the quotes of bash and of Windows' cmd."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wsgui.endpoint.elsewhere.model import Draft, ElsewhereError, Findings, is_websocket
from wsgui.endpoint.elsewhere.words import QuoteError, commands, flag, harmless, left_out, take_words
from wsgui.options.quantities import QuantityError, read_seconds

if TYPE_CHECKING:
    from collections.abc import Callable


def _header(draft: Draft, value: str) -> None:
    if value.startswith("@"):
        draft.say(f"the headers of the file {value[1:]!r} were not read.")
    elif value.endswith(";") and ":" not in value:  # curl's way to send an empty one
        draft.header_line(f"{value[:-1]}:")
    elif value.rstrip().endswith(":") and value.count(":") == 1:
        pass  # curl's way not to send one of its own: they are not sent here either
    else:
        draft.header_line(value)


def _cookie(draft: Draft, value: str) -> None:
    if "=" in value:
        draft.cookies(value)
    else:
        draft.say(f"the cookies of the file {value!r} were not read.")


def _proxy(scheme: str) -> Callable[[Draft, str], object]:
    def take(draft: Draft, value: str) -> None:
        draft.settings.proxy = value if "://" in value else f"{scheme}://{value}"

    return take


def _with_proxy_user(draft: Draft, text: str) -> None:
    """``user:password`` for the proxy, wherever among the options they stood."""
    user, _, password = text.partition(":")
    scheme, mark, place = draft.settings.proxy.partition("://")
    if mark:
        draft.settings.proxy = f"{scheme}://{user}@{place.rpartition('@')[2]}"
        draft.settings.proxy_password = password
    else:
        draft.say("-U was left out: no proxy is named.")


def _timeout(draft: Draft, value: str) -> None:
    try:
        draft.settings.opening_timeout = read_seconds(f"{value}s")
    except QuantityError as error:
        draft.say(f"--connect-timeout {error}.")


def _redirects(draft: Draft, value: str) -> None:
    if value.isascii() and value.isdigit():
        draft.settings.redirects = min(int(value[:3]), 20)
    else:
        draft.say(f"--max-redirs {value!r} is no number, and was left out.")


def _method(draft: Draft, value: str) -> None:
    if value.upper() != "GET":
        draft.say(f"the method {value} was left out: an opening handshake is a GET.")


def _set(name: str, value: object = None) -> Callable[[Draft, str], object]:
    return lambda draft, text: setattr(draft.settings, name, text if value is None else value)


_FLAGS: Final = [
    flag("-H --header", _header),
    flag("-b --cookie", _cookie),
    flag("-u --user", lambda draft, value: draft.basic(value)),
    flag("--digest", _set("auth", "digest"), takes=False),
    flag("--basic", None, takes=False),
    flag("--oauth2-bearer", lambda draft, value: draft.bearer(value)),
    flag("-A --user-agent", lambda draft, value: draft.headers.append(("User-Agent", value))),
    flag("-e --referer", lambda draft, value: draft.headers.append(("Referer", value))),
    flag("-k --insecure", _set("verify", False), takes=False),
    flag("--cacert", _set("ca_file")),
    flag("-E --cert", _set("certificate")),
    flag("--key", _set("key")),
    flag("--pass", _set("key_password")),
    flag("-x --proxy", _proxy("http")),
    flag("--socks4 --socks4a", _proxy("socks4")),
    flag("--socks5 --socks5-hostname", _proxy("socks5")),
    flag("-U --proxy-user", lambda draft, value: draft.later.append(lambda: _with_proxy_user(draft, value))),
    flag("--proxy-digest", _set("proxy_auth", "digest"), takes=False),
    flag("--interface", _set("bind")),
    flag("--connect-timeout", _timeout),
    flag("-L --location --location-trusted", _set("redirects", 20), takes=False),
    flag("--max-redirs", _redirects),
    flag("--tlsv1.2", _set("minimum_tls", "1.2"), takes=False),
    flag("--tlsv1.3", _set("minimum_tls", "1.3"), takes=False),
    flag("-X --request", _method),
    flag("--url", lambda draft, value: setattr(draft.settings, "url", value)),
    *harmless(
        "-s --silent -S --show-error -v --verbose -i --include --show-headers -N --no-buffer --http1.1 -f --fail "
        "--compressed -g --globoff --no-progress-meter -# --progress-bar --no-keepalive -G --get --path-as-is -q "
        "--disable -4 --ipv4 -6 --ipv6 --http1.0 -0 --ssl-no-revoke --alpn --no-alpn --tcp-nodelay"
    ),
    *harmless("-o --output -w --write-out -D --dump-header --trace --trace-ascii --stderr -m --max-time", takes=True),
    *left_out(
        "-d --data --data-raw --data-binary --data-ascii --data-urlencode --json -F --form -T --upload-file "
        "--url-query --resolve --connect-to --unix-socket --abstract-unix-socket --ciphers --tls13-ciphers --curves "
        "--dns-servers -K --config --retry --retry-delay --limit-rate -r --range -z --time-cond -c --cookie-jar "
        "--cert-type --key-type --pinnedpubkey --tls-max --aws-sigv4 --capath"
    ),
    *left_out("--http2 --http3 --http2-prior-knowledge --ntlm --negotiate --anyauth -n --netrc", takes=False),
]


def fits(text: str) -> bool:
    """Whether this begins with a call of curl."""
    first = text.lstrip().lstrip("$").split(None, 1)
    return bool(first) and first[0].rsplit("/", 1)[-1].lower() in ("curl", "curl.exe")


def read(text: str) -> Findings:
    """The commands of ``text`` that ask for WebSockets; a lone one is taken at its word. Raises ElsewhereError."""
    found = Findings()
    try:
        lines = commands(text.lstrip().removeprefix("$ "))
    except QuoteError as error:
        raise ElsewhereError(str(error)) from None
    many = sum(fits(words[0]) for words in lines) > 1
    for number, words in enumerate(lines, 1):
        where = f"Command {number}" if len(lines) > 1 else ""
        if not fits(words[0]):
            found.complaints.append(f"{where}: {words[0]!r} is another program, and was left out.")
            continue
        said = Findings()
        draft = Draft(said, where)
        others = take_words(draft, words[1:], _FLAGS)
        if not draft.settings.url and others:
            draft.settings.url = next((word for word in others if "://" in word), others[0])
            others.remove(draft.settings.url)
        for word in others:
            draft.say(f"{word!r} was left out: an endpoint has one address.")
        if not draft.settings.url:
            found.complaints.append(f"{where}: no address was found.".removeprefix(": "))
        elif many and not is_websocket(draft.settings.url, draft.headers):
            found.complaints.append(f"{where} is a plain HTTP request, and was left out.")
        else:
            draft.endpoint()
            found.endpoints += said.endpoints
            found.complaints += said.complaints
    return found
