"""curl, websocat and wscat, with the quotes of POSIX shells, bash and Windows' cmd."""

from __future__ import annotations

from typing import Any

import pytest

from wsgui.endpoint.elsewhere.model import ElsewhereError
from wsgui.endpoint.elsewhere.sources import read_elsewhere, source_of
from wsgui.endpoint.elsewhere.words import QuoteError, commands


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a b", [["a", "b"]]),
        ("a 'b c' \"d $e\" f\\ g", [["a", "b c", "d $e", "f g"]]),
        ('a "x\\"y\\\\z\\n" \'\' b"c"d', [["a", 'x"y\\z\\n', "", "bcd"]]),
        ("a $'it\\'s \\x41\\u00e9\\U0001F600\\101\\n\\q' c", [["a", "it's Aé😀A\nq", "c"]]),
        ("a $'\\U00110000'", [["a", "\ufffd"]]),
        ("a \\\n  b \\\r\n c", [["a", "b", "c"]]),
        ("a 1 ;\nb 2 && c | d # and so on\ne#f", [["a", "1"], ["b", "2"], ["c"], ["d"], ["e#f"]]),
        ('a "x\\\ny"', [["a", "xy"]]),
        ("", []),
        # Windows: ^ takes away what a character means, \" is a quote within quotes, "" too
        ('a ^"b c^" ^\r\n  d', [["a", "b c", "d"]]),
        ('a ^"x^\\^"y^\\^"^" ^"100^%^"', [["a", 'x"y"', "100%"]]),
        ('a ^\n "b ""c"" d" & e "^f"', [["a", 'b "c" d'], ["e", "^f"]]),
        ('a ^"two^\n\nlines^"', [["a", "two\nlines"]]),
        ('a ^\n \\\\"b c\\\\" d\\e f', [["a", "\\b c\\", "d\\e", "f"]]),
    ],
)
def test_words(text: str, words: list[list[str]]) -> None:
    assert commands(text) == words


@pytest.mark.parametrize("text", ["a 'b", 'a "b', "a $'b", 'a ^\n "b', "a b\\"])
def test_a_quote_without_its_end(text: str) -> None:
    with pytest.raises(QuoteError):
        commands(text)


def only(text: str) -> tuple[dict[str, Any], list[str]]:
    found = read_elsewhere(text)
    (one,) = found.endpoints
    return {name: getattr(one.settings, name) for name in one.settings.changed()}, found.complaints


def test_what_chrome_copies_for_bash() -> None:
    text = (
        "curl 'wss://example.org/chat?x=1' \\\n  -H 'Upgrade: websocket' \\\n  -H 'Origin: https://example.org' \\\n"
        "  -H 'Cache-Control: no-cache' \\\n  -H 'Connection: Upgrade' \\\n  -H 'Sec-WebSocket-Key: AAAA' \\\n"
        "  -b 'a=b; c=d=e' \\\n  -H 'Sec-WebSocket-Version: 13' \\\n"
        "  -H 'Sec-WebSocket-Extensions: permessage-deflate' -H 'host: EXAMPLE.org'"
    )
    assert only(text) == (
        {
            "url": "wss://example.org/chat?x=1",
            "origin": "https://example.org",
            "headers": [("Cache-Control", "no-cache")],
            "cookies": [("a", "b"), ("c", "d=e")],
            "deflate": True,
            "offer": "permessage-deflate",
        },
        [],
    )


def test_what_chrome_copies_for_cmd() -> None:
    text = (
        'curl ^"wss://example.org/chat?x=1^&y=2^" ^\r\n  -H ^"Upgrade: websocket^" ^\r\n'
        '  -H ^"X-Q: say ^\\^"hi^\\^" 100^%^" ^\r\n  -H ^"Sec-WebSocket-Protocol: a, b^"'
    )
    assert only(text)[0] == {
        "url": "wss://example.org/chat?x=1&y=2",
        "headers": [("X-Q", 'say "hi" 100%')],
        "subprotocols": ["a", "b"],
    }


def test_options_of_curl() -> None:
    text = (
        "curl -sSNk --http1.1 -HX-A:1 -H 'X-Empty;' -H 'User-Agent:' -A agent -e http://ref/ -u me:pw --digest "
        "--cacert ca.pem -E c.pem --key k.pem --pass kp -U pu:pp -x proxy:3128 --proxy-digest --interface 127.0.0.2 "
        "--connect-timeout 3 --max-redirs 4 --tlsv1.2 -o /dev/null -XGET https://h/x"
    )
    assert only(text) == (
        {
            "url": "wss://h/x",
            "verify": False,
            "headers": [("X-A", "1"), ("X-Empty", ""), ("User-Agent", "agent"), ("Referer", "http://ref/")],
            "auth": "digest",
            "user": "me",
            "password": "pw",
            "ca_file": "ca.pem",
            "certificate": "c.pem",
            "key": "k.pem",
            "key_password": "kp",
            "proxy": "http://pu@proxy:3128",
            "proxy_password": "pp",
            "proxy_auth": "digest",
            "bind": "127.0.0.2",
            "opening_timeout": 3.0,
            "redirects": 4,
            "minimum_tls": "1.2",
        },
        [],
    )
    assert only("curl --url ws://h --socks5 s:1080 -L --oauth2-bearer tok")[0] == {
        "url": "ws://h",
        "proxy": "socks5://s:1080",
        "redirects": 20,
        "auth": "bearer",
        "token": "tok",
    }


@pytest.mark.parametrize(
    ("line", "complaints"),
    [
        ("curl ws://h -d x", ["-d has no place in an endpoint, and was left out."]),
        ("curl ws://h -X POST", ["the method POST was left out: an opening handshake is a GET."]),
        ("curl ws://h -H @file", ["the headers of the file 'file' were not read."]),
        ("curl ws://h -b jar.txt", ["the cookies of the file 'jar.txt' were not read."]),
        ("curl ws://h -H nonsense", ["'nonsense' is no header, and was left out."]),
        ("curl ws://h --new-thing", ["--new-thing is not understood, and was left out."]),
        (
            "curl --new-thing 3 ws://h",
            [
                "--new-thing is not understood, and was left out.",
                "'3' behind --new-thing was taken as its value, and left out.",
            ],
        ),
        ("curl ws://h ws://i", ["'ws://i' was left out: an endpoint has one address."]),
        ("curl ws://h -H", ["-H lacks its value."]),
        ("curl ws://h -U a:b", ["-U was left out: no proxy is named."]),
        ("curl ws://h --max-redirs x", ["--max-redirs 'x' is no number, and was left out."]),
        ("curl ws://h -- -x", ["'-x' was left out: an endpoint has one address."]),
    ],
)
def test_what_curl_knows_and_an_endpoint_does_not(line: str, complaints: list[str]) -> None:
    assert only(line) == ({"url": "ws://h"}, complaints)


def test_a_timeout_that_is_none() -> None:
    settings, complaints = only("curl ws://h --connect-timeout soon")
    assert settings == {"url": "ws://h"}
    assert len(complaints) == 1
    assert complaints[0].startswith("--connect-timeout ")


def test_of_many_commands_those_for_websockets_are_taken() -> None:
    found = read_elsewhere(
        "curl https://h/app.js ;\ncurl wss://h/a ;\ncurl https://h/b -H 'Upgrade: websocket' ;\nrm -r x"
    )
    assert [one.settings.url for one in found.endpoints] == ["wss://h/a", "wss://h/b"]
    assert found.complaints == [
        "Command 1 is a plain HTTP request, and was left out.",
        "Command 4: 'rm' is another program, and was left out.",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("curl 'ws://h", 'The quote at "\'ws://h" does not end.'),
        ("curl -s", "This curl command has no WebSocket in it. no address was found."),
        ("websocat 'x", 'The quote at "\'x" does not end.'),
        ("websocat -v", "This websocat or wscat command has no WebSocket in it. no address was found."),
    ],
)
def test_a_command_without_an_endpoint(text: str, sentence: str) -> None:
    with pytest.raises(ElsewhereError) as caught:
        read_elsewhere(text)
    assert str(caught.value) == sentence


def test_websocat() -> None:
    line = (
        "$ /usr/bin/websocat -tkn -H='X-A: b' --protocol chat,log --origin http://o --basic-auth u:p --ping-interval 5 "
        "--ping-timeout=9 --tls-domain name - wss://h/ws"
    )
    assert only(line) == (
        {
            "url": "wss://h/ws",
            "verify": False,
            "headers": [("X-A", "b")],
            "subprotocols": ["chat", "log"],
            "origin": "http://o",
            "auth": "basic",
            "user": "u",
            "password": "p",
            "ping_interval": 5.0,
            "ping_timeout": 9.0,
            "server_name": "name",
        },
        [],
    )
    assert only("websocat ws-c:ws://h")[0]["url"].startswith("ws:")
    assert only("websocat --ping-interval x ws://h")[1] != []
    assert only("websocat autoreconnect:x ws://h")[1] == [
        "the address 'autoreconnect:x' has no place in an endpoint, and was left out."
    ]


def test_servers() -> None:
    assert only("websocat -s 1234") == ({"kind": "server", "port": 1234}, [])
    assert only("websocat ws-l:127.0.0.2:80 -") == ({"kind": "server", "host": "127.0.0.2", "port": 80}, [])
    assert only("npx -y wscat -l 8080")[0] == {"kind": "server", "port": 8080}
    found = read_elsewhere("echo hi | websocat -s 1234; wscat --listen x -c ws://h")
    assert [one.name for one in found.endpoints] == ["Server 1234", "h"]
    assert found.complaints == [
        "Command 1: 'echo hi' is another program, and was left out.",
        "Command 3: 'x' is no place to listen at.",
    ]


def test_wscat() -> None:
    line = (
        "wscat -c wss://h/x -H 'a: b' -s chat -o http://o --host other --auth me:pw -n -L --ca ca --cert c --key k "
        "--passphrase kp --proxy p:1 -x '{\"a\":1}' -w 3 -P more"
    )
    settings, complaints = only(line)
    assert settings == {
        "url": "wss://h/x",
        "headers": [("a", "b"), ("Host", "other")],
        "subprotocols": ["chat"],
        "origin": "http://o",
        "auth": "basic",
        "user": "me",
        "password": "pw",
        "verify": False,
        "redirects": 20,
        "ca_file": "ca",
        "certificate": "c",
        "key": "k",
        "key_password": "kp",
        "proxy": "http://p:1",
        "on_connect": ['{"a":1}'],
    }
    assert complaints == ["'more' was left out."]
    assert only("wscat ws://h --proxy socks5://p:1")[0] == {"url": "ws://h", "proxy": "socks5://p:1"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("curl ws://a", "curl"),
        ("$ curl ws://a", "curl"),
        ("/usr/bin/CURL.exe ws://a", "curl"),
        ("websocat ws://a", "websocat"),
        ("cat x | websocat ws://a", "websocat"),
        ("npx wscat -c ws://a", "websocat"),
    ],
)
def test_who_reads_it(text: str, name: str) -> None:
    source = source_of(text)
    assert source is not None
    assert source.name == name
