from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.chunks import bytewise
from wsgui.protocol.client_handshake import BODY_LIMIT
from wsgui.protocol.handshake import Outcome
from wsgui.protocol.head_text import HeaderError
from wsgui.protocol.tunnel import Tunnel

FORBIDDEN = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 12\r\n\r\nnot from CI."


def fed(*parts: bytes, authorization: str = "") -> Tunnel:
    tunnel = Tunnel("a.example", 443, authorization=authorization)
    for part in parts:
        tunnel.receive_data(part)
    return tunnel


def test_9110_9_3_6_the_request() -> None:
    assert Tunnel("a.example", 443).request == b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n"
    assert Tunnel("::1", 80, authorization="Basic asO8cmdlbjrigqw6cHc=").request == (
        b"CONNECT [::1]:80 HTTP/1.1\r\nHost: [::1]:80\r\nProxy-Authorization: Basic asO8cmdlbjrigqw6cHc=\r\n\r\n"
    )
    with pytest.raises(HeaderError):
        Tunnel("a", 1, authorization="Basic a\r\nb")


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 Connection established\r\n\r\n",
        b"HTTP/1.1 200\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nVia: x\r\n\r\n",
        b"HTTP/1.1 201 Created\r\n\r\n",
        b"HTTP/1.1 299 \r\n\r\n",
        b"HTTP/1.1 200 OK\n\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 5000 + b"\r\n\r\n",
    ],
)
def test_9110_9_3_6_any_2xx_is_a_tunnel_behind_its_blank_line(head: bytes) -> None:
    for parts in ([head], bytewise(head), [head[:11], head[11:]], [head[:-1], head[-1:]]):
        tunnel = fed(*parts)
        assert (tunnel.outcome, tunnel.leftover, tunnel.error) == (Outcome.ACCEPTED, b"", "")
    tunnel = fed(head + b"\x81\x00", b"\x16")
    assert (tunnel.outcome, tunnel.leftover, tunnel.body) == (Outcome.ACCEPTED, b"\x81\x00\x16", b"")


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ([FORBIDDEN], "403 Forbidden"),
        ([b"HTTP/1.1 302 Found\r\nLocation: http://login/\r\nContent-Length: 0\r\n\r\n"], "302 Found"),
        ([b"HTTP/1.1 502 B\xc3\xb6se.\r\nContent-Length: 0\r\n\r\n"], "502 Böse"),
        ([b"HTTP/1.1 101 Switching Protocols\r\n\r\n", b""], "it answered 101, which was not asked for"),
        (
            [b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n"],
            "it asks for a user name and a password: 407",
        ),
        (
            [b"HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: Digest a=b\r\n\r\n", b""],
            "it asks for a user name and a password (Negotiate, Digest): 407",
        ),
        (
            [b'HTTP/1.1 407 No\r\nProxy-Authenticate: Digest realm="a", Basic realm="b", Digest c=d\r\n\r\n', b""],
            "it asks for a user name and a password (Digest, Basic): 407",
        ),
        ([b"SSH-2.0-x\r\n"], "it does not speak HTTP"),
        ([b"HT", b"XX"], "it does not speak HTTP"),
        ([b"HTTP/1.1 x\r\n\r\n"], "it did not answer in HTTP: illegal status line"),
        ([b"HTTP/1.1 200 OK\r\nX: " + b"x" * 16384], "its answer has a head of more than 16 KiB"),
        ([b""], "it closed the connection before its answer"),
        ([b"HTTP/1.1 200", b""], "it closed the connection in the middle of its answer"),
    ],
)
def test_refusals(parts: list[bytes], error: str) -> None:
    tunnel = fed(*parts)
    assert tunnel.outcome is Outcome.REFUSED
    assert tunnel.error == error


def test_credentials_that_were_not_accepted() -> None:
    tunnel = fed(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n", authorization="Basic bWU6")
    assert tunnel.error == "it did not accept the user name and the password: 407"


def test_the_body_of_a_refusal_is_kept() -> None:
    tunnel = fed(*bytewise(FORBIDDEN))
    assert (tunnel.status, tunnel.body, tunnel.headers.get("content-length")) == (403, b"not from CI.", "12")
    endless = b"HTTP/1.1 403 No\r\n\r\n"
    tunnel = fed(endless, b"half a", b"")
    assert (tunnel.outcome, tunnel.body) == (Outcome.REFUSED, b"half a")
    tunnel = fed(endless, b"half")
    assert not tunnel.done
    tunnel.give_up()
    assert (tunnel.error, tunnel.body) == ("403 No", b"half")
    tunnel.give_up()
    assert tunnel.error == "403 No"
    tunnel = fed(endless, b"x" * (BODY_LIMIT + 1))
    assert (tunnel.outcome, len(tunnel.body)) == (Outcome.REFUSED, BODY_LIMIT)
    tunnel = fed(FORBIDDEN[:-3], b"")
    assert (tunnel.outcome, tunnel.body) == (Outcome.REFUSED, b"not from ")


def test_a_proxy_that_is_not_waited_for() -> None:
    tunnel = fed(b"HTTP/1.1 2")
    tunnel.give_up()
    assert tunnel.error == "it did not answer in time"


@given(st.lists(st.binary(max_size=40) | st.sampled_from([b"HTTP/1.1 200 OK\r\n", b"\r\n", b"HTTP/1.1 100 C\r\n\r\n"])))
def test_any_bytes_make_a_tunnel_or_an_error(parts: list[bytes]) -> None:
    tunnel = fed(*parts, b"")
    assert tunnel.done
    assert (tunnel.error == "") is (tunnel.outcome is Outcome.ACCEPTED)
