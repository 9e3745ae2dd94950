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


def test_the_window_touches_nothing_of_the_engine() -> None:
    """Sessions give it values and take commands: what drives a connection stays behind them."""
    behind = {"ws", "driver", "link", "targets", "raw_targets", "connections_now", "open_in_view"}
    touched = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.attr}"
        for path in sorted((ROOT / "ui").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in behind
    ]
    assert touched == []


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


def test_no_room_imports_in_a_circle() -> None:
    """Types count too: two modules that need each other's names are one concept in two files."""
    modules = {
        ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): path
        for path in ROOT.rglob("*.py")
    }
    wants: dict[str, set[str]] = {}
    for name, path in modules.items():
        wants[name] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                for alias in node.names:
                    full = f"{node.module}.{alias.name}"
                    wants[name].add(full if full in modules else node.module)
        wants[name] = {one for one in wants[name] if one in modules and one != name}
    # What wants nothing, and what nothing wants, stands in no circle: both are taken away until only circles are left.
    while True:
        wanted = set().union(*wants.values())
        outside = [name for name, needed in wants.items() if not needed or name not in wanted]
        if not outside:
            break
        for name in outside:
            del wants[name]
        for needed in wants.values():
            needed.difference_update(outside)
    assert sorted(wants) == []
