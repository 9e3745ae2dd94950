from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.protocol.deflate import OFFER, Deflate, DeflateError, answer_offers, offers_in, read_answer, read_parameters
from wsgui.protocol.extensions import parse_extensions

bits = st.none() | st.integers(8, 15)
deflates = st.builds(Deflate, st.booleans(), st.booleans(), bits, bits)
offers = st.builds(Deflate, st.booleans(), st.booleans(), bits, st.none() | st.just(0) | st.integers(8, 15))


def read(text: str, *, offer: bool) -> Deflate:
    (extension,) = parse_extensions(f"permessage-deflate{text}")
    return read_parameters(extension, offer=offer)


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("", Deflate()),
        ("; server_no_context_takeover", Deflate(server_no_context_takeover=True)),
        ("; client_no_context_takeover", Deflate(client_no_context_takeover=True)),
        ("; server_max_window_bits=10", Deflate(server_max_window_bits=10)),
        ('; client_max_window_bits="8"', Deflate(client_max_window_bits=8)),
        ("; client_max_window_bits", Deflate(client_max_window_bits=0)),
    ],
)
def test_7_1_parameters_of_an_offer(text: str, parameters: Deflate) -> None:
    assert read(text, offer=True) == parameters


@pytest.mark.parametrize(
    ("text", "offer", "sentence"),
    [
        ("; foo", True, "permessage-deflate has no parameter foo."),
        (
            "; server_no_context_takeover=1",
            True,
            "The parameter server_no_context_takeover has a value, and takes none.",
        ),
        (
            "; client_no_context_takeover; client_no_context_takeover",
            True,
            "The parameter client_no_context_takeover stands twice.",
        ),
        ("; server_max_window_bits", True, "The parameter server_max_window_bits has no value."),
        ("; client_max_window_bits", False, "The parameter client_max_window_bits has no value."),
        ("; server_max_window_bits=7", True, "server_max_window_bits is 7, not 8 to 15."),
        ("; server_max_window_bits=16", True, "server_max_window_bits is 16, not 8 to 15."),
        ("; client_max_window_bits=08", False, "client_max_window_bits is 08, not 8 to 15."),
        ("; client_max_window_bits=1e1", True, "client_max_window_bits is 1e1, not 8 to 15."),
    ],
)
def test_7_1_wrong_parameters(text: str, offer: bool, sentence: str) -> None:
    with pytest.raises(DeflateError) as raised:
        read(text, offer=offer)
    assert str(raised.value) == sentence


@given(offers)
def test_what_is_written_is_read(offer: Deflate) -> None:
    assert offers_in(parse_extensions(str(offer))) == [offer]


@pytest.mark.parametrize(
    ("offer", "wish", "answer"),
    [
        ("permessage-deflate", Deflate(), "permessage-deflate"),
        # 7.1.1.1: asked for, so it must be granted.
        ("permessage-deflate; server_no_context_takeover", Deflate(), "permessage-deflate; server_no_context_takeover"),
        # 7.1.1.2: a server may ask for it though nobody offered.
        (
            "permessage-deflate",
            Deflate(client_no_context_takeover=True),
            "permessage-deflate; client_no_context_takeover",
        ),
        # 7.1.2.1: no more than was asked for; less is allowed.
        ("permessage-deflate; server_max_window_bits=10", Deflate(), "permessage-deflate; server_max_window_bits=10"),
        (
            "permessage-deflate; server_max_window_bits=10",
            Deflate(server_max_window_bits=9),
            "permessage-deflate; server_max_window_bits=9",
        ),
        ("permessage-deflate", Deflate(server_max_window_bits=12), "permessage-deflate; server_max_window_bits=12"),
        # 7.1.2.2: only a client that knows the parameter is told.
        ("permessage-deflate", Deflate(client_max_window_bits=12), "permessage-deflate"),
        (
            "permessage-deflate; client_max_window_bits",
            Deflate(client_max_window_bits=12),
            "permessage-deflate; client_max_window_bits=12",
        ),
        (
            "permessage-deflate; client_max_window_bits=9",
            Deflate(client_max_window_bits=12),
            "permessage-deflate; client_max_window_bits=9",
        ),
        # 5.1: the first offer that can be taken; what is malformed or unknown is declined.
        (
            "x-other, permessage-deflate; foo, permessage-deflate; server_max_window_bits=8",
            Deflate(),
            "permessage-deflate; server_max_window_bits=8",
        ),
        ("permessage-deflate; foo", Deflate(), None),
        ("x-other", Deflate(), None),
    ],
)
def test_5_1_the_answer_to_an_offer(offer: str, wish: Deflate, answer: str | None) -> None:
    found = answer_offers(parse_extensions(offer), wish)
    assert (None if found is None else str(found)) == answer


@pytest.mark.parametrize(
    ("answer", "agreed"),
    [
        ("permessage-deflate", Deflate(client_no_context_takeover=True, client_max_window_bits=10)),
        (
            "permessage-deflate; client_max_window_bits=9; server_max_window_bits=11; server_no_context_takeover",
            Deflate(True, True, 11, 9),
        ),
    ],
)
def test_7_1_what_the_client_said_of_itself_holds(answer: str, agreed: Deflate) -> None:
    offer = Deflate(client_no_context_takeover=True, client_max_window_bits=10)
    assert read_answer(parse_extensions(answer)[0], [offer]) == agreed


@pytest.mark.parametrize(
    ("offer", "answer"),
    [
        (Deflate(server_no_context_takeover=True), "permessage-deflate"),
        (Deflate(server_max_window_bits=10), "permessage-deflate"),
        (Deflate(server_max_window_bits=10), "permessage-deflate; server_max_window_bits=11"),
        (Deflate(), "permessage-deflate; client_max_window_bits=10"),
        (Deflate(client_max_window_bits=10), "permessage-deflate; client_max_window_bits=11"),
    ],
)
def test_7_1_an_answer_beyond_the_offer(offer: Deflate, answer: str) -> None:
    with pytest.raises(DeflateError) as raised:
        read_answer(parse_extensions(answer)[0], [offer])
    assert str(raised.value) == f"The server answered '{answer}', which fits no offer."


@given(offers, deflates)
def test_every_answer_of_ours_fits_its_offer(offer: Deflate, wish: Deflate) -> None:
    answer = answer_offers([offer.extension], wish)
    assert answer is not None
    agreed = read_answer(answer.extension, [Deflate(server_max_window_bits=8), offer])
    assert agreed.server_max_window_bits == answer.server_max_window_bits


def test_the_usual_offer() -> None:
    assert str(OFFER) == "permessage-deflate; client_max_window_bits"
