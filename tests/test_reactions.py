from __future__ import annotations

import pytest

from tests.reactions import LIBRARIES, PAGE, Heard, Library, answer_in_words, client_in_words, frames_in_words, page
from wsgui.protocol.faults import FAULTS, Fault, ReactionKind
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
        (Heard(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"), "101 without it"),
        (Heard(b"HTTP/1.1 101 X\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"), "101 with it"),
        (Heard(fin=True), "TCP closed"),
        (Heard(), "no reaction"),
    ],
)
def test_reactions_to_requests(heard: Heard, words: str) -> None:
    assert answer_in_words(heard) == words


def test_reactions_to_answers() -> None:
    assert client_in_words(Heard(fin=True), "refused") == "refused, TCP closed"
    assert client_in_words(Heard(), "refused") == "refused, TCP left open"
    assert client_in_words(Heard(b"\x88\x80\x00\x00\x00\x00"), "open") == "accepted, close without a code"
    assert client_in_words(Heard(), "open") == "accepted, no reaction"


def _expected_words(one: Fault) -> str:
    return {
        ReactionKind.FAIL: f"close {one.reaction.code}",
        ReactionKind.ANSWER: f"close {one.reaction.code}",
        ReactionKind.REFUSE: f"HTTP {one.reaction.code}",
        ReactionKind.DECLINE: "101 without it",
        ReactionKind.ABANDON: "refused, TCP closed",
        ReactionKind.WAIT: "no reaction",
        ReactionKind.END: "TCP closed, no close frame",
    }[one.reaction.kind]


def test_the_page_in_the_docs_knows_every_fault() -> None:
    text = PAGE.read_text(encoding="utf-8")
    missing = [one.id for one in FAULTS.values() if f"| {one.name} | `{one.rule}` |" not in text]
    assert not missing, "run: python -m tests.reactions"


def test_every_fault_is_on_the_page() -> None:
    libraries = [Library(name) for name in LIBRARIES]
    for library in libraries:
        for one in FAULTS.values():
            for role, side in ((Role.CLIENT, "server"), (Role.SERVER, "client")):
                if role in one.senders:
                    library.reactions[side, one.id] = _expected_words(one)
    text = page(libraries)
    assert all(f"| {one.name} | `{one.rule}` |" in text for one in FAULTS.values())
    assert text.count("**") == 2  # the word that says what bold means
    library.reactions["client", "masked-text"] = "replied TEXT"
    assert "| **replied TEXT** |" in page(libraries)
    assert "python -m tests.reactions" in text
