"""The table of options as a page: ``python -m tests.options_page`` writes ``docs/options.md``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from wsgui.endpoint.pages import PAGES
from wsgui.endpoint.policies import POLICIES
from wsgui.endpoint.settings import OPTIONS
from wsgui.protocol.states import Role

if TYPE_CHECKING:
    from wsgui.options.model import Face, Option

PAGE = Path(__file__).parent.parent / "docs" / "options.md"
TITLES = {Role.CLIENT: "A client: `wsgui connect`", Role.SERVER: "A server: `wsgui serve`"}


def page() -> str:
    """The whole page in Markdown."""
    lines = [
        "# The options of an endpoint",
        "",
        "Written by a program from `wsgui.endpoint.settings`, not by hand; to reproduce:",
        "`python -m tests.options_page`.",
        "",
        "The same options stand in the drawer of the window (by page), on the command line, and in the file of saved",
        "endpoints (by name). What is secret is kept in the system's key store and never in that file.",
    ]
    for role, title in TITLES.items():
        lines += [
            "",
            f"## {title}",
            "",
            "| page | option | name | command line | usually |",
            "|---|---|---|---|---|",
        ]
        for place in ("", *(one.title for one in PAGES[role])):
            for row in OPTIONS.values():
                face = row.faces.get(role)
                if face is not None and face.page == place:
                    lines.append(_line(row, face, role))
    lines += ["", "## Policies and faults", "", "| name | values | what it does | who |", "|---|---|---|---|"]
    for name, item in POLICIES.items():
        who = "server" if item.server else "both"
        values = item.values.replace("|", " \\| ")
        lines.append(f"| `{name}` | {values} | {item.title}: {item.help} | {who} |")
    return "\n".join(lines) + "\n"


def _line(row: Option, face: Face, role: Role) -> str:
    label = face.label.replace("&", "")
    what = f"**{label}**: {face.help}" if label else face.help
    flags = [f"{face.flag} {face.metavar}".strip()] if face.flag else []
    flags += [one.flag for one in row.choices_of(role) if one.flag]
    words = ", ".join(f"`{flag}`".replace("|", "\\|") for flag in flags)
    usual = "secret" if row.secret else _value(row.default)
    return f"| {face.page or 'the bar'} | {what} | `{row.name}` | {words} | {usual} |".replace("*.", "\\*.")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"`{value}`" if value not in ("", []) else "none"


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--output", type=Path, default=PAGE)
    parser.parse_args().output.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
