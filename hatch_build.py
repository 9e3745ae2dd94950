"""Builds the compiled core with the package, where there is a C compiler; says nothing where there is none.

An editable install gets it beside its source, a wheel inside, and that wheel is for one platform then. ``WSGUI_PURE=1``
makes a wheel for every platform. What the core is: `wsgui/protocol/core.py`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # whoever wants the compiler alone: tests and fuzzing
    BuildHookInterface = object  # type: ignore[assignment,misc]

SOURCE = Path("wsgui/protocol/_core.c")
PROGRAM = """
import sys
from setuptools import Distribution, Extension
from setuptools.command.build_ext import build_ext

source, folder, *flags = sys.argv[1:]
core = Extension("_core", [source], extra_compile_args=flags, extra_link_args=flags)
command = build_ext(Distribution({"name": "wsgui", "ext_modules": [core]}))
command.build_lib = command.build_temp = folder
command.finalize_options()
command.run()
"""


def compiled(root: Path, folder: Path, *flags: str) -> Path | None:
    """The core, built into ``folder`` with a compiler's ``flags``; None where it cannot be built."""
    words = [sys.executable, "-c", PROGRAM, str(root / SOURCE), str(folder), *flags]
    try:
        done = subprocess.run(words, cwd=folder, capture_output=True, timeout=300, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    built = folder / f"_core{sysconfig.get_config_var('EXT_SUFFIX')}"
    return built if done.returncode == 0 and built.is_file() else None


def beside_its_source(root: Path) -> Path | None:
    """The core, built in the tree unless it is there and newer than what it is made of; None where that fails."""
    target = (root / SOURCE).with_name(f"_core{sysconfig.get_config_var('EXT_SUFFIX')}")
    made_of = (root / SOURCE, Path(__file__))
    if target.is_file() and all(target.stat().st_mtime >= one.stat().st_mtime for one in made_of):
        return target
    with tempfile.TemporaryDirectory() as folder:
        built = compiled(root, Path(folder))
        if built is None:
            target.unlink(missing_ok=True)  # an old one would be of other code
            return None
        # In one step, and as a new file: a program that runs has the old one open.
        beside = target.with_name(f"{target.name}.new")
        shutil.copyfile(built, beside)
        beside.replace(target)
    return target


class CoreHook(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling's border: called once for each sdist and wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """``version`` is ``editable`` or ``standard``."""
        if self.target_name != "wheel" or os.environ.get("WSGUI_PURE", "0") not in ("", "0"):
            return
        core = beside_its_source(Path(self.root))
        if core is not None and version != "editable":
            build_data["pure_python"] = False
            build_data["infer_tag"] = True
            build_data["force_include"][str(core)] = str(SOURCE.with_name(core.name).as_posix())
