from __future__ import annotations

import pytest

from wsgui.dissect.decoders.model import Bare, TreeNode
from wsgui.dissect.decoders.values import as_filter, value_text


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (TreeNode("a", "ff", value=b"\xff\x00"), "ff 00"),
        (TreeNode("a", "7", value=7), "7"),
        (TreeNode("a", "shown"), "shown"),
        (TreeNode("a"), "a"),
    ],
)
def test_values_for_the_clipboard(node: TreeNode, text: str) -> None:
    assert value_text(node) == text


def test_a_container_is_its_parts() -> None:
    top = TreeNode("top", "{2}")
    top.add(TreeNode("a", '"x"', value="x")).add(TreeNode("deep", "ff", value=b"\xff"))
    top.add(TreeNode("b"))
    assert value_text(top) == "a: x\n  deep: ff\nb:"


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (TreeNode("a", "7", value="7"), ""),
        (TreeNode("a", "{1}", path="json.a"), "json.a"),
        (TreeNode("a", "7", value=Bare("7"), path="json.a"), "json.a == 7"),
        (TreeNode("a", "null", value=Bare("null"), path="json.a"), "json.a == null"),
        (TreeNode("a", '"x\\n"', value='x\n"\\', path="json.a"), 'json.a == "x\\n\\"\\\\"'),
        (TreeNode("a", "false", value=False, path="mqtt.dup"), "mqtt.dup == false"),
        (TreeNode("a", "7", value="7", path="mqtt.topic"), 'mqtt.topic == "7"'),
        (TreeNode("a", "ff", value=b"\xff", path="cbor"), "cbor"),
        (TreeNode("a", '"x"', value="x" * 201, path="json.a"), "json.a"),
        (TreeNode("a", '"x"', value="\ud800", path="json.a"), "json.a"),
    ],
)
def test_values_as_filters(node: TreeNode, text: str) -> None:
    assert as_filter(node) == text
