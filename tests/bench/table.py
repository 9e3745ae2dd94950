"""The table of the benchmarks: what is measured, beside whom, and the goal that is to be met.

To add a line: a row here, and in ``bench_NAME.py`` a ``Figure(row, value)`` that its ``run`` gives. What is printed,
the JSON, and the figures in the README are made of this table and of a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Peer = Literal["aiohttp", "picows", "uvloop", "ws on Node"]
"""What a row is measured beside, or with, that need not be installed; `tests.bench.peers` finds it."""


@dataclass(frozen=True)
class Goal:
    """A bound: ``value`` at least, or at most, in ``unit`` ("x" for a ratio)."""

    value: float
    unit: str
    least: bool

    def met(self, value: float) -> bool:
        """Whether ``value`` meets it."""
        return value >= self.value if self.least else value <= self.value

    def __str__(self) -> str:
        return f"{'>=' if self.least else '<='} {amount(self.value, self.unit)}"


@dataclass(frozen=True)
class Row:
    """One line: ``name`` is ``BENCH.WORDS``, where ``bench_BENCH.py`` measures it; ``what`` says it in words."""

    name: str
    what: str
    goal: Goal
    needs: tuple[Peer, ...] = ()
    quick: bool = False
    """Whether the short form measures it too."""

    @property
    def bench(self) -> str:
        """The benchmark that measures it."""
        return self.name.partition(".")[0]


@dataclass(frozen=True)
class Figure:
    """What was measured for a row, and in ``detail`` what it was made of: rates, spreads, sizes."""

    row: str
    value: float
    detail: str = ""


def least(value: float, unit: str = "x") -> Goal:
    """A goal: this or more."""
    return Goal(value, unit, least=True)


def most(value: float, unit: str = "x") -> Goal:
    """A goal: this or less."""
    return Goal(value, unit, least=False)


def amount(value: float, unit: str) -> str:
    """A value with its unit: three significant digits, all digits of what is a thousand or more."""
    return f"{value:,.0f} {unit}" if abs(value) >= 1000 else f"{value:.3g} {unit}"


ROWS: tuple[Row, ...] = (
    # The protocol core: parse, judge, join, record.
    Row("codec.small.websockets", "masked texts of 64 B, beside websockets", least(2.5), quick=True),
    Row("codec.mixed.websockets", "mix of 2 B to 64 KiB, beside websockets", least(2.0), quick=True),
    Row("codec.small.aiohttp", "masked texts of 64 B, beside aiohttp's C reader", least(1.2), ("aiohttp",), quick=True),
    Row("codec.mixed.aiohttp", "mix of 2 B to 64 KiB, beside aiohttp's C reader", least(1.0), ("aiohttp",), quick=True),
    # Echo on loopback.
    Row("echo.ping.aiohttp", "ping-pong, beside aiohttp on the same loop", least(1.0), ("aiohttp",), quick=True),
    Row("echo.ping.captured", "ping-pong, captured, beside websockets on the same loop", least(1.0), quick=True),
    Row(
        "echo.ping.picows", "ping-pong on uvloop, beside picows on uvloop", least(0.8), ("uvloop", "picows"), quick=True
    ),
    Row("echo.ping.ws", "ping-pong on uvloop, beside ws on Node", least(0.8), ("uvloop", "ws on Node"), quick=True),
    Row("echo.flight", "100 messages in flight, beside websockets", least(1.5), quick=True),
    Row("echo.flight.captured", "100 messages in flight, captured, beside websockets", least(4.0), quick=True),
    Row("echo.flight.aiohttp", "100 messages in flight, beside aiohttp", least(1.0), ("aiohttp",), quick=True),
    Row("echo.many", "50 connections with 100 in flight, beside websockets", least(1.5)),
    Row("echo.many.captured", "50 connections with 100 in flight, captured, beside websockets", least(4.0)),
    Row("deflate.64", "compressed messages of 64 B, beside websockets", least(1.0)),
    Row("deflate.1024", "compressed messages of 1 KiB, beside websockets", least(1.0)),
    Row("deflate.65536", "compressed messages of 64 KiB, beside websockets", least(1.0)),
    # A chat of a thousand clients.
    Row("broadcast.websockets", "a message to a chat of 1 000, beside websockets' broadcast", least(3.0)),
    Row("broadcast.node", "a message to a chat of 1 000, beside ws on Node", least(1.0), ("ws on Node",)),
    # What a server says of itself.
    Row("behaviours.ticker", "a ticker as fast as it goes, to one client", least(150_000, "messages/s")),
    Row("behaviours.ticker.websockets", "the same, beside one on websockets", least(2.0)),
    Row("behaviours.rules", "what 200 rules of a mock add to a message", most(20, "us")),
    # Idle connections of a server.
    Row("idle.plain", "memory of an idle connection, beside websockets", most(1.0)),
    Row("idle.deflate", "memory of an idle connection that compresses, beside websockets", most(1.0)),
    Row("idle.mock", "memory of an idle client of a mock, beside one of the echo server", most(2.0)),
    Row("idle.many", "idle connections that one server holds", least(5000, "connections")),
    # Recording, and what stays on disk.
    Row(
        "headless.websockets", "a flood of 120 B recorded, beside websockets writing JSON lines", least(5.0), quick=True
    ),
    Row(
        "headless.ws",
        "a flood of 120 B recorded, beside ws on Node writing lines",
        least(1.5),
        ("ws on Node",),
        quick=True,
    ),
    Row("capture.disk", "frames of 120 B on disk", most(140, "B a frame"), quick=True),
    # Live in the window. At full speed the first one was 2.05 times as fast as the bare client; twice that is the goal.
    Row(
        "live.p99", "100 k frames/s in the window: turns of a 16 ms timer, 99 of 100 within", most(25, "ms"), quick=True
    ),
    Row("live.core", "100 k frames/s in the window: share of a core", most(0.4, "of a core"), quick=True),
    Row("live.repaints", "100 k frames/s in the window: repaints of the table", least(25, "a second"), quick=True),
    Row("live.full", "full speed in the window, beside websockets writing JSON lines", least(4.1), quick=True),
    # What the window paints.
    Row("paint.refresh", "refresh of the table", most(8, "ms")),
    Row("paint.select", "selecting a frame of 16 MiB, read from the file and painted", most(50, "ms")),
    Row("paint.hex", "a page of its hex view", most(4, "ms")),
    Row("hex.set", "setting a frame of 16 MiB in the hex view", most(10, "ms")),
    Row("hex.paint", "painting a page of the hex view", most(4, "ms")),
    # Messages, as their decoders tell them.
    Row("messages.summary", "summary of a row", most(50, "us")),
    Row("messages.refresh", "refresh of forty decoded rows, beside undecoded ones", most(1.5)),
    Row("messages.field", "filter on a field of a decoder", least(200, "k/s")),
    Row("messages.show", "wsgui show --messages, beside jq -c . on the same lines", most(1.0)),
    # Start.
    Row("start.version", "wsgui --version, beside python -c pass, CPU", most(4.0), quick=True),
    Row("start.help", "wsgui --help, beside python -c pass, CPU", most(4.0), quick=True),
    Row("start.show", "wsgui show --help, beside python -c pass, CPU", most(4.0), quick=True),
    Row("start.connect", "wsgui connect --help, beside python -c pass, CPU", most(4.0), quick=True),
    Row("start.serve", "wsgui serve --help, beside python -c pass, CPU", most(4.0), quick=True),
    Row("start.paint", "first paint of the window, beside a bare QTableView, CPU", most(1.5), quick=True),
    Row("filter.few", "header filter that 1 % fit : SQLite's bare count", most(0.2)),
    Row("filter.half", "header filter that half fit : SQLite's bare count", most(0.2)),
    Row("filter.all", "header filter that all fit : SQLite's bare count", most(0.2)),
    Row("filter.payload", "bytes in payloads : SQLite's bare instr", most(0.35)),
    Row("filter.text", "words in texts : SQLite's bare instr", most(0.46)),
    Row("filter.case", "words, whatever their case : SQLite's bare instr", most(0.88)),
    Row("filter.expression", "a regular expression : SQLite's bare instr", most(3.5)),
    Row("filter.json", "a number in JSON : SQLite's bare instr", most(3.5)),
)
