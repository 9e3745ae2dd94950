"""Code, requests and collections of other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from wsgui.endpoint.elsewhere import sources
from wsgui.endpoint.elsewhere.model import ElsewhereError, Findings, filled
from wsgui.endpoint.elsewhere.sources import SOURCES, file_filters, read_elsewhere, read_file, source_of

if TYPE_CHECKING:
    from pathlib import Path


def told(found: Findings) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (one.folder, one.name, {name: getattr(one.settings, name) for name in one.settings.changed()})
        for one in found.endpoints
    ]


def read(text: str, source: str) -> Findings:
    known = source_of(text)
    assert known is not None
    assert known.name == source
    return read_elsewhere(text)


# --- JavaScript


def test_web_sockets_of_javascript() -> None:
    found = read(
        "// a page\nconst ws = new WebSocket('wss://a/b');\n"
        'new WebSocket("ws://c", ["x", `y`], { headers: {"X-Y": "1", Cookie: "a=b"}, origin: "http://o", '
        "rejectUnauthorized: false, /* why */ });\n"
        "new window.WebSocket(`ws://d/\"q\"`, 'chat')\nnew WebSocket(url)\nnew WebSocket(`ws://${host}`)\n"
        "new WebSocket('ws://e', protocols)\nnew WebSocket('ws://f'",
        "javascript",
    )
    assert told(found) == [
        ("", "a b", {"url": "wss://a/b"}),
        (
            "",
            "c",
            {
                "url": "ws://c",
                "subprotocols": ["x", "y"],
                "headers": [("X-Y", "1")],
                "cookies": [("a", "b")],
                "origin": "http://o",
                "verify": False,
            },
        ),
        ("", 'd "q"', {"url": 'ws://d/"q"', "subprotocols": ["chat"]}),
        ("", "e", {"url": "ws://e"}),
    ]
    assert found.complaints == [
        "Line 5: the address is computed, and cannot be read here.",
        "Line 6: the address is computed, and cannot be read here.",
        "Line 7: the subprotocols are computed, and were left out.",
        "Line 8: the address is computed, and cannot be read here.",
    ]


def test_fetch_and_socket_io() -> None:
    found = read(
        'fetch("https://h/x", {"headers": {"upgrade": "websocket", "authorization": "Basic dTpw"}, "body": "b"});\n'
        "const s = io('http://localhost:3000/admin', {query: {a: 1}, extraHeaders: {'X-A': 'b'}});\n"
        "io('https://h', {path: '/p/'})",
        "javascript",
    )
    assert told(found) == [
        ("", "h x", {"url": "wss://h/x", "auth": "basic", "user": "u", "password": "p"}),
        (
            "",
            "localhost:3000 socket.io",
            {
                "url": "ws://localhost:3000/socket.io/?EIO=4&transport=websocket&a=1",
                "headers": [("X-A", "b")],
                "on_connect": ["40/admin,"],
            },
        ),
        ("", "h p", {"url": "wss://h/p/?EIO=4&transport=websocket", "on_connect": ["40"]}),
    ]
    assert found.complaints[0] == "Line 1: the body was left out: an opening handshake has none."


# --- requests in files


def test_an_http_file() -> None:
    found = read(
        "@host = localhost:8080\n@path = /x\n### hello\n# @name greeting\nWEBSOCKET ws://{{host}}{{path}}\n"
        "    ?t={{tok}}\n"
        "X-A: {{path}}\n# a comment\nnonsense\nContent-Type: application/json\n\n"
        '{"a": 1}\n=== wait-for-server\n> {% script %}\ntwo\n===\n\n### plain\nGET http://{{host}}/\n\n'
        "###\nGET wss://h/y HTTP/1.1\n###\nwhat is this\n### nothing\n# but a comment\n",
        "http",
    )
    assert told(found) == [
        (
            "",
            "greeting",
            {
                "url": "ws://localhost:8080/x?t={{tok}}",
                "headers": [("X-A", "/x")],
                "on_connect": ['{"a": 1}', "two"],
            },
        ),
        ("", "h y", {"url": "wss://h/y"}),
    ]
    assert found.complaints == [
        "Line 9: 'nonsense' is no header, and was left out.",
        "Line 13: messages are sent one after another, without waiting for the server.",
        "Line 14: '> {% script %}' is a script or a file, and was left out.",
        "Line 5: No value was found for {{tok}}: write it where {{tok}} stands.",
        "Line 19: a plain HTTP request was left out.",
        "Line 24: 'what is this' is no request, and was left out.",
    ]
    assert told(read("###\nwss://h/x\n", "http"))[0][2] == {"url": "wss://h/x"}


def test_har_entries() -> None:
    ws = {"request": {"url": "wss://h/x", "headers": [{"name": "Origin", "value": "http://o"}]}}
    upgraded = {"request": {"url": "https://h/y"}, "response": {"status": 101}}
    plain = {"request": {"url": "https://h/z"}}
    found = read(json.dumps({"log": {"entries": [ws, upgraded, plain, 7, {"request": 3}]}}), "har")
    assert [one[2] for one in told(found)] == [{"url": "wss://h/x", "origin": "http://o"}, {"url": "wss://h/y"}]
    assert found.complaints == ["1 plain HTTP request was left out."]
    assert len(read(json.dumps(ws), "har").endpoints) == 1
    with pytest.raises(ElsewhereError, match="2 plain HTTP requests were left out"):
        read_elsewhere(json.dumps({"log": {"entries": [plain, plain]}}))


# --- collections


def test_a_collection_of_postman() -> None:
    collection = {
        "info": {"name": "c", "schema": "…/v2.1.0/collection.json"},
        "variable": [{"key": "host", "value": "{{name}}:81"}, {"key": "name", "value": "h"}],
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "t"}]},
        "item": [
            {
                "name": "folder/a",
                "item": [
                    {
                        "name": "one",
                        "event": [{"listen": "prerequest"}],
                        "request": {
                            "url": {"raw": "ws://{{host}}/x"},
                            "header": [
                                {"key": "X-A", "value": "{{name}}"},
                                {"key": "X-B", "value": "", "disabled": True},
                            ],
                            "body": {"mode": "raw", "raw": "hello {{name}}"},
                            "messages": [{"name": "m", "content": "c"}],
                        },
                    }
                ],
                "auth": {
                    "type": "basic",
                    "basic": [{"key": "username", "value": "u"}, {"key": "password", "value": "p"}],
                },
            },
            {"name": "two", "request": {"url": "wss://{{other}}", "body": {"mode": "file"}}},
            {"name": "three", "request": {"url": "https://h"}},
            {
                "name": "four",
                "request": {
                    "url": "ws://h",
                    "auth": {
                        "type": "apikey",
                        "apikey": [{"key": "key", "value": "X-Key"}, {"key": "value", "value": "k"}],
                    },
                },
            },
            {
                "name": "five",
                "request": {
                    "url": "ws://h",
                    "auth": {"type": "digest", "digest": {"username": "u", "password": "p"}},
                },
            },
            {"name": "six", "request": {"url": "ws://h", "auth": {"type": "hawk"}}},
            {"name": "seven", "request": {"url": "ws://h", "auth": {"type": "noauth"}}},
            "nonsense",
        ],
    }
    found = read(json.dumps(collection), "postman")
    assert told(found) == [
        (
            "folder a",
            "one",
            {
                "url": "ws://h:81/x",
                "headers": [("X-A", "h")],
                "auth": "basic",
                "user": "u",
                "password": "p",
            },
        ),
        ("", "two", {"url": "wss://{{other}}", "auth": "bearer", "token": "t"}),
        ("", "four", {"url": "ws://h", "headers": [("X-Key", "k")]}),
        ("", "five", {"url": "ws://h", "auth": "digest", "user": "u", "password": "p"}),
        ("", "six", {"url": "ws://h"}),
        ("", "seven", {"url": "ws://h"}),
    ]
    assert found.endpoints[0].messages == [("Message", "hello h"), ("m", "c")]
    assert found.complaints == [
        "folder a/one: the script 'prerequest' was left out.",
        "two: the body of the kind 'file' was left out.",
        "two: No value was found for {{other}}: write it where {{other}} stands.",
        "six: the authorization 'hawk' is not understood, and was left out.",
        "2 plain HTTP requests were left out.",
    ]


def test_an_environment_of_postman_has_no_request() -> None:
    with pytest.raises(ElsewhereError, match="an environment of Postman with 1 variable"):
        read_elsewhere(json.dumps({"name": "e", "values": [{"key": "a", "value": "b"}]}))


def test_an_endless_collection_of_postman_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsgui.endpoint.elsewhere.postman.ITEMS_LIMIT", 3)
    items = [{"name": str(number), "request": {"url": "ws://h"}} for number in range(9)]
    assert len(read_elsewhere(json.dumps({"info": {}, "item": items})).endpoints) == 3


INSOMNIA_4 = {
    "_type": "export",
    "__export_format": 4,
    "resources": [
        {"_type": "environment", "data": {"host": "h"}},
        {"_id": "g", "_type": "request_group", "name": "a/b", "parentId": "f"},
        {"_id": "f", "_type": "request_group", "name": "top", "parentId": "wrk"},
        {
            "_id": "r",
            "_type": "websocket_request",
            "name": "one",
            "parentId": "g",
            "url": "ws://{{ _.host }}/x",
            "parameters": [{"name": "q", "value": "{{host}}"}, {"name": "off", "value": "", "disabled": True}],
            "headers": [{"name": "X-A", "value": "b"}],
            "authentication": {"type": "basic", "username": "u", "password": "p"},
        },
        {"_id": "p", "_type": "websocket_payload", "name": "hi", "value": "hello {{host}}", "parentId": "r"},
        {"_id": "s", "_type": "websocket_request", "url": "ws://i?a=b", "parameters": [{"name": "c", "value": "d"}]},
        {"_type": "request", "url": "http://h"},
        {"_type": "unit_test"},
        7,
    ],
}


def test_exports_of_insomnia() -> None:
    for text in (json.dumps(INSOMNIA_4), yaml.safe_dump(INSOMNIA_4)):
        found = read(text, "insomnia")
        assert told(found) == [
            (
                "top/a b",
                "one",
                {
                    "url": "ws://h/x?q=h",
                    "headers": [("X-A", "b")],
                    "auth": "basic",
                    "user": "u",
                    "password": "p",
                },
            ),
            ("", "i", {"url": "ws://i?a=b&c=d"}),
        ]
        assert found.endpoints[0].messages == [("hi", "hello h")]
        assert found.complaints == ["1 other request was left out."]


def test_the_tree_of_insomnia() -> None:
    text = """
type: collection.insomnia.rest/5.0
environments: {data: {tok: t}}
collection:
  - name: folder
    children:
      - name: one
        url: ws://h
        meta: {id: ws-req_1}
        authentication: {type: bearer, token: "{{ _.tok }}"}
        payloads: [{name: m, value: v}]
  - {name: two, url: wss://i, authentication: {type: digest, username: u, password: p}}
  - {name: three, url: wss://i, authentication: {type: oauth2}}
  - {name: four, url: wss://i, authentication: {type: basic, disabled: true}}
  - {name: five, url: wss://i, authentication: {type: none}}
  - {name: plain, url: "https://i"}
  - {name: plain, url: "https://i"}
"""
    found = read(text, "insomnia")
    assert told(found) == [
        ("folder", "one", {"url": "ws://h", "auth": "bearer", "token": "t"}),
        ("", "two", {"url": "wss://i", "auth": "digest", "user": "u", "password": "p"}),
        ("", "three", {"url": "wss://i"}),
        ("", "four", {"url": "wss://i"}),
        ("", "five", {"url": "wss://i"}),
    ]
    assert found.endpoints[0].messages == [("m", "v")]
    assert found.complaints == [
        "three: the authorization 'oauth2' is not understood, and was left out.",
        "2 other requests were left out.",
    ]


def test_a_yaml_file_that_contains_itself_ends() -> None:
    text = "type: collection.insomnia.rest/5.0\ncollection: &a [{name: x, url: ws://h}, {name: y, children: *a}]\n"
    found = read_elsewhere(text)
    assert 0 < len(found.endpoints) < 10_000


BRU = """meta {
  name: one
  type: ws
}

ws {
  url: ws://{{host}}/x
  body: ws
  auth: bearer
}

headers {
  X-A: {{host}}
  ~X-Off: b
}

auth:bearer {
  token: t
}

vars:pre-request {
  host: h
}

body:ws {
  name: m
  type: json
  content: '''
    {
      "a": 1
    }
  '''
}

script:pre-request {
  x();
}

meta {
  name: two
}

get {
  url: https://h
}

meta {
  name: three
}

get {
  url: wss://h
}

auth:basic {
  username: u
  password: p
}
"""


def test_requests_of_bruno() -> None:
    found = read(BRU, "bruno")
    assert told(found) == [
        ("", "one", {"url": "ws://h/x", "headers": [("X-A", "h")], "auth": "bearer", "token": "t"}),
        ("", "three", {"url": "wss://h", "auth": "basic", "user": "u", "password": "p"}),
    ]
    assert found.endpoints[0].messages == [("m", '{\n  "a": 1\n}')]
    assert found.complaints == ["one: script:pre-request was left out.", "1 other request was left out."]


def test_a_collection_of_bruno() -> None:
    collection = {
        "name": "c",
        "version": "1",
        "environments": [{"uid": "e", "variables": [{"name": "host", "value": "h", "enabled": True}]}],
        "items": [
            {
                "name": "folder",
                "type": "folder",
                "items": [
                    {
                        "name": "one",
                        "type": "ws-request",
                        "request": {
                            "url": "ws://{{host}}",
                            "headers": [{"name": "X-A", "value": "b", "enabled": False}],
                            "auth": {"mode": "digest", "digest": {"username": "u", "password": "p"}},
                            "body": {"mode": "ws", "ws": [{"name": "m", "content": "{{host}}"}]},
                        },
                    }
                ],
            },
            {"name": "two", "type": "http-request", "request": {"url": "https://h"}},
            {"name": "three", "request": {"url": "wss://h", "auth": {"mode": "ntlm"}}},
        ],
    }
    found = read(json.dumps(collection), "bruno")
    assert told(found) == [
        ("folder", "one", {"url": "ws://h", "auth": "digest", "user": "u", "password": "p"}),
        ("", "three", {"url": "wss://h"}),
    ]
    assert found.endpoints[0].messages == [("m", "h")]
    assert found.complaints == [
        "three: the authorization 'ntlm' is not understood, and was left out.",
        "1 other request was left out.",
    ]


# --- all of them


def test_our_own() -> None:
    found = read('format = 1\n[[endpoint]]\nname = "n"\nfolder = "f"\nkind = "client"\nurl = "ws://h"\n', "toml")
    assert told(found) == [("f", "n", {"url": "ws://h"})]
    with pytest.raises(ElsewhereError, match="not TOML"):
        read_elsewhere("[[endpoint]]\n=")


def test_what_is_none_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ElsewhereError, match="none of these: Endpoints of wsgui, Postman"):
        read_elsewhere("hello")
    monkeypatch.setattr(sources, "SIZE_LIMIT", 1024 * 1024)
    with pytest.raises(ElsewhereError, match="longer than 1 MiB"):
        read_elsewhere("x" * (1024 * 1024 + 1))


def test_an_address_that_is_wrong_is_told_of() -> None:
    found = read_elsewhere("curl ftp://h/?token=geheim")
    assert len(found.endpoints) == 1
    assert "geheim" not in found.complaints[0]


@pytest.mark.parametrize(
    ("header", "kept"),
    [
        ("Connection: close", True),
        ("Upgrade: h2c", True),
        ("Sec-WebSocket-Version: 8", True),
        ("Sec-WebSocket-Extensions: x-own", True),
        ("Sec-WebSocket-Protocol: a b", True),
        ("Authorization: Basic no-base64", True),
        ("Authorization: Basic YQ==", True),
        ("Authorization: Digest x", True),
        ("Authorization: alone", True),
        ("Cookie: nothing", True),
        ("Host: other", True),
        (":authority: h", False),
    ],
)
def test_headers_that_no_option_holds_are_sent_as_they_are(header: str, kept: bool) -> None:
    found = read_elsewhere(
        json.dumps(
            {
                "request": {
                    "url": "ws://h",
                    "headers": [dict(zip(("name", "value"), header.rsplit(": ", 1), strict=True))],
                }
            }
        )
    )
    name, value = header.rsplit(": ", 1)
    assert found.endpoints[0].settings.headers == ([(name, value)] if kept else [])


def test_second_values_stay_headers() -> None:
    found = read_elsewhere("curl ws://h -H 'Origin: a' -H 'Origin: b' -u x:y -H 'Authorization: Bearer z'")
    settings = found.endpoints[0].settings
    assert (settings.origin, settings.auth, settings.headers) == (
        "a",
        "basic",
        [("Origin", "b"), ("Authorization", "Bearer z")],
    )


def test_variables() -> None:
    assert filled("{{a}}-${b}-{{ _.a }}-{{c}}", {"a": "1", "b": "{{a}}"}) == "1-1-1-{{c}}"
    assert filled("{{a}}", {"a": "{{a}}x"}) == "{{a}}xxxxxxxxxx"[:0] + filled("{{a}}", {"a": "{{a}}x"})
    assert len(filled("{{a}}", {"a": "{{a}}{{a}}{{a}}{{a}}{{a}}{{a}}{{a}}{{a}}"})) < 2**31


SEEDS = [
    "curl ",
    "websocat ",
    "new WebSocket(",
    "###\nWEBSOCKET ",
    '{"info":{},"item":',
    '{"request":',
    "__export_format",
    "meta {\n",
]


def endpoints_or_sentence(text: str) -> tuple[int, str]:
    try:
        return len(read_elsewhere(text).endpoints), ""
    except ElsewhereError as error:
        return 0, str(error)


@given(
    st.sampled_from(SEEDS),
    st.text(max_size=60),
    st.sampled_from(["", "ws://h", "]}", '"x"', "\n}\nws {\nurl: ws://h\n}\n"]),
)
def test_any_text_gives_endpoints_or_a_sentence(seed: str, text: str, end: str) -> None:
    endpoints, sentence = endpoints_or_sentence(seed + text + end)
    assert bool(endpoints) != bool(sentence)
    assert "\n" not in sentence


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["ws://h", "{{a}}"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "item",
                    "items",
                    "info",
                    "request",
                    "url",
                    "header",
                    "headers",
                    "auth",
                    "name",
                    "value",
                    "key",
                    "resources",
                    "collection",
                    "children",
                    "body",
                    "ws",
                    "_type",
                    "_id",
                    "parentId",
                    "variable",
                    "type",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)


@given(JSON, st.sampled_from([{"info": {}}, {"__export_format": 4}, {"version": "1"}, {"name": "x"}, {}]))
def test_any_json_gives_endpoints_or_a_sentence(value: Any, head: dict[str, Any]) -> None:
    whole = head | (value if isinstance(value, dict) else {"item": value, "items": value, "resources": value})
    endpoints, sentence = endpoints_or_sentence(json.dumps(whole))
    assert bool(endpoints) != bool(sentence)


def test_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfcurl ws://h")
    assert told(read_file(path)) == [("", "h", {"url": "ws://h"})]
    path.write_bytes(b"\xff")
    with pytest.raises(ElsewhereError, match=r"a\.txt is not UTF-8"):
        read_file(path)
    with pytest.raises(ElsewhereError, match=r"b\.txt cannot be read: No such file"):
        read_file(tmp_path / "b.txt")
    monkeypatch.setattr(sources, "SIZE_LIMIT", 1024 * 1024)
    path.write_bytes(b" " * (1024 * 1024 + 1))
    with pytest.raises(ElsewhereError, match=r"a\.txt is larger than 1 MiB"):
        read_file(path)
    assert file_filters()[0].startswith("Everything that holds endpoints (*.toml *.json")


def test_kept_messages_go_into_the_notes() -> None:
    one = read_elsewhere(BRU).endpoints[0]
    one.settings.notes = "mine"
    assert one.with_notes().notes == 'mine\n\nm:\n{\n  "a": 1\n}'
    assert one.settings.notes == "mine"


def test_every_source_says_what_it_is() -> None:
    for name, source in SOURCES.items():
        assert source.name == name
        assert source.label
        assert all(suffix.startswith(".") for suffix in source.suffixes)
