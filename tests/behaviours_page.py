"""The behaviours and their options as a page: ``python -m tests.behaviours_page`` writes ``docs/behaviours.md``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from wsgui.engine.behaviours import all_behaviours
from wsgui.options.model import Shape
from wsgui.options.texts import texts_of
from wsgui.protocol.states import Role
from wsgui.templates import GIVEN, PLACEHOLDERS
from wsgui.templates.conversions import CONVERSIONS

if TYPE_CHECKING:
    from wsgui.engine.behaviours import Behaviour
    from wsgui.options.model import Option

PAGE = Path(__file__).parent.parent / "docs" / "behaviours.md"
INTRO = """# What a server does

Written by a program from the behaviours and their options; to reproduce: `python -m tests.behaviours_page`.

A server does one thing with what comes, its **behaviour**, and other things on some paths, its **routes**. In the
window the bar chooses the behaviour, and the drawer (Options, page *Behaviour*) has its options and the routes. On the
command line:

```
wsgui serve --behaviour clock --set interval=500ms --set 'template={"now":"{time}"}'
wsgui serve --route '/time=clock interval=5s' --route '/room/*=broadcast others=on'
```

`--set KEY=VALUE` may be repeated, and `--set @FILE` takes the lines of a file. A key that takes several values is
given once for each; an empty value empties it. A route is a path, its behaviour and the options of that, quoted as in a
shell; a path that ends in `*` stands for all that begin so. The first route that fits counts; on all other paths the
server does what `--behaviour` says. Flags are `on` or `off`, times are `500ms`, `2s` or `1min`.

Everything may be changed while connections are open, and what the behaviour knows stays. A client that does not read
does not hold up the others. Where a client reaches further than itself (other clients, files, scripts), pages of other
sites are asked about when they come.
"""


def page() -> str:
    """The whole page in Markdown."""
    return INTRO + "".join(_section(kind) for kind in all_behaviours().values()) + _templates()


TEMPLATES = """
## Templates

What stands between `{{` and `}}` is filled in each time that a text is sent; `\\{{` stands for `{{`. A name by itself
is a variable. If there is nothing to fill in, nothing is sent, and that is said. Environment variables are filled in
only if the option `environment` names them: who wrote a file of rules does not decide what leaves this machine.

| written | becomes |
|---|---|
"""


def _templates() -> str:
    rows = [(f"{{{{{one.shown}}}}}", one.help) for one in (*PLACEHOLDERS.values(), *GIVEN.values())]
    rows += [("{{env.NAME}}", "an environment variable that may be sent"), ("{{name}}", "a variable")]
    rows += [(f"{{{{…\\|{name}{' WORD' * one.takes}}}}}", f"the same, {one.help}") for name, one in CONVERSIONS.items()]
    return TEMPLATES + "".join(f"| `{shown}` | {help_} |\n" for shown, help_ in rows)


def _section(kind: type[Behaviour]) -> str:
    who = "A client reaches only itself." if kind.alone else "A client reaches further than itself."
    lines = ["", f"## {kind.name}", "", f"{kind.summary} {who}"]
    if kind.__doc__:
        lines += ["", " ".join(kind.__doc__.split())]
    rows = kind.rows()
    if rows:
        lines += ["", "| option | what it is | values | usually |", "|---|---|---|---|"]
        lines += [_line(row) for row in rows.values()]
    for title, part in kind.parts.items():
        lines += ["", f"### {title}", "", "| key | what it is | values | usually |", "|---|---|---|---|"]
        lines += [_line(row) for row in part.values()]
    return "\n".join(lines) + "\n"


def _line(row: Option) -> str:
    face = row.faces[Role.SERVER]
    usual = ", ".join(f"`{text}`" for text in texts_of(row, row.default) if text) or "none"
    if face.hint and not row.default:
        usual = f"`{row.default}`: {face.hint}" if row.shape in (Shape.COUNT, Shape.SECONDS) else usual
    cells = (f"`{row.name}`", f"**{face.label.replace('&', '')}**: {face.help}", _values(row), usual)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _values(row: Option) -> str:
    if row.shape is Shape.CHOICE:
        return ", ".join(f"`{one.value}`" for one in row.choices if one.value)
    if row.shape is Shape.FLAG:
        return "`on`, `off`"
    if row.shape is Shape.COUNT:
        return f"{row.least:g} to {row.most}"
    if row.shape is Shape.SECONDS:
        return f"a time, {row.least:g} s to {row.most} s" if row.most else "a time"
    if row.shape is Shape.PAIRS:
        return f"`NAME{row.sign}VALUE`, several"
    if row.shape in (Shape.FILE, Shape.RULES):
        return "a file"
    if row.shape is Shape.FOLDER:
        return "a folder"
    if row.shape in (Shape.LINES, Shape.NAMES, Shape.MESSAGES):
        return "several texts"
    return "a text"


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--output", type=Path, default=PAGE)
    parser.parse_args().output.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
