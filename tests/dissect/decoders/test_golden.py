"""Real messages, and what their decoders make of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dissect.decoders import golden
from tests.dissect.decoders.trees import check
from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import Budget
from wsgui.dissect.decoders.values import as_filter
from wsgui.filter import PlainRow, evaluate, parse


@pytest.mark.parametrize(
    ("name", "case"), [pytest.param(name, case, id=f"{name}-{place}") for name, place, case in golden.cases()]
)
def test_a_message_is_decoded(name: str, case: dict[str, Any]) -> None:
    assert golden.found(name, case) == case["expected"]
    message = golden.message_of(case)
    decoder = registry.all_decoders()[name]
    check(registry.decode(decoder, golden.context_of(case), message, Budget(seconds=600)).root, len(message.data))


def test_every_decoder_has_five_messages() -> None:
    count = dict.fromkeys(registry.all_decoders(), 0)
    for name, _, _ in golden.cases():
        count[name] += 1
    assert {name for name, many in count.items() if many < 5} <= {"text", "hex"}


@pytest.mark.parametrize(
    ("name", "case"), [pytest.param(name, case, id=f"{name}-{place}") for name, place, case in golden.cases()]
)
def test_what_a_node_is_called_is_what_filters_find(name: str, case: dict[str, Any]) -> None:
    """The filter that a node becomes takes its message."""
    if "sentence" in case["expected"]:
        return
    message, context = golden.message_of(case), golden.context_of(case)
    data = message.data
    row = PlainRow(
        1, 1, 0, 1, 1 if message.text else 2, 8, None, 7, len(data), 1, 0, data, None, (), 0, (), None, context
    )
    waiting = list(registry.decode(registry.all_decoders()[name], context, message, Budget(seconds=600)).root.children)
    while waiting:
        node = waiting.pop()
        waiting += node.children
        if node.path and "large" not in node.note and node.text not in ("Infinity", "NaN"):
            assert evaluate(parse(as_filter(node)), row), as_filter(node)


@pytest.mark.parametrize(
    ("name", "case"), [pytest.param(name, case, id=f"{name}-{place}") for name, place, case in golden.cases()]
)
def test_what_is_verbatim_stands_in_the_message(name: str, case: dict[str, Any]) -> None:
    """Filters look for its bytes first."""
    message = golden.message_of(case)
    decoder = registry.all_decoders()[name]
    values = registry.values(decoder, golden.context_of(case), message)
    for field in decoder.fields:
        if field.verbatim and isinstance(value := values.get(field.name), str):
            assert value.encode() in message.data or b"\\" in message.data, field.name
