"""``show``, ``export`` and ``import`` whose standard streams are closed, or that are told to stop."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest

from tests.capture.exchange.samples import write
from tests.patience import PATIENCE
from tests.programs import WSGUI, end, environment, join_watchers, run, start
from wsgui.commands import exchange, exchange_parsers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX descriptors and signals")


@pytest.fixture(autouse=True)
def watchers_end() -> Iterator[None]:
    yield
    join_watchers()


async def shell(closed: str, *words: str) -> tuple[int | None, bytes, bytes]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", f'exec "$@" {closed}', "sh", *WSGUI, *words, stdout=pipe, stderr=pipe, env=environment()
    )
    out, err = await process.communicate()
    return process.returncode, out, err


async def test_closed_streams(tmp_path: Path) -> None:
    capture = str(write(tmp_path / "in.wscap"))
    nowhere = str(tmp_path / "nowhere.wscap")
    for closed in (">&-", "2>&-", "<&- >&- 2>&-"):
        for words, code in ((("show", capture), 0), (("show", capture, "--json"), 0), (("show", nowhere), 2)):
            done, out, err = await shell(closed, *words)
            assert done == code, (closed, words)
            assert b"Traceback" not in out + err
        assert (await shell(closed, "--version"))[0] == 0
        assert (await shell(closed, "show", "--nonsense"))[0] == 2
    target = tmp_path / "out.csv"
    assert (await shell(">&- 2>&-", "export", capture, str(target)))[0] == 0
    assert target.read_text().count("\n") == 12


async def test_what_is_shown_is_not_sent_raw(tmp_path: Path) -> None:
    line = (
        '{"type":"frame","id":1,"connection":1,"time_ns":1,"direction":"received","opcode":1,"fin":true,"rsv1":false,'
        '"rsv2":false,"rsv3":false,"key":null,"form":7,"length":1,"message":1,"fragment":0,"text":"x",'
        '"violations":[{"rule":"r\\u202e\\u009b\\udb40\\udc41","section":"","severity":2,"close_code":null,"text":"t"}]}'
    )
    (tmp_path / "in.jsonl").write_text(f"{line}\n")
    code, out, _ = await run("show", str(tmp_path / "in.jsonl"))
    assert code == 0
    assert out.rstrip().endswith("[r<U+202E><U+009B><U+E0041>]")
    code, out, _ = await run("show", "--json", str(tmp_path / "in.jsonl"))
    assert not {"\u202e", "\x9b", "\U000e0041"} & set(out)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_an_import_that_is_told_to_stop_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    row = '{"type":"bytes","id":%d,"connection":1,"time_ns":1,"direction":"sent","text":"x"}'
    (tmp_path / "in.jsonl").write_text("\n".join(row % number for number in range(1, 20_001)))
    process = await start(*WSGUI, "show", str(tmp_path / "in.jsonl"), TMPDIR=str(tmp_path))
    try:
        async with asyncio.timeout(PATIENCE):
            assert await process.stdout.readexactly(1)  # type: ignore[union-attr]  # nobody reads on: it is stuck
            process.send_signal(number)
            assert await process.wait() == 130
    finally:
        await end(process)
    assert os.listdir(tmp_path) == ["in.jsonl"]  # noqa: PTH208


def test_no_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "No usable folder")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", refuse)
    (tmp_path / "in.jsonl").write_text("{}")
    assert exchange.run_show(exchange_parsers.show_parser().parse_args([str(tmp_path / "in.jsonl")])) == 2
    assert capsys.readouterr().err == "wsgui: No temporary folder can be made: No usable folder.\n"


async def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert await run("show", str(tmp_path / "pipe")) == (2, "", "wsgui: pipe is not a file.\n")
