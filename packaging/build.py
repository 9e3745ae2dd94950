"""Builds packages: ``python packaging/build.py`` names the targets, ``python packaging/build.py deb rpm`` makes some.

Each target needs others, which are made first; everything goes to ``dist/``. The program itself is put together in an
environment of its own, so that nothing of a developer's gets in.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parent
sys.path[:0] = [str(ROOT), str(HERE)]

from contents import C_LIBRARY, COMMAND_LINE, GLIBC, LARGEST, NEEDED, SYSTEM  # noqa: E402

import wsgui  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

VERSION: Final = wsgui.__version__
DIST: Final = ROOT / "dist"
WORK: Final = ROOT / "build"
SIZES: Final = (16, 22, 24, 32, 48, 64, 128, 256, 512)
"""Pixels of the icons for Linux."""
ICO_SIZES: Final = (16, 24, 32, 48, 64, 128, 256)
SUMMARY: Final = "See every byte of a WebSocket, send any byte you like"
DESCRIPTION: Final = (
    "wsgui is a WebSocket client and server in one window. It shows each frame that crosses the wire, bit by bit, and "
    "sends whatever a person wants to try, right or wrong."
)
MAINTAINER: Final = "wsgui maintainers <maintainers@wsgui.invalid>"


class BuildError(Exception):
    """Why a package cannot be made, in one sentence."""


def run(*words: str | Path, cwd: Path = ROOT, **more: str) -> str:
    """Run a program to its end; returns its standard output. Raises BuildError."""
    try:
        done = subprocess.run(  # noqa: S603 - words of this file
            [str(word) for word in words], cwd=cwd, env=os.environ | more, text=True, capture_output=True, check=False
        )
    except FileNotFoundError:
        raise BuildError(f"{words[0]} is not installed.") from None
    if done.returncode:
        raise BuildError(f"{' '.join(map(str, words))} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


def source_date() -> int:
    """The time that files in packages have, in seconds since 1970: that of the last commit, so that the same source
    gives the same package."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    try:
        return int(run("git", "log", "-1", "--format=%ct"))
    except BuildError:  # no checkout
        return int((ROOT / "pyproject.toml").stat().st_mtime)


def day() -> str:
    """The date of that time."""
    return datetime.fromtimestamp(source_date(), UTC).strftime("%Y-%m-%d")


# --- the program


def environment(name: str, *requirements: str) -> Path:
    """A new virtual environment with wsgui and no test's package; returns its Python."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    constraints = {"PIP_CONSTRAINT": str(ROOT / "constraints.txt"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    run(python, "-m", "pip", "install", "--quiet", *requirements, **constraints)
    return python


def icons() -> None:
    """Icons as PNG in every size, and for Windows and macOS, made of the one drawing."""
    from PIL import Image
    from PySide6.QtCore import QSize
    from PySide6.QtGui import QIcon, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    del QIcon, QSize
    folder = DIST / "icons"
    folder.mkdir(parents=True, exist_ok=True)
    drawing = QSvgRenderer(str(ROOT / "resources/icons/wsgui.svg"))
    for size in sorted({*SIZES, *ICO_SIZES, 1024}):
        image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        drawing.render(painter)
        painter.end()
        image.save(str(folder / f"wsgui-{size}.png"))
    largest = Image.open(folder / "wsgui-1024.png")
    largest.save(folder / "wsgui.ico", sizes=[(size, size) for size in ICO_SIZES])
    largest.save(folder / "wsgui.icns")


def version_info() -> None:
    """What Windows shows as the properties of the program."""
    numbers = (*(int(part) for part in re.findall(r"\d+", VERSION)), 0, 0, 0, 0)[:4]
    strings = {
        "CompanyName": "wsgui maintainers",
        "FileDescription": "wsgui - WebSocket playground",
        "FileVersion": VERSION,
        "InternalName": "wsgui",
        "LegalCopyright": "MIT licence",
        "OriginalFilename": "wsgui.exe",
        "ProductName": "wsgui",
        "ProductVersion": VERSION,
    }
    rows = ", ".join(f"StringStruct({name!r}, {value!r})" for name, value in strings.items())
    (DIST / "version-info.txt").write_text(
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0, OS=0x40004, "
        "fileType=1, subtype=0, date=(0, 0)), kids=[StringFileInfo([StringTable('040904B0', "
        f"[{rows}])]), VarFileInfo([VarStruct('Translation', [1033, 1200])])])\n",
        "utf-8",
    )


def folder() -> None:
    """The program with Python and Qt in one folder: `dist/wsgui`."""
    icons()
    version_info()
    _put_together("wsgui", ".[gui]")


def command_line() -> None:
    """The program without a window, and without Qt: `dist/wsgui-cli`."""
    _put_together("wsgui-cli", ".")


def _put_together(name: str, source: str) -> None:
    python = environment(f"{name}-env", source, "pyinstaller")
    run(
        python,
        "-m",
        "PyInstaller",
        "--noconfirm",
        "--distpath",
        DIST,
        "--workpath",
        WORK / name,
        HERE / "wsgui.spec",
        WSGUI_PACKAGE=name,
        PYTHONHASHSEED="0",
    )
    # Byte code of modules is in an archive; what data files have is of no use.
    for path in (DIST / name).rglob("__pycache__"):
        shutil.rmtree(path)
    if sys.platform == "linux":
        # A Python of one's own has symbols for debuggers: half its size. Wheels are left as they are.
        inside = DIST / name / "_internal"
        for path in (*inside.glob("libpython3*.so*"), *inside.glob("python3*/lib-dynload/*.so")):
            path.chmod(0o755)
            run("strip", "--strip-unneeded", path)
    check(name)


def check(name: str) -> None:
    """Whether a folder holds what it must, and takes of the system what the table says and nothing else. Raises
    BuildError."""
    if sys.platform != "linux":
        return
    inside = DIST / name / "_internal"
    allowed = set(COMMAND_LINE) if name.endswith("-cli") else set(SYSTEM)
    lacking = [] if name.endswith("-cli") else [one for one in NEEDED if not (inside / one).exists()]
    if lacking:
        raise BuildError(f"{name} lacks {', '.join(lacking)}.")
    binaries = [path for path in (DIST / name).rglob("*") if path.is_file() and _is_elf(path)]
    own = {path.name for path in binaries}
    for path in binaries:
        told = run("readelf", "--dynamic", "--version-info", "--wide", path)
        foreign = set(re.findall(r"\(NEEDED\).*\[(.+)\]", told)) - own - allowed
        if foreign:
            raise BuildError(f"{path.relative_to(DIST)} needs {', '.join(sorted(foreign))}: see packaging/contents.py.")
        newest = max(
            ((int(major), int(minor)) for major, minor in re.findall(r"GLIBC_(\d+)\.(\d+)", told)), default=(0, 0)
        )
        if newest > GLIBC:
            raise BuildError(f"{path.relative_to(DIST)} needs glibc {newest[0]}.{newest[1]}.")


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


# --- archives and packages for Linux


def _tree(name: str) -> Path:
    """What a package for Linux installs, below a folder that stands for /."""
    import pages

    root = WORK / f"{name}-root"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(DIST / name, root / "usr/lib" / name, symlinks=True)
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/wsgui").symlink_to(f"../lib/{name}/{name}")
    pages.write_man_pages(root, VERSION, day())
    pages.write_completions(root)
    documents = root / "usr/share/doc" / name
    documents.mkdir(parents=True)
    shutil.copy(ROOT / "resources/third-party.txt", documents)
    shutil.copy(DIST / "sbom.cdx.json", documents)
    changes = (ROOT / "CHANGELOG.md").read_bytes()
    (documents / "changelog.gz").write_bytes(gzip.compress(changes, 9, mtime=0))
    if name == "wsgui":
        share = root / "usr/share"
        for place, source in {
            "applications/wsgui.desktop": "wsgui.desktop",
            "applications/wsgui-open-with.desktop": "wsgui-open-with.desktop",
            "mime/packages/wsgui.xml": "wsgui-mime.xml",
        }.items():
            (share / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(HERE / "linux" / source, share / place)
        _metainfo(share / "metainfo/io.github.wsgui.wsgui.metainfo.xml")
        for size in SIZES:
            place = share / f"icons/hicolor/{size}x{size}/apps/wsgui.png"
            place.parent.mkdir(parents=True)
            shutil.copy(DIST / f"icons/wsgui-{size}.png", place)
        place = share / "icons/hicolor/scalable/apps/wsgui.svg"
        place.parent.mkdir(parents=True)
        shutil.copy(ROOT / "resources/icons/wsgui.svg", place)
    for path in root.rglob("*"):
        if not path.is_symlink():
            executable = path.is_dir() or path == root / "usr/lib" / name / name
            path.chmod(0o755 if executable else 0o644)
            os.utime(path, (source_date(), source_date()))
    return root


def _metainfo(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (HERE / "linux/wsgui.metainfo.xml.in").read_text("utf-8")
    path.write_text(text.replace("@VERSION@", VERSION).replace("@DATE@", day()), "utf-8")


def _copyright() -> str:
    licence = (ROOT / "LICENSE").read_text("utf-8").strip()
    lines = "\n".join(f" {line}" if line.strip() else " ." for line in licence.splitlines())
    return (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: wsgui\n\n"
        f"Files: *\nCopyright: wsgui maintainers\nLicense: Expat\n{lines}\n\n"
        "Comment: The packages that are bundled, Qt under the LGPL-3 among them, stand with their licences in\n"
        " third-party.txt beside this file.\n"
    )


def tar() -> None:
    """The folder as `wsgui-VERSION-linux-x86_64.tar.gz`."""
    path = DIST / f"wsgui-{VERSION}-linux-x86_64.tar.gz"

    def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.uid = info.gid = 0
        info.uname = info.gname = "root"
        info.mtime = source_date()
        return info

    with (
        path.open("wb") as file,
        gzip.GzipFile("", "wb", 9, file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        top = f"wsgui-{VERSION}"
        archive.add(DIST / "wsgui", top, filter=plain)
        for one in ("LICENSE", "README.md", "resources/third-party.txt"):
            archive.add(ROOT / one, f"{top}/{Path(one).name}", filter=plain)
        archive.add(HERE / "linux", f"{top}/share", filter=plain)
        archive.add(DIST / "icons/wsgui-256.png", f"{top}/share/wsgui.png", filter=plain)
    _small_enough(path)


def _small_enough(path: Path) -> None:
    size = path.stat().st_size
    if size > LARGEST:
        raise BuildError(f"{path.name} has {size / 1e6:.1f} MB, more than {LARGEST / 1e6:.0f}.")


def deb() -> None:
    """A package for Debian and Ubuntu."""
    _deb("wsgui", dict.fromkeys(SYSTEM.values()))


def cli_deb() -> None:
    """A small package for Debian and Ubuntu without a window."""
    _deb("wsgui-cli", dict.fromkeys(SYSTEM[one] for one in sorted(COMMAND_LINE)))


OVERRIDES: Final = (
    ("embedded-library", "the wheels of Python packages bring their own copies, built together"),
    ("unstripped-binary-or-object", "the program finds its archive at its own end; stripping takes that away"),
    ("unstripped-static-library", "as the wheels have them"),
    ("custom-library-search-path", "libraries are found in the package's own folder"),
    ("library-not-linked-against-libc", "as the wheels have them"),
    ("shared-library-lacks-prerequisites", "as the wheels have them"),
    ("sharedobject-in-library-directory-missing-soname", "as the wheels have them"),
    ("hardening-no-pie", "the start program is PyInstaller's"),
    ("hardening-no-relro", "the start program is PyInstaller's"),
    ("dir-or-file-in-opt", "none"),
)[:-1]
"""What lintian finds in every program that brings its own Python, and why it is so."""


def _deb(name: str, needs: Iterable[str]) -> None:
    root = _tree(name)
    documents = root / "usr/share/doc" / name
    (documents / "copyright").write_text(_copyright(), "utf-8")
    overrides = root / "usr/share/lintian/overrides" / name
    overrides.parent.mkdir(parents=True)
    overrides.write_text("".join(f"# {why}\n{name}: {tag}\n" for tag, why in OVERRIDES), "utf-8")
    (documents / "changelog.gz").unlink()
    stamp = datetime.fromtimestamp(source_date(), UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
    changelog = (
        f"{name} ({VERSION}) stable; urgency=medium\n\n  * See the release notes.\n\n -- {MAINTAINER}  {stamp}\n"
    )
    (documents / "changelog.gz").write_bytes(gzip.compress(changelog.encode(), 9, mtime=0))
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    control = root / "DEBIAN"
    control.mkdir()
    other = "wsgui" if name == "wsgui-cli" else "wsgui-cli"
    text = textwrap_description(
        DESCRIPTION if name == "wsgui" else f"{DESCRIPTION} This package has the commands alone, without a window."
    )
    (control / "control").write_text(
        f"Package: {name}\nVersion: {VERSION}\nArchitecture: amd64\nMaintainer: {MAINTAINER}\nSection: net\n"
        f"Priority: optional\nInstalled-Size: {size // 1024}\nDepends: {', '.join(needs)}\n"
        f"Conflicts: {other}\nReplaces: {other}\n"
        f"Description: {SUMMARY[0].lower()}{SUMMARY[1:]}\n{text}",
        "utf-8",
    )
    sums = [
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  {path.relative_to(root)}\n"
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink() and control not in path.parents
    ]
    (control / "md5sums").write_text("".join(sums), "utf-8")
    for path in (*control.iterdir(), *documents.iterdir(), overrides):
        path.chmod(0o644)
    for path in root.rglob("*"):
        if path.is_dir():
            path.chmod(0o755)
    path = DIST / f"{name}_{VERSION}_amd64.deb"
    run("dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, path, SOURCE_DATE_EPOCH=str(source_date()))
    _small_enough(path)


def textwrap_description(text: str) -> str:
    """The long part of Debian's Description, each line with a blank in front."""
    import textwrap

    return "".join(f" {line}\n" for line in textwrap.wrap(text, 75))


def rpm() -> None:
    """A package for Fedora, openSUSE and others, from the same tree as the .deb."""
    root = _tree("wsgui")
    (root / "usr/share/doc/wsgui/LICENSE").write_bytes((ROOT / "LICENSE").read_bytes())
    needs = "".join(f"Requires: {one}()(64bit)\n" for one in sorted(SYSTEM) if one not in C_LIBRARY)
    spec = WORK / "wsgui-rpm.spec"
    completions = root / "usr/share/zsh"
    (completions / "site-functions").mkdir()
    shutil.move(completions / "vendor-completions/_wsgui", completions / "site-functions/_wsgui")
    (completions / "vendor-completions").rmdir()
    spec.write_text(
        f"Name: wsgui\nVersion: {VERSION}\nRelease: 1\nSummary: {SUMMARY}\nLicense: MIT AND LGPL-3.0-only\n"
        f"BuildArch: x86_64\nAutoReqProv: no\nRequires: glibc >= {GLIBC[0]}.{GLIBC[1]}\n{needs}\n"
        "%global __os_install_post %{nil}\n%global debug_package %{nil}\n%global _build_id_links none\n"
        "%global source_date_epoch_from_changelog 0\n%global clamp_mtime_to_source_date_epoch 1\n"
        f"%description\n{DESCRIPTION}\n\n%install\ncp -a {root}/. %{{buildroot}}/\n\n"
        "%files\n/usr/bin/wsgui\n/usr/lib/wsgui\n/usr/share/applications/*\n/usr/share/bash-completion/completions/wsgui\n"
        "/usr/share/fish/vendor_completions.d/wsgui.fish\n/usr/share/zsh/site-functions/_wsgui\n"
        "/usr/share/icons/hicolor/*/apps/wsgui.*\n/usr/share/metainfo/*\n/usr/share/mime/packages/wsgui.xml\n"
        "/usr/share/man/man1/wsgui*\n%doc /usr/share/doc/wsgui\n",
        "utf-8",
    )
    top = WORK / "rpm"
    run(
        "rpmbuild",
        "-bb",
        "--target",
        "x86_64",
        "--define",
        f"_topdir {top}",
        "--define",
        "_binary_payload w19.zstdio",
        spec,
        SOURCE_DATE_EPOCH=str(source_date()),
    )
    path = DIST / f"wsgui-{VERSION}-1.x86_64.rpm"
    shutil.copy(next(top.rglob("*.rpm")), path)
    _small_enough(path)


# --- for everybody


def wheel() -> None:
    """The source distribution, one wheel for every platform, and where there is a C compiler one for this platform."""
    run(sys.executable, "-m", "build", "--outdir", DIST, WSGUI_PURE="1")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", DIST)


def sbom() -> None:
    """What the program is made of, as CycloneDX: `sbom.cdx.json`."""
    DIST.mkdir(exist_ok=True)
    python = WORK / "wsgui-env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run(
        sys.executable,
        "-m",
        "cyclonedx_py",
        "environment",
        python,
        "--pyproject",
        ROOT / "pyproject.toml",
        "--output-reproducible",
        "--output-file",
        DIST / "sbom.cdx.json",
    )


def sums() -> None:
    """SHA256SUMS of every package."""
    rows = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(DIST.iterdir())
        if path.is_file() and path.suffix in (".gz", ".deb", ".rpm", ".whl", ".json", ".exe", ".dmg", ".AppImage")
    ]
    (DIST / "SHA256SUMS").write_text("".join(rows), "utf-8")


class Target(NamedTuple):
    """One thing to make: ``needs`` are made before it."""

    make: Callable[[], None]
    needs: tuple[str, ...] = ()
    linux: bool = False
    """Whether it is made on Linux alone."""


TARGETS: Final[dict[str, Target]] = {
    "wheel": Target(wheel),
    "folder": Target(folder),
    "sbom": Target(sbom, ("folder",)),
    "tar": Target(tar, ("folder",), linux=True),
    "deb": Target(deb, ("folder", "sbom"), linux=True),
    "rpm": Target(rpm, ("folder", "sbom"), linux=True),
    "cli": Target(command_line),
    "cli-deb": Target(cli_deb, ("cli", "folder", "sbom"), linux=True),
    "sums": Target(sums),
}


def main(words: list[str]) -> int:
    """Make the targets that are named, each with what it needs; ``all`` means every one."""
    table = "\n".join(f"  {name:8} {(row.make.__doc__ or '').split(chr(10))[0]}" for name, row in TARGETS.items())
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=f"targets:\n{table}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="+", choices=["all", *TARGETS], metavar="TARGET")
    parser.add_argument("--again", action="store_true", help="make only what is named, with what was made before")
    options = parser.parse_args(words)
    wanted = list(TARGETS) if "all" in options.targets else options.targets
    order: list[str] = []

    def add(name: str) -> None:
        for one in () if options.again else TARGETS[name].needs:
            add(one)
        if name not in order:
            order.append(name)

    for name in wanted:
        add(name)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for name in [*(one for one in order if one != "sums"), *(["sums"] if "sums" in order else [])]:
        target = TARGETS[name]
        if target.linux and sys.platform != "linux":
            sys.stdout.write(f"{name}: on Linux alone\n")
            continue
        sys.stdout.write(f"{name} ...\n")
        sys.stdout.flush()
        try:
            target.make()
        except BuildError as error:
            sys.stderr.write(f"{name}: {error}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
