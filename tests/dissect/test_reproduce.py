from __future__ import annotations

import ast
import json
import shlex

from hypothesis import given
from hypothesis import strategies as st

from wsgui.dissect.reproduce import Reopening, as_curl, as_websocat, as_websockets
from wsgui.dissect.reproduce_js import literal
from wsgui.dissect.reproductions import REPRODUCTIONS

REQUEST = (
    b"GET /x?a=b HTTP/1.1\r\nHost: example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: chat, superchat\r\nX-It's: a 'quoted' $value\r\nX-Empty:\r\nno header\r\n\r\n"
)
URL = "wss://example.org/x?a=b"


def test_curl_sends_the_very_headers() -> None:
    text = as_curl(URL, REQUEST)
    words = shlex.split(text.replace("\\\n", ""))
    assert words[:4] == ["curl", "--include", "--no-buffer", "--http1.1"]
    headers = [words[place + 1] for place, word in enumerate(words) if word == "--header"]
    assert headers == [
        "Host: example.org",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: chat, superchat",
        "X-It's: a 'quoted' $value",
        "X-Empty;",
    ]
    assert words[-1] == "https://example.org/x?a=b"


def test_curl_without_a_request_makes_one() -> None:
    words = shlex.split(as_curl("ws://a/", None).replace("\\\n", ""))
    assert "Sec-WebSocket-Version: 13" in words
    assert words[-1] == "http://a/"
    assert shlex.split(as_curl("other:x", None))[-1] == "other:x"


def test_websocat_gets_what_it_does_not_make_itself() -> None:
    words = shlex.split(as_websocat(URL, REQUEST).replace("\\\n", ""))
    assert words == [
        "websocat",
        "--protocol",
        "chat, superchat",
        "--header",
        "X-It's: a 'quoted' $value",
        "--header",
        "X-Empty: ",
        URL,
    ]
    assert as_websocat("ws://a/", None) == "websocat \\\n  ws://a/"


def test_a_program_that_opens_and_sends() -> None:
    text = as_websockets(URL, REQUEST, "Grüße".encode(), text=True)
    ast.parse(text)
    assert "subprotocols=['chat', 'superchat']" in text
    assert '("X-It\'s", "a \'quoted\' $value")' in text
    assert "await ws.send('Grüße')" in text
    plain = as_websockets("ws://a/", None)
    ast.parse(plain)
    assert "async with connect('ws://a/') as ws:" in plain
    assert "send" not in plain
    assert "await ws.send(b'\\x00')" in as_websockets("ws://a/", None, b"\0")


@given(st.text(), st.binary() | st.none(), st.binary())
def test_nothing_breaks_out_of_its_quotes(url: str, request: bytes | None, payload: bytes) -> None:
    for text in (as_curl(url, request), as_websocat(url, request)):
        words = shlex.split(text.replace("\\\n  ", ""))
        assert words[0] in ("curl", "websocat")
    ast.parse(as_websockets(url, request, payload, text=True))
    ast.parse(as_websockets(url, request, payload))


def test_a_page_says_address_and_subprotocols_alone() -> None:
    assert REPRODUCTIONS["browser"].render(Reopening(URL, REQUEST, b"</script>", text=True)) == (
        "// A page cannot send these headers of the request:\n"
        "//   X-It's: a 'quoted' $value\n//   X-Empty: \n"
        'const ws = new WebSocket("wss://example.org/x?a=b", ["chat", "superchat"]);\n'
        'ws.binaryType = "arraybuffer";\n'
        'ws.onopen = () => ws.send("<\\/script>");\n'
        "ws.onmessage = (event) => console.log(event.data);\n"
        "ws.onclose = (event) => console.log(event.code, event.reason);\n"
    )
    plain = REPRODUCTIONS["browser"].render(Reopening("ws://a/", None))
    assert plain.startswith('const ws = new WebSocket("ws://a/");\n')
    assert 'ws.onopen = () => console.log("open");' in plain


def test_node_and_k6_get_the_headers() -> None:
    twice = REQUEST.replace(b"X-Empty:", b"X-Empty: 1\r\nX-Empty: 2")
    for name in ("node", "k6"):
        text = REPRODUCTIONS[name].render(Reopening(URL, twice, b"\0\1"))
        assert '["chat", "superchat"], {' in text
        assert '"X-It\'s": "a \'quoted\' $value",' in text
        assert '"X-Empty": ["1", "2"],' in text
    assert 'ws.send(Buffer.from("AAE=", "base64"));' in REPRODUCTIONS["node"].render(Reopening(URL, None, b"\0\1"))
    assert 'ws.send(encoding.b64decode("AAE="));' in REPRODUCTIONS["k6"].render(Reopening(URL, None, b"\0\1"))
    assert 'ws.send("é");' in REPRODUCTIONS["node"].render(Reopening(URL, None, "é".encode(), text=True)).replace(
        "\\u00e9", "é"
    )
    assert 'ws.send("e");' in REPRODUCTIONS["k6"].render(Reopening(URL, None, b"e", text=True))
    headers = b"GET / HTTP/1.1\r\nX-A: b\r\n\r\n"
    assert 'new WebSocket("ws://a/", [], {' in REPRODUCTIONS["node"].render(Reopening("ws://a/", headers))


def test_a_test_for_playwright() -> None:
    text = REPRODUCTIONS["playwright"].render(Reopening(URL, REQUEST, b"\0"))
    assert 'const ws = new WebSocket("wss://example.org/x?a=b", ["chat", "superchat"]);' in text
    assert 'ws.send(Uint8Array.from(atob("AA=="), (one) => one.charCodeAt(0)));' in text
    assert "//   X-It's: a 'quoted' $value\n" in text
    assert "ws.send" not in REPRODUCTIONS["playwright"].render(Reopening(URL, None))


@given(st.text(), st.binary() | st.none(), st.binary(), st.booleans())
def test_nothing_breaks_out_of_javascript(url: str, request: bytes | None, payload: bytes, text: bool) -> None:
    for name in ("browser", "node", "k6", "playwright"):
        plain = REPRODUCTIONS[name].render(Reopening("u", None, b"p", text)).count("\n")
        made = REPRODUCTIONS[name].render(Reopening(url, request, payload, text))
        assert made.isascii(), "no other line ends, no odd letters"
        assert "</" not in made
        if request is None:
            assert made.count("\n") == plain, "no line of a peer's own"
    assert json.loads(literal(url)) == url
