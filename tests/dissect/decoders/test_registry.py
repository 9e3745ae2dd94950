"""The registry: who is chosen, and that a decoder that fails harms nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.dissect.decoders.trees import message
from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import (
    BYTES_LIMIT,
    NO_CONTEXT,
    Budget,
    Cancelled,
    Context,
    DecodedField,
    Decoder,
    NotFittingError,
    TreeNode,
)
from wsgui.dissect.decoders.rows import row_line
from wsgui.dissect.sizes import grouped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Message


class Failing(Decoder):
    """Does everything wrong."""

    name = "failing"
    title = "Failing"

    def __init__(self, error: Exception) -> None:
        self.error = error

    def fits(self, context: Context, message: Message) -> float:
        raise self.error

    def one_line(self, context: Context, message: Message) -> str:
        raise self.error

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        root.add(TreeNode("first", "1", 0, 1))
        raise self.error

    def values(self, context: Context, message: Message) -> Mapping[str, Any]:
        raise self.error

    def pretty(self, message: Message) -> str:
        raise self.error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RecursionError("too deep"), "RecursionError (too deep)"),
        (MemoryError(), "MemoryError"),
        (ValueError("byte 3 is odd.\nmore"), "byte 3 is odd"),
        (KeyError("\x1b[31m"), "KeyError ('\\x1b[31m')"),
    ],
)
def test_what_a_decoder_does_wrong_is_its_own_affair(error: Exception, reason: str) -> None:
    decoder, one = Failing(error), message("x")
    assert registry.fit(decoder, NO_CONTEXT, one) == 0
    assert registry.values(decoder, NO_CONTEXT, one) == {}
    assert registry.line(decoder, NO_CONTEXT, one) == f"(Failing: {reason})"
    decoded = registry.decode(decoder, NO_CONTEXT, one)
    assert decoded.sentence == f"The decoder Failing has failed: {reason}."
    assert [node.label for node in decoded.root.children] == ["first"]  # what was decoded before stays
    with pytest.raises(NotFittingError, match=r"RecursionError|MemoryError|odd|KeyError"):
        registry.pretty(decoder, one)


def test_what_is_not_of_a_decoder_is_said() -> None:
    decoded = registry.decode(Failing(NotFittingError("byte 0 is odd")), NO_CONTEXT, message("x"))
    assert decoded.sentence == "This is not Failing: byte 0 is odd."
    with pytest.raises(NotFittingError, match="byte 0 is odd"):
        registry.pretty(Failing(NotFittingError("byte 0 is odd")), message("x"))


def test_a_person_may_stop_it() -> None:
    with pytest.raises(Cancelled):
        registry.decode(Failing(Cancelled()), NO_CONTEXT, message("x"))

    def stop(place: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        registry.decode(
            registry.all_decoders()["json"], NO_CONTEXT, message(f"[{'1,' * 1000}1]"), Budget(seconds=600, told=stop)
        )


def test_time_values_levels_and_bytes_are_bounded() -> None:
    json = registry.all_decoders()["json"]
    ticks = iter(range(10_000))
    late = Budget(seconds=3, clock=lambda: next(ticks))
    assert registry.decode(json, NO_CONTEXT, message(f"[{'1,' * 5000}1]"), late).sentence.startswith(
        "Cut off after 3 s"
    )
    few = Budget(nodes=3, seconds=600)
    decoded = registry.decode(json, NO_CONTEXT, message("[1,2,3,4]"), few)
    assert decoded.sentence == "Cut off after 3 values, at byte 5."
    assert [node.text for node in decoded.root.children[0].children] == ["1", "2"]
    deep = registry.decode(json, NO_CONTEXT, message("[" * 1_000_000), Budget(seconds=600))
    assert deep.sentence == "Cut off at 400 levels of nesting, at byte 400."
    large = registry.decode(registry.all_decoders()["hex"], NO_CONTEXT, message(bytes(BYTES_LIMIT + 1)))
    assert large.sentence.startswith("Cut off")
    json_16 = message('"' + "a" * BYTES_LIMIT + '"')
    assert registry.decode(json, NO_CONTEXT, json_16, Budget(seconds=600)).sentence == (
        f"Cut off: only the first {grouped(BYTES_LIMIT)} of {grouped(BYTES_LIMIT + 2)} bytes are decoded."
    )


def test_the_best_is_chosen_and_all_that_fit_are_offered() -> None:
    assert registry.automatic(NO_CONTEXT, message('{"a":1}')).name == "json"
    assert registry.automatic(NO_CONTEXT, message("hello")).name == "text"
    assert registry.automatic(NO_CONTEXT, message(b"\xff\x00")).name == "hex"
    assert [decoder.name for decoder in registry.fitting(NO_CONTEXT, message('{"a":1}'))][:1] == ["json"]
    assert [decoder.name for decoder in registry.fitting(NO_CONTEXT, message('{"a":1}'))][-2:] == ["text", "hex"]
    assert registry.chosen("text", NO_CONTEXT, message('{"a":1}')).name == "text"
    assert registry.chosen("json", NO_CONTEXT, message("hello")).name == "text"
    assert registry.chosen("unheard of", NO_CONTEXT, message("hello")).name == "text"


def test_a_name_and_a_prefix_are_taken_once() -> None:
    with pytest.raises(ValueError, match="there is a decoder json"):

        @registry.register
        class Other(Decoder):
            name = "other"
            title = "Other"
            prefix = "json"

    class Plain(Decoder):
        name = "text"
        title = "Text"

    with pytest.raises(ValueError, match="there is a decoder text with the prefix none"):
        registry.register(Plain)


def test_what_a_decoder_leaves_out() -> None:
    class Least(Decoder):
        name = "least"
        title = "Least"

    least = Least()
    assert least.values(NO_CONTEXT, message("x")) == {}
    assert least.pretty(message("x")) == "x"
    with pytest.raises(ValueError, match="Least cannot be written from text"):
        least.encode("x")
    for call in (least.fits, least.one_line):
        with pytest.raises(NotImplementedError):
            call(NO_CONTEXT, message("x"))
    with pytest.raises(NotImplementedError):
        least.fill(TreeNode("x"), NO_CONTEXT, message("x"), Budget())


def test_fields_have_one_name_and_a_sentence() -> None:
    names = [name for _, _, name in registry.fields()]
    assert len(names) == len(set(names))
    for _, field, name in registry.fields():
        assert isinstance(field, DecodedField)
        assert field.help.endswith("."), name


def test_lines_of_rows() -> None:
    assert row_line("", NO_CONTEXT, 1, 0x80, b'{"a":1}', 7) == '{"a":1}'
    assert row_line("", NO_CONTEXT, 1, 0x80, b'42["a",1]', 9) == "Socket.IO · event a(1)"
    assert row_line("hex", NO_CONTEXT, 1, 0x80, b"a", 1) == "61  a"
    assert row_line("", NO_CONTEXT, 1, 0x80, b"ab", 5) == "ab\u2026"
    assert row_line("", NO_CONTEXT, 2, 0x80, b"\xff" * 40, 50).endswith("\u2026")
    assert row_line("", NO_CONTEXT, 1, 0x00, b"ab", 2) == "ab\u2026"  # a fragment
    assert row_line("", NO_CONTEXT, 1, 0xC0, b"ab", 2).startswith("RSV1")
    assert row_line("", NO_CONTEXT, 9, 0x80, b"ab", 2) == "ab"
    assert row_line("", NO_CONTEXT, 1, 0x80, b"", 0) == ""
    assert row_line("", NO_CONTEXT, 1, 0x80, b"a\nb\x1b\xe2\x80\xae", 6) == "a\u240ab\u241b<U+202E>"


def test_a_path_is_that_of_the_target() -> None:
    assert Context("/socket.io/?EIO=4").path == "/socket.io/"
    assert Context("//[").path == ""
