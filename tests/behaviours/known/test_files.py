from __future__ import annotations

import asyncio
import hashlib
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.raw import until
from tests.patience import PATIENCE
from wsgui.behaviours.known import files
from wsgui.behaviours.safe_names import create, safe_name
from wsgui.engine import connect, plan, serve
from wsgui.options.texts import OptionError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wsgui.engine.websocket import WebSocket


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


async def told(ws: WebSocket) -> Any:
    return json.loads(await ws.receive())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "out"
    place.mkdir()
    (place / "a.txt").write_bytes(b"0123456789")
    (place / "empty").touch()
    (place / ".hidden").write_bytes(b"x")
    (place / "inside").mkdir()
    (place / "link").symlink_to(place / "a.txt")
    return place


async def test_files_are_sent_in_chunks(folder: Path) -> None:
    behaviour = plan("files", [("folder", str(folder)), ("chunk", "4")])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=behaviour) as server, connect(server.url) as ws:
        assert await told(ws) == {"file": "a.txt", "size": 10, "chunks": 3}
        assert [await ws.receive() for _ in range(3)] == [b"0123", b"4567", b"89"]
        assert await told(ws) == {"sent": "a.txt", "size": 10, "sha256": sha(b"0123456789")}
        assert await told(ws) == {"file": "empty", "size": 0, "chunks": 0}
        assert await told(ws) == {"sent": "empty", "size": 0, "sha256": sha(b"")}
        await ws.send('{"list":true}')
        assert await told(ws) == {"files": [{"name": "a.txt", "size": 10}, {"name": "empty", "size": 0}]}
        await ws.send('{"get":"empty"}')
        assert await told(ws) == {"file": "empty", "size": 0, "chunks": 0}
        await told(ws)
        for wanted in ("../out/a.txt", ".hidden", "link", "inside"):
            await ws.send(json.dumps({"get": wanted}))
            assert await told(ws) == {"error": f"There is no file {wanted!r}."}


async def test_a_client_that_does_not_read_holds_up_nobody(tmp_path: Path) -> None:
    big = tmp_path / "big"
    big.write_bytes(bytes(32 * 1024 * 1024))
    behaviour = plan("files", [("file", str(big)), ("chunk", "1048576")])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=behaviour) as server:
        async with connect(server.url) as slow:
            slow.driver.pause_reading("test")
            async with connect(server.url) as ws:
                assert await told(ws) == {"file": "big", "size": 33554432, "chunks": 32}
                for _ in range(32):
                    assert len(await ws.receive()) == 1048576
                assert "sent" in await told(ws)
            slow.abort()


async def test_uploads_are_received(tmp_path: Path) -> None:
    behaviour = plan("files", [("receive", str(tmp_path))])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=behaviour) as server, connect(server.url) as ws:
        await ws.send('{"file":"../../x/héllo.txt","size":5}')
        await ws.send_messages([b"abc", b"de", b"alone"])
        assert await told(ws) == {"saved": "héllo.txt", "size": 5, "sha256": sha(b"abcde")}
        assert await told(ws) == {"saved": "upload.bin", "size": 5, "sha256": sha(b"alone")}
        await ws.send('{"file":"héllo.txt","size":0}')
        assert await told(ws) == {"saved": "héllo (2).txt", "size": 0, "sha256": sha(b"")}
        assert (tmp_path / "héllo.txt").read_bytes() == b"abcde"
        for said, why in (
            ('{"file":"x","size":-1}', "The size of a file is a number of bytes."),
            ('{"file":"x","size":true}', "The size of a file is a number of bytes."),
            ('{"file":"x","size":104857601}', "A file of 104857601 bytes is too large: 100 MiB are taken."),
            ("hello", 'Expected {"file": NAME, "size": BYTES}, {"get": NAME} or {"list": true}.'),
            ("{}", 'Expected {"file": NAME, "size": BYTES}, {"get": NAME} or {"list": true}.'),
            ('{"get":"x"}', "There is no file 'x'."),
        ):
            await ws.send(said)
            assert await told(ws) == {"error": why}
        await ws.send('{"file":"more","size":2}')
        await ws.send(b"abc")
        assert await told(ws) == {"error": "more was announced with 2 bytes, and more came."}
        await ws.send('{"file":"half","size":2}')
        await ws.send_messages([b"a", '{"list":true}'])
        assert await told(ws) == {"error": "half is not finished: 1 of 2 bytes came."}
        await ws.send('{"file":"left","size":2}')
        await ws.send(b"a")
        await until(lambda: (tmp_path / "left").exists())
    await until(lambda: not (tmp_path / "left").exists())
    assert names(tmp_path) == ["héllo (2).txt", "héllo.txt", "upload.bin"]


class Held:
    """A call that waits, in its thread, until it may go on."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self.call = call
        self.begun, self.free, self.done = (threading.Event() for _ in range(3))

    def __call__(self, *arguments: Any) -> Any:
        self.begun.set()
        assert self.free.wait(PATIENCE)
        try:
            return self.call(*arguments)
        finally:
            self.done.set()


async def test_a_client_that_goes_while_a_file_is_opened_leaves_none_open(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []
    held = Held(type(folder).open)

    def slow(path: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
        if mode != "rb" or path.parent != folder:
            return held.call(path, mode, *rest, **more)
        opened.append(held(path, mode))
        return opened[-1]

    monkeypatch.setattr(type(folder), "open", slow)
    behaviour = plan("files", [("folder", str(folder))])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=behaviour) as server:
        async with connect(server.url):
            await until(held.begun.is_set)
        await until(lambda: not server.connections)
        held.free.set()
        await until(lambda: bool(opened) and opened[0].closed)
    assert [one.closed for one in opened] == [True]


async def test_a_client_that_goes_while_its_upload_is_opened_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(files._Upload.open)
    monkeypatch.setattr(files._Upload, "open", lambda *arguments: held(*arguments))
    behaviour = plan("files", [("receive", str(tmp_path))])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=behaviour) as server:
        async with connect(server.url) as ws:
            await ws.send('{"file":"late","size":2}')
            await until(held.begun.is_set)
        await until(lambda: not server.connections)
        held.free.set()
        await until(held.done.is_set)
    assert names(tmp_path) == []


@pytest.mark.parametrize("step", ["write", "close"])
@pytest.mark.parametrize("first", ['{"file":"x","size":2}', None])
async def test_a_client_that_goes_while_its_upload_is_written_leaves_nothing(
    step: str, first: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(getattr(files._Upload, step))
    monkeypatch.setattr(files._Upload, step, lambda *arguments: held(*arguments))
    behaviour = plan("files", [("receive", str(tmp_path))])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=behaviour) as server:
        async with connect(server.url) as ws:
            if first:
                await ws.send(first)
            await ws.send(b"ab")
            await until(held.begun.is_set)
        await until(lambda: not server.connections)
        held.free.set()
        await until(held.done.is_set)
    assert names(tmp_path) == []


async def test_a_full_disk_leaves_no_half_of_an_upload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_upload: object, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files._Upload, "write", full)
    behaviour = plan("files", [("receive", str(tmp_path))])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=behaviour) as server, connect(server.url) as ws:
        for said in (b"alone", '{"file":"x","size":2}', b"ab"):
            await ws.send(said)
        assert await told(ws) == {"error": "It failed: No space left on device."}
        assert await told(ws) == {"error": "It failed: No space left on device."}
        assert names(tmp_path) == []


async def test_uploads_have_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "WAITING_BYTES", 1000)
    behaviour = plan("files", [("receive", str(tmp_path)), ("total", "1")])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=behaviour) as server, connect(server.url) as ws:
        await ws.send('{"file":"x","size":1048576}')
        await ws.send_messages([bytes(4096)] * 256)
        assert (await told(ws))["size"] == 1048576
        await ws.send(b"x")
        assert await told(ws) == {"error": "This server has taken as much as it takes."}
    async with serve(port=0, behaviour="files") as server, connect(server.url) as ws:
        await ws.send(b"x")
        assert await told(ws) == {"error": "This server takes no files."}


async def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    behaviour = plan("files", [("receive", str(place)), ("folder", str(place))])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=behaviour) as server, connect(server.url) as ws:
        await ws.ping()
        place.rmdir()
        await ws.send(b"x")
        assert await told(ws) == {"error": "It failed: No such file or directory."}
        await ws.send('{"get":"x"}')
        assert await told(ws) == {"error": "It failed: No such file or directory."}


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    for name in ("file", "folder", "receive"):
        with pytest.raises(OptionError, match=f"{name}: There is no f") as error:
            plan("files", [(name, str(tmp_path / "none"))])
        assert error.value.name == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a.txt", "a.txt"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("..", "upload"),
        ("", "upload"),
        (".bashrc", "bashrc"),
        ("a\x00b\n\u202ecod.exe", "a_b__cod.exe"),
        ('q"<>|?*:.txt', "q_______.txt"),
        ("nul.txt", "_nul.txt"),
        ("COM1", "_COM1"),
        ("x" * 300 + ".txt", "x" * 146 + ".txt"),
        ("é" * 300, "é" * 75),
        ("a." + "b" * 30, "a." + "b" * 30),
        ("dir/", "dir"),
    ],
)
def test_names_are_made_safe(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_nothing_is_written_over_or_followed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "elsewhere")
    path, file = create(tmp_path, "a.txt")
    file.close()
    assert path.name == "a (2).txt"
    assert not (tmp_path / "elsewhere").exists()
