"""The table of decoders as a page: ``python -m tests.decoders_page`` writes ``docs/decoders.md``."""

from __future__ import annotations

import argparse
from pathlib import Path

from wsgui.dissect.decoders import registry

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
        "Values that look like times, identifiers or tokens are noted, and what is packed in base64, gzip, zlib or",
        "deflate is unpacked.",
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
