"""How long until something is said or seen: the help of commands beside a bare Python, the window beside a table.

CPU time of whole processes, by turns; the byte code is there, as it is from the second start on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.table import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

BARE = ("-c", "pass")
HELP = {
    "start.version": ("-m", "wsgui", "--version"),
    "start.help": ("-m", "wsgui", "--help"),
    "start.show": ("-m", "wsgui", "show", "--help"),
    "start.connect": ("-m", "wsgui", "connect", "--help"),
    "start.serve": ("-m", "wsgui", "serve", "--help"),
}


def with_byte_code() -> dict[str, str]:
    """The environment, in which Python keeps its byte code as it does for people."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def cpu(words: tuple[str, ...]) -> float:
    """Milliseconds of CPU that a Python with these words takes from its start to its end."""
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL, env=with_byte_code())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, words
    return (used.ru_utime + used.ru_stime) * 1e3


def first_paint(what: str, home: str) -> tuple[float, float]:
    """Milliseconds of CPU, and of time, until the first paint."""
    folders = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"), home)
    environment = with_byte_code() | folders
    program = [sys.executable, "-m", "tests.bench.first_paint", what]
    said = subprocess.run(program, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=60).stdout
    worked, took = said.split()
    return float(worked), float(took)


def run(*, quick: bool = False) -> Iterator[Figure]:
    """Measure."""
    rounds = 5 if quick else 15
    spans: dict[str, list[float]] = {name: [] for name in ("", *HELP)}
    for _ in range(rounds + 1):
        for name, words in (("", BARE), *HELP.items()):
            spans[name].append(cpu(words))
    bare = median(spans[""][1:])
    for name in HELP:
        mine = median(spans[name][1:])
        yield Figure(name, mine / bare, f"{mine:.0f} ms, bare Python {bare:.0f} ms")
    with tempfile.TemporaryDirectory() as home:
        paints: dict[str, list[tuple[float, float]]] = {"table": [], "window": []}
        for _ in range(rounds + 1):
            for what, times in paints.items():
                times.append(first_paint(what, home))
    (table, table_time), (window, window_time) = (
        [median(column) for column in zip(*times[1:], strict=True)] for times in paints.values()
    )
    detail = f"{window:.0f} ms, table {table:.0f} ms; of time {window_time:.0f} and {table_time:.0f} ms"
    yield Figure("start.paint", window / table, detail)
