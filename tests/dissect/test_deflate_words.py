from __future__ import annotations

import pytest

from wsgui.dissect.deflate_words import offer_words, wish_words
from wsgui.protocol.deflate import OFFER, Deflate


@pytest.mark.parametrize(
    ("offer", "said"),
    [
        (Deflate(), "The server must take this client's window as it is, 32 KiB."),
        (OFFER, "The server may tell this client how far it looks back."),
        (
            Deflate(True, True, 8, 15),
            (
                "The server must forget each message before it compresses the next one. "
                "This client forgets each message before it compresses the next one. "
                "The server may look back 256 bytes at most. This client looks back 32 KiB at most."
            ),
        ),
    ],
)
def test_offers(offer: Deflate, said: str) -> None:
    assert offer_words(offer) == said


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Deflate(), "Both ends look back 32 KiB, and remember from message to message."),
        (
            Deflate(True, True, 9, 10),
            (
                "This server forgets each message before it compresses the next one. "
                "Clients are told to forget each message before they compress the next one. "
                "This server looks back 512 bytes at most. Clients that can be told so look back 1 KiB at most."
            ),
        ),
    ],
)
def test_wishes(wish: Deflate, said: str) -> None:
    assert wish_words(wish) == said
