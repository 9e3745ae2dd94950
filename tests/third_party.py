"""The third-party notice, made of what packages say of themselves: ``python -m tests.third_party`` writes
``resources/third-party.txt``, which Help > About shows.

It has every package that wsgui needs to run, on any system and version of Python, as far as it is installed here; what
is not is taken over from the file as it was.
"""

from __future__ import annotations

import argparse
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

NOTICE = Path(__file__).parent.parent / "resources" / "third-party.txt"
HEAD = """\
wsgui stands on the work of others. These are the packages that it needs to
run, with their licences, as they say themselves. wsgui itself is under the
MIT licence.

Written by a program from the packages' metadata, not by hand; to reproduce:
python -m tests.third_party
"""
LINE = "=" * 78
# Wheels of Qt carry no text of a licence; these say where it is and where the source is, as the LGPL asks.
ELSEWHERE = {
    "antlr4-python3-runtime": "Copyright (c) 2012-2022 The ANTLR Project. All rights reserved.\n"
    "Used under the BSD licence of three clauses:\nhttps://www.antlr.org/license.html",
    "pyside6-essentials": "Qt for Python and Qt are used under the LGPL version 3:\n"
    "https://www.gnu.org/licenses/lgpl-3.0\n"
    "Their source: https://code.qt.io/cgit/pyside/pyside-setup.git and\nhttps://code.qt.io/cgit/qt/",
    "shiboken6": "Used under the LGPL version 3: https://www.gnu.org/licenses/lgpl-3.0\n"
    "Its source: https://code.qt.io/cgit/pyside/pyside-setup.git",
}
_GUI = re.compile(r"extra == .gui.")
_FILES = re.compile(r"(?i)(licen[cs]e|copying|notice|authors)[^/]*$")


def canonical(name: str) -> str:
    """A package's name as the packaging specification compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(name: str = "wsgui") -> dict[str, Distribution]:
    """Every package that ``name`` needs to run, with the window, as far as it is installed."""
    found: dict[str, Distribution] = {}
    todo = [name]
    while todo:
        try:
            package = distribution(todo.pop())
        except PackageNotFoundError:
            continue
        for requirement in package.requires or []:
            needs, _, marker = requirement.partition(";")
            other = canonical(re.match(r"[\w.-]+", needs)[0])  # type: ignore[index]
            if ("extra" not in marker or _GUI.search(marker)) and other not in found:
                try:
                    found[other] = distribution(other)
                except PackageNotFoundError:
                    continue
                todo.append(other)
    return found


def licence(package: Distribution) -> str:
    """What a package calls its licence."""
    data = package.metadata
    said = data.get("License-Expression") or ""
    if not said and data.get("License") and "\n" not in data["License"].strip():
        said = data["License"].strip()
    classified = [one.rpartition(" :: ")[2] for one in data.get_all("Classifier") or [] if one.startswith("License ::")]
    return said or " OR ".join(classified) or "see below"


def section(package: Distribution) -> str:
    """A package's part of the notice."""
    name = package.metadata["Name"]
    texts = []
    for path in sorted(package.files or [], key=str):
        if ".dist-info/" in str(path) and _FILES.search(str(path)):
            text = package.locate_file(path).read_bytes().decode("utf-8", "replace")  # type: ignore[union-attr]
            texts.append("\n".join(line.rstrip() for line in text.expandtabs().splitlines()).strip("\n"))
    if canonical(name) in ELSEWHERE:
        texts.append(ELSEWHERE[canonical(name)])
    return "\n\n".join([f"{name} {package.version}\nLicence: {licence(package)}", *texts])


def sections(text: str) -> dict[str, str]:
    """The parts of a notice by the names of their packages."""
    parts = [part.strip("\n") for part in text.split(LINE)[1:]]
    return {canonical(part.partition(" ")[0]): part for part in parts}


def notice() -> str:
    """The whole notice."""
    parts = sections(NOTICE.read_text(encoding="utf-8")) if NOTICE.exists() else {}
    parts |= {name: section(package) for name, package in needed().items()}
    return "".join([HEAD, *(f"\n{LINE}\n{parts[name]}\n" for name in sorted(parts))])


def main() -> None:
    """Write the notice."""
    argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0]).parse_args()
    NOTICE.write_text(notice(), encoding="utf-8")


if __name__ == "__main__":
    main()
