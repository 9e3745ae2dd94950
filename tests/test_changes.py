"""News fragments are named and written so that a changelog can be made of them."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
KINDS = [one["directory"] for one in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["towncrier"]["type"]]


def test_every_fragment_is_of_a_kind_and_a_sentence() -> None:
    for path in (ROOT / "changes").glob("*"):
        if path.name != "README.md":
            name, kind, suffix = path.name.rsplit(".", 2)
            assert name.startswith("+"), path.name
            assert kind in KINDS, path.name
            assert suffix == "md", path.name
            assert path.read_text(encoding="utf-8").rstrip().endswith("."), path.name
