"""The table of rules as a page: ``python -m tests.rules_page`` writes ``docs/rules.md``."""

from __future__ import annotations

import argparse
from pathlib import Path

from wsgui.protocol.faults import FAULTS
from wsgui.protocol.rules import RULES

PAGE = Path(__file__).parent.parent / "docs" / "rules.md"


def page() -> str:
    """The whole page in Markdown."""
    lines = [
        "# The rules that the judge knows",
        "",
        "Written by a program from `wsgui.protocol.rules`, not by hand; to reproduce: `python -m tests.rules_page`.",
        "",
        "A strict endpoint closes with the code. Where there is none, the handshake is refused, or the connection goes",
        "on. Each rule has ready-made faults in the Raw tab; the last column says how many.",
        "",
        "| rule | section | severity | close code | demand | faults |",
        "|---|---|---|---|---|---|",
    ]
    for rule in RULES.values():
        number, _, section = rule.section.rpartition(" ")
        code = "" if rule.close_code is None else str(rule.close_code)
        faults = sum(one.rule == rule.id for one in FAULTS.values())
        reference = f"RFC {number or '6455'} §{section}"
        lines.append(
            f"| `{rule.id}` | {reference} | {rule.severity.name.lower()} | {code} | {rule.demand} | {faults} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--output", type=Path, default=PAGE)
    parser.parse_args().output.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
