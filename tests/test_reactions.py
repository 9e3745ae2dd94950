from __future__ import annotations

import pytest

from tests.reactions import LIBRARIES, Heard, Library, answer_in_words, client_in_words, frames_in_words, page
from wsgui.protocol.faults import FAULTS
from wsgui.protocol.states import Role


@pytest.mark.parametrize(
    ("heard", "words"),
    [
        (Heard(b"\x88\x02\x03\xea"), "close 1002"),
        (Heard(b"\x88\x00", fin=True), "close without a code"),
        (Heard(b"\x81\x02hi\x88\x02\x03\xef"), "replied TEXT, close 1007"),
        (Heard(b"\x8a\x00"), "replied PONG"),
        (Heard(fin=True), "TCP closed, no close frame"),
        (Heard(reset=True), "TCP reset, no close frame"),
        (Heard(), "no reaction"),
        (Heard(b"\x88"), "bytes that are no frame"),
    ],
)
def test_reactions_to_frames(heard: Heard, words: str) -> None:
    assert frames_in_words(heard) == words


@pytest.mark.parametrize(
    ("heard", "words"),
    [
        (Heard(b"HTTP/1.1 426 Upgrade Required\r\n\r\n"), "HTTP 426"),
        (Heard(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"), "101: accepted"),
        (Heard(fin=True), "TCP closed"),
        (Heard(), "no reaction"),
    ],
)
def test_reactions_to_requests(heard: Heard, words: str) -> None:
    assert answer_in_words(heard) == words


def test_reactions_to_answers() -> None:
    assert client_in_words(Heard(fin=True)) == "TCP closed: abandoned"
    assert client_in_words(Heard()) == "no reaction: accepted"
    assert client_in_words(Heard(b"\x88\x80\x00\x00\x00\x00")) == "accepted; close without a code"


def test_every_fault_is_on_the_page() -> None:
    libraries = [Library(name) for name in LIBRARIES]
    for library in libraries:
        for one in FAULTS.values():
            for role, side in ((Role.CLIENT, "server"), (Role.SERVER, "client")):
                if role in one.senders:
                    library.reactions[side, one.id] = one.reaction.text
    text = page(libraries)
    assert all(f"| {one.name} | `{one.rule}` |" in text for one in FAULTS.values())
    assert "**no reaction**" not in text
    assert "python -m tests.reactions" in text
