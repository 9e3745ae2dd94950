"""The frame of the benchmarks: each row is measured and said with its goal, or missed aloud."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from tests.bench import __main__ as bench
from tests.bench import peers
from tests.bench.peers import Found
from tests.bench.table import ROWS, Figure, Row, amount, least, most

if TYPE_CHECKING:
    from collections.abc import Iterator

FAST = Row("one.fast", "frames, beside a peer", least(1.5), quick=True)
SMALL = Row("one.small", "memory", most(20, "MB"))
BESIDE = Row("one.beside", "frames, beside picows", least(1.0), ("picows",), quick=True)


def measured(monkeypatch: pytest.MonkeyPatch, *items: str | Figure, quick: bool = False) -> tuple[str, bench.Run]:
    """What a run says that gets these items."""

    def measure(name: str, *, quick: bool) -> Iterator[str | Figure]:
        assert name == "one"
        assert quick is run.quick
        yield from items

    monkeypatch.setattr(bench, "ROWS", (FAST, SMALL, BESIDE))
    monkeypatch.setattr(bench, "measure", measure)
    out = io.StringIO()
    run = bench.Run(out, quick=quick)
    run.bench("one")
    return out.getvalue() + run.summary(), run


def test_every_row_has_a_name_of_its_own_and_a_benchmark() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)
    assert {row.bench for row in ROWS} <= set(bench.names())


@pytest.mark.parametrize("name", bench.names())
def test_a_benchmark_can_be_quick(name: str) -> None:
    text = (bench.FOLDER / f"bench_{name}.py").read_text("utf-8")
    assert "quick: bool = False" in text.partition("\ndef run(")[2].partition(":\n")[0]


def test_a_goal_is_said_beside_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    items = (Figure("one.fast", 1.5, "900 frames/s"), "a line", Figure("one.small", 20.5), Figure("one.beside", 2))
    said, run = measured(monkeypatch, *items)
    assert said.splitlines() == [
        "",
        "one",
        "  frames, beside a peer: 1.5 x (goal >= 1.5 x: met); 900 frames/s",
        "  a line",
        "  memory: 20.5 MB (goal <= 20 MB: MISSED)",
        "  frames, beside picows: 2 x (goal >= 1 x: met)",
        "",
        "2 of 3 goals met; missed: one.small",
    ]
    assert not run.failed
    rows = json.loads(json.dumps(run.as_json()))["rows"]
    assert rows[1] == {
        "row": "one.small",
        "what": "memory",
        "value": 20.5,
        "goal": {"value": 20, "unit": "MB", "is": "at most"},
        "met": False,
        "detail": "",
    }


def test_a_peer_that_is_missing_is_said_and_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "find", lambda _: Found(missing="picows is not installed"))
    said, run = measured(monkeypatch, Figure("one.fast", 1.6), quick=True)
    assert "  frames, beside picows: picows is not installed (goal >= 1 x)\n" in said
    assert said.endswith("1 of 1 goals met; not measured: one.beside")
    assert not run.failed


def test_a_row_that_nobody_measures_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "find", lambda _: Found("1.0"))
    said, run = measured(monkeypatch, Figure("one.fast", 1.6), Figure("one.beside", 1.6))
    assert "  memory: not measured (goal <= 20 MB)\n" in said
    assert run.failed == ["one"]


def test_a_figure_without_a_row_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    said, run = measured(monkeypatch, Figure("one.unknown", 1.6))
    assert "no row one.unknown" in said
    assert run.failed == ["one"]


def test_a_benchmark_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["codec", "nothing"]) == 2
    assert capsys.readouterr().err.startswith("There is no benchmark nothing; there are ")


def test_peers_of_packages_are_found_or_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert peers.find("aiohttp").version
    monkeypatch.setattr(peers.util, "find_spec", lambda _: None)
    monkeypatch.setattr(peers.shutil, "which", lambda _: None)
    peers.find.cache_clear()
    assert peers.find("picows").missing == "picows is not installed: `make bench` does it"
    assert peers.find("ws on Node").missing == "Node.js is not installed"
    assert not peers.installed("uvloop")
    peers.find.cache_clear()


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [(1.234, "x", "1.23 x"), (0.5, "ms", "0.5 ms"), (25, "a second", "25 a second"), (310_000.4, "B", "310,000 B")],
)
def test_amounts(value: float, unit: str, said: str) -> None:
    assert amount(value, unit) == said
