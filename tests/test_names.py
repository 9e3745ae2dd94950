"""One name, one meaning: no two classes of the project have the same name, wherever they stand."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import wsgui

ROOT = Path(wsgui.__file__).parent


def test_no_class_name_means_two_things() -> None:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(str(path.relative_to(ROOT)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_roles_are_compared_as_roles() -> None:
    """ "client" and "server" as texts stand in files and on the command line; what they mean stands in their tables."""
    compared: list[str] = []
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare):
                sides = (node.left, *node.comparators)
                if any(isinstance(one, ast.Constant) and one.value in ("client", "server") for one in sides):
                    compared.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert compared == []
