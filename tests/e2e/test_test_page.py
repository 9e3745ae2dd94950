"""The test page of ``wsgui serve`` in a headless Chromium: it sends, receives, reconnects, and shows text as text."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import asynccontextmanager, closing, suppress
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.e2e.devtools import one_tab
from tests.e2e.peers import missing
from tests.patience import PATIENCE
from tests.programs import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.e2e.devtools import Tab

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(bool(missing("chromium")), reason=missing("chromium") or "chromium is there"),
]

LOG = "[...document.querySelectorAll('#log li')].map(one => [one.className, one.querySelector('.what').textContent])"
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>\u202e\x1b[31m"


def page_of(url: str) -> str:
    return url.replace("ws://", "http://")


async def connected(tab: Tab, count: int = 1) -> None:
    await tab.evaluate("document.getElementById('connect').click()")
    await tab.until(f"document.querySelectorAll('#connections .open').length === {count}")


async def typed(tab: Tab, text: str, kind: str = "text") -> None:
    """Send a message by the page's own fields."""
    await tab.evaluate(
        f"document.getElementById('kind').value = {json.dumps(kind)};"
        f"document.getElementById('message').value = {json.dumps(text)};"
        "document.getElementById('send').click()"
    )


async def logged(tab: Tab, kind: str, what: str) -> None:
    await tab.until(f"{LOG}.some(([kind, what]) => kind === {json.dumps(kind)} && what === {json.dumps(what)})")


async def test_it_sends_and_receives() -> None:
    async with asyncio.timeout(PATIENCE), serving() as served, one_tab() as tab:
        await tab.open(f"{page_of(served.url)}any?x=1")
        assert await tab.evaluate("document.getElementById('path').value") == "/any?x=1"
        await connected(tab)
        for text in ("hello", "", "h\u00e9llo \U0001f600", "two\nlines", " ", '{"a": 1}', "0"):
            await typed(tab, text)
            await logged(tab, "sent", text)
            await logged(tab, "received", text)
        await typed(tab, "00 ff 0x10", "hex")
        await logged(tab, "received", "binary, 3 bytes: 00 ff 10")
        await typed(tab, "\u00e9", "utf8")
        await logged(tab, "received", "binary, 2 bytes: c3 a9")
        await typed(tab, "0", "hex")
        await logged(tab, "failed", "Hexadecimal has two digits 0-9, a-f a byte.")
        await typed(tab, "x" * 3000)
        await logged(tab, "received", "x" * 2000 + "\u2026")
        await tab.until("/\u2193 10 messages/.test(document.getElementById('rate').textContent)")
        await tab.evaluate("document.getElementById('ten').click()")
        await tab.until("document.querySelectorAll('#connections .open').length === 11")
        await tab.evaluate("document.getElementById('close-all').click()")
        await logged(tab, "", "closed: 1000")
        await tab.until("document.querySelectorAll('#connections .open').length === 0")
        await typed(tab, "nobody")
        await logged(tab, "failed", "There is no open connection to send to.")


async def test_files_whole_and_in_pieces(tmp_path: Path) -> None:
    (tmp_path / "a <b>.bin").write_bytes(bytes(range(10)))
    async with asyncio.timeout(PATIENCE), serving() as served, one_tab() as tab:
        await tab.open(page_of(served.url))
        await connected(tab)
        root = (await tab.command("DOM.getDocument"))["root"]["nodeId"]
        field = (await tab.command("DOM.querySelector", nodeId=root, selector="#files"))["nodeId"]
        await tab.command("DOM.setFileInputFiles", nodeId=field, files=[str(tmp_path / "a <b>.bin")])
        await tab.evaluate("document.getElementById('send-files').click()")
        await logged(tab, "sent", "a <b>.bin: 10 bytes")
        await logged(tab, "received", "binary, 10 bytes: 00 01 02 03 04 05 06 07 08 09")
        await tab.evaluate("document.getElementById('piece').value = 6; document.getElementById('send-files').click()")
        await logged(tab, "received", "binary, 4 bytes: 06 07 08 09")


async def test_hostile_text_is_text() -> None:
    async with asyncio.timeout(PATIENCE), serving("--route", "/chat=chat") as served, one_tab() as tab:
        await tab.open(page_of(served.url))
        await connected(tab)
        await typed(tab, HOSTILE)
        await logged(tab, "received", HOSTILE.replace("\u202e\x1b", "\\u202e\\u001b"))
        assert await tab.evaluate("document.title") == "WebSocket test page"
        assert await tab.evaluate("document.querySelectorAll('#log img, #log script').length") == 0
        # Even a script that came to stand in the page does not run, and nothing leaves for elsewhere.
        await tab.evaluate(
            "window.blocked = []; document.addEventListener('securitypolicyviolation', "
            "event => window.blocked.push(event.effectiveDirective));"
            "const made = document.createElement('script'); made.textContent = 'document.title = 1';"
            "document.body.append(made);"
            "fetch('http://127.0.0.1:9/').catch(() => 0)"
        )
        await tab.until("window.blocked.length >= 2")
        assert set(await tab.evaluate("window.blocked")) == {"script-src-elem", "connect-src"}
        assert await tab.evaluate("document.title") == "WebSocket test page"


@asynccontextmanager
async def doorway() -> AsyncIterator[tuple[str, list[str]]]:
    """An address that stays while servers come and go: its URL, and a list whose last item leads to the server that is
    there now."""
    led_to: list[str] = []
    relays: set[asyncio.Task[None]] = set()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async def come(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        relays.add(task)
        task.add_done_callback(relays.discard)
        with suppress(OSError):
            host, port = led_to[-1].removeprefix("ws://").rstrip("/").split(":")
            there, back = await asyncio.open_connection(host, int(port))
            try:
                await asyncio.gather(relay(reader, back), relay(there, writer))
            finally:
                back.close()
        writer.close()

    listening = await asyncio.start_server(come, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/", led_to
    finally:
        listening.close()
        for task in relays:
            task.cancel()
        await asyncio.gather(*relays, return_exceptions=True)


async def test_it_connects_again_after_the_server_restarts() -> None:
    async with asyncio.timeout(PATIENCE), doorway() as (url, led_to), one_tab() as tab:
        async with serving() as served:
            led_to.append(served.url)
            await tab.open(url)
            await tab.evaluate("document.getElementById('reconnect').click()")
            await connected(tab)
        await logged(tab, "", "closed: 1001 server is shutting down")
        async with serving() as served:
            led_to.append(served.url)
            await tab.until("document.querySelectorAll('#connections .open').length === 1")
            await typed(tab, "again")
            await logged(tab, "received", "again")


async def test_a_page_behind_a_password_connects_with_it() -> None:
    async with asyncio.timeout(PATIENCE), serving("--user", "ann:secret") as served, one_tab() as tab:
        address = page_of(served.url)
        await tab.command("Page.navigate", url=address.replace("://", "://ann:secret@"))
        await tab.until(f"location.href === {json.dumps(address)} && document.getElementById('connect') !== null")
        await connected(tab)
        await typed(tab, "hello")
        await logged(tab, "received", "hello")


async def test_a_page_behind_a_token_connects_with_it() -> None:
    async with asyncio.timeout(PATIENCE), serving("--bearer", "s3cret") as served, one_tab() as tab:
        await tab.open(f"{page_of(served.url)}?token=s3cret")
        await connected(tab)


# --- what tutorials build beside


async def test_a_large_binary_message_in_chromiums_own_fragments(tmp_path: Path) -> None:
    path = tmp_path / "x.wscap"
    size = 262_145
    async with asyncio.timeout(PATIENCE), serving("--capture", str(path)) as served, one_tab() as tab:
        await tab.open(page_of(served.url))
        back = await tab.evaluate(
            "new Promise((done, fail) => { const ws = new WebSocket(location.href.replace('http', 'ws'));"
            f"ws.binaryType = 'arraybuffer'; ws.onopen = () => ws.send(new Uint8Array({size}).fill(7));"
            "ws.onerror = fail; ws.onmessage = ({data}) => { ws.close(1000);"
            "done([data.byteLength, new Uint8Array(data).every(one => one === 7)]) } })"
        )
        assert back == [size, True]
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(
            "SELECT opcode, length FROM frames WHERE direction = 1 AND opcode BETWEEN 0 AND 7 ORDER BY rowid"
        ).fetchall()
    assert sum(length for _, length in rows) == size
    assert len(rows) > 1
    assert [opcode for opcode, _ in rows] == [2] + [0] * (len(rows) - 1)


async def test_answers_to_what_is_no_websocket() -> None:
    async with asyncio.timeout(PATIENCE), serving() as served, one_tab() as tab:
        await tab.open(page_of(served.url))
        answers = await tab.evaluate(
            "Promise.all([fetch('/'), fetch('/', {method: 'POST'}), fetch('/health')].map(async (one) => "
            "{ const answer = await one; return [answer.status, answer.headers.get('upgrade'), await answer.text()] }))"
        )
        told = "This is a WebSocket server: connect with ws://, not http://.\n"
        assert answers == [
            [426, "websocket", told],
            [426, "websocket", told],
            [200, None, '{"status": "ok", "connections": 0}\n'],
        ]
        async with aiohttp.ClientSession() as http:
            upgrade = {"Upgrade": "websocket", "Connection": "Upgrade"}
            for more, status in (({}, 400), ({"Sec-WebSocket-Version": "12"}, 426)):
                key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="} if more else {"Sec-WebSocket-Version": "13"}
                async with http.get(page_of(served.url), headers={**upgrade, **key, **more}) as answer:
                    assert answer.status == status


async def test_a_heartbeat_drops_who_stops_answering() -> None:
    quick, patient = "heartbeat interval=20ms", "heartbeat interval=20ms missed=1000 report=on"
    words = ("--route", f"/mute={quick}", "--route", f"/={patient}")
    async with asyncio.timeout(PATIENCE), serving(*words) as served, one_tab() as tab:
        await tab.open(page_of(served.url))
        await connected(tab)
        async with aiohttp.ClientSession() as http, http.ws_connect(f"{served.url}mute", autoping=False) as mute:
            while (message := await mute.receive()).type is not aiohttp.WSMsgType.CLOSE:
                assert message.type in (aiohttp.WSMsgType.PING, aiohttp.WSMsgType.TEXT)
        await tab.until(f"{LOG}.filter(([kind]) => kind === 'received').length >= 3")
        assert await tab.evaluate("document.querySelectorAll('#connections .open').length") == 1  # it answers
