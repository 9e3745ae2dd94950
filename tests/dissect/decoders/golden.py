"""Golden files: messages as they were on the wire, with what their decoder has to make of them.

A file of ``golden/`` is named after its decoder: messages (``text`` or ``hex``) with what is known of their connection,
``by`` whom they were made, and the expected line, values and tree. ``python -m tests.dissect.decoders.golden`` writes
the expected parts afresh: look at each difference before it is committed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.dissect.decoders.trees import lines
from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import Budget, Context, Message

FOLDER = Path(__file__).parent / "golden"


def cases() -> list[tuple[str, int, dict[str, Any]]]:
    """Every message: its decoder, its place in the file, and what the file says of it."""
    return [
        (path.stem, place, case)
        for path in sorted(FOLDER.glob("*.json"))
        for place, case in enumerate(json.loads(path.read_text(encoding="utf-8")))
    ]


def context_of(case: dict[str, Any]) -> Context:
    """What is known of the connection."""
    known = case.get("context", {})
    return Context(
        known.get("target", ""),
        known.get("subprotocol", ""),
        known.get("from_client"),
        bytes.fromhex(known.get("first", "")),
    )


def message_of(case: dict[str, Any]) -> Message:
    """The message."""
    if "text" in case:
        return Message(case["text"].encode(), text=True)
    return Message(bytes.fromhex(case["hex"]), text=False)


def found(name: str, case: dict[str, Any]) -> dict[str, Any]:
    """What the decoders make of it now."""
    context, message = context_of(case), message_of(case)
    decoder = registry.all_decoders()[name]
    decoded = registry.decode(decoder, context, message, Budget(seconds=600))
    tree = [line for node in decoded.root.children for line in lines(node)]
    values = {
        key: value.hex() if isinstance(value, bytes) else value
        for key, value in _plain(registry.values(decoder, context, message))
    }
    return {
        "decoder": registry.automatic(context, message).name,
        "line": registry.line(decoder, context, message),
        "values": values,
        "tree": tree,
        **({"sentence": decoded.sentence} if decoded.sentence else {}),
    }


def _plain(values: Any) -> Any:
    return json.loads(json.dumps(dict(values), default=bytes.hex)).items()


def main() -> None:
    """Write what is found now."""
    for path in sorted(FOLDER.glob("*.json")):
        known = json.loads(path.read_text(encoding="utf-8"))
        for case in known:
            case["expected"] = found(path.stem, case)
        path.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
