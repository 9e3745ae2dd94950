"""JavaScript that repeats an opening handshake and sends a message: for a page, Node's ``ws``, k6 and Playwright.

A page can say an address and subprotocols, and no headers: those that the request had stand in a comment then.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.dissect.reproduce import Reopening


def literal(text: str) -> str:
    """A string of JavaScript that stays one in a script of a page too."""
    return json.dumps(text).replace("</", "<\\/")


def _list(texts: Sequence[str]) -> str:
    return "[" + ", ".join(map(literal, texts)) + "]"


def _headers(opening: Reopening) -> str:
    """The headers as an object; those that stand several times have a list of values."""
    together: dict[str, list[str]] = {}
    for name, value in opening.further:
        together.setdefault(name, []).append(value)
    lines = (
        f"    {literal(name)}: {literal(values[0]) if len(values) == 1 else _list(values)},\n"
        for name, values in together.items()
    )
    return "".join(lines)


def _call(opening: Reopening) -> str:
    """``new WebSocket(…)`` with a third argument for headers."""
    options = f", {{\n  headers: {{\n{_headers(opening)}  }},\n}}" if opening.further else ""
    protocols = f", {_list(opening.protocols)}" if opening.protocols or options else ""
    return f"new WebSocket({literal(opening.url)}{protocols}{options})"


def _page_call(opening: Reopening) -> str:
    protocols = f", {_list(opening.protocols)}" if opening.protocols else ""
    return f"new WebSocket({literal(opening.url)}{protocols})"


def _lost(opening: Reopening) -> str:
    """What a page cannot send, in comments; JavaScript's line ends do not end them."""
    if not opening.further:
        return ""
    lines = (f"//   {literal(f'{name}: {value}')[1:-1]}\n" for name, value in opening.further)
    return "// A page cannot send these headers of the request:\n" + "".join(lines)


def _page_data(opening: Reopening) -> str:
    if opening.payload is None:
        return ""
    if opening.text:
        return literal(opening.payload.decode(errors="replace"))
    return f'Uint8Array.from(atob("{b64encode(opening.payload).decode()}"), (one) => one.charCodeAt(0))'


def as_browser(opening: Reopening) -> str:
    """For a page, or the console of a browser."""
    data = _page_data(opening)
    send = f"ws.onopen = () => ws.send({data});\n" if data else 'ws.onopen = () => console.log("open");\n'
    return (
        f"{_lost(opening)}const ws = {_page_call(opening)};\n"
        'ws.binaryType = "arraybuffer";\n'
        f"{send}"
        "ws.onmessage = (event) => console.log(event.data);\n"
        "ws.onclose = (event) => console.log(event.code, event.reason);\n"
    )


def as_node(opening: Reopening) -> str:
    """A program for Node with the ``ws`` package."""
    data = ""
    if opening.payload is not None:
        data = (
            literal(opening.payload.decode(errors="replace"))
            if opening.text
            else f'Buffer.from("{b64encode(opening.payload).decode()}", "base64")'
        )
    send = f"  ws.send({data});\n" if data else ""
    return (
        f'import WebSocket from "ws";\n\nconst ws = {_call(opening)};\n'
        f'ws.on("open", () => {{\n  console.log("open");\n{send}}});\n'
        'ws.on("message", (data, isBinary) => console.log(isBinary ? data : data.toString()));\n'
        'ws.on("close", (code, reason) => console.log(code, reason.toString()));\n'
        'ws.on("error", (error) => console.error(error.message));\n'
    )


def as_k6(opening: Reopening) -> str:
    """A load test for k6."""
    data, imports = "", ""
    if opening.payload is not None and opening.text:
        data = literal(opening.payload.decode(errors="replace"))
    elif opening.payload is not None:
        imports = 'import encoding from "k6/encoding";\n'
        data = f'encoding.b64decode("{b64encode(opening.payload).decode()}")'
    send = f"    ws.send({data});\n" if data else ""
    call = _call(opening).replace("\n", "\n  ")
    return (
        f'import {{ WebSocket }} from "k6/websockets";\n{imports}\n'
        "export const options = { vus: 1, iterations: 1 };\n\n"
        f"export default function () {{\n  const ws = {call};\n"
        f'  ws.addEventListener("open", () => {{\n    console.log("open");\n{send}  }});\n'
        '  ws.addEventListener("message", (event) => {\n    console.log(event.data);\n    ws.close();\n  });\n'
        '  ws.addEventListener("error", (event) => console.error(event.error));\n}\n'
    )


def as_playwright(opening: Reopening) -> str:
    """A test for Playwright: a page opens the connection, and the test waits for its first message."""
    data = _page_data(opening)
    send = f"        ws.onopen = () => ws.send({data});\n" if data else ""
    return (
        'import { expect, test } from "@playwright/test";\n\n'
        f"{_lost(opening)}"
        'test("the WebSocket answers", async ({ page }) => {\n'
        "  const message = await page.evaluate(\n    () =>\n      new Promise((resolve, reject) => {\n"
        f"        const ws = {_page_call(opening)};\n"
        f"{send}"
        "        ws.onmessage = (event) => resolve(event.data);\n"
        "        ws.onclose = (event) => reject(new Error(`closed with ${event.code} ${event.reason}`));\n"
        "      }),\n  );\n"
        "  expect(message).toBeTruthy();\n});\n"
    )
