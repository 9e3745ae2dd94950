"""The table of decoders as a page: ``python -m tests.decoders_page`` writes ``docs/decoders.md``."""

from __future__ import annotations

import argparse
from pathlib import Path

from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.notation import NOTATION

PAGE = Path(__file__).parent.parent / "docs" / "decoders.md"


def page() -> str:
    """The whole page in Markdown."""
    lines = [
        "# Decoders, and what filters can ask of them",
        "",
        "Written by a program from the decoders' registry, not by hand; to reproduce: `python -m tests.decoders_page`.",
        "",
        "The decoder that fits a message best tells it in a line of the table and in the tree of the Message tab,",
        "where another one can be chosen; `wsgui show --messages` prints the same. `decoder == stomp` takes messages",
        "by it, and `summary` is that line. `event`, `method` and `topic` ask whichever decoder it is for its own",
        "field of that kind. Fields of type json may have a path behind them: `sio.args[0].text`.",
        "Values that look like times, identifiers or tokens are noted, and what is packed in base64, gzip, zlib,",
        "deflate, zstd or brotli is unpacked.",
        "",
        "## What can be written",
        "",
        "Messages of these are written from text, and received ones edited and sent again:",
        f"{', '.join(decoder.title for decoder in registry.writers())}.",
        "Text formats are written as they stand, the lines of SignalR as its records. Binary ones are written as JSON:",
        "MessagePack and CBOR as the value, BSON as MongoDB's Extended JSON, MQTT as one packet or an array of them",
        '(`{"type": "PUBLISH", "topic": "a/b", "QoS": 1, "packet identifier": 7, "payload": "21.5"}`) with the names',
        "of its tree, SignalR in MessagePack as an array on each line. Whole numbers keep all their digits; a number",
        "with a point or an exponent is written with 64 bits. What JSON lacks stands in an object of one member, so",
        "that a message that is edited and sent again changes where a person changed it, and nowhere else:",
        "",
        "| notation | meaning |",
        "|---|---|",
        *(f'| `{{"{name}": \u2026}}` | {meaning} |' for name, meaning in NOTATION.items()),
        "",
        "Containers and texts that CBOR wrote in pieces get a length, and heads take the fewest bytes that hold them.",
        "",
        "## Fields",
        "",
        "| decoder | name | field | type | what it is | example |",
        "|---|---|---|---|---|---|",
    ]
    for decoder in registry.all_decoders().values():
        lines.append(f"| {decoder.title} | `{decoder.name}` | | | | |")
        lines += [
            f"| | | `{name}` | {field.type} | {field.help} | {f'`{field.example}`' if field.example else ''} |"
            for owner, field, name in registry.fields()
            if owner is decoder
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--output", type=Path, default=PAGE)
    parser.parse_args().output.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
