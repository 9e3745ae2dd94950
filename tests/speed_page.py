"""The figures of a run of the benchmarks as a page: ``python -m tests.speed_page`` writes ``docs/speed.md``.

It is made of ``docs/speed.json``, which ``make bench ARGS=--json > docs/speed.json`` writes; none is typed by hand.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.bench.table import ROWS, amount

DOCS = Path(__file__).parent.parent / "docs"
RUN = DOCS / "speed.json"
PAGE = DOCS / "speed.md"


def page(run: dict[str, Any]) -> str:
    """The whole page in Markdown."""
    measured = {row["row"]: row for row in run["rows"]}
    lines = [
        "# How fast it is",
        "",
        "Written by a program from `docs/speed.json`, not by hand; to measure anew:",
        "`make bench ARGS=--json > docs/speed.json && python -m tests.speed_page`.",
        "",
        measured_on(run),
        "",
        "| what | measured | goal | |",
        "|---|---|---|---|",
    ]
    for row in ROWS:
        if row.name in measured:
            value = measured[row.name]["value"]
            met = "met" if row.goal.met(value) else "missed"
            lines.append(f"| {row.what} | {amount(value, row.goal.unit)} | {row.goal} | {met} |")
    missing = [f"{row.what} ({run['not measured'][row.name]})" for row in ROWS if row.name in run["not measured"]]
    if missing:
        lines += ["", f"Not measured: {'; '.join(missing)}."]
    return "\n".join([*lines, ""]).replace(">= ", "at least ").replace("<= ", "at most ")


def measured_on(run: dict[str, Any]) -> str:
    """When, on what and beside whom."""
    peers = "; ".join(f"{name} {version}" for name, version in run["peers"].items())
    form = " in the short form" if run["quick"] else ""
    return (
        f"Measured{form} on {run['date']} with {run['python']} on {run['cpus']} CPUs, {run['system']}, load"
        f" {run['load']}, beside {peers}. Peers and wsgui take turns in one run: ratios hold where times do not."
    )


def main() -> None:
    """Write it."""
    PAGE.write_text(page(json.loads(RUN.read_text("utf-8"))), "utf-8")


if __name__ == "__main__":
    main()
