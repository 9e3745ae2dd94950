"""Standard input of every kind: what a program that starts ours may put there."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.patience import PATIENCE
from wsgui.commands.encodings import ENCODINGS
from wsgui.commands.framings import FRAMINGS
from wsgui.commands.input_reader import InputReader

if TYPE_CHECKING:
    from typing import TextIO


async def read_all(stream: TextIO | None, said: list[str], framing: str = "lines") -> tuple[list[object], bool]:
    reader = InputReader(stream, FRAMINGS[framing], ENCODINGS["text"], said.append)
    async with asyncio.timeout(PATIENCE):
        found: list[object] = [one async for batch in reader for one in batch]
    return found, reader.failed


async def test_a_pipe_that_does_not_block() -> None:
    """As Node.js and others leave it to their children: nothing there yet is not the end."""
    here, there = os.pipe()
    os.set_blocking(here, False)
    said: list[str] = []
    with os.fdopen(here) as stream:
        reader = InputReader(stream, FRAMINGS["lines"], ENCODINGS["text"], said.append)
        async with asyncio.timeout(PATIENCE):
            for line in ("one", "two"):
                os.write(there, f"{line}\n".encode())
                assert await anext(reader) == [line]
            os.close(there)
            assert [one async for one in reader] == []
    assert (said, reader.failed) == ([], False)


async def test_a_descriptor_that_cannot_be_read_is_no_input(tmp_path: Path) -> None:
    said: list[str] = []
    with (tmp_path / "x").open("w") as file, os.fdopen(file.fileno(), closefd=False) as stream:
        assert await read_all(stream, said) == ([], False)
    assert await read_all(None, said) == ([], False)
    assert said == []


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="POSIX has terminals")
async def test_a_terminal_that_was_hung_up() -> None:
    master, slave = os.openpty()
    os.write(master, b"hi\n")
    said: list[str] = []
    with os.fdopen(slave) as stream:
        reader = InputReader(stream, FRAMINGS["lines"], ENCODINGS["text"], said.append)
        async with asyncio.timeout(PATIENCE):
            assert await anext(reader) == ["hi"]
            os.close(master)
            assert [one async for one in reader] == []
    assert (said, reader.failed) == ([], False)


async def test_an_input_that_breaks_off_is_no_end() -> None:
    class Broken:
        def __init__(self) -> None:
            self.pieces = [b"one\ntw"]

        def read(self, size: int) -> bytes:
            if self.pieces:
                return self.pieces.pop()
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    class Stream:
        closed = False
        buffer = type("Buffer", (), {"raw": Broken()})()

        def isatty(self) -> bool:
            return False

    said: list[str] = []
    assert await read_all(Stream(), said) == (["one"], True)  # type: ignore[arg-type]
    assert said == ["Standard input cannot be read: input/output error."]


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
async def test_a_line_without_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsgui.commands.framings.LONGEST", 1024 * 1024)
    said: list[str] = []
    with os.fdopen(os.open("/dev/zero", os.O_RDONLY)) as stream:
        assert await read_all(stream, said) == ([], True)
    assert said == ["line 1 of standard input is longer than 1 MiB: reading stopped there."]
