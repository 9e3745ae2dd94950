"""What pyproject.toml asks for, constraints.txt pins, and the third-party notice lists."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.third_party import LINE, NOTICE, canonical, needed, section, sections

TOP = Path(__file__).parent.parent
FIRST_WITHOUT_HOLES = {
    "aiohttp": "3.14.4",  # CVE-2026-111750 (request smuggling), and all before it
    "cryptography": "50",  # CVE-2026-69247 (an oracle of PKCS#7), CVE-2026-34073, CVE-2026-26007
    "h11": "0.16",  # CVE-2025-43859 (chunked bodies)
    "pyside6-essentials": "6.10",  # CVE-2025-10728, CVE-2025-10729 (SVG), CVE-2025-5455 (data: URLs)
    "pytest": "9.0.3",  # CVE-2025-71176 (folders in /tmp)
}


def version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text))


def asked() -> dict[str, str]:
    project = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *(one for some in project["optional-dependencies"].values() for one in some)]
    found = {}
    for line in lines:
        match = re.match(r"([\w.-]+)(?:\[[\w,]+\])?>=([\d.]+)", line)
        assert match is not None, f"{line} has no lower bound"
        found[canonical(match[1])] = match[2]
    return found


def pinned() -> dict[str, str]:
    lines = [line for line in (TOP / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
    return {canonical(line.partition("==")[0]): line.partition("==")[2] for line in lines}


def test_bounds_leave_out_versions_with_known_holes() -> None:
    bounds = asked()
    for name, first in FIRST_WITHOUT_HOLES.items():
        assert version(bounds[name]) >= version(first), name


def test_every_dependency_is_pinned_within_its_bound() -> None:
    pins = pinned()
    for name, bound in asked().items():
        assert version(pins[name]) >= version(bound), name


NEEDED = needed()


def test_the_notice_has_every_package() -> None:
    assert {"pyside6-essentials", "shiboken6", "cryptography", "cffi", "websockets", "idna"} <= set(NEEDED)
    assert "pytest" not in NEEDED
    assert set(NEEDED) <= set(sections(NOTICE.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_the_notice_is_up_to_date(name: str) -> None:
    if NEEDED[name].version != pinned().get(name):
        pytest.skip("another version than the pinned one is installed")
    assert sections(NOTICE.read_text(encoding="utf-8"))[name] == section(NEEDED[name]), (
        "run: python -m tests.third_party"
    )


def test_every_part_names_a_licence() -> None:
    text = NOTICE.read_text(encoding="utf-8")
    assert text.count(LINE) == len(sections(text))
    for name, part in sections(text).items():
        assert re.search(r"\nLicence: \S", part), name
        assert len(part.splitlines()) > 3, f"{name} has no text of its licence"
