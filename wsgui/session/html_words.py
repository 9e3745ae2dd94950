"""The words of an HTML page, without its tags: what a server's page of an error says.

The parser of Python's library begins anew at every comment, declaration or tag that is never closed: it took 36 s
for 256 KiB of ``<!--``, to which a gzip body of a few hundred bytes inflates. Here everything is looked for once.
"""

from __future__ import annotations

import html
import re
from typing import Final

_MARKUP: Final = re.compile(r"<(?:(!--)|[!?/]|([A-Za-z]+))")
_SILENT: Final = {name: re.compile(f"(?i)</{name}") for name in ("script", "style")}
"""Elements whose content nobody reads, and their ends."""


def html_words(page: str) -> str:
    """The texts between the tags, one on a line, blanks joined; one that stands twice in a row is told once. What is
    never closed reaches to the end. Takes time in proportion to the page's length."""
    found: list[str] = []
    at = 0
    while at >= 0:
        markup = _MARKUP.search(page, at)
        words = " ".join(html.unescape(page[at : markup.start() if markup else len(page)]).split())
        if words and words not in found[-1:]:
            found.append(words)
        at = -1 if markup is None else _end(page, markup)
    return "\n".join(found)


def _end(page: str, markup: re.Match[str]) -> int:
    """Where the markup ends, the content of silent elements included; -1 if it is never closed."""
    close = "-->" if markup[1] else ">"
    end = page.find(close, markup.end())
    if end < 0:
        return -1
    end += len(close)
    silent = _SILENT.get((markup[2] or "").lower())
    if silent is None:
        return end
    last = silent.search(page, end)
    return -1 if last is None else last.start()
