"""``.http`` and ``.rest`` files of JetBrains' IDEs and of editors: requests with ``WEBSOCKET`` in front."""

from __future__ import annotations

import re
from typing import Final

from wsgui.endpoint.elsewhere.model import TOKEN, Draft, Findings, filled, is_websocket

_REQUEST: Final = re.compile(
    r"(?i)^(?:(WEBSOCKET|[A-Z]{3,8})\s+)?((?:wss?|https?)://\S+|\{\{\S+|\S*/\S*)(?:\s+HTTP/[\d.]+)?$"
)
_VARIABLE: Final = re.compile(r"^@([\w.-]+)\s*=\s*(.*)$")
_BETWEEN: Final = re.compile(r"^===(?:\s+(wait-for-server))?\s*$")
_NAME: Final = re.compile(r"^(?:#|//)\s*@name\s*[= ]\s*(.+)$")


def fits(text: str) -> bool:
    """Whether a request of such a file begins a line."""
    return re.search(r"(?im)^WEBSOCKET\s+\S", text) is not None or (
        re.search(r"(?m)^###", text) is not None and re.search(r"(?im)^(?:GET\s+)?wss?://\S", text) is not None
    )


def read(text: str) -> Findings:
    """The requests of a file; the messages of one are sent after each connect, as the IDE does."""
    found = Findings()
    lines = text.splitlines()
    values = {match[1]: match[2].strip() for match in map(_VARIABLE.match, lines) if match is not None}
    block: list[tuple[int, str]] = []
    name = ""
    for number, line in enumerate([*lines, "###"], 1):
        if line.startswith("###"):
            _request(found, name, block, values)
            block, name = [], line[3:].strip()
        else:
            block.append((number, line))
    return found


def _request(found: Findings, name: str, block: list[tuple[int, str]], values: dict[str, str]) -> None:
    """One request: comments and variables, its line, headers, an empty line, messages."""
    at = 0
    while at < len(block) and (
        not block[at][1].strip()
        or block[at][1].lstrip().startswith(("#", "//", "@", "<"))
        or _VARIABLE.match(block[at][1])
    ):
        named = _NAME.match(block[at][1].strip())
        name = named[1].strip() if named is not None else name
        at += 1
    if at == len(block):
        return
    number, line = block[at]
    where = f"Line {number}"
    request = _REQUEST.match(filled(line.strip(), values))
    if request is None:
        found.complaints.append(f"{where}: {line.strip()[:80]!r} is no request, and was left out.")
        return
    draft = Draft(found, where, name)
    at += 1
    url = request[2]
    while at < len(block) and block[at][1].startswith((" ", "\t")) and block[at][1].strip():
        url += filled(block[at][1].strip(), values)  # a URL may go on in lines that are indented
        at += 1
    draft.settings.url = url
    at = _headers(draft, block, at, values)
    if (request[1] or "").upper() != "WEBSOCKET" and not is_websocket(url, draft.headers):
        found.complaints.append(f"{where}: a plain HTTP request was left out.")
        return
    _messages(draft, block[at:], values)
    draft.endpoint()


def _headers(draft: Draft, block: list[tuple[int, str]], at: int, values: dict[str, str]) -> int:
    while at < len(block) and block[at][1].strip():
        number, line = block[at]
        at += 1
        if line.startswith(("#", "//")):
            continue
        header, colon, value = line.partition(":")
        if colon and TOKEN.fullmatch(header.strip()):
            if header.strip().lower() != "content-type":  # it says how the editor colours the messages
                draft.headers.append((header.strip(), filled(value.strip(), values)))
        else:
            draft.found.complaints.append(f"Line {number}: {line.strip()[:80]!r} is no header, and was left out.")
    return at


def _messages(draft: Draft, block: list[tuple[int, str]], values: dict[str, str]) -> None:
    text: list[str] = []
    for number, line in [*block, (0, "===")]:
        between = _BETWEEN.match(line)
        if between is not None:
            message = filled("\n".join(text).strip(), values)
            if message:
                draft.settings.on_connect.append(message)
            if between[1]:
                draft.found.complaints.append(
                    f"Line {number}: messages are sent one after another, without waiting for the server."
                )
            text = []
        elif line.startswith(("< {%", "> {%", "<> ", "> ", "< ", ">> ")):
            draft.found.complaints.append(
                f"Line {number}: {line.strip()[:80]!r} is a script or a file, and was left out."
            )
        else:
            text.append(line)
