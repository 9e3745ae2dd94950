"""Documents as people write them: traits, references, anchors, and several messages in one place."""

from __future__ import annotations

import pytest

from wsgui.behaviours.asyncapi.document import ApiMessage, read_document
from wsgui.behaviours.lines import FileProblem

TRAITS = """\
asyncapi: {version}
info: {{title: x, version: "1"}}
channels:
  lights:
    {said}
operations:
  turn: {{action: receive, channel: {{$ref: '#/channels/lights'}}}}
components:
  messages:
    turn:
      name: own
      payload: &number {{type: integer}}
      traits:
        - {{$ref: '#/components/messageTraits/common'}}
        - name: second
          examples: [{{payload: 7}}]
  messageTraits:
    common:
      name: first
      schemaFormat: application/schema+json;version=draft-07
      correlationId: {{$ref: '#/components/correlationIds/sent'}}
      examples: [{{payload: 5}}, {{headers: {{}}}}]
  correlationIds:
    sent: {{location: '$message.payload#/at/id'}}
  schemas:
    other: *number
"""
TWO = "publish: {message: {oneOf: [{$ref: '#/components/messages/turn'}]}}"
THREE = "messages: {turn: {$ref: '#/components/messages/turn'}}"
SCHEMA = ("components", "messages", "turn", "payload")


@pytest.mark.parametrize(
    ("version", "said", "name"), [("2.6.0", TWO, "second"), ("3.0.0", THREE, "own")], ids=["2.6", "3"]
)
def test_traits_of_a_message(version: str, said: str, name: str) -> None:
    document = read_document(TRAITS.format(version=version, said=said))
    [channel] = document.channels
    assert channel.receives == [ApiMessage(name, SCHEMA, (7,), ("at", "id"))]
    assert document.aside == []


def test_a_trait_that_is_none() -> None:
    text = TRAITS.format(version="3.0.0", said=THREE).replace(
        "        - name: second", "        - 5\n        - name: second"
    )
    with pytest.raises(FileProblem, match=r"A trait is a table of names and values\.") as caught:
        read_document(text)
    assert caught.value.line == 15


def test_traits_that_are_no_list() -> None:
    text = TRAITS.format(version="3.0.0", said=THREE)
    begin, end = text.index("      traits:"), text.index("  messageTraits:")
    with pytest.raises(FileProblem, match=r"The traits of a message are a list\."):
        read_document(f"{text[:begin]}      traits: 5\n{text[end:]}")


def test_another_document_is_not_read() -> None:
    text = TRAITS.format(version="3.0.0", said="messages: {turn: {$ref: './common.yaml#/turn'}}")
    with pytest.raises(FileProblem, match=r"It refers to \./common\.yaml#/turn: other documents are not read"):
        read_document(text)
