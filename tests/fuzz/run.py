"""Runs one target under atheris, or all of them for ``make fuzz``: ``python -m tests.fuzz.run SECONDS``.

New finds go into a folder of their own, so that the kept corpus changes only when somebody means it to:
``python -m tests.fuzz.fuzz_judge -set_cover_merge=1 NEW tests/fuzz/corpus/judge FINDS`` makes a small corpus of both.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"


def main(name: str) -> None:
    """Fuzz the target ``name`` with the arguments of the process, which are libFuzzer's."""
    import atheris  # of the extra ``fuzz``

    with atheris.instrument_imports(include=["wsgui.protocol", "wsgui.capture"]):
        from tests.fuzz.targets import TARGETS
    # To merge, libFuzzer starts itself again by its first word, in a shell.
    atheris.Setup([f"{sys.executable} -m tests.fuzz.fuzz_{name}", *sys.argv[1:]], TARGETS[name])
    atheris.Fuzz()


def run_all(seconds: str) -> int:
    """Fuzz each target for so many seconds; returns 1 if one of them found something. The input is kept here."""
    found = 0
    for folder in sorted(one for one in CORPUS.iterdir() if one.is_dir()):
        with tempfile.TemporaryDirectory() as finds:
            words = ["-m", f"tests.fuzz.fuzz_{folder.name}", finds, str(folder)]
            limits = [
                f"-max_total_time={seconds}",
                "-max_len=2000",
                "-timeout=10",
                "-rss_limit_mb=1024",
                "-print_final_stats=1",
            ]
            done = subprocess.run(
                [sys.executable, *words, *limits, f"-artifact_prefix=fuzz-{folder.name}-"], check=False
            )
        sys.stdout.write(f"{folder.name}: {'something was found' if done.returncode else 'nothing was found'}\n")
        sys.stdout.flush()
        found |= int(done.returncode != 0)
    return found


if __name__ == "__main__":
    raise SystemExit(run_all(sys.argv[1] if len(sys.argv) > 1 else "20"))
