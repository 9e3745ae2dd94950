from __future__ import annotations

import pytest

from wsgui.protocol.deflate import Deflate
from wsgui.protocol.handshake_rules import Headers
from wsgui.protocol.negotiation import agreed_in, answer_to, offered_in, unspoken_in


def headers(*values: str) -> Headers:
    return Headers((b"Sec-WebSocket-Extensions", value.encode("latin-1")) for value in values)


@pytest.mark.parametrize(
    ("answer", "agreed", "complaints"),
    [
        ((), None, []),
        (("permessage-deflate",), Deflate(), []),
        (("x-webkit",), None, ["response.extension: The server accepted x-webkit, which was not offered."]),
        (("foo",), None, []),  # right by the RFC, though nobody speaks it here: see `unspoken_in`
        ((" ,",), None, ["response.extensions: Sec-WebSocket-Extensions names no extension."]),
        (
            ("permessage-deflate", "permessage-deflate"),
            Deflate(),
            ["response.deflate: The server accepted permessage-deflate twice."],
        ),
        (
            ("permessage-deflate; server_max_window_bits=99",),
            None,
            ["response.deflate: server_max_window_bits is 99, not 8 to 15."],
        ),
        (("a b",), None, ["response.extensions: Sec-WebSocket-Extensions: 'b' cannot stand at character 3."]),
    ],
)
def test_9_1_what_a_server_accepted(answer: tuple[str, ...], agreed: Deflate | None, complaints: list[str]) -> None:
    found, broken = agreed_in(headers(*answer), "foo, permessage-deflate")
    assert found == agreed
    assert [f"{breach.rule}: {breach.text}" for breach in broken] == complaints


def test_an_offer_that_is_wrong_on_purpose_offers_nothing() -> None:
    assert agreed_in(headers(), "a b c") == (None, [])
    _, broken = agreed_in(headers("permessage-deflate"), "permessage-deflate; foo")
    assert [breach.rule for breach in broken] == ["response.deflate"]


def test_5_1_offers_are_judged() -> None:
    offered, broken = offered_in(headers("x, permessage-deflate; foo", "permessage-deflate"))
    assert [extension.name for extension in offered] == ["x", "permessage-deflate", "permessage-deflate"]
    assert [breach.text for breach in broken] == ["permessage-deflate has no parameter foo."]
    assert answer_to(offered, Deflate()) == Deflate()
    assert answer_to(offered, None) is None


def test_what_nobody_speaks_here() -> None:
    assert unspoken_in(headers("foo; a=1, permessage-deflate", "bar")) == ["foo", "bar"]
    assert unspoken_in(headers("permessage-deflate")) == unspoken_in(headers("a b")) == unspoken_in(headers()) == []


def test_an_answer_to_an_offer_that_is_not_known() -> None:
    assert agreed_in(headers("foo, permessage-deflate; client_max_window_bits=9"), None) == (
        Deflate(client_max_window_bits=9),
        [],
    )
    for answer in ("permessage-deflate; foo", "permessage-deflate, permessage-deflate"):
        _, broken = agreed_in(headers(answer), None)
        assert [breach.rule for breach in broken] == ["response.deflate"]


def test_9_1_a_header_that_is_none() -> None:
    assert [breach.text for breach in offered_in(headers(""))[1]] == ["Sec-WebSocket-Extensions names no extension."]
    offered, broken = offered_in(headers("a;;"))
    assert offered == []
    assert [breach.rule for breach in broken] == ["request.extensions"]
