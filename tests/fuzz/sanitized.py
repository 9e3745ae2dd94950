"""The compiled core under AddressSanitizer and UndefinedBehaviorSanitizer: ``python -m tests.fuzz.sanitized SECONDS``.

It is built anew with both, and targets run over the kept corpus and over changed copies of it: bytes changed, left out,
doubled, inputs put behind one another, lengths made huge. What a sanitizer finds ends the process with a report. gcc
or clang on Linux; elsewhere, and without a compiler, it says that it was left out.
"""

from __future__ import annotations

import importlib.util
import os
import random
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.fuzz.run import CORPUS

ROOT = Path(__file__).parents[2]
FLAGS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer", "-g", "-O1")
NAME = "wsgui.protocol._core"
KEPT = ("cores", "judge", "parser", "inflate")
"""The folders of the corpus that are used."""


def build(folder: Path, *flags: str) -> Path | None:
    """The core, built into ``folder`` with a compiler's ``flags``; None where it cannot be built."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    built: Path | None = module.compiled(ROOT, folder, *flags)
    return built


def runtime() -> str:
    """The library of AddressSanitizer, which has to be loaded before all others; empty where there is none."""
    compiler = shutil.which((sysconfig.get_config_var("CC") or "cc").split()[0])
    if compiler is None or sys.platform != "linux":
        return ""
    for name in ("libasan.so", f"libclang_rt.asan-{os.uname().machine}.so"):
        found = subprocess.run([compiler, f"-print-file-name={name}"], capture_output=True, text=True, check=True)
        if "/" in found.stdout:
            return found.stdout.strip()
    return ""


def run(seconds: float) -> int:
    """Build, fuzz in a process of its own, and say what came of it; returns 1 if something was found."""
    library = runtime()
    with tempfile.TemporaryDirectory() as folder:
        core = build(Path(folder), *FLAGS) if library else None
        if core is None:
            sys.stdout.write("sanitized: left out, as no C compiler with sanitizers is here\n")
            return 0
        environment = os.environ | {
            "LD_PRELOAD": library,
            "PYTHONMALLOC": "malloc",  # in Python's own blocks nobody sees who reads behind a bytes object
            "ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1",  # Python itself keeps much to the end
            "UBSAN_OPTIONS": "print_stacktrace=1",
        }
        environment.pop("WSGUI_PURE", None)
        words = [sys.executable, "-m", "tests.fuzz.sanitized", str(seconds), str(core)]
        code = subprocess.run(words, env=environment, cwd=ROOT, check=False).returncode
    sys.stdout.write(f"sanitized: {'something was found' if code else 'nothing was found'}\n")
    sys.stdout.flush()
    return int(code != 0)


def fuzz(seconds: float, path: str, seed: int) -> None:
    """Run the targets with the core at ``path``; what is found raises, or ends the process."""
    spec = importlib.util.spec_from_file_location(NAME, path)
    assert spec is not None
    assert spec.loader is not None
    sys.modules[NAME] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    from tests.fuzz.targets import TARGETS
    from wsgui.protocol import core

    assert core.current.name == "compiled"
    targets = [TARGETS["cores"], lambda data: in_any_order(core.current, data)]
    kept = [path.read_bytes() for name in KEPT for path in sorted((CORPUS / name).iterdir())]
    chance = random.Random(seed)
    chance.shuffle(kept)
    end = time.monotonic() + seconds
    count = 0
    while time.monotonic() < end:
        data = kept[count] if count < len(kept) else changed(chance, kept)
        try:
            chance.choice(targets)(data)
        except Exception:
            sys.stderr.write(f"input: {data.hex()}\n")
            raise
        count += 1
    sys.stdout.write(f"sanitized: {count:,} inputs, seed {seed}\n")


def in_any_order(core: Any, data: bytes) -> None:
    """Parser and assembler, asked as no connection would ask them."""
    parser, messages = core.parser(1 << 62), core.messages()
    for start in range(0, len(data), 7):
        piece = data[start : start + 7]
        first = piece[0]
        frames = parser.feed(piece * (1 + first % 3))
        core.wire_of(frames)
        core.laid_out(frames)
        core.payload_bytes(frames)
        if first & 1:
            messages.start(first & 3)
        if first & 2:
            messages.peek(parser.unfinished(piece[-1]))
            messages.peek(piece)
        for frame in frames:
            messages.add(frame.payload, frame.fin, 1 << 20)
        messages.add(piece, bool(first & 4), 1 << 20)
        if first & 8:
            parser.take_rest()
        messages.peeked = 0


TEXTS = ("é".encode(), "€".encode(), "🚀".encode(), b"\xed\xa0\x80", b"\xff")


def changed(chance: random.Random, kept: list[bytes]) -> bytes:
    """Another input, made of those that are kept."""
    data = bytearray(chance.choice(kept))
    if chance.random() < 0.3:
        data += chance.choice(kept)
    for _ in range(chance.randrange(6)):
        at = chance.randrange(len(data) + 1)
        gone = chance.choice((0, 0, 1, 1, 1, chance.randrange(9)))
        put = chance.choice(
            (
                b"",
                chance.randbytes(1),
                chance.randbytes(chance.randrange(9)),
                bytes(data[at : at + 40]),
                bytes((chance.choice((0, 1, 2, 0x80, 0x81, 0x82)), chance.choice((0x7E, 0x7F, 0xFE, 0xFF)))),
                chance.choice(TEXTS)[: chance.randrange(1, 5)],
            )
        )
        data[at : at + gone] = put
    if chance.random() < 0.02:  # a payload that grows as it comes
        data += bytes((0x82, 0x7F)) + (70_000).to_bytes(8, "big") + bytes(chance.randrange(80_000))
    return bytes(data)


if __name__ == "__main__":
    given = sys.argv[1:] or ["20"]
    if len(given) > 1:
        fuzz(float(given[0]), given[1], time.time_ns() % 1_000_000)
    else:
        raise SystemExit(run(float(given[0])))
