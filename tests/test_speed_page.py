from __future__ import annotations

import json

from tests.bench.table import ROWS
from tests.speed_page import PAGE, RUN, page


def test_the_page_in_the_docs_is_of_the_run_beside_it() -> None:
    run = json.loads(RUN.read_text("utf-8"))
    assert PAGE.read_text("utf-8") == page(run), "run: python -m tests.speed_page"
    assert {row["row"] for row in run["rows"]} <= {row.name for row in ROWS}


def test_what_was_not_measured_is_said_with_the_reason() -> None:
    run = {
        "peers": {"aiohttp": "3.1"},
        "rows": [{"row": ROWS[0].name, "value": 1e9}],
        "not measured": {ROWS[1].name: "aiohttp is not installed"},
        "quick": True,
        "date": "2026-01-02",
        "python": "CPython 3.12",
        "cpus": 2,
        "system": "Linux",
        "load": 0.1,
    }
    text = page(run)
    assert f"| {ROWS[0].what} | 1,000,000,000 x |" in text
    assert text.endswith(f"Not measured: {ROWS[1].what} (aiohttp is not installed).\n")
