"""What becomes of a defect of wsgui itself: a sentence for the person, the details in a log for whoever mends it."""

from __future__ import annotations

import os
import traceback
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from wsgui import console
from wsgui.private_files import make_private

if TYPE_CHECKING:
    import asyncio
    from types import TracebackType


def note_defect(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """One sentence on standard error, the details in a log file (or there too, with ``WSGUI_DEV``)."""
    details = "".join(traceback.format_exception(kind, error, trace))
    if os.environ.get("WSGUI_DEV"):
        console.complain_lines(details)
        return
    where = ""
    try:
        folder = Path(platformdirs.user_log_dir("wsgui", appauthor=False))
        folder.mkdir(parents=True, exist_ok=True)
        make_private(folder / "defects.log")  # the words of an error may quote what a person typed
        with (folder / "defects.log").open("a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(f"{datetime.now().astimezone().isoformat()}\n{details}\n")
        where = f" Details are in {folder / 'defects.log'}."
    except OSError:
        pass
    console.say(f"something went wrong inside wsgui ({kind.__name__}: {error}).{where}")


def note_loop_defect(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What nobody caught on the event loop."""
    error = context.get("exception")
    if isinstance(error, BaseException):
        note_defect(type(error), error, error.__traceback__)
    else:
        console.say(str(context.get("message", "something went wrong on the event loop")))


def note_failed_task(name: str, error: BaseException) -> None:
    """A task of ``name`` failed, and nobody awaits it."""
    note_defect(type(error), error, error.__traceback__)
