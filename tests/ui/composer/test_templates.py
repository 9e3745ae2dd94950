from __future__ import annotations

import json

import pytest

from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import NO_CONTEXT, Context, Message
from wsgui.session.filler import Filler
from wsgui.ui.composer.templates import FORMAT_TEXTS, TEMPLATES, text_of

CONTEXTS = {
    "engine.io": Context(target="/socket.io/?EIO=4&transport=websocket"),
    "graphql": Context(subprotocol="graphql-transport-ws"),
}


def test_sizes() -> None:
    assert len(TEMPLATES["1 KiB of text"].encode()) == 1024
    assert len(TEMPLATES["64 KiB of text"].encode()) == 65536
    assert text_of(0) == ""
    assert max(map(len, text_of(200).splitlines())) == 63


def test_json() -> None:
    assert json.loads(TEMPLATES["JSON object"])["type"] == "subscribe"


def test_every_length_of_utf8() -> None:
    assert {len(character.encode()) for character in TEMPLATES["UTF-8 of every length"]} == {1, 2, 3, 4}


@pytest.mark.parametrize(("name", "label"), [(name, label) for name, texts in FORMAT_TEXTS.items() for label in texts])
def test_texts_of_a_format_are_written_and_read_again(name: str, label: str) -> None:
    decoder = registry.all_decoders()[name]
    context = CONTEXTS.get(name, NO_CONTEXT)
    written = registry.encode(decoder, Filler().fill(FORMAT_TEXTS[name][label]), context)
    message = Message(written.data, text=written.text)
    assert registry.decode(decoder, context, message).sentence == ""
    again = registry.editable(decoder, context, message)
    assert registry.encode(decoder, again, context) == written
